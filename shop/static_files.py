"""Static files as production serves them: one stylesheet, names that change with the content, compressed."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

STYLESHEET = "css/shop.css"
_IMPORT = re.compile(r'@import url\("([^"]+)"\)(?: layer\(([\w.-]+)\))?;')
_URL = re.compile(r'url\("(?!data:|/|#|https?:)([^"]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,])\s*")


def in_one(name: str, read: Any, base: str = "") -> str:
    """The stylesheet `name` with what it imports put in its place; `read(name)` gives a part's text.

    Addresses inside the parts are rewritten so that they hold from the folder of the first one.
    """
    folder = posixpath.dirname(name)
    base = base or folder

    def part(match: re.Match[str]) -> str:
        text = in_one(posixpath.normpath(posixpath.join(folder, match[1])), read, base)
        return f"@layer {match[2]} {{ {text} }}" if match[2] else text

    def address(match: re.Match[str]) -> str:
        return f'url("{posixpath.relpath(posixpath.join(folder, match[1]), base)}")'

    text = _COMMENT.sub("", read(name))
    pieces: list[str] = []
    position = 0
    for match in _IMPORT.finditer(text):
        pieces += [_URL.sub(address, text[position : match.start()]), part(match)]
        position = match.end()
    return "".join([*pieces, _URL.sub(address, text[position:])])


def minified(css: str) -> str:
    """The same rules without the blanks; blanks inside values and selectors matter and stay single."""
    return _AROUND.sub(r"\1", _BLANKS.sub(" ", css)).strip()


class ShopStaticFiles(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, which also puts the stylesheet together; modules name each other by their hashed names."""

    # Ours alone: the scripts of other packages are not written as modules, or name files that they do not ship.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if STYLESHEET in paths and not dry_run:

            def read(name: str) -> str:
                storage, path = paths[name]
                with storage.open(path) as file:
                    return str(file.read().decode())

            whole = minified(in_one(STYLESHEET, read))
            StaticFilesStorage.delete(self, STYLESHEET)
            StaticFilesStorage.save(self, STYLESHEET, ContentFile(whole.encode()))
            paths = {**paths, STYLESHEET: (self, STYLESHEET)}
        yield from super().post_process(paths, dry_run, **options)
