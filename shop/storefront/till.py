"""What the checkout shows for what was typed so far: totals, ways of delivery and payment, and the form."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.signing import BadSignature, Signer

from shop.customers.models import Customer, normalised
from shop.forks.basket.models import Basket
from shop.orders import quotes
from shop.orders.quotes import Quote
from shop.payments import providers
from shop.payments.providers import Provider
from shop.rules.kept import one_look
from shop.storefront import countries
from shop.storefront.checkout_form import CheckoutForm

_SIGNER = Signer(salt="shop.checkout.basket")
_ORDERER = Signer(salt="shop.checkout.orderer")


@dataclass(frozen=True)
class Till:
    """A basket at the checkout. `form` is bound only when an order was asked for."""

    basket: Basket
    form: CheckoutForm
    quote: Quote
    providers: list[Provider]
    country: str
    payment: str
    orderer: str = ""  # says whose order it is, see `orderer`; empty until an order was tried

    @property
    def needs_delivery(self) -> bool:
        """Whether anything has to be carried; without that no way of delivery is asked for."""
        return quotes.needs_shipping(line.line for line in self.quote.lines)

    @property
    def shipping(self) -> str:
        """The code of the chosen way of delivery; empty where there is none."""
        return self.quote.shipping_option.code if self.quote.shipping_option else ""

    @property
    def shown(self) -> str:
        """What the totals depend on, then what is to pay. Sent back by the page: only a difference is drawn anew."""
        return f"{self.country}:{self.shipping}:{self.payment}:{self.quote.due}"

    @property
    def basket_token(self) -> str:
        """Names this basket when the form comes back after the cookie's basket has been ordered by the first click."""
        return _SIGNER.sign(str(self.basket.pk))


@one_look()
def of(basket: Basket, typed: dict[str, str], *, is_order: bool = False) -> Till:
    """The till for a basket. Choices that are not possible (any more) become the first that is."""
    codes = countries.deliverable()
    country = typed.get("country", "")
    if country not in codes:
        country = codes[0] if codes else ""
    who = _who(typed)
    quote, ways, payment = _priced(basket, country, typed.get("shipping", ""), typed.get("payment", ""), who)
    chosen = {"country": country, "shipping": quote.shipping_option.code if quote.shipping_option else "", "payment": payment}
    form = CheckoutForm(
        typed if is_order else None,
        initial={**typed, **chosen},
        country=country,
        country_codes=codes,
        shipping_codes=[option.code for option in quote.shipping_options],
        payment_codes=[way.code for way in ways],
    )
    till = Till(basket, form, quote, ways, country, payment, typed["orderer"] if who else "")
    if not till.needs_delivery:
        del form.fields["shipping"]
    return till


def basket_of(token: str) -> int | None:
    """The basket that a form was shown for; None if the token is not ours."""
    try:
        return int(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None


def orderer(customer: Customer, email: str) -> str:
    """Whose order it is, for the form to send back.

    What promotions give may depend on that, and a page can only ask for a stranger. Once an order of theirs was refused
    because the total was another, the page says what it is for them, or they would be refused for ever.
    """
    return _ORDERER.sign(f"{customer.uid} {normalised(email)}")


def _who(typed: dict[str, str]) -> Customer | None:
    """Who `orderer` names, while the address is still the one that it was made for."""
    try:
        uid, email = _ORDERER.unsign(typed.get("orderer", "")).split(" ")
        return Customer.objects.by_uid(uid) if email == normalised(typed.get("email", "")) else None
    except (BadSignature, ValueError, Customer.DoesNotExist):
        return None


def _priced(
    basket: Basket, country: str, shipping: str, payment: str, who: Customer | None
) -> tuple[Quote, list[Provider], str]:
    def quote(payment_code: str) -> Quote:
        return quotes.quote(
            basket, country=country, shipping_code=shipping or None, payment_code=payment_code or None, customer=who
        )

    priced = quote(payment)
    ways = providers.available(priced.due - priced.surcharge, priced.currency, country)
    chosen = next((way for way in ways if way.code == payment), ways[0] if ways else None)
    if chosen and chosen.surcharge != priced.surcharge:
        priced = quote(chosen.code)
    return priced, ways, chosen.code if chosen else ""


def amount(text: str | None) -> Decimal | None:
    """The total that a form says it showed; None if it says none."""
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
