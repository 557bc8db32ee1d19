"""Oscar's own migrations, read where Oscar keeps them, then ours: an upgrade of Oscar brings its new ones by itself."""

from oscar.apps.catalogue import migrations

__path__ = [*migrations.__path__, *__path__]
