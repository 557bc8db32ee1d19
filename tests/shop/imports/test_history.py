from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from shop.customers.models import Customer
from shop.events.models import Delivery, Event
from shop.forks.order.models import Order
from shop.imports import history
from shop.imports.report import CannotImport
from shop.mail.models import Message
from shop.orders import audit
from tests import make

pytestmark = pytest.mark.django_db
HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
TWO = (
    "536365,T1,ASSAM,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "536365,T2,MUG,1,2010-12-01 08:26:00,3.335,17850,United Kingdom\n"
    "536366,T1,ASSAM,2,2010-12-02 09:00:00,2.55,ana@example.com,EIRE\n"
)


@pytest.fixture
def file_of(tmp_path):
    def write(text, head=HEAD):
        path = tmp_path / "orders.csv"
        path.write_text(head + text)
        return path

    return write


def test_old_orders_are_written_as_they_were_and_nobody_is_told(file_of, deliver):
    product = make.product("Assam", stock=5)
    product.stockrecords.update(partner_sku="T1")
    report = history.bring_in(history.Request(file_of(TWO)))
    assert (report.counts["new orders"], report.counts["new customers"]) == (2, 2)
    first = Order.objects.get(number="536365")
    assert (first.total_incl_tax, first.status, str(first.paid_at)) == (
        Decimal("18.64"),
        "delivered",
        "2010-12-01 06:26:00+00:00",
    )
    assert first.customer.email == "17850@old-customers.invalid"
    assert [line.product for line in first.lines.order_by("pk")] == [product, None]
    assert Order.objects.get(number="536366").shipping_address.country_id == "IE"
    assert Event.objects.filter(kind="order.paid").count() == 2
    assert not Delivery.objects.exclude(event__kind="orders.imported").exists()
    deliver()
    assert not Message.objects.exists()
    assert product.stockrecords.get().num_in_stock == 5
    assert audit.broken() == {}


def test_the_same_file_again_changes_nothing(file_of):
    history.bring_in(history.Request(file_of(TWO)))
    report = history.bring_in(history.Request(file_of(TWO)))
    assert (report.counts["new orders"], report.counts["orders already there"]) == (0, 2)
    assert Order.objects.count() == 2


def test_looking_first_writes_nothing(file_of):
    report = history.bring_in(history.Request(file_of(TWO), is_dry=True))
    assert report.counts["new orders"] == 2
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_what_is_no_sale_is_counted_and_left_out(file_of):
    report = history.bring_in(
        history.Request(
            file_of(
                "C536365,T1,ASSAM,-1,2010-12-01 08:26:00,2.55,17850,France\n"
                "1,T1,ASSAM,1,2010-12-01 08:26:00,2.55,,France\n"
                "2,T1,ASSAM,-1,2010-12-01 08:26:00,2.55,17850,France\n"
                "3,T1,ASSAM,1,2010-12-01 08:26:00,0,17850,France\n"
            )
        )
    )
    assert not report.errors
    assert report.counts["new orders"] == 0
    assert report.counts["lines without units or price left out"] == 2


@pytest.mark.parametrize(("line", "said"), [
    ("1,T,A,x,2010-12-01,2,5,France", "quantity"), ("1,T,A,1,yesterday,2,5,France", "no moment"),
    ("1,T,A,1,0001-01-01,2,5,France", "too far away"), ("1,T,A,9999999,2010-12-01,2,5,France", "larger than any order"),
    (",T,A,1,2010-12-01,2,5,France", "number of the order"), ("1,T,A,1,2010-12-01,2,a b@@c,France", "neither an e-mail"),
    ("1,T,A,1,2010-12-01,2,%s@example.com,France" % ("x" * 300), "neither an e-mail"),
    ("1,T,A,1,2010-12-01,2,%s,France" % ("x" * 300), "neither an e-mail"),
])  # fmt: skip
def test_a_bad_row_is_an_error_and_nothing_is_written(file_of, line, said):
    report = history.bring_in(history.Request(file_of(TWO + line + "\n")))
    assert said in str(report.errors[0])
    assert not Order.objects.exists()
    report = history.bring_in(history.Request(file_of(TWO + line + "\n"), leaves_out_bad=True))
    assert Order.objects.count() == 2


def test_an_order_of_two_people_is_an_error(file_of):
    report = history.bring_in(history.Request(file_of(TWO + "536366,T1,ASSAM,2,2010-12-02 09:00:00,2.55,5,EIRE\n")))
    assert "two customers" in str(report.errors[0])


def test_a_file_with_other_columns_is_refused(file_of):
    with pytest.raises(CannotImport, match="lacks these columns"):
        history.bring_in(history.Request(file_of("1,2\n", head="a,b\n")))


def test_the_command_says_what_it_did(file_of, capsys):
    call_command("import_orders", str(file_of(TWO)), "--dry-run")
    assert "Dry run" in capsys.readouterr().out
    call_command("import_orders", str(file_of(TWO)))
    assert "new orders: 2" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_orders", "/nowhere.csv")
