"""Whether this process lives (`/healthz`) and may be sent visitors (`/readyz`)."""

from threading import Lock

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

_migrated = False
_looking = Lock()


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration; an unreachable cache is told but does not close the shop."""
    state = {"database": _database(), "cache": _cache()}
    return JsonResponse(state, status=200 if state["database"] == "ok" else 503)


def _database() -> str:
    global _migrated  # noqa: PLW0603  the plan is costly and cannot grow while the process runs
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # One thread at a time: Django imports the packages of migrations anew, and for a moment another finds them empty.
        with _looking:
            if not _migrated:
                executor = MigrationExecutor(connection)
                if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                    return "migrations are missing: run manage.py migrate"
                _migrated = True
    except DatabaseError:
        return "unreachable"
    return "ok"


def _cache() -> str:
    try:
        caches["default"]._cache.get_client(write=True).ping()  # type: ignore[attr-defined]
    except RedisError:
        return "unreachable"
    return "ok"
