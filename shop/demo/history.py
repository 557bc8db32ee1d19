"""Two years of orders, written in bulk in the shape in which placing an order writes them."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from oscar.apps.address.models import Country

from shop.customers.models import Customer, User
from shop.demo import bulk
from shop.demo.crowd import Crowd
from shop.demo.diary import Diary
from shop.demo.fates import CARD, CASH, TRANSFER, Courier, Fate
from shop.demo.habits import Purchase
from shop.demo.people import Person
from shop.demo.rules import Rules
from shop.demo.till import CURRENCY, Given, Receipt, Till
from shop.events.catalog import OrderCancelled, OrderPlaced
from shop.forks import money
from shop.forks.basket.models import Basket
from shop.forks.catalogue.models import Product
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line, LinePrice, Order, OrderDiscount, OrderLineDiscount, OrderStatusChange, ShippingAddress
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders import numbers, statuses, writing

UNPAID = {CARD: statuses.PENDING_PAYMENT, CASH: statuses.ON_DELIVERY, TRANSFER: statuses.AWAITING_TRANSFER}


@dataclass
class Story:
    """One order with everything that belongs to it."""

    person: Person
    purchase: Purchase
    fate: Fate
    receipt: Receipt
    customer: Customer
    user: User | None
    order: Order
    lines: list[Line] = field(default_factory=list)


class Orders:
    """Writes the orders; what happens to them afterwards is `afterwards`."""

    def __init__(self, rules: Rules, products: dict[str, Product], crowd: Crowd, diary: Diary, seed: int) -> None:
        self.rules, self.products, self.crowd, self.diary = rules, products, crowd, diary
        self.random = random.Random(f"{seed} orders")
        self.countries = {country.pk: country for country in Country.objects.all()}
        self.records = {record.partner_sku: record for record in StockRecord.objects.all()}
        self.used_numbers: set[str] = set()
        self.has_used_voucher: set[int] = set()

    def imagine(self, people: list[Person], purchases: list[Purchase], courier: Courier) -> list[Story]:
        """All orders with their lines, in the order of time; nothing is written yet."""
        till = Till(self.rules)
        stories = [
            self._story(people[purchase.person.number], purchase, courier.fate(purchase), till) for purchase in purchases
        ]
        for story in stories:
            story.lines = [self._line(story, place) for place in range(len(story.purchase.lines))]
        return stories

    def write(self, stories: list[Story]) -> None:
        """The orders as they stand today, with prices, discounts and uses."""
        bulk.write(ShippingAddress, [story.order.shipping_address for story in stories])
        bulk.write(Basket, [story.order.basket for story in stories if story.order.basket])
        bulk.write(Order, [story.order for story in stories])
        bulk.write(Line, [line for story in stories for line in story.lines])
        bulk.write(
            LinePrice,
            [price for story in stories for line in story.lines for price in writing._unit_prices(story.order, line)],
        )
        self._discounts(stories)
        self._uses(stories)
        self._tell(stories)

    def _story(self, person: Person, purchase: Purchase, fate: Fate, till: Till) -> Story:
        user = self.crowd.account_at(person.number, purchase.moment)
        wants = purchase.is_first and self.random.random() < (0.6 if person.looks_for_vouchers else 0.05)
        receipt = till.ring_up(purchase, fate, with_voucher=wants)
        customer = self.crowd.customers[person.number]
        order = self._order(person, purchase, fate, receipt, customer, user)
        return Story(person, purchase, fate, receipt, customer, user, order)

    def _order(
        self, person: Person, purchase: Purchase, fate: Fate, receipt: Receipt, customer: Customer, user: User | None
    ) -> Order:
        shipping = receipt.taxes.with_and_without(receipt.shipping, CURRENCY)
        total, total_without = receipt.totals
        return Order(
            number=self._number(),
            token=uuid.UUID(int=self.random.getrandbits(128), version=4),
            basket=None if fate.cancelled_at else self._basket(purchase, user, total),
            customer=customer,
            user=user,
            guest_email=person.email,
            language=person.language,
            currency=CURRENCY,
            total_incl_tax=total,
            total_excl_tax=total_without,
            shipping_incl_tax=shipping[0],
            shipping_excl_tax=shipping[1],
            shipping_address=self._address(person),
            shipping_method=getattr(receipt.method, f"name_{person.language}"),
            shipping_code=receipt.method.code,
            payment_code=fate.payment,
            paid_at=fate.paid_at,
            status=statuses.PENDING_PAYMENT,
            date_placed=purchase.moment,
        )

    def _number(self) -> str:
        while True:
            body = "".join(self.random.choices(numbers.ALPHABET, k=numbers.LENGTH - 1))
            number = body + numbers._check_character(body)
            if number not in self.used_numbers:
                self.used_numbers.add(number)
                return number

    def _basket(self, purchase: Purchase, user: User | None, total: Decimal) -> Basket:
        return Basket(
            owner=user,
            status=Basket.SUBMITTED,
            date_created=purchase.moment,
            date_submitted=purchase.moment,
            item_count=sum(units for _ware, units in purchase.lines),
            shown_total=total,
        )

    def _address(self, person: Person) -> ShippingAddress:
        address = ShippingAddress(
            first_name=person.first_name,
            last_name=person.last_name,
            line1=person.address.line1,
            line4=person.address.city,
            state=person.address.state,
            postcode=person.address.postcode,
            country=self.countries[person.country],
            phone_number=person.phone,
        )
        address._update_search_text()
        return address

    def _line(self, story: Story, place: int) -> Line:
        ware, units = story.purchase.lines[place]
        product, record, taxes = self.products[ware.sku], self.records[ware.sku], story.receipt.taxes
        paid = taxes.with_and_without(story.receipt.total_of(place), CURRENCY)
        before = taxes.with_and_without(story.receipt.price(place), CURRENCY)
        unit = taxes.with_and_without(ware.price, CURRENCY)
        return Line(
            order=story.order,
            partner_id=record.partner_id,
            partner_name="",
            partner_sku=ware.sku,
            stockrecord=record,
            product=product,
            title=getattr(self.products[ware.product], f"title_{story.person.language}"),
            upc=product.upc,
            quantity=units,
            line_price_incl_tax=paid[0],
            line_price_excl_tax=paid[1],
            line_price_before_discounts_incl_tax=before[0],
            line_price_before_discounts_excl_tax=before[1],
            unit_price_incl_tax=unit[0],
            unit_price_excl_tax=unit[1],
            num_allocated=0 if story.fate.cancelled_at else units,
            quantity_cancelled=units if story.fate.cancelled_at else 0,
        )

    def _discounts(self, stories: list[Story]) -> None:
        rows: list[OrderDiscount] = []
        shares: list[OrderLineDiscount] = []
        standing: list[Given] = []
        for story in stories:
            for given in story.receipt.given:
                offer, language = given.offer, story.person.language
                row = OrderDiscount(
                    order=story.order,
                    category=OrderDiscount.BASKET,
                    offer_id=offer.pk,
                    offer_name=self.rules.voucher.name if given.is_voucher else getattr(offer, f"name_{language}"),
                    voucher_id=self.rules.voucher.pk if given.is_voucher else None,
                    voucher_code=self.rules.voucher.code if given.is_voucher else "",
                    frequency=given.times,
                    amount=given.amount,
                )
                rows.append(row)
                included = story.receipt.taxes.is_included
                shares += [
                    OrderLineDiscount(line=story.lines[place], order_discount=row, is_incl_tax=included, amount=amount)
                    for place, amount in given.per_line.items()
                ]
                if not story.fate.cancelled_at:
                    standing.append(given)
        bulk.write(OrderDiscount, rows)
        bulk.write(OrderLineDiscount, shares)
        for pk in {given.offer.pk for given in standing}:
            own = [given for given in standing if given.offer.pk == pk]
            ConditionalOffer.objects.filter(pk=pk).update(
                num_orders=len(own),
                num_applications=sum(given.times for given in own),
                total_discount=sum((given.amount for given in own), money.ZERO),
            )

    def _uses(self, stories: list[Story]) -> None:
        """Uses of the welcome voucher, and its figures."""
        used = [(story, given) for story in stories for given in story.receipt.given if given.is_voucher]
        uses = [
            VoucherApplication(
                voucher=self.rules.voucher,
                order=story.order,
                user=story.user,
                customer=story.customer,
                is_once_per_customer=True,
                amount=given.amount,
                released_at=story.fate.cancelled_at,
                date_created=story.purchase.moment,
            )
            for story, given in used
        ]
        bulk.write(VoucherApplication, uses)
        standing = [use.amount for use in uses if use.released_at is None]
        total = sum(standing, money.ZERO)
        Voucher.objects.filter(pk=self.rules.voucher.pk).update(
            num_orders=len(standing),
            total_discount=total,
            num_basket_additions=F("num_basket_additions") + round(len(uses) * 1.3),
        )

    def _tell(self, stories: list[Story]) -> None:
        for story in stories:
            order = story.order
            placed = OrderPlaced(
                order_id=order.pk, number=order.number, total=str(order.total_incl_tax), currency=order.currency
            )
            self.diary.note(placed, story.customer, story.purchase.moment)
            if story.fate.cancelled_at:
                gone = OrderCancelled(order_id=order.pk, number=order.number, reason=story.fate.cancelled_for)
                self.diary.note(gone, story.customer, story.fate.cancelled_at)


@dataclass
class Path:
    """The statuses that an order went through, with the moments."""

    order: Order
    changes: list[OrderStatusChange] = field(default_factory=list)

    def move(self, to: str, moment: datetime) -> None:
        old = self.changes[-1].new_status if self.changes else ""
        if old != to:
            self.changes.append(OrderStatusChange(order=self.order, old_status=old, new_status=to, date_created=moment))
            self.order.status = to
