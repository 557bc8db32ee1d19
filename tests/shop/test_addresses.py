"""Every address of the shop answers everybody, with or without what it asks for: an unlisted one fails here.

The admin's addresses have a table of their own, by role (tests/shop/desk).
"""

import uuid
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from tests import make

pytestmark = pytest.mark.django_db

# What a stranger gets for opening an address (GET) and for sending it an empty form (POST), where what the address names
# exists if a stranger may see it, and does not exist otherwise.
STRANGER = {
    "set_language": (302, 302),
    "goodwill": (302, 302),
    "campaigns:segment-from": (302, 405),
    "campaigns:follow": (404, 405),
    "account_move": (404, 404),
    "unsubscribe": (404, 404),
    "confirm_consent": (404, 404),
    "mail_webhook": (404, 404),
    "mail_inbound": (404, 404),
    "mailbox": (200, 405),
    "mailbox_message": (404, 405),
    "mailbox_body": (404, 405),
    "payments:stripe-webhook": (405, 400),
    "payments:test-webhook": (405, 400),
    "payments:test-page": (404, 404),
    "theme": (200, 405),
    "favicon": (200, 405),
    "robots": (200, 405),
    "sitemap": (200, 200),
    "sitemap-section": (404, 404),
    "home": (200, 405),
    "contact": (200, 200),
    "visits": (200, 403),
    "feedback:survey": (404, 404),
    "feedback:survey-thanks": (404, 405),
    "feedback:reviews": (404, 404),
    "feedback:reviews-thanks": (404, 405),
    "feedback:case": (404, 404),
    "feedback:case-file": (404, 405),
    "conversations:list": (302, 302),
    "conversations:detail": (302, 302),
    "conversations:file": (302, 302),
    "page": (404, 405),
    "catalogue:index": (200, 405),
    "catalogue:category": (200, 405),
    "catalogue:detail": (200, 405),
    "catalogue:reviews-list": (200, 405),
    "catalogue:reviews-add": (403, 403),
    "catalogue:waiting": (405, 422),
    "search:search": (302, 405),
    "search:suggest": (200, 405),
    "wishlists:list": (200, 200),
    "wishlists:share": (405, 302),
    "wishlists:add": (405, 302),
    "wishlists:remove": (405, 302),
    "wishlists:detail": (404, 404),
    "basket:summary": (200, 405),
    "basket:add": (405, 302),
    "basket:update": (405, 302),
    "basket:remove": (405, 302),
    "basket:undo": (405, 302),
    "basket:recover": (302, 302),
    "basket:vouchers-add": (405, 302),
    "basket:vouchers-remove": (405, 302),
    "basket:credits": (405, 302),
    "basket:gift": (405, 302),
    "checkout:index": (302, 302),
    "checkout:update": (405, 204),
    "checkout:return": (404, 405),
    "checkout:pay": (404, 404),
    "checkout:thank-you": (404, 405),
    "checkout:account": (405, 404),
    "customer:summary": (302, 302),
    "customer:order-list": (302, 302),
    "customer:order": (302, 302),
    "customer:anon-order": (404, 405),
    "customer:reorder": (405, 404),
    "customer:address-list": (302, 302),
    "customer:address-create": (302, 302),
    "customer:address-detail": (302, 302),
    "customer:address-delete": (302, 302),
    "customer:address-first": (302, 302),
    "customer:messages": (302, 302),
    "customer:preferences": (302, 302),
    "customer:profile-view": (302, 302),
    "customer:export": (302, 302),
    "customer:profile-delete": (302, 302),
    "loyalty:programme": (404, 404),
    "loyalty:account": (302, 405),
    "loyalty:friend": (404, 405),
    "news:subscribe": (200, 422),
    "news:asked": (200, 405),
    "news:link": (200, 422),
    "news:preferences": (404, 404),
    "account_login": (200, 200),
    "account_logout": (302, 302),
    "account_inactive": (200, 405),
    "account_signup": (200, 200),
    "account_reauthenticate": (302, 302),
    "account_email": (302, 302),
    "account_email_verification_sent": (200, 405),
    "account_change_password": (302, 302),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_confirm_email": (200, 404),
    "account_reset_password_from_key_done": (200, 405),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_done": (200, 405),
    "mfa_index": (302, 302),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 302),
    "mfa_view_recovery_codes": (302, 302),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 302),
    "styleguide": (200, 405),
}


def named_addresses(resolver=None, space="", taken=None) -> Iterator[tuple[str, dict]]:
    """Each named address with what its parts are called; the admin's excepted."""
    for pattern in (resolver or get_resolver()).url_patterns:
        converters = {**(taken or {}), **pattern.pattern.converters}
        if not isinstance(pattern, URLPattern):
            if pattern.namespace != "admin":
                yield from named_addresses(pattern, pattern.namespace or space, converters)
        elif pattern.name:
            groups = getattr(pattern.pattern, "regex", None).groupindex if hasattr(pattern.pattern, "regex") else {}
            parts = {name: converters.get(name) for name in [*converters, *groups]}
            yield (f"{space}:{pattern.name}" if space else pattern.name), parts


def sample(converter):
    if isinstance(converter, IntConverter):
        return 1
    return uuid.UUID(int=7) if isinstance(converter, UUIDConverter) else "none"


@pytest.fixture
def parts_of(db):
    """What an address is about: something that exists where a stranger may see it."""
    product = make.product("Assam", in_category=make.category())
    category = product.categories.get()
    shown = {"product_slug": product.slug, "pk": product.pk}
    known = {
        "catalogue:category": {"category_slug": category.slug, "pk": category.pk},
        "catalogue:detail": shown,
        "catalogue:reviews-list": shown,
        "catalogue:reviews-add": shown,
        "wishlists:add": {"pk": product.pk},
        "wishlists:remove": {"pk": product.pk},
        "basket:credits": {"code": "points"},
        "basket:add": {"pk": product.pk},
        "basket:undo": {"pk": product.pk},
        "catalogue:waiting": {"pk": product.pk},
    }
    return lambda name, parts: known.get(name) or {part: sample(converter) for part, converter in parts.items()}


def test_every_address_is_listed():
    assert {name for name, _ in named_addresses()} == set(STRANGER)


def test_every_address_answers_a_stranger_as_listed(client, parts_of):
    answers = {}
    for name, parts in named_addresses():
        address = reverse(name, kwargs=parts_of(name, parts))
        client.cookies.clear()  # each answer for somebody who has just come
        answers[name] = (client.get(address).status_code, client.post(address).status_code)
    assert answers == STRANGER


def test_no_address_breaks_for_somebody_logged_in(client, parts_of):
    client.force_login(make.user())
    for name, parts in named_addresses():
        if "logout" in name:
            continue
        address = reverse(name, kwargs=parts_of(name, parts))
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code < 500, f"{name}: {answer.status_code}"


@pytest.mark.parametrize("language", ["uk", "ru", "ro"])
def test_every_page_opens_in_every_language(client, parts_of, language):
    from django.utils import translation

    for name, parts in named_addresses():
        if STRANGER[name][0] == 200:
            with translation.override(language):
                address = reverse(name, kwargs=parts_of(name, parts))
            assert client.get(address).status_code == 200, address
