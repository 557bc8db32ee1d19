"""Imports against each other and against buyers, with real threads on real PostgreSQL."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from shop.forks.catalogue.models import Category, Product
from shop.forks.partner.models import StockRecord
from shop.imports import catalogue
from shop.imports.stock import Stock
from tests.shop.imports import files

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_show_in_search", lambda ids: None)


def at_once(*jobs: Callable[[], None]) -> list[BaseException]:
    """Run the jobs in threads released together; return what went wrong in them."""
    barrier, failures = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        barrier.wait()
        try:
            job()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def _file(folder: Path, stock: int = 50) -> Path:
    rows = [
        {"sku": f"s{n}", "title": f"Tea {n}", "price": 5, "stock": stock, "category": f"Tea > Kind {n % 3}"} for n in range(40)
    ]
    path = folder / "tea.csv"
    path.write_text(files.plain(*rows))
    return path


def _import_all(path: Path) -> Callable[[], None]:
    return lambda: None if catalogue.bring_in(catalogue.Request(path)).is_applied else pytest.fail("refused")


def test_the_same_file_four_times_at_once_makes_each_product_once(tmp_path: Path) -> None:
    assert at_once(*[_import_all(_file(tmp_path))] * 4) == []
    assert (Product.objects.count(), StockRecord.objects.count(), Category.objects.count()) == (40, 40, 4)


def test_without_the_lock_the_same_race_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_queue", lambda: None)
    failures = at_once(*[_import_all(_file(tmp_path))] * 4)
    assert failures or Product.objects.count() != 40


def test_an_import_among_sales_never_takes_what_they_reserved(tmp_path: Path) -> None:
    catalogue.bring_in(catalogue.Request(_file(tmp_path, stock=50)))
    lower = tmp_path / "lower"
    lower.mkdir()

    def sell() -> None:
        for _sale in range(5):
            with transaction.atomic():
                for record in StockRecord.objects.select_for_update().order_by("pk"):
                    if record.net_stock_level >= 1:
                        StockRecord.objects.filter(pk=record.pk).update(num_allocated=F("num_allocated") + 1)

    assert at_once(sell, sell, _import_all(_file(lower, stock=7)), sell, sell) == []
    assert not StockRecord.objects.filter(num_allocated__gt=F("num_in_stock")).exists()
    assert set(StockRecord.objects.values_list("num_allocated", flat=True)) <= set(range(7, 21))


def test_while_a_file_is_written_people_go_on_buying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.bring_in(catalogue.Request(_file(tmp_path, stock=50)))
    sold = []

    def sell() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            sold.append(StockRecord.objects.update(num_allocated=F("num_allocated") + 8))

    settle = Stock.settle

    def sell_just_before(stock: Stock) -> None:
        assert at_once(sell) == []  # in another connection, while the import has all but ended
        settle(stock)

    monkeypatch.setattr(Stock, "settle", sell_just_before)
    report = catalogue.bring_in(catalogue.Request(_file(tmp_path, stock=5)))
    assert sold == [40] and report.is_applied
    assert set(StockRecord.objects.values_list("num_in_stock", "num_allocated")) == {(8, 8)}
    assert sum("reserved 8 units" in str(remark) for remark in report.remarks) == 40


def test_an_import_killed_in_the_middle_leaves_nothing_and_can_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text(files.plain(*[{"sku": f"s{n}", "title": f"Tea {n}", "price": 5, "stock": 3} for n in range(30_000)]))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_catalogue", str(path)],
        cwd=settings.BASE_DIR,
        env=_this_database(),
        stdout=subprocess.DEVNULL,
    )
    try:
        assert _holds_lock_within(60), "the import never began to write"
        time.sleep(0.5)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    assert _is_free_within(30)
    assert (Product.objects.count(), StockRecord.objects.count(), Category.objects.count()) == (0, 0, 0)
    assert at_once(_import_all(_file(tmp_path))) == []
    assert Product.objects.count() == 40


def _this_database() -> dict[str, str]:
    base, _slash, _name = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    return {**os.environ, "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}


def _lock_is_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND granted AND objid = %s AND datname = current_database()",
            [catalogue._LOCK],
        )
        return bool(cursor.fetchone()[0])


def _holds_lock_within(seconds: float) -> bool:
    return _until(_lock_is_held, seconds)


def _is_free_within(seconds: float) -> bool:
    return _until(lambda: not _lock_is_held(), seconds)


def _until(check: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.05)
    return False
