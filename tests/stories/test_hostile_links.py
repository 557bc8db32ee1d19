# ruff: noqa: F811  the fixture `shop` is imported
"""Ways back, hosts, keys and numbers: none leads to another site, to another's things, or through another's door."""

import time
from types import SimpleNamespace
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.urls import reverse

from shop.customers.accounts import confirm
from shop.forks.wishlists.models import WishList
from shop.mail.models import Message
from tests import make
from tests.stories.test_hostile_input import GOOD, PASSWORD, addresses, forms_of, log_in, parts_of, shop, undone  # noqa: F401

pytestmark = pytest.mark.django_db

EVIL = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "evil",
    "evil.example",
    "/%0d%0aLocation:%20//evil.example",
    "http://[",
    "\0",
]


def test_no_way_back_leads_to_another_site(client, shop):
    known = [form for form in forms_of(client, shop) if "next" in form.fields]
    known.append(SimpleNamespace(action=reverse("account_login"), method="post", fields={"login": "", "password": ""}))
    known.append(SimpleNamespace(action=reverse("account_signup"), method="post", fields={"email": "", "password1": ""}))
    assert len({form.action for form in known}) >= 4
    followed = 0
    for form in known:
        for way in [*EVIL, "/contact/"]:
            typed = {name: GOOD.get(name, value) for name, value in form.fields.items()} | {"next": way}
            with undone(client):
                answer = client.post(f"{form.action}?next={quote(way)}", typed, headers={"Sec-Fetch-Site": "same-origin"})
            assert answer.status_code == 302, (form.action, way)
            there = urljoin(f"http://testserver{form.action}", answer.url.replace("\\", "/"))
            assert urlsplit(there).netloc == "testserver" and "\r" not in answer.url, (form.action, way, answer.url)
            followed += answer.url == "/contact/"
    assert followed >= 4  # a way of ours is gone


def test_a_forged_host_is_refused_and_reaches_no_link(client, shop):
    for host in (
        "evil.example",
        "localhost@evil.example",
        "localhost:80:evil",
        "evil.example#localhost",
        "[::1",
        "localhost/x",
    ):
        assert client.get("/", headers={"Host": host}).status_code == 400, host
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Original-Host": "evil.example", "Forwarded": "host=evil.example"}
    shop.wishes.visibility = WishList.PUBLIC
    shop.wishes.save()
    log_in(client)
    for address in ("/", reverse("wishlists:list"), shop.tea.get_absolute_url(), "/sitemap.xml", "/robots.txt"):
        page = client.get(address, headers={"Host": "localhost", **forwarded})
        assert page.status_code == 200 and b"evil.example" not in page.content
    client.post(reverse("account_logout"))
    client.post(reverse("account_reset_password"), {"email": "ana@example.com"}, headers={"Host": "localhost", **forwarded})
    letter = Message.objects.get(kind="account_password_reset")
    assert "/password/reset/key/" in letter.html and "evil.example" not in letter.html + letter.text


def tokens(shop):
    """A good key of each purpose, by the address it opens."""
    parts = parts_of(shop)
    names = {
        "unsubscribe": "token", "confirm_consent": "token", "basket:recover": "token", "wishlists:detail": "key",
        "customer:anon-order": "token", "account_confirm_email": "key",
    }  # fmt: skip
    found = {name: (part, str(parts(name, {part: None})[part])) for name, part in names.items()}
    EmailAddress.objects.create(user=shop.ana, email="new@example.com")
    found["account_confirm_email"] = ("key", EmailConfirmationHMAC(EmailAddress.objects.get(email="new@example.com")).key)
    return found


def opens(client, name, part, token):
    """Whether a key opens what it stands for: shown and, where a button is to be pressed, done."""
    with undone(client):
        address = reverse(name, kwargs={part: "TOKEN"}) if name != "customer:anon-order" else "/accounts/order/TOKEN/"
        address = address.replace("TOKEN", quote(token, safe=":"))
        answer = client.get(address)
        if name == "basket:recover":
            return bool(client.get(reverse("basket:summary")).context["quote"].lines)
        if name == "account_confirm_email":
            client.post(address)
            return EmailAddress.objects.get(email="new@example.com").verified
        return answer.status_code == 200


def test_a_key_opens_its_own_door_and_no_other(client, shop):
    shop.wishes.visibility = WishList.PUBLIC
    shop.wishes.save()
    keys = tokens(shop)
    for door, (part, key) in keys.items():
        assert opens(client, door, part, key), door
        middle = len(key) // 2
        changed = "a" if key[middle] != "a" else "b"
        bad = [key[:middle] + changed + key[middle + 1 :], key[:-1], key[1:], key + "x", key[::-1], key.swapcase(), "x"]
        if door == "customer:anon-order":
            bad = [one for one in bad if one.lower() != key]
        for one in [*bad, *(other for name, (_part, other) in keys.items() if name != door)]:
            assert not opens(client, door, part, one), (door, one)


@pytest.mark.parametrize(
    ("door", "days"), [("unsubscribe", 3 * 365), ("confirm_consent", 14), ("basket:recover", 60), ("account_confirm_email", 3)]
)
def test_a_key_opens_nothing_when_its_time_is_over(client, shop, monkeypatch, door, days):
    part, key = tokens(shop)[door]
    now = time.time()
    for age, is_good in ((days - 0.5, True), (days + 0.5, False)):
        monkeypatch.setattr(signing.time, "time", lambda age=age: now + age * 86400)
        assert opens(client, door, part, key) is is_good


def test_nobody_reaches_what_is_anas_by_its_number_or_key(client, shop):
    make.user("ben@example.com", PASSWORD)
    ben = EmailAddress.objects.create(user_id=make.User.objects.get(email="ben@example.com").pk, email="ben@example.com")
    EmailAddress.objects.filter(pk=ben.pk).update(verified=True, primary=True)
    confirm(ben.user)
    mine = make.basket(shop.tea)
    own = addresses(shop)
    hers = ["customer:order", "customer:address-detail", "wishlists:detail"]
    account = [f"customer:{name}" for name in "summary order-list address-list messages profile-view export".split()]
    log_in(client)
    assert [client.get(own[name]).status_code in (200, 302) for name in hers] == [True] * 3
    assert sum("Secretara" in client.get(own[name]).content.decode() for name in account) >= 3
    client.post(reverse("account_logout"))
    for who in ("", "ben@example.com"):
        if who:
            log_in(client, who)
        for name in hers:
            assert client.get(own[name]).status_code == (302 if not who and "customer" in name else 404), (who, name)
        for name in account:
            page = client.get(own[name]).content.decode()
            assert "Secretara" not in page and shop.order.number not in page and str(shop.order.token) not in page
        for name in ("customer:address-detail", "customer:address-delete", "customer:address-first", "wishlists:detail"):
            client.post(own[name], {"first_name": "Ben", "last_name": "B", "line1": "x", "line4": "y", "country": "RO"})
        line = mine.lines.get()
        for name in ("basket:update", "basket:remove"):
            client.post(reverse(name), {"line": line.pk, "quantity": "9", "basket": mine.pk})
    shop.address.refresh_from_db()
    assert (shop.address.first_name, mine.lines.get().quantity, shop.wishes.lines.count()) == ("Ana", 1, 1)


def test_extra_fields_of_a_form_decide_nothing(client, shop):
    log_in(client)
    extra = {"user": "1", "customer": "1", "is_staff": "on", "is_superuser": "1", "email": "thief@evil.example", "loyalty": "9"}
    client.post(reverse("customer:profile-view"), {"first_name": "Anne", "last_name": "S", "phone": "", **extra})
    shop.customer.refresh_from_db()
    shop.ana.refresh_from_db()
    assert (shop.customer.first_name, shop.customer.email) == ("Anne", "ana@example.com")
    assert (shop.ana.is_staff, shop.ana.is_superuser, shop.ana.email) == (False, False, "ana@example.com")
