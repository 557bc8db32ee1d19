"""A promotion in one piece, over Oscar's offer, condition, benefit, range and voucher: read from them, written into them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.desk import promotion_goods
from shop.desk.promotion_goods import Goods
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.voucher.models import Voucher

PERCENT, AMOUNT, BUNDLE, FREE_DELIVERY, GIFT = "percent", "amount", "bundle", "free_delivery", "gift"
KINDS = {
    PERCENT: _("Per cent off"),
    AMOUNT: _("Amount off"),
    BUNDLE: _("Buy some, get some cheaper"),
    FREE_DELIVERY: _("Free delivery"),
    GIFT: _("A gift"),
}
TYPES = {
    PERCENT: Benefit.PERCENTAGE,
    AMOUNT: Benefit.FIXED,
    BUNDLE: Benefit.BUNDLE,
    FREE_DELIVERY: Benefit.SHIPPING_PERCENTAGE,
    GIFT: Benefit.GIFT,
}
ALWAYS = timedelta(days=3650)  # a voucher needs an end
ONCE = (AMOUNT, FREE_DELIVERY, GIFT)  # five off means five off the order, not five for each thing in it


@dataclass
class Promotion:
    """What a merchant means. Without a code it is automatic; without goods it is for everything."""

    kind: str = PERCENT
    value: Decimal = Decimal(0)
    buy: int | None = None  # of a bundle: so many at their price,
    get: int | None = None  # and so many `value` per cent cheaper
    gift_ids: list[int] = field(default_factory=list)
    goods: Goods = field(default_factory=Goods)
    minimum: Decimal | None = None
    minimum_count: int | None = None
    per_order: int | None = None  # bundles in an order
    code: str = ""
    usage: str = Voucher.MULTI_USE
    max_uses: int | None = None


def read(offer: ConditionalOffer) -> Promotion | None:
    """The promotion behind an offer; None for rules that are more than one of these."""
    benefit, condition = offer.benefit, offer.condition
    kind = kind_of(benefit)
    if kind is None or condition.proxy_class or condition.type not in (Condition.COUNT, Condition.VALUE):
        return None
    if not condition.range or condition.range.proxy_class or condition.range.classes.exists():
        return None
    if kind not in (FREE_DELIVERY, GIFT) and benefit.range_id != condition.range_id:
        return None
    voucher = voucher_of(offer)
    count = int(condition.value or 1) if condition.type == Condition.COUNT else None
    cheaper = benefit.max_affected_items or 1 if kind == BUNDLE else 0
    return Promotion(
        kind=kind,
        value=benefit.value or Decimal(0),
        buy=count - cheaper if kind == BUNDLE and count else None,
        get=cheaper or None,
        gift_ids=promotion_goods.named(benefit.range) if kind == GIFT and benefit.range else [],
        goods=promotion_goods.read(condition.range),
        minimum=condition.value if condition.type == Condition.VALUE else None,
        minimum_count=count if kind != BUNDLE and (count or 0) > 1 else None,
        per_order=offer.max_basket_applications if kind == BUNDLE else None,
        code=voucher.code if voucher else "",
        usage=voucher.usage if voucher else Voucher.MULTI_USE,
        max_uses=voucher.max_uses if voucher else None,
    )


def kind_of(benefit: Benefit) -> str | None:
    if benefit.proxy_class or (benefit.max_affected_items and benefit.type != Benefit.BUNDLE):
        return None
    if benefit.type == Benefit.SHIPPING_PERCENTAGE and benefit.value != 100:
        return None
    return next((kind for kind, type_ in TYPES.items() if type_ == benefit.type), None)


def voucher_of(offer: ConditionalOffer) -> Voucher | None:
    """The code that opens an offer. From what is loaded, where a list has loaded it."""
    return next(iter(offer.vouchers.all()), None) if offer.pk else None


def write(offer: ConditionalOffer, promotion: Promotion, partners: Iterable[ConditionalOffer] = ()) -> None:
    """Make an offer, new or known, what the promotion says. Inside the caller's transaction."""
    condition = offer.condition if offer.condition_id else Condition()
    goods = promotion_goods.write(condition.range if condition.range_id else None, promotion.goods, str(offer.name))
    condition.range = goods
    condition.type, condition.value = _asks(promotion)
    benefit = offer.benefit if offer.benefit_id else Benefit()
    benefit.type, benefit.range = TYPES[promotion.kind], _range_given(benefit, promotion, goods, str(offer.name))
    benefit.value = {FREE_DELIVERY: Decimal(100), GIFT: None}.get(promotion.kind, promotion.value)
    benefit.max_affected_items = promotion.get if promotion.kind == BUNDLE else None
    condition.save()
    benefit.save()
    offer.condition, offer.benefit = condition, benefit
    per_order = promotion.per_order if promotion.kind == BUNDLE else None
    offer.max_basket_applications = 1 if promotion.kind in ONCE else per_order
    offer.offer_type = ConditionalOffer.VOUCHER if promotion.code else ConditionalOffer.SITE
    offer.save()
    offer.combinations.set(partners)
    _write_voucher(offer, promotion)


def end(offer: ConditionalOffer, now: datetime) -> None:
    """Over from now on, for the code as well."""
    offer.end_datetime = now
    offer.save()
    Voucher.objects.filter(offers=offer, end_datetime__gt=now).update(end_datetime=now)


def copy(offer: ConditionalOffer, name: str) -> ConditionalOffer | None:
    """The same promotion again as a draft with a code of its own; None for rules beyond the form."""
    said = read(offer)
    if said is None:
        return None
    made = ConditionalOffer.objects.get(pk=offer.pk)
    partners = list(offer.combinations.all())
    made.pk, made.slug, made._state.adding = None, "", True
    made.condition = made.benefit = None
    made.num_orders = made.num_applications = 0
    made.total_discount = Decimal(0)
    made.status, made.is_draft, made.start_datetime, made.end_datetime = ConditionalOffer.SUSPENDED, True, None, None
    for one in [column for column in vars(made) if column.startswith("name_")]:
        setattr(made, one, None)
    made.name = name
    said.code = _free_code(said.code) if said.code else ""
    write(made, said, partners)
    return made


def _asks(promotion: Promotion) -> tuple[str, Decimal]:
    if promotion.kind == BUNDLE:
        return Condition.COUNT, Decimal((promotion.buy or 1) + (promotion.get or 1))
    if promotion.minimum:
        return Condition.VALUE, promotion.minimum
    return Condition.COUNT, Decimal(promotion.minimum_count or 1)


def _range_given(benefit: Benefit, promotion: Promotion, goods: Range, name: str) -> Range | None:
    if promotion.kind == FREE_DELIVERY:
        return None
    if promotion.kind != GIFT:
        return goods
    own = benefit.range if benefit.range_id and benefit.pk and benefit.type == Benefit.GIFT else None
    is_gifts_own = own is not None and not Condition.objects.filter(range=own).exists()
    return promotion_goods.write(own if is_gifts_own else None, Goods(product_ids=promotion.gift_ids), name)


def _write_voucher(offer: ConditionalOffer, promotion: Promotion) -> None:
    voucher = voucher_of(offer)
    if not promotion.code:
        if voucher:
            voucher.delete()
        return
    if voucher is None:
        voucher = Voucher(name=str(offer.name))
    voucher.code, voucher.usage, voucher.max_uses = promotion.code, promotion.usage, promotion.max_uses
    voucher.start_datetime, voucher.end_datetime = _period_of(offer)
    voucher.save()
    voucher.offers.set([offer])


def _period_of(offer: ConditionalOffer) -> tuple[datetime, datetime]:
    start = offer.start_datetime or offer.date_created or timezone.now()
    return start, offer.end_datetime or start + ALWAYS


def _free_code(code: str) -> str:
    taken = {one.upper() for one in Voucher.objects.filter(code__istartswith=code[:36]).values_list("code", flat=True)}
    return next(one for number in range(2, len(taken) + 3) if (one := f"{code[:36]}-{number}") not in taken)
