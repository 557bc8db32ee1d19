"""What is the same on every page, built once for each process and language and built again when it changes.

The values stay in the process; the cache server holds one number, the version, and a save changes it for everybody.
While there is no version (no save yet, or no cache server) a process looks again every half minute. Bulk writes send
no signals: whoever makes them calls `forget()`.
"""

from collections.abc import Callable
from time import monotonic, time_ns
from typing import Any, TypeVar

from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language

Value = TypeVar("Value")
VERSION = "content-version"
WATCHED = ("content.Shop", "content.Page", "content.Block", "content.Pick", "content.Scene", "catalogue.Category")
PATIENCE = 30.0  # seconds
GLANCE = 1.0  # seconds between two looks at the version: as long may another process show what was before

_values: dict[tuple[str, str], tuple[tuple[int | None, str], float, Any]] = {}
_glanced: list[tuple[float, int | None]] = [(-GLANCE, None)]


def kept(name: str, build: Callable[[], Value], stamp: str = "") -> Value:
    """`build()` in the active language, at most once for each version and, where given, each `stamp` of other things."""
    key = (name, get_language() or "")
    version = present_version()
    wanted = (version, stamp)
    found = _values.get(key)
    if found and found[0] == wanted and (version is not None or monotonic() - found[1] < PATIENCE):
        return found[2]  # type: ignore[no-any-return]
    value = build()
    _values[key] = (wanted, monotonic(), value)
    return value


def present_version() -> int | None:
    """The version everybody builds for; None while there is none."""
    looked_at, version = _glanced[0]
    if monotonic() - looked_at >= GLANCE:
        version = cache.get(VERSION)
        _glanced[0] = (monotonic(), version)
    return version


def known(name: str) -> Any:
    """What this process has of it in the active language, however old, or None; asks nobody."""
    found = _values.get((name, get_language() or ""))
    return found[2] if found else None


def forget(**_signal: object) -> None:
    """Make every process build anew: now, and again once the change is committed and others can see it."""
    start_over()
    transaction.on_commit(start_over)


def start_over() -> None:
    """Forget what this process knows and tell the others to do the same."""
    version = time_ns()
    cache.set(VERSION, version, timeout=None)
    _values.clear()
    _glanced[0] = (monotonic(), version)


def watch() -> None:
    """Listen to the models whose rows are kept."""
    for label in WATCHED:
        for name, signal in (("saved", post_save), ("deleted", post_delete)):
            signal.connect(forget, sender=apps.get_model(label), dispatch_uid=f"kept-{label}-{name}", weak=False)
