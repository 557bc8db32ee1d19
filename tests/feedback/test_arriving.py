"""Answers that customers write in their mail program."""

import random
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import signing
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from feedback import arriving, cases, enclosing, floods, reply_address
from feedback.models import Case, Enclosure, Entry, ReceivedMail
from shop.customers import privacy
from shop.forks.reviews import photos
from shop.mail import envelope
from shop.mail.models import Message
from shop.mail.webhooks import NotTaken
from tests import make
from tests.feedback import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings):
    mails.configure(settings)


def answered_case(email="ana@example.com"):
    """A case with an answer of the shop, and where the customer's answer goes."""
    now = timezone.now()
    case = cases.from_form(name="Ana", email=email, order_number="", text="Where is my tea?", language="en", now=now)
    entry = cases.reply(case, "On its way.", by=make.staff("support"), now=now)
    return case, entry.message.headers["Reply-To"]


def said_in(case):
    return list(case.entries.filter(kind=Entry.Kind.FROM_CUSTOMER).order_by("pk").values_list("text", flat=True))


def test_an_answer_joins_its_conversation_and_puts_it_back_on_the_desk():
    case, address = answered_case()
    assert mails.post(mails.written(address, "It came!\n\n> =-=-= Write above =-=-=\n> On its way.")).status_code == 200
    case.refresh_from_db()
    assert said_in(case) == ["Where is my tea?", "It came!"]
    assert case.state == Case.State.OPEN
    assert ReceivedMail.objects.get().outcome == "joined"
    assert Message.objects.filter(kind="case_written").count() == 2


def test_the_mail_names_the_address_and_the_line_only_where_mail_is_received(settings):
    case, address = answered_case()
    message = Message.objects.get(kind="case_reply")
    assert address.endswith("@in.shop.example")
    assert len(address.partition("@")[0]) <= 64
    assert "Reply-To" in envelope.headers_of(message)
    assert reply_address.MARK in message.text
    assert reply_address.MARK in message.html
    settings.INBOUND_DOMAIN = ""
    later = cases.reply(case, "Once more.", by=make.staff("support"), now=timezone.now()).message
    assert "Reply-To" not in later.headers
    assert reply_address.MARK not in later.text


def test_an_answer_opens_a_closed_case_again():
    case, address = answered_case()
    cases.close(case, Case.Outcome.SOLVED, by=make.staff("support"), now=timezone.now())
    mails.post(mails.written(address, "It broke again."))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (Case.State.OPEN, "")


def test_the_same_mail_handed_over_again_counts_once():
    case, address = answered_case()
    mail = mails.written(address, "Once")
    assert [mails.post(mail).status_code for _time in range(3)] == [200, 200, 200]
    assert said_in(case) == ["Where is my tea?", "Once"]
    other_way = {**mail, "MessageID": "another-id-of-the-provider", "OriginalRecipient": "help@in.shop.example"}
    mails.post(other_way)
    assert said_in(case).count("Once") == 1
    assert Case.objects.count() == 1


def test_an_answer_from_another_address_joins_and_staff_are_told():
    case, address = answered_case()
    mails.post(mails.written(address, "From my office", by="ana@office.example"))
    assert said_in(case)[-1] == "From my office"
    assert "ana@office.example" in case.entries.get(kind=Entry.Kind.NOTE).text
    case.refresh_from_db()
    assert case.email == "ana@example.com"


def links_token(pk):
    return signing.TimestampSigner(salt="feedback.case").sign_object(int(pk))


def changed(address):
    local, _at, domain = address.partition("@")
    pk, day, signature = local.removeprefix("reply+").split("-")
    worn = int(day) - 181
    return {
        "other case": f"reply+{int(pk) + 1}-{day}-{signature}@{domain}",
        "other day": f"reply+{pk}-{int(day) - 1}-{signature}@{domain}",
        "tomorrow": f"reply+{pk}-{int(day) + 1}-{signature}@{domain}",
        "cut off": f"reply+{pk}-{day}-{signature[:-1]}@{domain}",
        "other signature": f"reply+{pk}-{day}-{signature[::-1]}@{domain}",
        "worn": f"reply+{pk}-{worn}-{signature}@{domain}",
        "the link's token": f"reply+{links_token(pk)[:40].replace(':', '-')}@{domain}",
        "other domain": f"{local}@elsewhere.example",
        "huge": f"reply+{'9' * 18}-{day}-{signature}@{domain}",
        "nothing": f"reply+@{domain}",
        "help": f"help@{domain}",
    }


def test_a_mail_to_an_address_that_is_not_good_begins_a_conversation_of_its_own():
    case, address = answered_case()
    for number, (name, wrong) in enumerate(changed(address).items()):
        mails.post(mails.written(wrong, f"Hello {name}", by=f"someone{number}@example.com", subject="A question"))
        new = Case.objects.latest("pk")
        assert said_in(new) == [f"Hello {name}"], name
        assert (new.source, new.email, new.subject) == ("mail", f"someone{number}@example.com", "A question")
    assert said_in(case) == ["Where is my tea?"]


def test_an_address_is_good_for_half_a_year_and_after_the_key_was_changed(settings):
    case, address = answered_case()
    now = timezone.now()
    assert reply_address.case_of(address.upper(), now + timedelta(days=180)) == case
    assert reply_address.case_of(address, now + timedelta(days=181)) is None
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-key-" * 8, [settings.SECRET_KEY]
    assert reply_address.case_of(address, now) == case
    settings.SECRET_KEY_FALLBACKS = []
    assert reply_address.case_of(address, now) is None


def test_the_address_of_somebody_forgotten_leads_nowhere():
    case, address = answered_case()
    privacy.erase(case.customer)
    mails.post(mails.written(address, "Still me"))
    assert said_in(case) == ["–"]
    assert Case.objects.latest("pk") != case


AUTOMATIC = [
    ("Auto-Submitted", "auto-replied"),
    ("Auto-Submitted", "auto-generated; owner=x"),
    ("Precedence", "bulk"),
    ("Precedence", "auto_reply"),
    ("X-Autoreply", "yes"),
    ("List-Id", "<news.example.com>"),
]


@pytest.mark.parametrize("header", AUTOMATIC)
def test_what_a_machine_wrote_is_read_by_nobody(header):
    case, address = answered_case()
    before = Message.objects.count()
    assert mails.post(mails.written(address, "I am away until Monday.", headers=[header])).status_code == 200
    assert said_in(case) == ["Where is my tea?"]
    assert ReceivedMail.objects.get().why
    assert Message.objects.count() == before


def test_bounces_and_our_own_mails_are_read_by_nobody(settings):
    settings.DEFAULT_FROM_EMAIL = "Teapot Lane <shop@teapot.example>"
    case, address = answered_case()
    mails.post(mails.written(address, by="MAILER-DAEMON@example.com"))
    mails.post(mails.written(address, by="shop@teapot.example"))
    mails.post(mails.written("help@in.shop.example", by=address))
    mails.post(mails.written(address, "Not delivered", Headers=[{"Name": "Return-Path", "Value": "<>"}]))
    assert said_in(case) == ["Where is my tea?"]
    assert Case.objects.count() == 1
    assert set(ReceivedMail.objects.values_list("outcome", flat=True)) == {"ignored"}


def test_a_person_whose_program_says_no_machine_is_heard():
    case, address = answered_case()
    mails.post(mails.written(address, "Me", headers=[("Auto-Submitted", "no")]))
    assert said_in(case)[-1] == "Me"


def test_spam_begins_nothing_but_joins_what_it_has_the_address_of():
    case, address = answered_case()
    spam = [("X-Spam-Status", "Yes")]
    mails.post(mails.written("help@in.shop.example", "Buy!", headers=spam))
    assert Case.objects.count() == 1
    mails.post(mails.written(address, "Not spam", headers=spam))
    assert said_in(case)[-1] == "Not spam"


def test_a_flood_of_one_address_is_one_conversation_and_then_silence():
    for number in range(50):
        mails.post(mails.written("help@in.shop.example", f"Number {number}", by="flood@example.com"))
    assert Case.objects.filter(email="flood@example.com").count() == 5
    assert Entry.objects.filter(kind=Entry.Kind.FROM_CUSTOMER).count() == 4 + 30
    assert ReceivedMail.objects.filter(outcome="ignored").count() == 16


def test_html_is_read_as_text_and_markup_stays_words():
    case, address = answered_case()
    mails.post(mails.written(address, "", HtmlBody="<p>Hello <b>you</b></p><script>alert(1)</script><style>p{}</style>"))
    assert said_in(case)[-1] == "Hello you"
    mails.post(mails.written(address, "<script>alert(1)</script>{{ settings.SECRET_KEY }}"))
    assert said_in(case)[-1] == "<script>alert(1)</script>{{ settings.SECRET_KEY }}"


def test_a_name_or_subject_full_of_tricks_is_a_plain_line():
    payload = mails.written("help@in.shop.example", "Hi", subject="Hello\tBcc: all@example.com \u202eevil\x00")
    payload["FromFull"]["Name"] = 'Ana \u202e"<b>'
    response = mails.post(payload)
    assert response.status_code == 200
    case = Case.objects.get()
    assert case.subject == "Hello Bcc: all@example.com evil"
    assert "\u202e" not in case.name


# Floods


def test_more_conversations_than_staff_can_answer_are_put_off_and_answers_are_not(client, monkeypatch, caplog):
    case, address = answered_case()
    monkeypatch.setattr(floods, "NEW", 3)
    arrived = [mails.written("help@in.shop.example", "Hello", by=f"somebody{number}@example.com") for number in range(5)]
    answers = [mails.post(mail) for mail in arrived]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 503, 503]
    assert answers[-1]["Retry-After"] == "3600"
    assert Case.objects.filter(source="mail").count() == ReceivedMail.objects.count() == 3
    assert "3 conversations began by mail within an hour" in caplog.text
    assert mails.post(mails.written(address, "My answer")).status_code == 200
    assert said_in(case)[-1] == "My answer"
    client.force_login(make.staff("support"))
    assert "more have to wait" in client.get("/admin/").content.decode()
    ReceivedMail.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    assert mails.post(arrived[-1]).status_code == 200
    assert "more have to wait" not in client.get("/admin/").content.decode()


def test_when_much_came_in_an_hour_words_are_kept_and_of_files_the_names(monkeypatch, caplog):
    case, address = answered_case()
    bill = [("bill.pdf", "application/pdf", b"%PDF-1.7 x")]
    mails.post(mails.written(address, "First", files=bill))
    assert ReceivedMail.objects.get().size == len("First") + 10
    monkeypatch.setattr(floods, "BYTES", 15)
    mails.post(mails.written(address, "Second", files=bill))
    first, second = Enclosure.objects.all()
    assert (bytes(first.content), second.content) == (b"%PDF-1.7 x", None)
    assert (second.name, second.why_not) == ("bill.pdf", enclosing.TOO_MUCH)
    assert said_in(case)[-1] == "Second"
    assert "15 bytes came by mail within an hour" in caplog.text


@pytest.mark.parametrize(
    ("to", "more"),
    [
        ("", {"headers": [("Auto-Submitted", "auto-replied")]}),
        ("", {"by": "mailer-daemon@example.com"}),
        ("help@in.shop.example", {"headers": [("X-Spam-Status", "Yes")]}),
    ],
)
def test_what_nobody_reads_is_not_decoded(monkeypatch, to, more):
    _case, address = answered_case()
    monkeypatch.setattr(photos, "cleaned", lambda file: pytest.fail("decoded"))
    monkeypatch.setattr("feedback.incoming._body_of", lambda message: pytest.fail("decoded"))
    files = [("photo.jpg", "image/jpeg", mails.picture())]
    assert mails.post(mails.written(to or address, "I am away.", files=files, **more)).status_code == 200
    assert ReceivedMail.objects.get().why


def test_what_is_too_much_in_an_hour_is_not_decoded(monkeypatch):
    _case, address = answered_case()
    monkeypatch.setattr(arriving, "WORDS_AN_HOUR", 1)
    monkeypatch.setattr(photos, "cleaned", lambda file: pytest.fail("decoded"))
    mails.post(mails.written(address, "Again", files=[("photo.jpg", "image/jpeg", mails.picture())]))
    assert ReceivedMail.objects.get().why == arriving.TOO_MANY


@pytest.mark.parametrize(("content", "decoded", "kept"), [(b"\xff\xd8\xff broken", 10, 0), (mails.picture(), 5, 5)])
def test_of_many_pictures_only_so_many_are_decoded(monkeypatch, content, decoded, kept):
    _case, address = answered_case()
    tried, real = [], photos.cleaned
    monkeypatch.setattr(photos, "cleaned", lambda file: tried.append(file) or real(file))
    files = [(f"{number}.jpg", "image/jpeg", content) for number in range(14)]
    mails.post(mails.written(address, "See", files=files))
    assert len(tried) == decoded
    assert Enclosure.objects.exclude(content=None).count() == kept
    assert Enclosure.objects.count() == 14


# Files


def test_pictures_are_made_anew_and_pdf_files_are_kept_as_they_are():
    _case, address = answered_case()
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    photo = mails.picture(exif=exif)
    assert b"SECRET-CAMERA" in photo
    mails.post(
        mails.written(
            address, "See", files=[("../../lid.jpg", "image/jpeg", photo), ("bill.pdf", "application/pdf", b"%PDF-1.7 x")]
        )
    )
    picture, pdf = Enclosure.objects.all()
    assert (picture.name, picture.kind) == ("lid.webp", "image/webp")
    assert b"SECRET-CAMERA" not in bytes(picture.content)
    assert (pdf.name, bytes(pdf.content)) == ("bill.pdf", b"%PDF-1.7 x")


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("run.exe", "application/octet-stream", b"MZ\x90"),
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("drawing.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("lid.jpg", "image/jpeg", b"<html>not a picture</html>"),
        ("bill.pdf", "application/pdf", b"PK\x03\x04"),
        ("huge.pdf", "application/pdf", b"%PDF-" + bytes(5 * 1024 * 1024 + 1)),
        ("old.gif", "image/gif", mails.picture("GIF")),
    ],
)
def test_other_files_are_named_and_not_kept(name, kind, content):
    case, address = answered_case()
    assert mails.post(mails.written(address, "See", files=[(name, kind, content)])).status_code == 200
    refused = Enclosure.objects.get()
    assert (refused.name, refused.content) == (name, None)
    assert refused.why_not
    assert said_in(case)[-1] == "See"


def test_of_many_files_five_are_kept():
    _case, address = answered_case()
    mails.post(mails.written(address, "", files=[(f"{n}.pdf", "application/pdf", b"%PDF-1") for n in range(9)]))
    assert Enclosure.objects.exclude(content=None).count() == 5
    assert Enclosure.objects.filter(content=None).count() == 4


def test_a_picture_between_the_lines_is_kept_and_the_logo_of_a_signature_is_not():
    _case, address = answered_case()
    files = [
        ("photo.jpg", "image/jpeg", mails.picture(), "a@x"),
        ("logo.png", "image/png", mails.picture("PNG", (80, 20)), "b@x"),
    ]
    mails.post(mails.written(address, "See", files=files))
    assert [one.name for one in Enclosure.objects.all()] == ["photo.webp"]


def test_files_are_for_the_customer_and_staff_alone(client):
    case, address = answered_case()
    mails.post(
        mails.written(
            address, "See", files=[("bill.pdf", "application/pdf", b"%PDF-1.7"), ("p.jpg", "image/jpeg", mails.picture())]
        )
    )
    pdf, picture = Enclosure.objects.all()
    page = client.get(f"/case/{links_token(case.pk)}/")
    assert "bill.pdf" in page.content.decode()
    given = client.get(f"/case/{links_token(case.pk)}/{pdf.pk}/")
    assert (given["Content-Type"], given["Content-Disposition"]) == ("application/pdf", 'attachment; filename="bill.pdf"')
    assert "sandbox" in given["Content-Security-Policy"]
    assert given["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in given["Cache-Control"]
    other, _address = answered_case("other@example.com")
    assert client.get(f"/case/{links_token(other.pk)}/{pdf.pk}/").status_code == 404
    assert client.get(f"/case/{links_token(case.pk)}x/{pdf.pk}/").status_code == 404
    assert client.get(f"/admin/feedback/case/{case.pk}/file/{picture.pk}/").status_code == 302
    client.force_login(make.staff("support"))
    assert client.get(f"/admin/feedback/case/{case.pk}/file/{picture.pk}/")["Content-Type"] == "image/webp"
    assert client.get(f"/admin/feedback/case/{other.pk}/file/{picture.pk}/").status_code == 404
    assert "bill.pdf" in client.get(f"/admin/feedback/case/{case.pk}/change/").content.decode()


def test_what_came_by_mail_is_handed_over_and_forgotten():
    case, address = answered_case()
    mails.post(mails.written(address, "My words", files=[("my-bill.pdf", "application/pdf", b"%PDF-1.7 mine")]))
    told = privacy.export_json(case.customer)
    assert "My words" in told
    assert "my-bill.pdf" in told
    privacy.erase(case.customer)
    assert not Enclosure.objects.exists()
    assert "My words" not in str(list(Entry.objects.values()))
    assert "ana@example.com" not in str(list(ReceivedMail.objects.values()))


# Calls that are none


def test_calls_without_the_secret_do_nothing(settings):
    _case, address = answered_case()
    mail = mails.written(address)
    assert mails.post(mail, secret="").status_code == 400
    assert mails.post(mail, secret="hook:wrong").status_code == 400
    settings.INBOUND_DOMAIN = ""
    assert mails.post(mail).status_code == 404
    settings.INBOUND_DOMAIN = mails.DOMAIN
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": []}
    assert mails.post(mail, secret="").status_code == 404
    assert not ReceivedMail.objects.exists()


def test_a_mail_larger_than_a_form_may_be_is_read_and_a_monstrous_one_is_not(client):
    case, address = answered_case()
    files = [(f"{n}.pdf", "application/pdf", b"%PDF-1" + bytes(4 * 1024 * 1024)) for n in range(2)]
    mail = mails.written(address, "Large", files=files)
    assert mails.post(mail).status_code == 200
    assert said_in(case)[-1] == "Large"
    assert mails.post(mails.written(address, files=files), secret="hook:wrong").status_code == 400
    monstrous = client.post(
        "/anymail/postmark/inbound/", b"{}", content_type="application/json", CONTENT_LENGTH=str(50 * 2**20)
    )
    assert monstrous.status_code == 413


@pytest.mark.parametrize(
    "raw", ["", "{", "[]", "null", "7", '{"RecordType": "Bounce"}', '{"FromFull": 7}', "[" * 100_000, '{"Headers": [1]}']
)
def test_bodies_that_are_no_mail_are_refused(raw):
    assert mails.post(None, raw=raw).status_code in (200, 400)
    assert Case.objects.count() == 0


def raw_mail(*headers, to="help@in.shop.example", body="Hello"):
    raw = "\r\n".join(["From: Ana <ana@example.com>", f"To: {to}", *headers, "", body])
    return {"RawEmail": raw, "OriginalRecipient": to, "Headers": []}


def fail(*args, **more):
    raise IndexError("what Python's parser may raise")


@pytest.mark.parametrize("part", ["_recipients", "_body_of", "enclosing.read"])
def test_a_mail_that_nobody_can_read_is_written_down_and_not_asked_for_again(monkeypatch, caplog, part):
    monkeypatch.setattr(f"feedback.incoming.{part}", fail)
    mail = raw_mail("Message-ID: <broken@mail.example>")
    assert [mails.post(mail).status_code for _time in range(2)] == [200, 200]
    received = ReceivedMail.objects.get()
    assert (received.outcome, received.why) == ("ignored", arriving.BROKEN)
    assert f"The mail {received.key} cannot be read" in caplog.text
    assert not Case.objects.exists()


def test_a_mail_without_an_id_that_nobody_can_read_is_known_again(monkeypatch):
    monkeypatch.setattr("feedback.incoming._body_of", fail)
    mails.post(raw_mail("Subject: One"))
    mails.post(raw_mail("Subject: One"))
    mails.post(raw_mail("Subject: Two"))
    assert ReceivedMail.objects.count() == 2


def test_what_the_database_cannot_hold_is_not_asked_for_again(monkeypatch):
    monkeypatch.setattr("feedback.incoming.quoting.new_words", lambda *args: "half a letter: \ud800")
    assert mails.post(raw_mail("Message-ID: <half@mail.example>")).status_code == 200
    assert ReceivedMail.objects.get().why == arriving.BROKEN
    assert not Case.objects.exists()


def test_while_the_database_is_away_the_provider_shall_call_again(monkeypatch):
    def away(*args, **more):
        raise OperationalError

    monkeypatch.setattr(cases, "from_mail", away)
    with pytest.raises(NotTaken):
        mails.post(raw_mail("Message-ID: <later@mail.example>"))
    monkeypatch.undo()
    assert mails.post(raw_mail("Message-ID: <later@mail.example>")).status_code == 200
    assert Case.objects.count() == 1


def test_mails_of_every_broken_shape_are_taken_or_refused_but_never_break():
    """Raw mails with bytes changed at random: whatever the parser makes of them, the provider gets an answer."""
    _case, address = answered_case()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ana <ana@example.com>", address, "Héllo"
    letter.set_content("Ünïcode words", charset="utf-8")
    letter.add_alternative("<p>words</p>", subtype="html")
    letter.add_attachment(mails.picture(), maintype="image", subtype="jpeg", filename="a.jpg")
    letter.add_attachment(EmailMessage())
    whole, chance = letter.as_bytes(), random.Random(7)
    for number in range(150):
        broken = bytearray(whole)
        for _change in range(chance.randint(1, 40)):
            broken[chance.randrange(min(len(broken), 900))] = chance.randrange(256)
        payload = {"RawEmail": broken.decode("latin-1"), "OriginalRecipient": address, "Headers": [], "MessageID": str(number)}
        assert mails.post(payload).status_code in (200, 400)


def test_a_charset_that_nobody_knows_is_read_as_well_as_can_be():
    case, address = answered_case()
    raw = f"From: ana@example.com\r\nTo: {address}\r\nContent-Type: text/plain; charset=klingon\r\n\r\nHello"
    assert mails.post({"RawEmail": raw, "OriginalRecipient": address, "Headers": []}).status_code == 200
    assert said_in(case)[-1] == "Hello"
