"""Writing an order down: its rows, from a quote, in as few queries as there are tables."""

from collections import Counter
from typing import Any

from django.utils import timezone

from shop.customers.models import Customer, User
from shop.forks import money
from shop.forks.basket.models import Basket
from shop.forks.basket.models import LineAttribute as BasketLineAttribute
from shop.forks.order.models import (
    Line,
    LineAttribute,
    LinePrice,
    Order,
    OrderDiscount,
    OrderLineDiscount,
    OrderStatusChange,
    ShippingAddress,
    Surcharge,
)
from shop.orders import credits, numbers, statuses
from shop.orders.details import Details
from shop.orders.models import PaymentMethod
from shop.orders.quotes import Quote, QuoteDiscount, QuoteLine


def order_of(quote: Quote, basket: Basket, details: Details, customer: Customer, user: User | None) -> Order:
    """The order with its address and everything that belongs to it."""
    address = ShippingAddress(
        first_name=details.first_name,
        last_name=details.last_name,
        line1=details.line1,
        line2=details.line2,
        line4=details.line4,
        state=details.state,
        postcode=details.postcode,
        country_id=details.country,
        phone_number=details.phone,
        notes=details.note,
    )
    address.save()
    shipping = quote.taxes.with_and_without(quote.shipping, quote.currency)
    order: Order = Order.objects.create(
        number=numbers.new(),
        basket=basket,
        customer=customer,
        user=user,
        guest_email=details.email,
        language=details.language,
        currency=quote.currency,
        tax_is_added=not quote.tax_is_included,
        total_incl_tax=quote.total,
        total_excl_tax=quote.total - quote.tax,
        credit_total=quote.credit_total,
        shipping_incl_tax=shipping[0],
        shipping_excl_tax=shipping[1],
        shipping_address=address,
        shipping_method=quote.shipping_option.name if quote.shipping_option else "",
        shipping_code=quote.shipping_option.code if quote.shipping_option else "",
        payment_code=details.payment_code,
        status=statuses.PENDING_PAYMENT,
        date_placed=timezone.now(),
    )
    OrderStatusChange.objects.create(order=order, old_status="", new_status=order.status)
    lines = _write_lines(order, quote)
    _write_discounts(order, quote, lines)
    _write_surcharge(order, quote)
    credits.rows_of(order, quote.credits, lines)
    return order


def _write_lines(order: Order, quote: Quote) -> dict[int, Line]:
    """Lines, the price of each unit, the options chosen; returned by basket line id."""
    lines = Line.objects.bulk_create([_line(order, quoted, quote) for quoted in quote.lines])
    by_basket_line = {quoted.line.pk: line for quoted, line in zip(quote.lines, lines, strict=True)}
    LinePrice.objects.bulk_create([price for line in lines for price in _unit_prices(order, line)])
    chosen = [
        LineAttribute(line=by_basket_line[one.line_id], option=one.option, type=one.option.code, value=one.value)
        for one in _options(quote)
    ]
    LineAttribute.objects.bulk_create(chosen)
    return by_basket_line


def _options(quote: Quote) -> list[Any]:
    # Only lines with options have a second part in their reference.
    lines = [quoted.line for quoted in quote.lines if quoted.line.line_reference.count("_") > 1]
    if not lines:
        return []
    return list(BasketLineAttribute.objects.filter(line__in=lines).select_related("option"))


def _line(order: Order, quoted: QuoteLine, quote: Quote) -> Line:
    basket_line, record = quoted.line, quoted.line.stockrecord
    product_class = basket_line.product.get_product_class()
    both = [
        quote.taxes.with_and_without(amount, quote.currency, product_class.pk)
        for amount in (quoted.total, quoted.price, quoted.unit_price)
    ]
    return Line(
        order=order,
        partner_id=record.partner_id,
        partner_name="",
        partner_sku=record.partner_sku,
        stockrecord=record,
        product=basket_line.product,
        title=basket_line.product.get_title(),
        upc=basket_line.product.upc,
        quantity=quoted.quantity,
        line_price_incl_tax=both[0][0],
        line_price_excl_tax=both[0][1],
        line_price_before_discounts_incl_tax=both[1][0],
        line_price_before_discounts_excl_tax=both[1][1],
        unit_price_incl_tax=both[2][0],
        unit_price_excl_tax=both[2][1],
        num_allocated=quoted.quantity if product_class.track_stock else 0,
    )


def _unit_prices(order: Order, line: Line) -> list[LinePrice]:
    """One row for each price that units of the line have: at most three, with tax and without going their own ways."""
    with_tax = money.unit_prices(line.line_price_incl_tax, line.quantity, order.currency)
    without = money.unit_prices(line.line_price_excl_tax, line.quantity, order.currency)
    counts = Counter(zip(with_tax, without, strict=True))
    return [
        LinePrice(order=order, line=line, quantity=count, price_incl_tax=incl, price_excl_tax=excl)
        for (incl, excl), count in counts.items()
    ]


def _write_discounts(order: Order, quote: Quote, lines: dict[int, Line]) -> None:
    shares = {one.offer.pk: one.per_line for one in quote.applications}
    rows = [
        OrderDiscount(
            order=order,
            category=_category(one),
            offer_id=one.offer_id,
            offer_name=one.name,
            voucher_id=one.voucher_id,
            voucher_code=one.voucher_code,
            frequency=one.frequency,
            amount=one.amount,
        )
        for one in quote.discounts
    ]
    OrderDiscount.objects.bulk_create(rows)
    OrderLineDiscount.objects.bulk_create(
        OrderLineDiscount(line=lines[pk], order_discount=row, is_incl_tax=quote.tax_is_included, amount=amount)
        for row in rows
        if row.is_basket_discount
        for pk, amount in shares[row.offer_id].items()
    )


def _category(discount: QuoteDiscount) -> str:
    if discount.is_deferred:
        return str(OrderDiscount.DEFERRED)
    return str(OrderDiscount.SHIPPING if discount.is_shipping else OrderDiscount.BASKET)


def _write_surcharge(order: Order, quote: Quote) -> None:
    if not quote.surcharge:
        return
    with_tax, without = quote.taxes.with_and_without(quote.surcharge, quote.currency)
    name = str(PaymentMethod.Code(order.payment_code).label)
    Surcharge.objects.create(order=order, name=name, code=order.payment_code, incl_tax=with_tax, excl_tax=without)
