"""Settings are safe by default and say what is missing."""

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "SECRET_KEY": "kf83-unique-production-like-key-with-many-characters-9f2b7c6d5e4a",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SHOP_URL": "https://shop.example",
}


def manage(*command, without="", **more):
    env = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    env |= {key: value for key, value in (PRODUCTION | more).items() if key != without}
    run = [sys.executable, "-W", "ignore", "manage.py", *command]
    return subprocess.run(run, env=env, capture_output=True, text=True, check=False)


def test_a_production_deployment_has_nothing_to_complain_about():
    checked = manage("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_variable_is_named(name):
    checked = manage("check", without=name)
    assert checked.returncode != 0
    assert f"{name} is not set." in checked.stderr


def test_a_mail_provider_wins_over_the_address_of_the_mail_catcher():
    """Compose always sets EMAIL_URL: with the provider ignored, order mail would end in the catcher."""
    provider = "anymail.backends.postmark.EmailBackend"
    shown = manage("diffsettings", EMAIL_URL="smtp://mail:1025", EMAIL_BACKEND=provider)
    assert f"EMAIL_BACKEND = '{provider}'" in shown.stdout
    assert "EMAIL_PORT = 1025" in shown.stdout


def test_what_a_mail_provider_needs_is_read_by_the_name_that_anymail_has_for_it():
    shown = manage("diffsettings", MAILGUN_API_URL="https://api.eu.mailgun.net/v3", RESEND_API_KEY="re_1", MAILBOX_KEY="no")
    assert "'MAILGUN_API_URL': 'https://api.eu.mailgun.net/v3'" in shown.stdout and "'RESEND_API_KEY': 're_1'" in shown.stdout
    assert "MAILBOX_KEY" not in shown.stdout


def test_an_address_alone_is_a_mail_server():
    shown = manage("diffsettings", "--all", EMAIL_URL="smtp://mail:1025")
    assert "EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'" in shown.stdout


def test_without_https_the_cookies_still_stay_out_of_scripts(settings):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert not settings.DEBUG
