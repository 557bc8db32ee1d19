"""The orders of an old shop as history: paid and delivered long ago, so that figures begin with it and nobody is mailed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import connection, transaction
from django.utils import timezone
from oscar.apps.address.models import Country

from shop.customers.models import Customer, normalised
from shop.events import log
from shop.events.catalog import OrderPaid, OrderPlaced, OrdersImported
from shop.events.models import Event
from shop.forks import money
from shop.forks.order.models import Line, LinePrice, Order, ShippingAddress
from shop.forks.partner.models import StockRecord
from shop.imports import encodings, numbers
from shop.imports.report import BadRow, CannotImport, Report
from shop.imports.tables import Row, Table, table_of
from shop.orders import statuses

BATCH = 2000  # orders, and rows in one statement
NOBODY = "old-customers.invalid"  # nothing can be sent there: the name is reserved for that (RFC 2606)
NAMES = {
    "order": ("invoiceno", "invoice", "order", "order number"),
    "sku": ("stockcode", "sku", "article"),
    "title": ("description", "title", "product"),
    "quantity": ("quantity", "units"),
    "moment": ("invoicedate", "date", "paid at", "created at"),
    "price": ("unitprice", "unit price", "price"),
    "customer": ("customerid", "customer id", "email", "e-mail", "customer"),
    "country": ("country",),
}
OTHER_NAMES = {"eire": "IE", "usa": "US", "uk": "GB", "rsa": "ZA", "hong kong": "HK", "czech republic": "CZ"}
LOCK = 0x4813570


@dataclass(frozen=True)
class Request:
    """What to import, and how."""

    file: Path
    is_dry: bool = False
    currency: str = ""
    encoding: str = ""
    leaves_out_bad: bool = False


@dataclass
class Sold:
    """One line of an old order."""

    sku: str
    title: str
    quantity: int
    price: Decimal


@dataclass
class Bought:
    """One old order."""

    number: str
    email: str
    moment: datetime
    country: str
    lines: list[Sold] = field(default_factory=list)


def bring_in(request: Request) -> Report:
    """Read the file and, unless it has errors or is only looked at, write its orders in one transaction.

    Orders that are there already, by their number, are left as they are. Raises CannotImport.
    """
    report = Report(format="order lines")
    try:
        text = encodings.text_of(request.file.read_bytes(), request.encoding)
    except OSError as error:
        raise CannotImport(f"{request.file} cannot be read: {error.strerror}.") from error
    orders = read(table_of(text, report), report)
    present = set(Order.objects.filter(number__in=list(orders)).values_list("number", flat=True))
    new = [order for number, order in orders.items() if number not in present]
    report.counts["orders already there"] += len(present)
    report.counts["new orders"] += len(new)
    report.counts["their lines"] += sum(len(order.lines) for order in new)
    if not request.is_dry and (request.leaves_out_bad or not report.errors):
        _write(new, request.currency or settings.OSCAR_DEFAULT_CURRENCY, report)
        report.is_applied = True
    return report


def read(table: Table, report: Report) -> dict[str, Bought]:
    """Orders by number. Cancellations and lines without a customer, units or price are counted and left out."""
    columns = {what: next((name for name in names if name in table.columns), "") for what, names in NAMES.items()}
    missing = [NAMES[what][0] for what, name in columns.items() if not name and what not in ("sku", "country")]
    if missing:
        raise CannotImport(f"The file lacks these columns: {', '.join(missing)}. It needs a row for each line of an order.")
    orders: dict[str, Bought] = {}
    for row in table.rows:
        try:
            _read_row(row, columns, orders, report)
        except BadRow as error:
            report.error(row.place, str(error))
    return orders


def _read_row(row: Row, columns: dict[str, str], orders: dict[str, Bought], report: Report) -> None:
    cells = {what: row[name] if name else "" for what, name in columns.items()}
    number = cells["order"]
    if not number or len(number) > 60:
        raise BadRow("The number of the order is missing or too long.")
    if number[:1].upper() == "C" and number[1:].isdigit():
        report.counts["lines of cancellations left out"] += 1
        return
    quantity = numbers.units(cells["quantity"], "quantity") or 0
    price = numbers.number(cells["price"], "price", mark=".") if cells["price"] else Decimal(0)
    if not cells["customer"]:
        report.counts["lines without a customer left out"] += 1
        return
    if quantity <= 0 or price <= 0:
        report.counts["lines without units or price left out"] += 1
        return
    if quantity > 1_000_000 or price > 10_000_000:
        raise BadRow("The line is larger than any order.")
    moment = _moment(cells["moment"])
    order = orders.setdefault(number, Bought(number, _address(cells["customer"]), moment, cells["country"]))
    if order.email != _address(cells["customer"]):
        raise BadRow(f"Order {number} belongs to two customers.")
    order.lines.append(Sold(cells["sku"][:128], cells["title"][:255] or cells["sku"] or "?", quantity, price))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRow(f"“{text}” is no moment: write 2010-12-01 08:26:00.") from error
    if not 1990 <= moment.year <= 2200:
        raise BadRow(f"{moment.date()} is too far away.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


@lru_cache(maxsize=10_000)
def _address(customer: str) -> str:
    """The e-mail address, or for a bare number one that leads nowhere. Raises BadRow."""
    is_typed = "@" in customer
    address = normalised(customer) if is_typed else f"{normalised(customer)}@{NOBODY}"
    try:
        MaxLengthValidator(254)(address)
        if is_typed:
            validate_email(address)
    except ValidationError:
        raise BadRow(f"“{customer[:60]}” is neither an e-mail address nor the number of a customer.") from None
    return address


@transaction.atomic
def _write(orders: list[Bought], currency: str, report: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])  # two imports at once wait for each other
    taken = set(Order.objects.filter(number__in=[order.number for order in orders]).values_list("number", flat=True))
    orders = [order for order in orders if order.number not in taken]
    customers = _customers(orders, report)
    countries = _countries(orders, report)
    skus = {sold.sku for order in orders for sold in order.lines}
    products = dict(StockRecord.objects.filter(partner_sku__in=skus).values_list("partner_sku", "product_id"))
    for start in range(0, len(orders), BATCH):
        _write_batch(orders[start : start + BATCH], currency, customers, countries, products)


def _customers(orders: Iterable[Bought], report: Report) -> dict[str, Customer]:
    emails = {order.email for order in orders}
    before = Customer.objects.filter(email__in=emails).count()
    Customer.objects.bulk_create([Customer(email=email) for email in sorted(emails)], ignore_conflicts=True)
    found = {str(customer.email): customer for customer in Customer.objects.filter(email__in=emails)}
    report.counts["new customers"] += len(found) - before
    return found


def _countries(orders: Iterable[Bought], report: Report) -> dict[str, Country]:
    """Countries as the file calls them; what nobody knows stays without."""
    codes = {name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    named = {name: OTHER_NAMES.get(name.casefold()) or codes.get(name.casefold(), "") for name in {o.country for o in orders}}
    for name, code in named.items():
        if name and not code:
            report.note("", f"“{name}” is no country we know; its orders have none.")
        elif code:
            Country.objects.get_or_create(
                iso_3166_1_a2=code, defaults={"printable_name": name, "name": name, "is_shipping_country": False}
            )
    rows = {country.pk: country for country in Country.objects.filter(pk__in=[code for code in named.values() if code])}
    return {name: rows[code] for name, code in named.items() if code}


def _write_batch(
    batch: list[Bought],
    currency: str,
    customers: dict[str, Customer],
    countries: dict[str, Country],
    products: dict[str, int],
) -> None:
    addresses = {
        order.number: ShippingAddress(country=countries[order.country]) for order in batch if order.country in countries
    }
    ShippingAddress.objects.bulk_create(addresses.values())
    made = Order.objects.bulk_create(
        _order(order, currency, customers[order.email], addresses.get(order.number)) for order in batch
    )
    lines = [
        (_line(row, sold, currency, products), sold) for row, order in zip(made, batch, strict=True) for sold in order.lines
    ]
    Line.objects.bulk_create([line for line, _sold in lines], batch_size=BATCH)
    LinePrice.objects.bulk_create((price for line, sold in lines for price in _prices(line, sold, currency)), batch_size=BATCH)
    # Written down without deliveries: nobody is to be mailed about things long past. Only who counts is told of the batch.
    Event.objects.bulk_create(event for row in made for event in _events(row))
    ids = [row.pk for row in made]
    log.record(OrdersImported(first_id=min(ids), last_id=max(ids)), customer=None)


def _order(order: Bought, currency: str, customer: Customer, address: ShippingAddress | None) -> Order:
    total = sum((_total(sold, currency) for sold in order.lines), money.ZERO)
    return Order(
        number=order.number,
        customer=customer,
        guest_email=order.email,
        currency=currency,
        total_incl_tax=total,
        total_excl_tax=total,
        shipping_address=address,
        status=statuses.DELIVERED,
        date_placed=order.moment,
        paid_at=order.moment,
    )


def _line(order: Order, sold: Sold, currency: str, products: dict[str, int]) -> Line:
    total = _total(sold, currency)
    return Line(
        order=order,
        partner_sku=sold.sku,
        title=sold.title,
        product_id=products.get(sold.sku),
        quantity=sold.quantity,
        quantity_shipped=sold.quantity,
        num_allocated=0,
        line_price_incl_tax=total,
        line_price_excl_tax=total,
        line_price_before_discounts_incl_tax=total,
        line_price_before_discounts_excl_tax=total,
        unit_price_incl_tax=sold.price,
        unit_price_excl_tax=sold.price,
    )


def _total(sold: Sold, currency: str) -> Decimal:
    return (sold.price * sold.quantity).quantize(money.unit(currency), ROUND_HALF_UP)


def _prices(line: Line, sold: Sold, currency: str) -> list[LinePrice]:
    """What the units were sold for, so that they add up to the line."""
    if sold.price == money.rounded(sold.price, currency):
        counts = Counter({sold.price: sold.quantity})
    else:
        counts = Counter(money.unit_prices(line.line_price_incl_tax, sold.quantity, currency))
    return [
        LinePrice(order=line.order, line=line, quantity=count, price_incl_tax=price, price_excl_tax=price)
        for price, count in counts.items()
    ]


def _events(order: Order) -> list[Event]:
    said = {"order_id": order.pk, "number": order.number, "total": str(order.total_incl_tax), "currency": order.currency}
    return [
        Event(kind=kind, customer=order.customer, data=said, happened_at=order.date_placed)
        for kind in (OrderPlaced.kind, OrderPaid.kind)
    ]
