"""What an order holds while it stands: units of stock, uses of vouchers and of offers; and letting go of it."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from shop.customers.models import Customer
from shop.forks.offer.models import ConditionalOffer
from shop.forks.order.models import Line, Order, OrderDiscount
from shop.forks.partner.models import StockRecord
from shop.forks.races import is_guarded
from shop.forks.voucher.models import Voucher, VoucherApplication
from shop.orders.quotes import Quote


def units_of(lines: Iterable[Line]) -> dict[int, int]:
    """Units that order lines hold, by stock record, in the order of their ids."""
    units: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.stockrecord_id and line.num_allocated:
            units[line.stockrecord_id] += line.num_allocated
    return dict(sorted(units.items()))


def take_vouchers(order: Order, quote: Quote, locked: Iterable[Voucher], customer: Customer) -> bool:
    """Write the use of each voucher that took something off; False when one has no use left."""
    given: dict[int, Decimal] = defaultdict(Decimal)
    for discount in quote.discounts:
        if discount.voucher_id:
            given[discount.voucher_id] += discount.amount
    uses = []
    for voucher in locked:
        if voucher.pk in given:
            slot = _free_slot(voucher)
            if slot == 0 or _is_used_by(voucher, customer):
                return False
            uses.append(_use(voucher, order, customer, slot, given[voucher.pk]))
            Voucher.objects.count_use(voucher.pk, given[voucher.pk])
    VoucherApplication.objects.bulk_create(uses)
    return True


def _free_slot(voucher: Voucher) -> int | None:
    """The first slot nobody has; 0 when all are taken; None where there is no limit."""
    if voucher.slots is None or not is_guarded("voucher"):
        return None
    taken = set(VoucherApplication.objects.standing().filter(voucher=voucher).values_list("slot", flat=True))
    return next((slot for slot in range(1, voucher.slots + 1) if slot not in taken), 0)


def _is_used_by(voucher: Voucher, customer: Customer) -> bool:
    once = voucher.usage == Voucher.ONCE_PER_CUSTOMER and is_guarded("voucher")
    return once and VoucherApplication.objects.standing().filter(voucher=voucher).filter(customer=customer).exists()


def _use(voucher: Voucher, order: Order, customer: Customer, slot: int | None, amount: Decimal) -> VoucherApplication:
    return VoucherApplication(
        voucher=voucher,
        order=order,
        user=order.user,
        customer=customer,
        slot=slot,
        is_once_per_customer=voucher.usage == Voucher.ONCE_PER_CUSTOMER and is_guarded("voucher"),
        amount=amount,
    )


def take_offers(quote: Quote) -> bool:
    """Count the use of each offer, in the order of their ids; False when one's limits do not allow it any more."""
    amounts = {one.offer_id: (one.frequency, one.amount) for one in quote.discounts}
    return all(
        ConditionalOffer.objects.count_use(offer_id, times=times, amount=amount)
        for offer_id, (times, amount) in sorted(amounts.items())
    )


def let_go(order: Order) -> None:
    """Free everything a locked order holds. In the order in which placing takes it: stock, vouchers, offers."""
    lines = list(order.lines.select_for_update().order_by("pk"))
    units = units_of(lines)
    StockRecord.objects.lock_for(list(units))
    StockRecord.objects.release(units)
    for line in lines:
        line.quantity_cancelled, line.num_allocated = line.quantity - line.quantity_shipped, 0
    Line.objects.bulk_update(lines, ["quantity_cancelled", "num_allocated"])
    let_go_of_uses(order)


def let_go_of_uses(order: Order) -> None:
    """Free the uses of vouchers and offers of a locked order that came to nothing."""
    uses = VoucherApplication.objects.standing().filter(order=order)
    for voucher_id, amount in uses.order_by("voucher_id").values_list("voucher_id", "amount"):
        Voucher.objects.uncount_use(voucher_id, amount)
    uses.update(released_at=timezone.now())
    discounts = OrderDiscount.objects.filter(order=order, offer_id__isnull=False).order_by("offer_id").values_list("offer_id")
    for offer_id, times, amount in discounts.annotate(Sum("frequency"), Sum("amount")):
        ConditionalOffer.objects.uncount_use(offer_id, times=times or 0, amount=amount)
