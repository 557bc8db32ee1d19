"""Two years of points, one thing after another: orders, deliveries, returns, birthdays, friends."""

import heapq
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from loyalty import earning, referrals, tiers
from loyalty.demo.books import Books
from loyalty.demo.paying import Paying
from loyalty.demo.setting import DELIVERY_DAYS, RETURN_DAYS, Setting
from loyalty.earning import LineEarning
from loyalty.models import Account, Code, Entry, Lot, Promise, Referral, Rule, Share, Tier
from shop.content import kept
from shop.customers.models import Customer
from shop.demo import bulk
from shop.demo.diary import Diary
from shop.events.catalog import EmailConfirmed, ReferralRewarded, TierLeft, TierReached
from shop.events.models import Event
from shop.forks.order.models import Line, Order, OrderStatusChange
from shop.forks.reviews.models import ProductReview
from shop.orders import statuses
from shop.orders.models import Shipment
from shop.payments.models import Refund, RefundLine

Act = Callable[[datetime], None]
YEAR = timedelta(days=365)
WINDOW = timedelta(days=RETURN_DAYS)
COME_BY_FRIENDS = 0.07  # of first orders
GRACE = timedelta(days=60)


def write(today: date, seed: int) -> None:
    """The programme and everything that came of it until now."""
    now = timezone.now()
    story = Story(Setting(now), now, seed)
    story.live_through()
    story.write()
    kept.forget()


class Story:
    """What happens is a function with a moment; it may have more happen later."""

    def __init__(self, setting: Setting, now: datetime, seed: int) -> None:
        self.setting, self.now = setting, now
        self.random = random.Random(f"{seed} points")
        self.diary = Diary()
        self.books = Books(self.diary, setting.programme.lasts_months or 0)
        self.paying = Paying(self.books, self.random)
        self.agenda: list[tuple[datetime, int, Act]] = []
        self.places = count()
        self.promises: list[Promise] = []
        self.shares: dict[int, list[Share]] = {}
        self.of_orders: dict[int, Lot] = {}
        self.spending: dict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
        self.buyers: list[Customer] = []
        self.referrals: dict[int, Referral] = {}
        self._read()

    def live_through(self) -> None:
        while self.agenda:
            moment, _place, act = heapq.heappop(self.agenda)
            act(moment)

    def at(self, moment: datetime, act: Act) -> None:
        """Have something happen, unless it is yet to come."""
        if moment <= self.now:
            heapq.heappush(self.agenda, (moment, next(self.places), act))

    def write(self) -> None:
        for account in self.books.accounts.values():
            account.spend = self._spend(account.customer_id, self.now)
        self.books.write()
        bulk.write(Promise, self.promises)
        bulk.write(Share, [share for shares in self.shares.values() for share in shares])
        bulk.write(Referral, self.referrals.values())
        people = {referral.referrer_id: referral.referrer for referral in self.referrals.values()}
        bulk.write(Code, [Code(customer=person, code=self._code()) for person in people.values()])
        self.paying.write()
        self.diary.write()

    def _read(self) -> None:
        """Everything the shop's history knows, put on the agenda."""
        self.lines: dict[int, list[Line]] = defaultdict(list)
        for line in Line.objects.order_by("pk"):
            self.lines[line.order_id].append(line)
        changes = OrderStatusChange.objects.filter(new_status=statuses.DELIVERED).values_list("order_id", "date_created")
        self.delivered: dict[int, datetime] = dict(changes)
        self.shipped: dict[int, datetime] = dict(Shipment.objects.order_by("shipped_at").values_list("order_id", "shipped_at"))
        self.back: dict[int, list[RefundLine]] = defaultdict(list)
        for line_back in RefundLine.objects.all():
            self.back[line_back.refund_id].append(line_back)
        refunds = list(Refund.objects.filter(state=Refund.State.DONE).order_by("pk"))
        self.paying.read({refund.order_id for refund in refunds})
        people = Customer.objects.select_related("user").in_bulk()
        orders = {order.pk: order for order in Order.objects.order_by("date_placed", "pk")}
        for order in orders.values():
            order.customer = people[order.customer_id or 0]
            self.at(order.date_placed, self._placed(order))
            if order.paid_at:
                self.at(order.paid_at, self._paid(order))
        for refund in refunds:
            self.at(refund.done_at or refund.created_at, self._refunded(refund, orders[refund.order_id]))
        for row in Event.objects.filter(kind=EmailConfirmed.kind).order_by("happened_at"):
            person = people[row.customer_id or 0]
            self.at(row.happened_at, self._deed(person, Rule.Kind.SIGN_UP, Entry.Reason.SIGN_UP, f"sign-up:{person.pk}"))
            self._birthdays(person, row.happened_at)
        for review in ProductReview.objects.approved().filter(customer__isnull=False, order_line__isnull=False):
            cause = f"review-of-line:{review.order_line_id}"
            deed = self._deed(people[review.customer_id or 0], Rule.Kind.REVIEW, Entry.Reason.REVIEW, cause)
            self.at(review.date_created + timedelta(hours=20), deed)

    def _placed(self, order: Order) -> Act:
        def place(moment: datetime) -> None:
            lines = self.lines[order.pk]
            paid = self.paying.pay(order, lines, moment) if order.user_id else {}
            account = self.books.accounts.get(order.customer_id or 0)
            tier = account.tier if account and order.user_id else None
            times = tier.multiplier if tier else Decimal(1)
            times *= max((one.multiplier for one in self.setting.boosts if one.is_in_force(moment)), default=Decimal(1))
            rule, rate = self.setting.purchase, times.quantize(Decimal("0.0001"))
            earned = [
                LineEarning(line.pk, rule, line.line_price_incl_tax - paid.get(line.pk, Decimal(0)), rate) for line in lines
            ]
            promise = Promise(order=order, points=int(earning.exact(earned)))
            self.promises.append(promise)
            self.shares[order.pk] = [
                Share(promise=promise, line_id=one.key, rule=rule, amount=one.amount, rate=rate) for one in earned
            ]
            self._recommended(order, moment)

        return place

    def _paid(self, order: Order) -> Act:
        def pay(moment: datetime) -> None:
            self.paying.settle(order, moment)
            customer = order.customer
            assert customer is not None
            promise = self.shares[order.pk][0].promise
            ends = self._window_end(order, moment)
            if promise.points:
                lot = self.books.earn(
                    customer,
                    promise.points,
                    Entry.Reason.ORDER,
                    f"order:{order.pk}",
                    moment,
                    ends,
                    order=order,
                    rule=self.setting.purchase,
                )
                self.of_orders[order.pk] = lot
                if order.pk in self.shipped:
                    self.at(ends, lambda when: self._activate(lot, when))
            if not self.spending[customer.pk]:
                self.buyers.append(customer)
            goods = sum((line.line_price_incl_tax for line in self.lines[order.pk]), Decimal(0))
            self._spent(customer, goods, moment)
            if order.pk in self.referrals and order.pk in self.shipped:
                self.at(ends, lambda when: self._reward(order, when))

        return pay

    def _refunded(self, refund: Refund, order: Order) -> Act:
        def give_back(moment: datetime) -> None:
            back = {row.line_id: row.amount for row in self.back[refund.pk]}
            shares, lot = self.shares[order.pk], self.of_orders.get(order.pk)
            prices = {line.pk: line.line_price_incl_tax for line in self.lines[order.pk]}
            left = sum(
                (
                    share.amount
                    * share.rate
                    * (prices[share.line_id] - back.get(share.line_id, Decimal(0)))
                    / prices[share.line_id]
                    for share in shares
                    if prices[share.line_id]
                ),
                Decimal(0),
            )
            if lot and lot.points > int(left):
                self.books.reverse(lot, lot.points - int(left), f"refund:{refund.pk}", moment)
            assert order.customer is not None
            self._spent(order.customer, -sum(back.values(), Decimal(0)), moment)
            referral = self.referrals.get(order.pk)
            if referral and order.status == statuses.REFUNDED:
                referral.state, referral.why = Referral.State.REFUSED, referrals.SENT_BACK

        return give_back

    def _deed(self, person: Customer, kind: str, reason: str, cause: str) -> Act:
        def reward(moment: datetime) -> None:
            rule = self.setting.deeds[Rule.Kind(kind)]
            lot = self.books.earn(person, rule.points or 0, reason, cause, moment, rule=rule)
            self._will_end(lot)

        return reward

    def _birthdays(self, person: Customer, since: datetime) -> None:
        if person.birth_day is None or person.birth_month is None:
            return
        for year in range(since.year, self.now.year + 1):
            day = min(person.birth_day, 28) if person.birth_month == 2 else person.birth_day
            morning = timezone.make_aware(datetime.combine(date(year, person.birth_month, day), time(6, 10)))
            if morning > max(since, person.created_at + timedelta(days=30)):
                deed = self._deed(person, Rule.Kind.BIRTHDAY, Entry.Reason.BIRTHDAY, f"birthday:{person.pk}:{year}")
                self.at(morning, deed)

    def _activate(self, lot: Lot, moment: datetime) -> None:
        self.books.activate(lot, moment)
        self._will_end(lot)

    def _will_end(self, lot: Lot) -> None:
        """Points end in the night after their last day."""
        day, person = lot.expires_on, lot.account.customer
        if day:
            night = timezone.make_aware(datetime.combine(day + timedelta(days=1), time(0, 40)))
            self.at(night, lambda when: self.books.expire(person, day, when))

    def _window_end(self, order: Order, paid_at: datetime) -> datetime:
        if order.pk in self.delivered:
            return self.delivered[order.pk] + WINDOW
        return self.shipped.get(order.pk, paid_at) + timedelta(days=DELIVERY_DAYS) + WINDOW

    def _recommended(self, order: Order, moment: datetime) -> None:
        """Some first orders came by the link of somebody who had bought before."""
        customer = order.customer
        is_first = customer is not None and customer.pk not in self.spending and len(self.buyers) > 50
        if customer is None or not is_first or self.random.random() > COME_BY_FRIENDS:
            return
        self.spending[customer.pk] = []
        referrer = self.random.choice(self.buyers[-400:])
        goods = sum(line.line_price_incl_tax for line in self.lines[order.pk])
        if referrer.pk != customer.pk and goods >= (self.setting.deeds[Rule.Kind.REFERRAL].min_order or 0):
            self.referrals[order.pk] = Referral(
                referrer=referrer,
                referee=customer,
                order=order,
                referrer_points=self.setting.deeds[Rule.Kind.REFERRAL].points or 0,
                referee_points=self.setting.deeds[Rule.Kind.REFERRED].points or 0,
                min_order=self.setting.deeds[Rule.Kind.REFERRAL].min_order or 0,
                made_at=moment,
            )

    def _reward(self, order: Order, moment: datetime) -> None:
        referral = self.referrals[order.pk]
        if referral.state != Referral.State.ORDERED:
            return
        referral.state, referral.rewarded_at = Referral.State.REWARDED, moment
        for person, points, reason, name in (
            (referral.referrer, referral.referrer_points, Entry.Reason.REFERRAL, "referral"),
            (referral.referee, referral.referee_points, Entry.Reason.REFERRED, "referred"),
        ):
            lot = self.books.earn(person, points, reason, f"{name}:{referral.referee.pk}", moment, order=order)
            self._will_end(lot)
        event = ReferralRewarded(referral_id=0, referee_id=referral.referee.pk, points=referral.referrer_points)
        self.diary.note(event, referral.referrer, moment)

    def _spent(self, customer: Customer, amount: Decimal, moment: datetime) -> None:
        """So much more, or less, spent on goods: perhaps another tier, now and when it is a year old."""
        self.spending[customer.pk].append((moment, amount))
        account = self.books.account(customer, moment)
        self._review(account, moment)
        self.at(moment + YEAR + timedelta(hours=3), lambda when: self._review(account, when))

    def _review(self, account: Account, moment: datetime) -> None:
        here, earned = account.tier, tiers.reached_by(self._spend(account.customer_id, moment), self.setting.tiers)
        today = timezone.localdate(moment)
        if earned and (here is None or earned.threshold > here.threshold):
            self._put(account, earned, today)
            self.diary.note(TierReached(tier=earned.name), account.customer, moment)
        elif here is None or earned == here:
            account.tier_ends_on = None
        elif account.tier_ends_on is None:
            account.tier_ends_on = today + GRACE
            self.at(moment + GRACE + timedelta(days=1), lambda when: self._review(account, when))
        elif account.tier_ends_on < today:
            below = [tier for tier in self.setting.tiers if tier.threshold < here.threshold]
            lower = below[-1] if below else None
            self._put(account, lower, today)
            self.diary.note(TierLeft(tier=here.name, now=lower.name if lower else ""), account.customer, moment)
            if lower != earned:
                self._review(account, moment)

    def _put(self, account: Account, tier: Tier | None, today: date) -> None:
        account.tier, account.tier_since, account.tier_ends_on = tier, today, None

    def _spend(self, customer_id: int, moment: datetime) -> Decimal:
        amounts = (amount for at, amount in self.spending[customer_id] if moment - YEAR < at <= moment)
        return max(sum(amounts, Decimal(0)), Decimal(0))

    def _code(self) -> str:
        return "".join(self.random.choices(referrals.LETTERS, k=7))
