"""Means of the tests: the client, the deliveries, the query counter. Data comes from `tests/make.py`."""

import uuid
from collections.abc import Callable

import pytest
from django.test.utils import CaptureQueriesContext


@pytest.fixture(autouse=True)
def starts_in_the_shops_language() -> None:
    """A request leaves its language active in the thread; the next test must not make its products in it."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process or the cache server keeps does not outlive a test, whose rows are rolled back."""
    from django.core.cache import cache

    from shop.content import kept

    cache.key_prefix = f"test-{uuid.uuid4().hex}"
    kept.start_over()


@pytest.fixture
def deliver(db: None) -> Callable[[], None]:
    """Hand out every event that waits; fails if a handler fails."""
    from shop.events import delivery
    from shop.events.models import Delivery

    def hand_out() -> None:
        delivery.deliver_all()
        failed = list(Delivery.objects.exclude(error="").values_list("handler", "error"))
        assert not failed, failed

    return hand_out


@pytest.fixture
def costs_the_same(django_assert_num_queries: object) -> Callable[..., None]:
    """`costs_the_same(show=…, add_row=…)`: showing one more row takes no more queries."""
    from django.db import connection

    def check(*, show: Callable[[], object], add_row: Callable[[], object]) -> None:
        add_row()
        show()  # warm caches and content types
        with CaptureQueriesContext(
            connection,
        ) as before:
            show()
        add_row()
        add_row()
        show()  # what is kept of the rules is built anew once after a change
        with CaptureQueriesContext(connection) as after:
            show()
        assert len(after) <= len(before), "\n".join(query["sql"] for query in after.captured_queries)

    return check
