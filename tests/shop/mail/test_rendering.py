"""What a message says."""

from pathlib import Path

import pytest
from django.conf import settings

from shop.mail import plaintext, rendering

pytestmark = pytest.mark.django_db  # the shop's name comes from its settings

KINDS = sorted(
    path.stem
    for path in (Path(settings.BASE_DIR) / "templates" / "mail").glob("*.html")
    if path.stem.startswith(("account_", "consent_"))
)
CONTEXT = {
    "activate_url": "https://shop.example/a",
    "password_reset_url": "https://shop.example/p",
    "signup_url": "https://shop.example/s",
    "confirm_url": "https://shop.example/c",
    "from_email": "old@example.com",
    "to_email": "new@example.com",
    "wording": "Send me news",
    "what": "totp_activated",
}


@pytest.mark.parametrize("language", ["en", "uk", "ru", "ro"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_of_the_hub_has_subject_text_and_html(kind, language):
    mail = rendering.render(kind, CONTEXT, language)
    assert mail.subject and len(mail.text.strip()) > 80
    assert f'lang="{language}"' in mail.html
    assert "<h1" in mail.html and "style=" in mail.html, "the styles were not written into the elements"
    assert "{%" not in mail.html and "{{" not in mail.html


def test_a_button_says_what_it_does():
    mail = rendering.render("account_confirm_email", CONTEXT, "en")
    assert "Yes, confirm my address (https://shop.example/a)" in mail.text


def test_what_every_mail_shows_comes_from_whoever_knows_it(monkeypatch):
    monkeypatch.setattr(rendering, "_providers", [lambda: {"shop": {"name": "Teapot Lane"}}])
    mail = rendering.render("account_unknown", CONTEXT, "en")
    assert "Teapot Lane" in mail.subject


def test_a_page_reads_as_text():
    page = """<html><head><style>p{}</style><title>No</title></head><body><h1>Thank   you</h1><p>It is
    <b>on its way</b>.</p><ul><li>One</li><li>Two &amp; three</li></ul>
    <a href="https://shop.example/o">See it</a><img alt="A tin"><script>no()</script></body></html>"""
    assert plaintext.of(page) == (
        "Thank you\n\nIt is on its way.\n\n* One\n* Two & three See it (https://shop.example/o)A tin\n"
    )


@pytest.mark.parametrize("page", ["", "<", "<p", "<a href=>x", "</p></a></style>", "<style>never closed"])
def test_broken_pages_still_read(page):
    plaintext.of(page)
