"""Half a year of a British gift shop (UCI Online Retail): its figures are the published ones."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from analytics import filling, sums
from analytics.periods import Period
from shop.imports import history
from shop.orders import audit

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[3] / "shared/data/online_retail/dev_subset_2010-12_to_2011-05.csv.gz"
PUBLISHED = {  # net revenue and people who bought, by month
    date(2010, 12, 1): ("572713.89", 885),
    date(2011, 1, 1): ("569445.04", 741),
    date(2011, 2, 1): ("447137.35", 758),
    date(2011, 3, 1): ("595500.76", 974),
    date(2011, 4, 1): ("469200.36", 856),
    date(2011, 5, 1): ("678594.56", 1056),
}


@pytest.mark.skipif(not FILE.exists(), reason=f"The orders are not there: {FILE}")
def test_monthly_revenue_and_customers_are_the_published_ones(tmp_path, deliver):
    plain = tmp_path / "orders.csv"
    plain.write_bytes(gzip.decompress(FILE.read_bytes()))
    report = history.bring_in(history.Request(plain))
    assert not report.errors
    deliver()
    first, last = min(PUBLISHED), date(2011, 5, 31)
    filling.fill(first, last)
    months = [Period(month, date(month.year + month.month // 12, month.month % 12 + 1, 1)) for month in PUBLISHED]
    months = [Period(month.first, date.fromordinal(month.last.toordinal() - 1)) for month in months]
    for found in sums.over(months):
        revenue, customers = PUBLISHED[found.period.first]
        assert (found.net, found.ordered) == (Decimal(revenue), customers)
    wrong = [row for one, rows in audit.broken().items() if one.code in ("I3", "I18") for row in rows]
    assert [row for row in wrong if getattr(row, "day", first) <= last] == []
