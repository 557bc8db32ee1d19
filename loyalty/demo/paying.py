"""Who paid with points, and what that changed in the books of orders and payments."""

import random
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext, override

from loyalty import spending
from loyalty.demo.books import Books
from loyalty.models import Entry
from shop.demo import bulk
from shop.forks import money
from shop.forks.order.models import Line, Order
from shop.orders.models import CreditShare, OrderCredit
from shop.payments.models import PaymentAttempt, TestCharge, TestSession

VALUE = Decimal("0.05")
LEAST = 60  # a smaller heap goes on growing
HOW_OFTEN = 0.4


class Paying:
    """Orders of members that were paid partly with points: only such as are paid and were never sent back."""

    def __init__(self, books: Books, chance: random.Random) -> None:
        self.books, self.random = books, chance
        self.credits: list[OrderCredit] = []
        self.shares: list[CreditShare] = []
        self.held: dict[int, Entry] = {}
        self.attempts: dict[int, list[PaymentAttempt]] = defaultdict(list)
        self.refunded: set[int] = set()

    def read(self, refunded: set[int]) -> None:
        self.refunded = refunded
        for attempt in PaymentAttempt.objects.order_by("pk"):
            self.attempts[attempt.order_id].append(attempt)

    def pay(self, order: Order, lines: list[Line], moment: datetime) -> dict[int, Decimal]:
        """What points pay of each line; nothing for most orders."""
        account = self.books.accounts.get(order.customer_id or 0)
        most = int((order.total_incl_tax - 1) / VALUE)
        if account is None or not order.paid_at or order.pk in self.refunded or not self.attempts[order.pk]:
            return {}
        if min(account.available, most) < LEAST or self.random.random() > HOW_OFTEN:
            return {}
        units = min(account.available, most)
        units -= units % self.random.choice((1, 10, 50))
        amount = units * VALUE
        parts: dict[int, Decimal] = {line.pk: line.line_price_incl_tax for line in lines}
        parts[0] = order.total_incl_tax - sum(parts.values(), Decimal(0))  # delivery and surcharges
        amounts = money.split(amount, list(parts.values()), order.currency)
        with override(order.language):
            name = gettext("Points")
        credit = OrderCredit(order=order, code="points", name=name, amount=amount, units=units, state=OrderCredit.State.SPENT)
        self.credits.append(credit)
        self.shares += [
            CreditShare(credit=credit, line_id=pk or None, amount=paid, units=count)
            for pk, paid, count in zip(parts, amounts, money.split_whole(units, amounts), strict=True)
            if paid
        ]
        order.credit_total = amount
        assert order.customer is not None
        self.held[order.pk] = self.books.hold(order.customer, units, spending.cause_of(order), order, moment)
        return dict(zip(parts, amounts, strict=True))

    def settle(self, order: Order, moment: datetime) -> None:
        if order.pk in self.held:
            self.books.spend(self.held[order.pk], moment)

    def write(self) -> None:
        """The credits, and what was paid in money made less by them."""
        orders = [credit.order for credit in self.credits]
        bulk.write(OrderCredit, self.credits)
        bulk.write(CreditShare, self.shares)
        Order.objects.bulk_update(orders, ["credit_total"], batch_size=500)
        attempts = [attempt for order in orders for attempt in self.attempts[order.pk]]
        due = {order.pk: order.total_incl_tax - order.credit_total for order in orders}
        for attempt in attempts:
            attempt.amount = due[attempt.order_id]
        PaymentAttempt.objects.bulk_update(attempts, ["amount"], batch_size=500)
        by_key = {attempt.key: attempt.amount for attempt in attempts}
        sessions = list(TestSession.objects.filter(key__in=by_key))
        charges = list(TestCharge.objects.filter(key__in=by_key))
        for session in sessions:
            session.amount = by_key[session.key]
        for charge in charges:
            charge.amount = by_key[charge.key]
        TestSession.objects.bulk_update(sessions, ["amount"], batch_size=500)
        TestCharge.objects.bulk_update(charges, ["amount"], batch_size=500)
