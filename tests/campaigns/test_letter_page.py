"""Writing letters and sending newsletters in the admin, as the people who do it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns import newsletters
from campaigns.models import Letter, Newsletter, Picture
from shop.mail.models import Message
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(client):
    client.force_login(make.staff("marketer"))
    return client


def page_of(letter):
    return f"/admin/campaigns/letter/{letter.pk}/change/"


def typed(letter, do="save", **more):
    """The form as the page shows it, with something changed."""
    data = {"do": do, "language": "en", "version": letter.version, "name": letter.name, "subject": "New teas", "preheader": ""}
    for block in letter.blocks:
        data.setdefault("block", []).append(block["id"])
        fields = {**block["settings"], **block["texts"].get("en", {})}
        known = {"html", "alt", "url", "label", "to", "heading", "rule", "count", "words", "kind", "value", "days", "at_least"}
        data |= {f"b-{block['id']}-{name}": value for name, value in fields.items() if name in known}
    return data | more


def test_a_letter_begins_with_a_greeting_products_and_a_button(marketer):
    answer = marketer.post("/admin/campaigns/letter/add/", {"name": "Winter"})
    letter = Letter.objects.get(name="Winter")
    assert answer["Location"] == page_of(letter)
    assert [block["kind"] for block in letter.blocks] == ["text", "products", "button"]
    assert marketer.get(page_of(letter)).status_code == 200


def test_blocks_are_added_moved_copied_and_removed_and_what_was_typed_is_kept(marketer):
    letter = letters.letter(letters.text("one"), letters.text("two"))
    first, second = (block["id"] for block in letter.blocks)
    marketer.post(page_of(letter), typed(letter, f"down:{first}", **{f"b-{second}-html": "<p>changed</p>"}))
    letter.refresh_from_db()
    assert [block["id"] for block in letter.blocks] == [second, first]
    assert letter.blocks[0]["texts"]["en"]["html"] == "<p>changed</p>"
    for do in ("add:voucher", f"copy:{first}", f"remove:{second}"):
        marketer.post(page_of(letter), typed(letter, do))
        letter.refresh_from_db()
    assert [block["kind"] for block in letter.blocks] == ["text", "text", "voucher"]
    assert len({block["id"] for block in letter.blocks}) == 3


def test_markup_that_could_run_is_taken_out(marketer):
    letter = letters.letter(letters.text("one"))
    field = f"b-{letter.blocks[0]['id']}-html"
    marketer.post(
        page_of(letter), typed(letter, **{field: '<p onclick="x()">hi</p><script>x()</script><iframe src="/"></iframe>'})
    )
    letter.refresh_from_db()
    assert letter.blocks[0]["texts"]["en"]["html"] == "<p>hi</p>"


def test_two_at_once_do_not_overwrite_each_other_unseen(marketer):
    letter = letters.letter()
    first = typed(letter, subject="First")
    marketer.post(page_of(letter), first)
    answer = marketer.post(page_of(letter), first | {"subject": "Second"})
    assert answer.status_code == 200 and "Second" in answer.text
    assert Letter.objects.get().subject == {"en": "First"}


@pytest.mark.parametrize(
    "do", ["up:nothing", "add:nonsense", "add:", "pick:x:y", "drop::", "language:tlh", ":", "remove", "find:zz", "what\x00"]
)
def test_odd_buttons_change_nothing_and_break_nothing(marketer, do):
    letter = letters.letter()
    before = letter.blocks
    assert marketer.post(page_of(letter), typed(letter, do)).status_code in (200, 302, 400)
    assert Letter.objects.get().blocks == before


def test_odd_values_are_said_to_be_odd(marketer):
    letter = letters.letter(letters.block("voucher", texts={"heading": "x"}))
    pk = letter.blocks[0]["id"]
    for value in ("NaN", "-1", "101", "9" * 30, ""):
        answer = marketer.post(page_of(letter), typed(letter, **{f"b-{pk}-value": value}))
        assert answer.status_code == 200 and "nothing was saved" in answer.text
    assert Letter.objects.get().version == letter.version


def test_a_picture_becomes_one_that_every_mailbox_shows(marketer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    letter = letters.letter(letters.block("picture", texts={"alt": "A pot"}))
    raw = io.BytesIO()
    Image.new("RGB", (3000, 1500)).save(raw, "WEBP")
    field = f"b-{letter.blocks[0]['id']}-file"
    marketer.post(page_of(letter), typed(letter, **{field: SimpleUploadedFile("a.webp", raw.getvalue())}))
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (1200, 600) and picture.file.name.endswith(".jpg")
    answer = marketer.post(page_of(letter), typed(Letter.objects.get(), **{field: SimpleUploadedFile("b.jpg", b"no picture")}))
    assert answer.status_code == 200 and Picture.objects.count() == 1


def test_the_preview_follows_the_form_and_saves_nothing(marketer):
    letter = letters.letter(letters.text("one"))
    field = f"b-{letter.blocks[0]['id']}-html"
    answer = marketer.post(f"/admin/campaigns/letter/{letter.pk}/preview/", typed(letter, **{field: "<p>typed now</p>"}))
    assert "typed now" in answer.text and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Letter.objects.get().blocks == letter.blocks


def test_a_preview_as_a_customer_needs_the_right_to_see_customers(client):
    make.customer("ana@example.com", first_name="Anastasia")
    letter = letters.letter()
    address = f"/admin/campaigns/letter/{letter.pk}/preview/?customer=ana@example.com"
    client.force_login(make.staff("marketer"))
    assert "Anastasia" in client.get(address).text
    client.force_login(make.staff("support"))
    assert client.get(address).status_code in (302, 403)


def test_a_test_goes_to_oneself(marketer):
    letter = letters.letter()
    marketer.post(page_of(letter), typed(letter, "test"))
    assert Message.objects.get().kind == "letter_test" and Message.objects.get().to_address.startswith("marketer")


# Newsletters


def act(client, newsletter, name, **data):
    return client.post(f"/admin/campaigns/newsletter/{newsletter.pk}/do/{name}/", data)


def state(newsletter):
    return Newsletter.objects.get(pk=newsletter.pk).state


def test_a_marketer_schedules_what_a_merchant_has_approved(client):
    letters.subscriber()
    newsletter = letters.newsletter()
    client.force_login(make.staff("marketer"))
    assert act(client, newsletter, "approve").status_code == 403
    client.force_login(make.staff("merchant"))
    act(client, newsletter, "approve")
    assert state(newsletter) == "approved"
    client.force_login(make.staff("marketer"))
    act(client, newsletter, "schedule", day="2099-01-05", at="09:00", in_own_time="on")
    found = Newsletter.objects.get()
    assert (found.state, str(found.send_on), found.in_own_time) == ("scheduled", "2099-01-05", True)


def test_a_day_that_is_past_or_none_is_said_to_be_so(client):
    newsletter = letters.newsletter()
    newsletters.approve(newsletter, make.staff("owner"))
    client.force_login(make.staff("marketer"))
    act(client, newsletter, "schedule", day="2001-01-05", at="09:00")
    assert act(client, newsletter, "schedule", day="x", at="99:99").status_code == 200
    assert state(newsletter) == "approved"


def test_each_state_has_its_page_and_what_does_not_fit_is_refused(client):
    letters.subscriber()
    newsletter = letters.newsletter(held_out=10)
    client.force_login(make.staff("owner"))
    address = f"/admin/campaigns/newsletter/{newsletter.pk}/change/"
    assert client.get(address).status_code == 200
    act(client, newsletter, "pause")
    assert state(newsletter) == "draft"
    for name, after in (("approve", "approved"), ("send_now", "scheduled"), ("reopen", "draft"), ("approve", "approved")):
        act(client, newsletter, name)
        assert state(newsletter) == after and client.get(address).status_code == 200
    act(client, newsletter, "send_now")
    Newsletter.objects.update(send_at="00:00")
    newsletters.begin_due()
    for name, after in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        act(client, newsletter, name)
        assert state(newsletter) == after and client.get(address).status_code == 200
    assert client.get("/admin/campaigns/newsletter/").status_code == 200


def test_once_approved_its_form_is_closed(client):
    newsletter = letters.newsletter()
    newsletters.approve(newsletter, make.staff("owner"))
    client.force_login(make.staff("owner"))
    answer = client.post(f"/admin/campaigns/newsletter/{newsletter.pk}/change/", {"name": "Other"})
    assert answer.status_code == 403 and Newsletter.objects.get().name == "Autumn teas"


def test_nobody_in_both_lists(client):
    newsletter = letters.newsletter()
    segment = newsletter.segments.get()
    client.force_login(make.staff("marketer"))
    data = {
        "name": "x",
        "letter": newsletter.letter_id,
        "segments": [segment.pk],
        "without": [segment.pk],
        "held_out_percent": "10",
    }
    answer = client.post(f"/admin/campaigns/newsletter/{newsletter.pk}/change/", data)
    assert "stands in both lists" in answer.text


def test_a_picture_that_breaks_off_is_refused_in_words(marketer):
    letter = letters.letter(letters.block("picture", texts={"alt": "A pot"}))
    raw = io.BytesIO()
    Image.effect_noise((600, 400), 50).save(raw, "JPEG")
    half = SimpleUploadedFile("half.jpg", raw.getvalue()[: len(raw.getvalue()) // 2])
    answer = marketer.post(page_of(letter), typed(letter, **{f"b-{letter.blocks[0]['id']}-file": half}))
    assert "cannot be read as a picture" in answer.content.decode()
    assert not Picture.objects.exists()
