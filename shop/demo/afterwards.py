"""What happened to the orders: payments, parcels, refunds, and the statuses they went through."""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models
from django.urls import reverse

from shop.customers.models import User
from shop.demo import bulk, source
from shop.demo.diary import Diary
from shop.demo.fates import CARD, End, GoingBack, Try
from shop.demo.history import UNPAID, Path, Story
from shop.events.catalog import OrderDelivered, OrderPaid, OrderRefunded, OrderShipped
from shop.forks import money
from shop.forks.order.models import Line, OrderNote, OrderStatusChange
from shop.forks.partner.models import StockRecord
from shop.orders import statuses
from shop.orders.models import Shipment, ShipmentLine
from shop.payments import refunds
from shop.payments.models import PaymentAttempt, Refund, RefundLine, TestCharge, TestSession

_DECLINED = "The bank declined the card."

_KINDS = (
    PaymentAttempt, TestSession, TestCharge, Shipment, ShipmentLine, Refund, RefundLine, OrderNote, OrderStatusChange,
)  # fmt: skip


class Afterwards:
    """Collects the rows of all orders and writes each kind at once."""

    def __init__(self, diary: Diary, staff: User | None, seed: int) -> None:
        self.diary, self.staff = diary, staff
        self.random = random.Random(f"{seed} afterwards")
        self.carriers = {entry["code"]: entry for entry in source.read("rules.toml")["delivery"]}
        self.rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self.shipments: list[tuple[Story, Shipment, dict[int, int]]] = []
        self.refunds: list[tuple[Story, Refund, dict[int, int]]] = []

    def happen(self, stories: list[Story]) -> None:
        """Take every order to where it stands today; nothing is written yet."""
        for story in stories:
            self._follow(story)

    def write(self, stories: list[Story]) -> None:
        """What came of the orders, once they are written themselves."""
        for kind in _KINDS:
            bulk.write(kind, self.rows[kind])
        self._hold(line for story in stories for line in story.lines)
        self._tell(stories)

    def _follow(self, story: Story) -> None:
        """One order from its payment to its end, in the order in which things happened."""
        fate, path = story.fate, Path(story.order)
        path.move(statuses.PENDING_PAYMENT, story.purchase.moment)
        path.move(UNPAID[fate.payment], story.purchase.moment)
        attempt = self._payments(story, fate.tries)
        steps: list[tuple[datetime, str]] = [(moment, "parcel") for moment, _places in fate.parcels]
        steps += [
            (moment, step)
            for moment, step in ((fate.paid_at, "paid"), (fate.delivered_at, "delivered"), (fate.cancelled_at, "cancelled"))
            if moment
        ]
        parcels = iter(fate.parcels)
        for moment, step in sorted(steps):
            if step == "parcel":
                self._parcel(story, path, *next(parcels))
            elif step != "paid" or story.order.status in statuses.UNPAID:
                path.move(step, moment)
        if fate.refund and attempt:
            self._give_back(story, path, attempt, fate.refund)
        self.rows[OrderStatusChange] += path.changes

    def _payments(self, story: Story, tries: list[Try]) -> PaymentAttempt | None:
        """The attempts, and what the test provider's books say of them. The one that was paid is returned."""
        order, captured = story.order, None
        for one in tries:
            attempt = PaymentAttempt(
                key=uuid.UUID(int=self.random.getrandbits(128), version=4),
                order=order,
                provider=story.fate.payment,
                state=one.end.value,
                amount=order.total_incl_tax,
                currency=order.currency,
                created_at=one.begun_at,
                settled_at=one.settled_at,
            )
            self.rows[PaymentAttempt].append(attempt)
            if story.fate.payment == CARD:
                self._on_card(attempt, one)
            elif one.end is End.CAPTURED:
                note = OrderNote(order=order, user=self.staff, note_type=OrderNote.SYSTEM, message="Payment received.")
                note.date_created = note.date_updated = one.settled_at
                self.rows[OrderNote].append(note)
            captured = attempt if one.end is End.CAPTURED else captured
        return captured

    def _on_card(self, attempt: PaymentAttempt, one: Try) -> None:
        attempt.reference = str(attempt.key)
        attempt.redirect_url = reverse("payments:test-page", kwargs={"key": attempt.key})
        session = TestSession(
            key=attempt.key, amount=attempt.amount, currency=attempt.currency, is_closed=one.end is End.CLOSED
        )
        self.rows[TestSession].append(session)
        if one.end is End.DECLINED:
            attempt.error = session.declined = _DECLINED
        if one.end is End.CAPTURED and one.settled_at:
            attempt.charge = str(attempt.key)
            self._book(attempt.key, attempt.key, attempt.amount, attempt.currency, one.settled_at)

    def _book(self, key: uuid.UUID, charge: uuid.UUID, amount: Decimal, currency: str, moment: datetime) -> None:
        row = TestCharge(key=key, charge_key=charge, amount=amount, currency=currency, visible_at=moment, created_at=moment)
        self.rows[TestCharge].append(row)

    def _parcel(self, story: Story, path: Path, moment: datetime, places: tuple[int, ...]) -> None:
        carrier = self.carriers[story.receipt.method.code]
        shipment = Shipment(
            order=story.order,
            carrier=carrier["carrier"],
            tracking_code=self._tracking_code(carrier["tracking"]),
            shipped_at=moment,
        )
        self.rows[Shipment].append(shipment)
        inside = {place: story.lines[place].quantity for place in places}
        for place, units in inside.items():
            line = story.lines[place]
            line.quantity_shipped, line.num_allocated = units, 0
            self.rows[ShipmentLine].append(ShipmentLine(shipment=shipment, line=line, quantity=units))
        is_all = all(line.quantity_shipped for line in story.lines)
        path.move(statuses.SHIPPED if is_all else statuses.PARTLY_SHIPPED, moment)
        self.shipments.append((story, shipment, inside))

    def _tracking_code(self, pattern: str) -> str:
        start, _brace, rest = pattern.partition("{")
        digits, _brace, end = rest.partition("}")
        return start + "".join(self.random.choices("0123456789", k=int(digits))) + end

    def _give_back(self, story: Story, path: Path, attempt: PaymentAttempt, back: GoingBack) -> None:
        """A refund with its lines, of money and of units, as `shop.payments.refunds` makes it."""
        order, places = story.order, range(len(story.lines)) if back.is_all else back.lines
        refund = Refund(
            key=uuid.UUID(int=self.random.getrandbits(128), version=4),
            order=order,
            attempt=attempt,
            state=Refund.State.DONE,
            shipping=order.shipping_incl_tax if back.is_all else money.ZERO,
            reason=back.reason,
            by=self.staff,
            restock=back.restock,
            created_at=back.at,
            done_at=back.at + timedelta(seconds=2),
        )
        prices = [story.lines[place].line_price_incl_tax for place in places]
        refund.amount = sum(prices, refund.shipping)
        if not refund.amount:
            return  # the one free bar of three
        units = {place: story.lines[place].quantity for place in places}
        rows = [self._refund_line(refund, story.lines[place], order.currency) for place in units]
        attempt.refunded = refund.amount
        self.rows[Refund].append(refund)
        self.rows[RefundLine] += rows
        if attempt.provider == CARD:
            refund.reference = str(refund.key)
            self._book(refund.key, attempt.key, -refund.amount, attempt.currency, back.at)
        if refund.amount == attempt.amount:
            path.move(statuses.REFUNDED, back.at)
        self.refunds.append((story, refund, units))

    @staticmethod
    def _refund_line(refund: Refund, line: Line, currency: str) -> RefundLine:
        row = RefundLine(
            refund=refund, line=line, quantity=line.quantity, amount=refunds.amount_of(line, line.quantity, currency)
        )
        line.quantity_refunded = line.quantity
        if not line.quantity_shipped:
            line.quantity_cancelled, line.num_allocated = line.quantity, 0
        return row

    @staticmethod
    def _hold(lines: Iterable[Line]) -> None:
        """Stock that open orders hold lies in the house besides what is for sale."""
        held: dict[int, int] = defaultdict(int)
        for line in lines:
            if line.num_allocated and line.stockrecord_id:
                held[line.stockrecord_id] += line.num_allocated
        records = list(StockRecord.objects.filter(pk__in=held))
        for record in records:
            record.num_allocated = held[record.pk]
            record.num_in_stock = (record.num_in_stock or 0) + held[record.pk]
        StockRecord.objects.bulk_update(records, ["num_allocated", "num_in_stock"])

    def _tell(self, stories: list[Story]) -> None:
        for story in stories:
            order, fate = story.order, story.fate
            if fate.paid_at:
                paid = OrderPaid(
                    order_id=order.pk, number=order.number, total=str(order.total_incl_tax), currency=order.currency
                )
                self.diary.note(paid, story.customer, fate.paid_at)
            if fate.delivered_at:
                self.diary.note(OrderDelivered(order_id=order.pk, number=order.number), story.customer, fate.delivered_at)
        for story, shipment, inside in self.shipments:
            units = {str(story.lines[place].pk): count for place, count in inside.items()}
            shipped = OrderShipped(
                order_id=story.order.pk, number=story.order.number, line_quantities=units, shipment_id=shipment.pk
            )
            self.diary.note(shipped, story.customer, shipment.shipped_at)
        for story, refund, back in self.refunds:
            refunded = OrderRefunded(
                order_id=story.order.pk,
                number=story.order.number,
                refund_id=refund.pk,
                amount=str(refund.amount),
                currency=story.order.currency,
                line_quantities={str(story.lines[place].pk): count for place, count in back.items()},
            )
            self.diary.note(refunded, story.customer, refund.done_at or refund.created_at)
