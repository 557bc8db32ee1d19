"""An order as its buyer reads it, on a page or in a mail: what is in it, what makes the total, where it is now."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.forks.catalogue.models import brief
from shop.forks.order.models import Line, Order
from shop.orders import credits, showing, statuses, ways_to_pay
from shop.orders.models import PaymentMethod, Shipment
from shop.rules.kept import one_look
from shop.shipping import rates

ENDED = (statuses.CANCELLED, statuses.REFUNDED)
# What a status means to the buyer; staff read `statuses.NAMES`.
WORDS: dict[str, Promise] = {
    statuses.PENDING_PAYMENT: gettext_lazy("Waiting for payment"),
    statuses.AWAITING_TRANSFER: gettext_lazy("Waiting for your transfer"),
    statuses.ON_DELIVERY: gettext_lazy("Being packed, to be paid on delivery"),
    statuses.PAID: gettext_lazy("Paid, being packed"),
    statuses.PARTLY_SHIPPED: gettext_lazy("Partly on its way"),
    statuses.SHIPPED: gettext_lazy("On its way"),
    statuses.DELIVERED: gettext_lazy("Delivered"),
    statuses.CANCELLED: gettext_lazy("Cancelled"),
    statuses.REFUNDED: gettext_lazy("Refunded"),
}
WAY: dict[str, tuple[Promise, Promise]] = {
    "paid": (gettext_lazy("Paid"), gettext_lazy("Waiting for payment")),
    "shipped": (gettext_lazy("Shipped"), gettext_lazy("Being packed")),
    "delivered": (gettext_lazy("Delivered"), gettext_lazy("On its way")),
}


@dataclass(frozen=True)
class ReceiptLine:
    """One line: `total` is its price, `before` the one before discounts where that was more; net where tax is added."""

    line: Line
    face: showing.Face
    quantity: int
    total: Decimal
    before: Decimal | None


@dataclass(frozen=True)
class Sum:
    """One row of the sums. `kind`: goods, less, delivery, surcharge, added (tax), total, tax (in the total), credit or due."""

    label: str
    amount: Decimal
    kind: str


@dataclass(frozen=True)
class Step:
    """One step on an order's way, as components/steps.html shows it."""

    label: str
    state: str  # done, current, ahead
    at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """Everything an order's page says. Texts are in the language that was active when it was made."""

    order: Order
    lines: list[ReceiptLine]
    sums: list[Sum]
    steps: list[Step]
    shipments: list[Shipment]
    address: list[str]
    payment: str
    instructions: str
    expected: str  # the days on which it should arrive; empty when nobody can say yet, or when it has

    @property
    def parcels(self) -> list[tuple[Shipment, list[tuple[int, str]]]]:
        """What was sent, with how many units of what."""
        titles = {line.line.pk: line.face.title for line in self.lines}
        return [(one, [(row.quantity, titles[row.line_id]) for row in one.lines.all()]) for one in self.shipments]

    @property
    def status(self) -> str:
        return str(WORDS.get(self.order.status, self.order.status))

    @property
    def is_payable(self) -> bool:
        return is_payable(self.order)

    @property
    def is_paid(self) -> bool:
        return self.order.paid_at is not None

    @property
    def item_count(self) -> int:
        return sum(line.quantity for line in self.lines)


def is_payable(order: Order) -> bool:
    """Whether the buyer can pay it online now."""
    return order.status in (statuses.PENDING_PAYMENT, statuses.AWAITING_TRANSFER)


@one_look()
def of(order: Order) -> Receipt:
    """The receipt of an order, in at most eleven queries however long it is."""
    method = ways_to_pay.all_of_them().get(order.payment_code)
    shipments = list(order.shipments.prefetch_related("lines__line"))
    rows = list(order.lines.select_related("product__parent").only(*_columns()).order_by("pk"))
    lines = lines_of(rows, is_net=order.tax_is_added)
    return Receipt(
        order=order,
        lines=lines,
        sums=_sums_of(order, lines),
        steps=_steps_of(order, shipments),
        shipments=shipments,
        address=_address_of(order),
        payment=_payment_of(order, method),
        instructions=method.instructions if method and order.status not in ENDED else "",
        expected=_expected(order),
    )


@cache
def _columns() -> list[str]:
    """A line with its product's name and address, without the product's texts."""
    return [*(field.name for field in Line._meta.concrete_fields), *brief("product"), *brief("product__parent")]


def lines_of(lines: list[Line], quantities: dict[int, int] | None = None, *, is_net: bool = False) -> list[ReceiptLine]:
    """Lines as they are read; with `quantities` (line id -> units) only so many units of those lines; net: without tax."""
    faces = showing.faces_of(line.product for line in lines if line.product)
    return [
        _line(line, faces.get(line.product_id or 0), line.quantity if quantities is None else quantities[line.pk], is_net)
        for line in lines
        if quantities is None or quantities.get(line.pk)
    ]


def _line(line: Line, face: showing.Face | None, quantity: int, is_net: bool) -> ReceiptLine:
    total, before = line.line_price_incl_tax, line.line_price_before_discounts_incl_tax
    if is_net:
        total, before = line.line_price_excl_tax, line.line_price_before_discounts_excl_tax
    if quantity != line.quantity:
        # A share for reading; what a refund really gives back is worked out to the cent by shop.payments.
        total, before = (amount * quantity / line.quantity for amount in (total, before))
    face = face or showing.Face(title=line.title, variant="", url="", picture=None)
    return ReceiptLine(line, face, quantity, total, before if before > total else None)


def _sums_of(order: Order, lines: list[ReceiptLine]) -> list[Sum]:
    count = sum(line.quantity for line in lines)
    goods = sum((line.before or line.total for line in lines), Decimal(0))
    sums = [Sum(ngettext("%(count)s item", "%(count)s items", count) % {"count": count}, goods, "goods")]
    for discount in order.discounts.order_by("pk"):
        if discount.amount and discount.is_basket_discount:
            sums.append(Sum(discount.offer_name or discount.voucher_code or _("Discount"), -discount.amount, "less"))
    delivery = ", ".join(filter(None, [_("Delivery"), order.shipping_method]))
    is_net = order.tax_is_added
    sums.append(Sum(delivery, order.shipping_excl_tax if is_net else order.shipping_incl_tax, "delivery"))
    for extra in order.surcharges.all():
        if extra.incl_tax:
            sums.append(Sum(extra.name, extra.excl_tax if is_net else extra.incl_tax, "surcharge"))
    tax = order.total_incl_tax - order.total_excl_tax
    if tax and is_net:
        sums.append(Sum(_("Tax"), tax, "added"))
    sums.append(Sum(_("Total"), order.total_incl_tax, "total"))
    if tax and not is_net:
        sums.append(Sum(_("of which VAT"), tax, "tax"))
    return sums + _credits_of(order)


def _credits_of(order: Order) -> list[Sum]:
    """What credits pay and what is left of the total; nothing for an order that let them go."""
    if not order.credit_total or order.status == statuses.CANCELLED:
        return []
    used = [Sum(credits.counted(one.code, one.units), -one.amount, "credit") for one in order.credits.all()]
    return [*used, Sum(_("Paid") if order.paid_at else _("To pay"), order.due, "due")]


def _steps_of(order: Order, shipments: list[Shipment]) -> list[Step]:
    placed = Step(_("Ordered"), "done", order.date_placed)
    if order.status in ENDED:
        return [placed, Step(str(WORDS[order.status]), "current")]
    done = {
        "paid": order.paid_at is not None,
        "shipped": order.status in (statuses.SHIPPED, statuses.DELIVERED),
        "delivered": order.status == statuses.DELIVERED,
    }
    when = {"paid": order.paid_at, "shipped": shipments[0].shipped_at if shipments else None}
    is_paid_at_the_door = order.status == statuses.ON_DELIVERY or (order.paid_at is None and bool(shipments))
    way = [name for name in WAY if not (name == "paid" and is_paid_at_the_door)]
    current = next((name for name in way if not done[name]), "")
    return [placed, *(_step(name, done[name], name == current, when.get(name)) for name in way)]


def _step(name: str, is_done: bool, is_current: bool, at: datetime | None) -> Step:
    """A step that is still to be done says what is happening, not what will have happened."""
    happened, happening = WAY[name]
    state = "done" if is_done else "current" if is_current else "ahead"
    return Step(str(happening if is_current else happened), state, at)


def _address_of(order: Order) -> list[str]:
    address = order.shipping_address
    if address is None:
        return []
    town = f"{address.postcode or ''} {address.line4 or ''}".strip()
    country = showing.country_name(address.country_id)
    return [part for part in (address.name, address.line1, address.line2, town, address.state, country) if part]


def _expected(order: Order) -> str:
    """Counted from the payment, or from the order where it is paid at the door, as the checkout promised."""
    start = order.paid_at or (order.date_placed if order.status in (statuses.ON_DELIVERY, statuses.SHIPPED) else None)
    is_under_way = order.status in (statuses.ON_DELIVERY, statuses.PAID, statuses.PARTLY_SHIPPED, statuses.SHIPPED)
    method = rates.method_called(order.shipping_code) if start and is_under_way else None
    if start is None or method is None:
        return ""
    day = localtime(start).date()
    first, last = (rates.after_working_days(day, days) for days in (method.days_min, method.days_max))
    return showing.days_between(first, last)


def _payment_of(order: Order, method: PaymentMethod | None) -> str:
    if method:
        return str(method)
    return str(dict(PaymentMethod.Code.choices).get(order.payment_code, order.payment_code))
