"""Account mails, the same answer for everybody, and limits that hold while the cache is away."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from shop.customers import accounts
from shop.customers.models import Customer, User
from shop.mail import outbox
from shop.mail.accounts import KINDS
from shop.mail.models import Message
from tests import make

pytestmark = pytest.mark.django_db

PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def account(email="ana@example.com"):
    user = make.user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    accounts.confirm(user)
    return user


def sign_up(client, email="ana@example.com"):
    return client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD})


def log_in(client, email="ana@example.com", password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def reset(client, email="ana@example.com"):
    return client.post(reverse("account_reset_password"), {"email": email})


def is_in(client):
    return "_auth_user_id" in client.session


def link_in(message, word):
    found = re.search(rf"http://[^\s)]*{word}[^\s)]*", message.text)
    assert found, message.text
    return found[0].removeprefix("http://localhost:8000")


def test_opening_an_account_asks_for_the_address_through_the_outbox(client, mailoutbox):
    sign_up(client)
    message = Message.objects.get()
    assert (message.kind, message.to_address, message.is_secret) == ("account_confirm_email", "ana@example.com", True)
    assert mailoutbox == [], "it left before it was a row"
    assert not is_in(client)


def test_the_link_confirms_the_account_and_joins_the_guest(client):
    guest = make.customer("ana@example.com", first_name="Ana")
    sign_up(client)
    path = link_in(Message.objects.get(), "confirm-email")
    client.get(path)
    guest.refresh_from_db()
    assert guest.user is None, "opening the link, as scanners do, confirmed it"
    client.post(path)
    guest.refresh_from_db()
    assert guest.user.email == "ana@example.com" and guest.email_confirmed_at
    assert set(guest.events.values_list("kind", flat=True)) >= {"customer.registered", "customer.email_confirmed"}


def test_opening_an_account_answers_the_same_for_an_address_that_has_one(client, django_user_model):
    new = sign_up(client, "new@example.com")
    account("ana@example.com")
    known = sign_up(client, "ana@example.com")
    assert (new.status_code, new.url) == (known.status_code, known.url)
    assert Message.objects.get(kind="account_known").to_address == "ana@example.com"
    assert User.objects.filter(email="ana@example.com").count() == 1


def test_a_reset_answers_the_same_for_known_and_unknown_addresses(client):
    account("ana@example.com")
    known, unknown = reset(client, "ana@example.com"), reset(client, "nobody@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert set(Message.objects.values_list("kind", "to_address")) == {
        ("account_password_reset", "ana@example.com"),
        ("account_unknown", "nobody@example.com"),
    }


def test_typing_a_strangers_address_makes_nobody_a_customer(client):
    reset(client, "nobody@example.com")
    assert not Customer.objects.filter(email="nobody@example.com").exists()
    assert Message.objects.get().customer is None


def test_the_reset_link_works_once(client):
    account()
    reset(client)
    path = link_in(Message.objects.get(kind="account_password_reset"), "password/reset/key")
    form = client.get(path, follow=True)
    answer = {"password1": "an even longer password", "password2": "an even longer password"}
    client.post(form.redirect_chain[-1][0], answer)
    assert User.objects.get().check_password("an even longer password")
    assert Message.objects.filter(kind="account_password_changed").count() == 1
    client.logout()
    assert not client.get(path, follow=True).redirect_chain


def test_links_do_not_follow_a_forged_host(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    account()
    client.post(reverse("account_reset_password"), {"email": "ana@example.com"}, HTTP_HOST="evil.example")
    client.post(reverse("account_reset_password"), {"email": "x@example.com"}, HTTP_HOST="evil.example")
    for message in Message.objects.all():
        assert "evil.example" not in message.text + message.html


def test_a_login_fails_in_the_same_words_for_known_and_unknown_addresses(client):
    account("ana@example.com")
    errors = [
        log_in(client, email, "not the password").context["form"].errors.as_text()
        for email in ("ana@example.com", "nobody@example.com")
    ]
    assert errors[0] == errors[1] and errors[0]


def test_a_login_takes_as_long_for_an_unknown_address(client, monkeypatch):
    """Nearly all of the time goes into hashing the password: it is hashed once either way."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    account("ana@example.com")
    real, hashed = PBKDF2PasswordHasher.encode, []
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", lambda *args: hashed.append(1) or real(*args))
    log_in(client, "ana@example.com", "not the password")
    log_in(client, "nobody@example.com", "not the password")
    assert len(hashed) == 2


def test_an_address_that_was_not_confirmed_opens_nothing(client):
    make.user("ana@example.com", PASSWORD)
    log_in(client)
    assert not is_in(client)


def test_guessing_is_stopped_and_the_right_password_no_longer_helps(client):
    account()
    for _ in range(5):
        log_in(client, password="wrong")
    log_in(client)
    assert not is_in(client)
    cache.clear()
    log_in(client)
    assert is_in(client)


def test_while_the_cache_is_away_nobody_guesses(client, settings):
    account()
    cache_away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": cache_away}
    answer = log_in(client)
    assert answer.status_code in (200, 429)
    assert not is_in(client)


def test_while_the_cache_is_away_no_flood_of_resets_leaves(client, settings):
    account()
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert reset(client).status_code in (200, 429)
    assert not Message.objects.exists()


def test_every_browser_but_this_one_is_logged_out_by_a_new_password(client):
    user = account()
    other = type(client)()
    other.force_login(user)
    user.set_password("another long password")
    user.save()
    assert other.get(reverse("account_change_password")).status_code == 302


def ask_to_move(client, old="old@example.com", new="new@example.com"):
    """Logged in, with the password typed again; the link that the old mailbox gets."""
    log_in(client, old)
    asked = client.post(reverse("account_email"), {"action_add": "", "email": new})
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "an open session alone moves the address"
    client.post(asked["Location"], {"password": PASSWORD})
    message = Message.objects.get(kind="account_moving")
    assert message.to_address == old and new in message.text
    return link_in(message, "account-move")


def test_an_account_moves_only_once_both_mailboxes_agree(client):
    user = account("old@example.com")
    guest = make.customer("new@example.com")
    other = type(client)()
    other.force_login(user)
    path = ask_to_move(client)
    assert not Message.objects.filter(to_address="new@example.com").exists(), "the new mailbox was asked first"
    assert client.get(path).status_code == 200
    assert not Message.objects.filter(to_address="new@example.com").exists(), "opening the link, as scanners do, agreed"
    client.post(path, {"answer": "yes"})
    user.refresh_from_db()
    assert user.email == "old@example.com", "the address moved before it was confirmed"
    client.post(link_in(Message.objects.get(kind="account_confirm_email"), "confirm-email"))
    user.refresh_from_db()
    assert user.email == "new@example.com"
    told = Message.objects.get(kind="account_email_changed")
    assert told.to_address == "old@example.com" and "new@example.com" in told.text
    assert Customer.objects.get(user=user).email == "new@example.com"
    guest.refresh_from_db()
    assert guest.merged_into == Customer.objects.get(user=user)
    assert client.get(reverse("account_email")).status_code == 200
    assert other.get(reverse("account_email")).status_code == 302, "another browser is still logged in"
    assert client.post(path, {"answer": "no"}).status_code == 404


def test_it_was_not_me_stops_the_move_and_shuts_out_whoever_knew_the_password(client):
    user = account("old@example.com")
    path = ask_to_move(client)
    owner = type(client)()
    assert owner.get(f"{path}?no").status_code == 200
    assert owner.post(path, {"answer": "no"}).status_code == 200
    assert not EmailAddress.objects.filter(email="new@example.com").exists()
    assert client.get(reverse("account_email")).status_code == 302, "the stranger is still logged in"
    user.refresh_from_db()
    assert user.email == "old@example.com" and not user.check_password(PASSWORD)
    assert Message.objects.get(kind="account_password_reset").to_address == "old@example.com"
    assert owner.post(path, {"answer": "yes"}).status_code == 404


def test_sending_the_link_again_asks_the_old_mailbox_again(client):
    account("old@example.com")
    ask_to_move(client)
    cache.clear()
    client.post(reverse("account_email"), {"action_send": "", "email": "new@example.com"})
    assert set(Message.objects.values_list("to_address", flat=True)) == {"old@example.com"}
    assert Message.objects.filter(kind="account_moving").count() == 2


def test_an_address_that_waits_opens_nothing(client):
    """Neither by a new password nor by logging in with it."""
    account("old@example.com")
    ask_to_move(client)
    stranger = type(client)()
    reset(stranger, "new@example.com")
    log_in(stranger, "new@example.com")
    assert not is_in(stranger)
    kinds = set(Message.objects.filter(to_address="new@example.com").values_list("kind", flat=True))
    assert kinds <= {"account_unknown"}


def test_a_link_for_one_address_is_no_yes_to_another(client):
    account("old@example.com")
    path = ask_to_move(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "evil@example.com"})
    assert client.post(path, {"answer": "yes"}).status_code == 404
    assert client.get(reverse("account_move", args=["nonsense"])).status_code == 404


def test_the_loser_of_a_double_registration_is_answered_like_the_winner(client, monkeypatch):
    """Two presses at once: the second form was checked before the first account was written."""
    from allauth.account import forms

    account("ana@example.com")
    monkeypatch.setattr(forms, "email_already_exists", lambda email, **kwargs: (email, False), raising=False)
    monkeypatch.setattr(
        "allauth.account.internal.flows.manage_email.email_already_exists", lambda email, **kwargs: (email, False)
    )
    answer = sign_up(client, "ana@example.com")
    assert answer.status_code == 302
    assert User.objects.count() == 1
    assert Message.objects.get().kind == "account_known"


def test_every_mail_of_allauth_has_a_template_of_ours():
    from pathlib import Path

    import allauth

    names = {
        f"{path.parts[-3]}/email/{path.name.removesuffix('_message.txt')}"
        for path in (Path(allauth.__file__).parent / "templates").glob("*/email/*_message.txt")
    }
    unused = {
        name for name in names if ("code" in name and "recovery" not in name) or "/base" in name or "socialaccount" in name
    }
    assert names - unused == set(KINDS)
    for kind in filter(None, set(KINDS.values())):
        assert outbox.send(kind, make.customer(), {}, key=kind).subject
