import re
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import attribution, clicks, links
from campaigns.models import Attribution, Click, Hit, Link
from shop.customers import consent
from shop.events.models import Event
from shop.mail import sheets
from shop.mail.models import Message
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36"}
LATER = timedelta(minutes=5)


def agreeing(**fields):
    """A subscriber who agreed to statistics."""
    customer = letters.subscriber(**fields)
    consent.give(customer, "statistics", source="banner", channel="web")
    return customer


def mailed(customer, *parts):
    """A message of a newsletter that the person got an hour ago, and the paths of its links."""
    letters.written(letters.newsletter(letter=letters.letter(*parts) if parts else None))
    message = Message.objects.get(kind="newsletter", customer=customer)
    message.sent_at = timezone.now() - timedelta(hours=1)
    message.save()
    paths = re.findall(r'href="http://[^/]+(/c/[^"]+)"', sheets.filled(message).html)
    return message, [path for path in paths if not path.endswith("/0")]


def words(number=3):
    return letters.text(" ".join(f'<a href="/search/?q={n}">link {n}</a>' for n in range(number)))


def follow(client, path, **more):
    return client.get(path, **{**BROWSER, **more})


def judged():
    clicks.judge(timezone.now() + LATER)
    return sorted(Click.objects.values_list("by", flat=True))


def test_a_link_leads_where_the_letter_says_and_tells_the_shop_of_its_campaign(client):
    _message, paths = mailed(letters.subscriber(), words(1))
    wanted = "/search/?q=0&utm_source=newsletter&utm_medium=email&utm_campaign=autumn-teas"
    assert any(follow(client, path)["Location"].endswith(wanted) for path in paths)


@pytest.mark.parametrize("spoil", [
    lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
    lambda key: key[1:],
    lambda key: key.upper() + "x",
    lambda key: "https:",
    lambda key: "-" * 38,
])  # fmt: skip
def test_a_changed_key_leads_nowhere(client, spoil):
    _message, paths = mailed(letters.subscriber(), words(1))
    key, number = paths[0].split("/")[2:]
    assert follow(client, f"/c/{spoil(key)}/{number}").status_code == 404
    assert not Hit.objects.exists()


def test_only_addresses_of_the_message_are_redirected_to(client):
    _message, paths = mailed(letters.subscriber(), words(1))
    other, _new = mailed(letters.subscriber(), words(1))
    foreign = Link.objects.create(sheet=other.sheet, url="https://evil.example/")
    key = paths[0].split("/")[2]
    for number in (foreign.pk, 10**30, 987654321):
        assert follow(client, f"/c/{key}/{number}").status_code == 404
    assert follow(client, f"/c/{key}/{paths[0].split('/')[3]}?next=https://evil.example/")["Location"].startswith(
        "http://localhost"
    )


def test_an_address_that_is_no_web_address_is_never_redirected_to(client):
    _message, paths = mailed(letters.subscriber(), words(1))
    Link.objects.filter(pk=paths[0].split("/")[3]).update(url="javascript:alert(1)")
    assert follow(client, paths[0]).status_code == 404


def test_a_person_who_reads_and_follows_a_link_is_a_person(client):
    ana = agreeing()
    message, paths = mailed(ana, words())
    follow(client, paths[1])
    assert judged() == ["human"]
    assert Click.objects.get().message == message
    assert Event.objects.get(kind="campaigns.message_clicked").customer == ana


def test_of_who_did_not_agree_to_statistics_there_is_a_number_and_nobody_behind_it(client):
    _message, paths = mailed(letters.subscriber(), words())
    follow(client, paths[1])
    assert judged() == ["human"]
    assert Click.objects.get().message is None
    assert not Event.objects.filter(kind="campaigns.message_clicked").exists()
    assert not Hit.objects.exists()


def test_a_scanner_that_opens_all_links_at_once_is_no_person(client):
    _message, paths = mailed(agreeing(), words())
    for path in paths:
        follow(client, path)
    assert set(judged()) == {"machine"}
    assert not Event.objects.filter(kind="campaigns.message_clicked").exists()


def test_whoever_opens_the_hidden_link_is_a_machine(client):
    message, paths = mailed(agreeing(), words())
    hidden = f"/c/{links.key_of(message.uid)}/0"
    assert hidden in sheets.filled(message).html and hidden not in sheets.filled(message).text
    follow(client, hidden), follow(client, paths[1])
    assert judged() == ["machine", "machine"]


def test_a_message_that_a_machine_has_opened_stays_in_its_hands_for_a_while(client):
    message, paths = mailed(agreeing(), words())
    follow(client, f"/c/{links.key_of(message.uid)}/0")
    assert judged() == ["machine"]
    follow(client, paths[1])
    assert judged() == ["machine", "machine"]
    Click.objects.filter(link=None).update(happened_at=timezone.now() - timedelta(hours=2))
    follow(client, paths[1])
    assert sorted(judged()) == ["human", "machine", "machine"]


@pytest.mark.parametrize(
    "more", [{"HTTP_USER_AGENT": "Proofpoint URL Defense"}, {"HTTP_USER_AGENT": ""}, {"HTTP_SEC_PURPOSE": "prefetch;prerender"}]
)
def test_who_says_that_it_is_a_machine_is_one(client, more):
    _message, paths = mailed(agreeing(), words())
    follow(client, paths[1], **more)
    assert judged() == ["machine"]


def test_a_head_request_and_the_first_seconds_are_machines(client):
    _message, paths = mailed(agreeing(), words())
    client.head(paths[1], **BROWSER)
    assert judged() == ["machine"]
    Message.objects.update(sent_at=timezone.now() - timedelta(seconds=1))
    follow(client, paths[1])
    assert judged() == ["machine", "machine"]


def test_a_hit_is_not_judged_while_its_neighbours_may_still_come(client):
    _message, paths = mailed(agreeing(), words())
    follow(client, paths[1])
    assert clicks.judge(timezone.now() + timedelta(seconds=10)) == 0
    assert clicks.judge(timezone.now() + LATER) == 1


def test_following_sets_no_cookie_and_changes_nothing_for_the_person(client):
    _message, paths = mailed(letters.subscriber(), words())
    answer = follow(client, paths[0])
    assert not answer.cookies and answer["Cache-Control"].startswith("max-age=0")
    assert client.post(paths[0]).status_code == 405


# Orders


def test_an_order_within_five_days_of_a_click_is_owed_to_the_last_message(client):
    ana = agreeing()
    first, _paths = mailed(ana, words())
    last = Message.objects.create(customer=ana, kind="x", key="1", topic="news", sheet=first.sheet, to_address=ana.email)
    for days, message in ((4, first), (1, last)):
        moment = timezone.now() - timedelta(days=days)
        Click.objects.create(sheet=first.sheet, message=message, by="human", happened_at=moment)
    order = make.order(email=ana.email)
    assert attribution.attribute(order).message == last
    assert attribution.attribute(order).message == last and Attribution.objects.count() == 1


def test_a_click_of_a_machine_an_old_one_and_a_later_one_bring_nothing(client):
    ana = agreeing()
    message, _paths = mailed(ana, words())
    now = timezone.now()
    for by, moment in (("machine", now - timedelta(days=1)), ("human", now - timedelta(days=6)), ("human", now + LATER)):
        Click.objects.create(sheet=message.sheet, message=message, by=by, happened_at=moment)
    assert attribution.attribute(make.order(email=ana.email)) is None


def test_a_click_that_nobody_has_judged_yet_counts_for_the_order_after_it(client):
    ana = agreeing()
    message, paths = mailed(ana, words())
    follow(client, paths[1])
    order = make.order(email=ana.email)
    assert attribution.attribute(order).message == message
