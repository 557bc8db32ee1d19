"""A promotion in one piece, over Oscar's offer, condition, benefit, range and voucher: read from them, written into them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.forks.voucher.models import Voucher

PERCENT, AMOUNT, FREE_DELIVERY = "percent", "amount", "free_delivery"
KINDS = {PERCENT: _("Per cent off"), AMOUNT: _("Amount off"), FREE_DELIVERY: _("Free delivery")}
ALWAYS = timedelta(days=3650)  # a voucher needs an end
EVERYTHING = "Everything"


@dataclass
class Promotion:
    """What a merchant means. Without a code it is automatic; without categories it is for everything."""

    kind: str = PERCENT
    value: Decimal = Decimal(0)
    category_ids: list[int] = field(default_factory=list)
    minimum: Decimal | None = None
    code: str = ""
    usage: str = Voucher.MULTI_USE
    max_uses: int | None = None


def read(offer: ConditionalOffer) -> Promotion | None:
    """The promotion behind an offer; None for rules that are more than one of these."""
    benefit, condition = offer.benefit, offer.condition
    kind = kind_of(benefit)
    if kind is None or condition.proxy_class or condition.type not in (Condition.COUNT, Condition.VALUE):
        return None
    if condition.type == Condition.COUNT and condition.value != 1:
        return None
    if not condition.range or (benefit.range_id and benefit.range_id != condition.range_id):
        return None
    if not condition.range.includes_all_products and condition.range.included_products.exists():
        return None
    voucher = voucher_of(offer)
    return Promotion(
        kind=kind,
        value=benefit.value or Decimal(0),
        category_ids=list(condition.range.included_categories.values_list("pk", flat=True)),
        minimum=condition.value if condition.type == Condition.VALUE else None,
        code=voucher.code if voucher else "",
        usage=voucher.usage if voucher else Voucher.MULTI_USE,
        max_uses=voucher.max_uses if voucher else None,
    )


def kind_of(benefit: Benefit) -> str | None:
    if benefit.proxy_class or benefit.max_affected_items:
        return None
    if benefit.type == Benefit.SHIPPING_PERCENTAGE and benefit.value == 100:
        return FREE_DELIVERY
    return {Benefit.PERCENTAGE: PERCENT, Benefit.FIXED: AMOUNT}.get(benefit.type)


def voucher_of(offer: ConditionalOffer) -> Voucher | None:
    """The code that opens an offer. From what is loaded, where a list has loaded it."""
    return next(iter(offer.vouchers.all()), None) if offer.pk else None


def write(offer: ConditionalOffer, promotion: Promotion) -> None:
    """Make an offer, new or known, what the promotion says. Inside the caller's transaction."""
    goods = _range_for(offer, promotion)
    condition = offer.condition if offer.condition_id else Condition()
    condition.range = goods
    if promotion.minimum:
        condition.type, condition.value = Condition.VALUE, promotion.minimum
    else:
        condition.type, condition.value = Condition.COUNT, Decimal(1)
    benefit = offer.benefit if offer.benefit_id else Benefit()
    benefit.range = None if promotion.kind == FREE_DELIVERY else goods
    benefit.type = {PERCENT: Benefit.PERCENTAGE, AMOUNT: Benefit.FIXED, FREE_DELIVERY: Benefit.SHIPPING_PERCENTAGE}[
        promotion.kind
    ]
    benefit.value = Decimal(100) if promotion.kind == FREE_DELIVERY else promotion.value
    condition.save()
    benefit.save()
    offer.condition, offer.benefit = condition, benefit
    # Five off means five off the order, not five for each thing in it.
    offer.max_basket_applications = None if promotion.kind == PERCENT else 1
    offer.offer_type = ConditionalOffer.VOUCHER if promotion.code else ConditionalOffer.SITE
    offer.save()
    _write_voucher(offer, promotion)


def _range_for(offer: ConditionalOffer, promotion: Promotion) -> Range:
    present: Range | None = offer.condition.range if offer.condition_id else None
    if not promotion.category_ids:
        shared = Range.objects.filter(includes_all_products=True, proxy_class=None, excluded_categories=None).first()
        everything: Range = shared or Range.objects.create(name=EVERYTHING, includes_all_products=True)
        return everything
    if present is None or present.includes_all_products:
        stamp = timezone.now().strftime("%y%m%d%H%M%S%f")
        present = Range.objects.create(name=f"{offer.name[:100]} {stamp}")
    present.included_categories.set(promotion.category_ids)
    return present


def _write_voucher(offer: ConditionalOffer, promotion: Promotion) -> None:
    voucher = voucher_of(offer)
    if not promotion.code:
        if voucher:
            voucher.delete()
        return
    if voucher is None:
        voucher = Voucher(name=_free_name(offer.name, promotion.code))
    voucher.code, voucher.usage, voucher.max_uses = promotion.code, promotion.usage, promotion.max_uses
    voucher.start_datetime, voucher.end_datetime = _period_of(offer)
    voucher.save()
    voucher.offers.set([offer])


def _period_of(offer: ConditionalOffer) -> tuple[datetime, datetime]:
    start = offer.start_datetime or offer.date_created or timezone.now()
    return start, offer.end_datetime or start + ALWAYS


def _free_name(name: str, code: str) -> str:
    return f"{name[:60]} ({code})" if Voucher.objects.filter(name=name).exists() else name
