"""What strangers may send to the running shop: nothing breaks, nothing of others shows, nothing is shown but as text.

Addresses come from the resolver and forms from the pages themselves, so that a new one is tried without being listed here.
"""

import copy
from contextlib import contextmanager
from html import escape
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.urls.converters import IntConverter, StringConverter
from oscar.apps.address.models import UserAddress

from shop.customers import consent
from shop.customers.accounts import confirm
from shop.customers.models import Customer
from shop.forks.wishlists.models import WishList
from shop.mail import outbox, unsubscribing
from shop.search import index
from shop.storefront import limits, recovery
from tests import make
from tests.shop.test_addresses import named_addresses, sample

pytestmark = pytest.mark.django_db

PASSWORD = "a long password"
MARKUP = "\"'><img src=x onerror=alert(1)>{{ 7|add:70 }}{% now 'Y' %}"
TURNED = "\u202eanA\u2066\r\nBcc: thief@evil.example\r\n\r\n"
HOSTILE = {
    "markup": MARKUP,
    "NUL": "a\0b",
    "direction and lines": TURNED,
    "long": "x" * 20_000,
    "huge": "9" * 400,
    "other digits": "٣",
    "array": ["1", "2"],
    "nothing": "",
}


class Forms(HTMLParser):
    """The forms of a page: action, method, and the fields with what stands in them."""

    def __init__(self, page, path):
        super().__init__()
        self.found, self.path, self.choice = [], path, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            action = urljoin(self.path, given.get("action") or "")
            self.found.append(SimpleNamespace(action=action, method=(given.get("method") or "get").lower(), fields={}))
        elif tag in ("input", "textarea", "select", "button") and self.found and name and name != "csrfmiddlewaretoken":
            self.found[-1].fields.setdefault(name, given.get("value") or "")
            self.choice = name if tag == "select" else None
        elif tag == "option" and self.choice and "selected" in given:
            self.found[-1].fields[self.choice] = given.get("value") or ""


# What a careful shopper would type, by the field's name: the other fields are right while one is wrong.
GOOD = {
    "email": "mia@example.com", "login": "ana@example.com", "name": "Mia", "text": "Is it in stock?", "first_name": "Mia",
    "last_name": "Pop", "line1": "Strada 4", "line4": "Ilfov", "state": "Ilfov", "postcode": "010011", "country": "RO",
    "password": PASSWORD, "password1": "another long one", "password2": "another long one", "oldpassword": PASSWORD,
    "score": "5", "title": "Good", "body": "Very good.", "quantity": "1", "code": "TEA5", "payment": "cash_on_delivery",
    "shipping": "courier", "website": "", "update": None,
}  # fmt: skip


@pytest.fixture
def shop(client, monkeypatch, settings):
    """A small shop; Ana has an account with something of everything and a guest's basket beside her."""
    monkeypatch.setattr(limits, "is_spent", lambda *args, **more: False)
    settings.ACCOUNT_RATE_LIMITS = False
    make.delivery(countries=("RO", "MD"))
    make.voucher("TEA5", off="1.00")
    tea = make.product("Assam", in_category=make.category(), stock=100)
    make.attribute(tea, "origin", "India")
    ana = make.user("ana@example.com", PASSWORD, first_name="Ana", last_name="Secretara")
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    confirm(ana)
    address = UserAddress.objects.create(
        user=ana, first_name="Ana", last_name="Secretara", line1="Ascunsa 7", line4="Cluj", country_id="RO", postcode="400001"
    )
    order = make.paid_order(tea, user=ana, email=ana.email, last_name="Secretara")
    open_order = make.order(tea, user=ana, email=ana.email)
    wishes = WishList.objects.create(owner=ana, name="Ana's")
    wishes.lines.create(product=tea, title="Assam")
    customer = Customer.objects.get(user=ana)
    asked = consent.give(customer, "news", source="form")
    message = outbox.send("account_unknown", customer, {}, key="1")
    index.catch_up()
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in ("monkeypatch", "settings")})


def parts_of(shop):
    """What each address is about, where there is such a thing."""
    shown = {"product_slug": shop.tea.slug, "pk": shop.tea.pk}
    category = shop.tea.categories.get()
    token = {"token": shop.order.token}
    due = {"token": shop.open_order.token}
    known = {
        "catalogue:category": {"category_slug": category.slug, "pk": category.pk},
        **{f"catalogue:{name}": shown for name in ("detail", "reviews-list", "reviews-add")},
        **{name: {"pk": shop.tea.pk} for name in ("wishlists:add", "wishlists:remove", "basket:add", "basket:undo")},
        **{f"customer:address-{name}": {"pk": shop.address.pk} for name in ("detail", "delete", "first")},
        **dict.fromkeys(("checkout:thank-you", "checkout:account", "customer:anon-order", "customer:reorder"), token),
        **dict.fromkeys(("checkout:pay", "checkout:return"), due),
        "customer:order": {"order_number": shop.order.number},
        "wishlists:detail": {"key": shop.wishes.key},
        "unsubscribe": {"token": unsubscribing.token(shop.customer, "news")},
        "confirm_consent": {"token": consent.token(shop.asked)},
        "basket:recover": {"token": recovery.link_to(make.basket(shop.tea)).rstrip("/").rsplit("/", 1)[1]},
        **{name: {"uid": shop.message.uid} for name in ("mailbox_message", "mailbox_body")},
    }
    return lambda name, parts: known.get(name) or {part: sample(converter) for part, converter in parts.items()}


def addresses(shop):
    parts = parts_of(shop)
    return {name: reverse(name, kwargs=parts(name, given)) for name, given in named_addresses()}


def log_in(client, email="ana@example.com"):
    assert client.post(reverse("account_login"), {"login": email, "password": PASSWORD}).status_code == 302


@contextmanager
def undone(client):
    """What happens inside has not happened afterwards, in the database and in the browser."""
    before, block = copy.deepcopy(client.cookies), transaction.atomic()
    block._from_testcase = True  # payment providers may be called inside
    with block:
        yield
        transaction.set_rollback(True)
    client.cookies = before


def forms_of(client, shop):
    """Every form on every page, each once."""
    client.post(reverse("basket:add", args=[shop.tea.pk]))
    found = {}
    for name, address in addresses(shop).items():
        if name in ("account_logout", "styleguide"):
            continue
        with undone(client):
            answer = client.get(address)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            for form in Forms(answer.content.decode(), address).found:
                found.setdefault((urlsplit(form.action).path, form.method, *sorted(form.fields)), form)
    return list(found.values())


def sent(client, form, **fields):
    """The form, well filled in but for `fields`, sent; the answer shown is where it led to."""
    typed = {name: GOOD.get(name, value) for name, value in form.fields.items()} | fields
    typed = {name: value for name, value in typed.items() if value is not None}
    answer = getattr(client, form.method)(form.action, typed)
    if answer.status_code in (301, 302) and answer.url.startswith("/") and "/media/" not in answer.url:
        return answer, client.get(answer.url)
    return answer, answer


@pytest.mark.parametrize("is_known", [False, True], ids=["stranger", "logged in"])
def test_no_field_of_any_form_breaks_the_shop_or_is_shown_as_markup(client, shop, is_known):
    if is_known:
        log_in(client)
    client.raise_request_exception = False
    forms = forms_of(client, shop)
    paths = {urlsplit(form.action).path for form in forms}
    expected = ["address-create", "profile-view", "preferences"] if is_known else []
    assert paths > {reverse(f"customer:{name}") for name in expected} | {reverse("contact"), reverse("checkout:index")}
    wrong, shown = [], 0
    for form in forms:
        for field in form.fields:
            for what, payload in HOSTILE.items():
                with undone(client):
                    answers = sent(client, form, **{field: payload})
                for answer in answers:
                    text = answer.content.decode(errors="replace")
                    shown += escape(MARKUP[3:31]) in text
                    if answer.status_code >= 500 or "<img src=x" in text or ("{% now" in text and MARKUP[3:] in text):
                        wrong.append((form.method, form.action, field, what, answer.status_code, str(answer.exc_info)[-200:]))
    assert not wrong, "\n".join(map(str, wrong))
    assert shown > 5  # the markup did come back, as text


PARAMETERS = (
    "q page sort price_from price_to rating in_stock category variant removed quantity country order next p origin within "
    "user__password__startswith product__stockrecords__price__lt owner__isnull"
).split()


@pytest.mark.parametrize("payload", [*HOSTILE.values(), "-1", "NaN", "1e999999", "-password", "__class__"], ids=repr)
def test_no_query_string_breaks_a_page(client, shop, payload):
    client.raise_request_exception = False
    payload = payload if isinstance(payload, list) else [payload[:4000]]
    names = {"q": ["tea"]} if payload == ["-password"] else {}  # a sort that a search passes on
    query = "&".join(
        f"{name}={quote(value)}&{name}[]={quote(value)}" for name in PARAMETERS for value in names.get(name, payload)
    )
    broken = []
    for name, address in addresses(shop).items():
        with undone(client):
            answer = client.get(f"{address}?{query}")
        if answer.status_code >= 500 or b"<img src=x" in answer.content:
            broken.append((name, answer.status_code, str(answer.exc_info)[-200:]))
    assert not broken


def test_look_ups_in_a_query_string_find_nothing_out(client, shop):
    def found(**given):
        return [card.product_id for card in client.get(reverse("catalogue:index"), given).context["cards"]]

    assert found(price_to="1") == [] != found(price_to="9")
    assert found(origin="china") == found(origin="india") == [shop.tea.pk]  # a value that the shop does not have is none
    for name in ("price__lt", "title__startswith", "pk", "is_public", "product__orders__user__email__contains", "price_to[]"):
        assert found(**{name: "0"}) == [shop.tea.pk]


@pytest.mark.parametrize("is_known", [False, True], ids=["stranger", "logged in"])
def test_no_part_of_an_address_breaks_it(client, shop, is_known):
    if is_known:
        log_in(client)
    client.raise_request_exception = False
    parts, broken, tried = parts_of(shop), [], set()
    for name, converters in named_addresses():
        usual = parts(name, converters)
        for part, converter in converters.items():
            numbers = ["0", "9" * 9, "9" * 10, "9" * 19, "9" * 40]
            words = ["%00", "a%00b", "..", "%252e%252e", "%ff%fe", "x" * 3000, "%D9%A3", quote(MARKUP, safe="")]
            is_number = isinstance(converter, IntConverter) or part == "pk"
            for odd in numbers if is_number else words if converter is None or isinstance(converter, StringConverter) else []:
                address = reverse(name, kwargs={**usual, part: 987654321 if is_number else "ODDPART"})
                address = address.replace("987654321" if is_number else "ODDPART", odd)
                for method in (client.get, client.post):
                    with undone(client):
                        answer = method(address)
                    tried.add(name)
                    if answer.status_code >= 500 or b"<img src=x" in answer.content:
                        broken.append((method.__name__, address[:200], answer.status_code, str(answer.exc_info)[-150:]))
    assert not broken, "\n".join(map(str, broken))
    assert {"unsubscribe", "wishlists:detail", "customer:order", "catalogue:detail", "customer:address-detail"} <= tried


@pytest.mark.parametrize("name", ["%00", "a" * 300, "../" * 9 + "etc/passwd", "..%2f..%2fmanage.py", "%ff", "a/" * 900])
def test_no_name_of_a_file_breaks_the_files(client, name):
    assert client.get(f"/media/{name}").status_code in (400, 404)
    assert client.get(f"/static/{name}").status_code in (400, 404)


COOKIES = [
    "sessionid",
    "csrftoken",
    "oscar_open_basket",
    "visitor",
    "wishlist",
    "seen",
    "country",
    "messages",
    "django_language",
]


@pytest.mark.parametrize("value", ['"\\000aaaaaaaaaaaa"', "x" * 3000, "1", "a:b:c", '"\\342\\200\\256"', "<img src=x>"])
def test_forged_cookies_are_a_strangers(client, shop, value):
    pages = [reverse(name) for name in ("home", "basket:summary", "wishlists:list", "customer:summary", "account_login")]
    for cookie in COOKIES:
        for page in pages:
            client.cookies.clear()
            answer = client.get(page, headers={"Cookie": f"{cookie}={value}"})
            assert answer.status_code == (302 if page == reverse("customer:summary") else 200), (cookie, page)
            assert b"<img src=x" not in answer.content


def test_signed_values_are_good_for_one_cookie_only(client, shop):
    client.post(reverse("basket:add", args=[shop.tea.pk]))
    client.post(reverse("wishlists:add", args=[shop.tea.pk]))
    client.get(shop.tea.get_absolute_url())
    good = {name: client.cookies[name].value for name in ("oscar_open_basket", "wishlist", "seen")}

    def holds(cookies):
        client.cookies.clear()
        for name, value in cookies.items():
            client.cookies[name] = value
        quote_ = client.get(reverse("basket:summary")).context["quote"]
        return len(quote_.lines), len(client.get(reverse("wishlists:list")).context["cards"])

    assert holds(good) == (1, 1)
    assert holds({"oscar_open_basket": good["seen"], "wishlist": good["oscar_open_basket"]}) == (0, 0)
    assert holds({name: value[:-1] + ("A" if value[-1] != "A" else "B") for name, value in good.items()}) == (0, 0)
    assert holds({name: "1" + value for name, value in good.items()}) == (0, 0)
