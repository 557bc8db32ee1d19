"""Rules as one query on customers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Segment
from campaigns.segments import rules as written
from campaigns.segments.rules import ALL, Belongs, Bought, CannotRead, Condition, Did, FactIs, Group, InGroup, Rules
from shop.customers import facts, groups
from shop.customers.models import Customer
from shop.events.models import Event
from shop.forks.catalogue.models import Category, Product
from shop.forks.offer.models import Range
from shop.forks.order.models import Line, Order

DEEPEST = 3  # segments inside segments


def customers(rules: Any, now: datetime | None = None) -> QuerySet[Customer]:
    """The people of whom the rules (JSON or `Rules`) are true, as one query. Raises `CannotRead`."""
    read = rules if isinstance(rules, Rules) else written.read(rules)
    return Customer.objects.known().filter(condition_of(read, now or timezone.now()))


def condition_of(rules: Rules, now: datetime, depth: int = 0) -> Q:
    """The rules as a filter on customers. Raises `CannotRead` when they name what is gone."""
    return _joined([_of_group(group, now, depth) for group in rules.groups], rules.match)


def filter_of(condition: Condition, now: datetime, depth: int = 0) -> Q:
    """One condition as a filter on customers. Raises `CannotRead`."""
    return FILTERS[type(condition)](condition, now, depth)


def _of_group(group: Group, now: datetime, depth: int) -> Q:
    joined = _joined([filter_of(condition, now, depth) for condition in group.conditions], group.match)
    return ~joined if group.is_not else joined


def _joined(parts: list[Q], match: str) -> Q:
    whole = Q()
    for part in parts:
        whole = whole & part if match == ALL else whole | part
    return whole


def _fact(asked: FactIs, now: datetime, depth: int) -> Q:
    fact, today = facts.named(asked.fact), timezone.localdate(now)
    if asked.question in written.MOVING:
        days = timedelta(days=int(asked.value))
        tomorrow = today + timedelta(days=1)
        match asked.question:
            case "in_last_days":
                return fact.condition("since", today - days) & fact.condition("before", tomorrow)
            case "longer_ago_than":
                return fact.condition("before", today - days)
        return fact.condition("since", today) & fact.condition("before", tomorrow + days)
    is_this_month = asked.value == written.THIS_MONTH and written.is_month(fact)
    return fact.condition(asked.question, today.month if is_this_month else asked.value)


def _did(asked: Did, now: datetime, depth: int) -> Q:
    return _at_least(Event.objects.filter(kind=asked.event, **_since("happened_at", asked.days, now)), asked)


def _bought(asked: Bought, now: datetime, depth: int) -> Q:
    orders = Order.objects.filter(paid_at__isnull=False, **_since("date_placed", asked.days, now))
    if asked.what != "anything":
        orders = orders.filter(pk__in=lines_of(asked).values("order"))
    return _at_least(orders, asked)


def lines_of(asked: Bought) -> QuerySet[Line]:
    """The order lines with what was asked for."""
    lines: QuerySet[Line] = Line.objects.filter(product__in=Product.objects.filter(_products(asked)))
    return lines


def _products(asked: Bought) -> Q:
    """Products and their variants. Raises `CannotRead` if what was named is gone."""
    pk = asked.id or 0
    match asked.what:
        case "product" if Product.objects.filter(pk=pk).exists():
            return Q(pk=pk) | Q(parent=pk)
        case "category" if (category := Category.objects.filter(pk=pk).first()) is not None:
            inside = Product.objects.filter(categories__path__startswith=category.path)
            return Q(pk__in=inside) | Q(parent__in=inside)
        case "range" if (goods := Range.objects.filter(pk=pk).first()) is not None:
            inside = goods.all_products()
            return Q(pk__in=inside) | Q(parent__in=inside)
    raise CannotRead([_("What was chosen in “bought %(what)s” is gone.") % {"what": written.GOODS[asked.what]}])


def _belongs(asked: Belongs, now: datetime, depth: int) -> Q:
    segment = Segment.objects.filter(pk=asked.segment).first()
    if segment is None:
        raise CannotRead([_("A segment that was chosen here is gone.")])
    if depth >= DEEPEST:
        raise CannotRead([_("Segments name each other in a circle, or too deep.")])
    inside = Q(pk__in=Customer.objects.filter(condition_of(written.read(segment.rules), now, depth + 1)).values("pk"))
    return inside if asked.did else ~inside


def _in_group(asked: InGroup, now: datetime, depth: int) -> Q:
    try:
        people = groups.named(asked.group).people(groups.parameters(asked.parameters), timezone.localdate(now))
    except groups.NoSuchGroup as error:
        raise CannotRead([str(error)]) from error
    inside = Q(Exists(people.filter(pk=OuterRef("pk"))))
    return inside if asked.did else ~inside


FILTERS: dict[type, Callable[[Any, datetime, int], Q]] = {
    FactIs: _fact,
    Did: _did,
    Bought: _bought,
    Belongs: _belongs,
    InGroup: _in_group,
}


def _since(field: str, days: int | None, now: datetime) -> dict[str, datetime]:
    return {} if days is None else {f"{field}__gte": now - timedelta(days=days)}


def _at_least(rows: QuerySet[Any], asked: Did | Bought) -> Q:
    """Customers with so many of these rows: joined as a whole, never looked up for each customer."""
    if asked.times == 1:
        found = Q(Exists(rows.filter(customer=OuterRef("pk"))))
    else:
        counted = rows.filter(customer__isnull=False).order_by().values("customer").annotate(n=Count("customer"))
        often = counted.filter(n__gte=asked.times).values("customer")
        # By way of customers, so that "not" is an anti-join too; NOT IN would be asked for each row.
        found = Q(Exists(Customer.objects.filter(pk=OuterRef("pk"), pk__in=often)))
    return found if asked.did else ~found
