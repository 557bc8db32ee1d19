"""One connection, and the bytes that go over it."""

import email
from email.policy import default
from email.utils import parseaddr

import pytest
from django.core.mail import BadHeaderError
from django.core.mail.message import sanitize_address

from shop.mail import lines, mime, sheets
from shop.mail.models import Message, Sheet
from shop.mail.verdicts import NotHandedOver
from tests import fast_sink, make, sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with sink.open_sink() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def message(text="Hello", html="<p>Hello</p>", **fields):
    return Message(customer=make.customer(), to_address="ana@example.com", kind="x", key="1", text=text, html=html, **fields)


def read(written):
    return email.message_from_bytes(written, policy=default)


@pytest.mark.parametrize(
    "words", ["Hello", "Вітаємо, друже", "x" * 3000, "é" * 900, ".\n..\n.dots", "a\r\nb\nc", "tab\t~ = =20"]
)
def test_what_is_written_is_what_is_read(words):
    found = read(mime.of(message(text=words, html=f"<p>{words}</p>", subject="Привіт, це тема " * 8)))
    plain = words.replace("\r\n", "\n")
    assert found.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == plain
    assert plain in found.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert found["Subject"] == ("Привіт, це тема " * 8).strip() or found["Subject"].strip() == ("Привіт, це тема " * 8).strip()
    assert max(map(len, mime.of(message(text=words)).split(b"\r\n"))) <= 998


def test_a_line_break_in_a_header_is_refused():
    with pytest.raises(BadHeaderError):
        mime.of(message(subject="a\r\nBcc: all@example.com"))
    with pytest.raises(BadHeaderError):
        mime.of(message(headers={"List-Id": "a\r\nBcc: all@example.com"}))


def test_a_server_that_ended_the_session_gets_the_next_mail_by_a_new_one(server):
    line = lines.kept()
    assert line.open()
    line.hand_over(message())
    line.backend.connection.sock.shutdown(2)
    line.hand_over(message())
    assert (len(server.mails), server.connections) == (2, 2)


def test_a_server_that_is_gone_has_not_taken_it(server):
    line = lines.Line()
    assert line.open()
    line.backend.connection.sock.shutdown(2)
    line.backend.port = 1
    with pytest.raises(NotHandedOver):
        line.hand_over(message())


def test_one_process_keeps_one_line(server):
    assert lines.kept() is lines.kept()


def test_a_full_stop_alone_on_a_line_does_not_end_the_mail(server):
    line = lines.kept()
    line.open()
    line.hand_over(message(text="before\n.\nafter"))
    assert "after" in server.mails[0].get_body(("plain",)).get_content()


def test_a_server_with_pipelining_is_asked_once(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    with fast_sink.running(tmp_path / "mails") as running:
        settings.EMAIL_PORT = running.port
        line = lines.kept()
        assert line.open()
        for _ in range(3):
            line.hand_over(message())
        assert [mail.recipient for mail in running.mails()] == ["ana@example.com"] * 3


def test_a_sheet_and_its_values_make_the_mail():
    html = f"<p>{sheets.gap('name')}</p>{sheets.gap('piece')}"
    sheet = Sheet.objects.create(
        key="k", language="en", subject="", text=f"{sheets.gap('name')}: {sheets.gap('piece')}", html=html
    )
    row = message(html="", text="", sheet=sheet, values={"name": "<Ana>", "piece": ["<b>1</b>", "one"]})
    said = sheets.filled(row)
    assert said.html == "<p>&lt;Ana&gt;</p><b>1</b>" and said.text == "<Ana>: one"


@pytest.mark.parametrize(
    "words", ["", "Ana", "Вітаємо, друже", "x" * 3000, "two\nlines\n", " blank ", ".", "\n.\n", "a=b =20 =", "tab\t", "a\r\nb"]
)
@pytest.mark.parametrize(
    "around", ["Hello {}, again {}{}", "{}\n.\n{}\n \n{}", "Чай {} — {}." + "y" * 2000 + "{}", "{}{}.{}\n"]
)
def test_a_mail_on_a_sheet_reads_as_it_was_filled(words, around):
    gaps = around.format(*map(sheets.gap, ("a", "b", "a")))
    sheet = Sheet.objects.create(key="k", language="en", subject="", text=gaps, html=f"<p>{gaps}</p>")
    row = message(
        html="", text="", sheet=sheet, values={"a": words, "b": [f"<b>{words}</b>", words], "way_out": "x/"}, topic="news"
    )
    written, said = mime.of(row), sheets.filled(row)
    found = read(written)
    for kind, expected in (("plain", said.text), ("html", said.html)):
        content = found.get_body((kind,)).get_content().replace("\r\n", "\n")
        assert content.rstrip("\n") == expected.replace("\r\n", "\n").rstrip("\n")
    assert found["List-Unsubscribe"].endswith("/x/>")
    body = written.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78 and body.isascii() and b"\n" not in body.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "typed", ["ana@example.com", "a.b+c@mail.example.co.uk", "Ana <ana@example.com>", "ana@bücher.example", '"a b"@example.com']
)
def test_an_address_is_told_to_the_server_as_django_would(typed):
    expected = sanitize_address(parseaddr(typed)[1], "utf-8")
    assert lines._address(typed) == expected


@pytest.mark.parametrize(
    "typed", ["ana@example.com\r\nRCPT TO:<eve@example.com>", "a@b.com> <c@d.com", "", "ana@example.com\n"]
)
def test_an_address_that_is_more_than_one_is_refused_or_is_one(typed):
    try:
        told = lines._address(typed)
    except ValueError:
        return
    assert not set(told) & set("\r\n<>")
