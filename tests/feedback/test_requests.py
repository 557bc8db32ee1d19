"""Reviews of everything in an order: when somebody is asked, the page, what staff make of it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from feedback import links, moderation, requests, tasks
from feedback.models import Case, ReviewRequest, ReviewTiming, Standing
from shop.customers import consent
from shop.customers.models import Consent
from shop.events.models import Event
from shop.forks.order.models import Order
from shop.forks.reviews.models import ProductReview
from shop.mail import gate
from shop.mail.models import Message
from shop.payments import refunds
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def request_of(deliver):
    """The request about an order with tea and a cup, which has arrived."""

    def ordered(*products):
        order = asked.delivered_order(*(products or (make.product("Assam"), make.product("Cup"))))
        deliver()
        return ReviewRequest.objects.get(order=order)

    return ordered


def in_days(days):
    return timezone.now() + timedelta(days=days)


def send(asked_for, days=10.1):
    requests.send_due(in_days(days))
    Message.objects.filter(kind="review_request", state="queued").update(state="sent")
    asked_for.refresh_from_db()
    return asked_for


def page_of(asked_for):
    return f"/your-reviews/{links.token(links.REVIEWS, asked_for)}/"


def answers(asked_for, *given, name="Ana"):
    """What is typed: stars and words for the first, second … line."""
    typed = {"name": name}
    for line, (stars, words) in zip(requests.lines_of(asked_for.order), given, strict=False):
        typed |= {f"line-{line.pk}-score": stars, f"line-{line.pk}-body": words}
    return typed


def test_one_mail_asks_about_all_things_of_an_order(request_of):
    asked_for = send(request_of())
    html = Message.objects.get(kind="review_request").html
    assert "Assam" in html and "Cup" in html and html.count("&amp;stars=5") == 2
    assert asked_for.state == "sent"


def test_things_get_the_time_that_their_category_needs_and_the_slowest_decides(request_of):
    kitchen, tea = make.category("Kitchen"), make.category("Tea")
    pots = make.category("Pots", kitchen)
    ReviewTiming.objects.create(category=kitchen, days=21)
    ReviewTiming.objects.create(category=tea, days=5)
    fast, slow = make.product("Assam", in_category=tea), make.product("Pot", in_category=pots)
    asked_for = request_of(fast, slow)
    assert (asked_for.due_at - timezone.now()).days == 20
    assert requests.days_of({fast.pk}) == 5
    assert requests.days_of({make.product("Spoon").pk}) == requests.USUAL_DAYS


def test_the_nearest_category_decides():
    tea = make.category("Tea")
    green = make.category("Green", tea)
    ReviewTiming.objects.create(category=tea, days=30)
    ReviewTiming.objects.create(category=green, days=4)
    assert requests.days_of({make.product(in_category=green).pk}) == 4


def test_who_sent_something_back_is_not_asked(request_of):
    asked_for = request_of()
    line = asked_for.order.lines.first()
    refunds.refund(Order.objects.get(pk=asked_for.order.pk), {line.pk: 1}, reason="broken", by=None)
    assert "sent back" in send(asked_for).why_not


def test_who_waits_for_our_answer_is_not_asked(request_of):
    asked_for = request_of()
    now = timezone.now()
    Case.objects.create(source="contact", customer=asked_for.customer, subject="?", opened_at=now, due_at=now)
    assert "case" in send(asked_for).why_not


def test_who_has_reviewed_everything_already_is_not_asked(request_of):
    asked_for = request_of()
    for line in asked_for.order.lines.all():
        make.review(line.product, by=asked_for.customer)
    assert "nothing left" in send(asked_for).why_not


def test_a_click_on_stars_chooses_them_and_keeps_nothing(client, request_of):
    asked_for = send(request_of())
    line = asked_for.order.lines.last()
    page = client.get(page_of(asked_for) + f"?line={line.pk}&stars=4").content.decode()
    assert page.count("checked") == 1
    assert f'name="line-{line.pk}-score" value="4"' in page.split("checked")[0].rsplit("<input", 1)[1]
    assert not ProductReview.objects.exists()


def test_reviews_are_verified_by_their_order_line_and_wait_to_be_read(client, request_of, deliver):
    asked_for = send(request_of())
    assert client.post(page_of(asked_for), answers(asked_for, ("5", "Malty."), ("4", ""))).status_code == 302
    deliver()
    rows = ProductReview.objects.order_by("pk")
    assert [(one.score, one.body, one.status, one.name) for one in rows] == [(5, "Malty.", 0, "Ana"), (4, "", 0, "Ana")]
    assert [one.order_line for one in rows] == list(asked_for.order.lines.order_by("pk"))
    assert Event.objects.filter(kind="review.written").count() == 2
    asked_for.refresh_from_db()
    assert asked_for.answered_at


def test_what_is_left_out_is_left_out(client, request_of):
    asked_for = send(request_of())
    client.post(page_of(asked_for), answers(asked_for, ("", ""), ("2", "Chipped.")))
    assert ProductReview.objects.get().product.title == "Cup"


@pytest.mark.parametrize(
    ("given", "words"),
    [([("", "Good")], "one to five stars"), ([("6", "x")], "not one of"), ([("", ""), ("", "")], "at least one")],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_kept(client, request_of, given, words):
    asked_for = send(request_of())
    answer = client.post(page_of(asked_for), answers(asked_for, *given))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not ProductReview.objects.exists()


def test_a_second_thought_takes_the_place_of_the_first_and_is_read_again(client, request_of, deliver):
    asked_for = send(request_of())
    client.post(page_of(asked_for), answers(asked_for, ("5", "Good.")))
    moderation.approve(ProductReview.objects.get(), by=make.staff("support"))
    client.post(page_of(asked_for), answers(asked_for, ("1", "Stale after all.")))
    deliver()
    review = ProductReview.objects.get()
    assert (review.score, review.status) == (1, ProductReview.FOR_MODERATION)
    assert Case.objects.get().review == review
    moderation.approve(review, by=make.staff("support"))
    assert Event.objects.filter(kind="feedback.review_approved").count() == 1


def test_links_of_another_purpose_open_no_reviews(client, request_of):
    asked_for = send(request_of())
    for token in (links.token(links.SURVEY, asked_for), links.token(links.CASE, asked_for), "none"):
        assert client.get(f"/your-reviews/{token}/").status_code == 404
    ReviewRequest.objects.update(expires_at=timezone.now())
    assert "time to answer is over" in client.get(page_of(asked_for)).content.decode()


def test_approval_is_told_once_whatever_the_score(deliver):
    by = make.staff("support")
    for score in (1, 5):
        review = make.review(make.product(), score, approved=False)
        moderation.approve(review, by=by)
        moderation.approve(review, by=by)
        assert Standing.objects.get(customer=review.customer).reviews == 1
    assert sorted(Event.objects.filter(kind="feedback.review_approved").values_list("data__score", flat=True)) == [1, 5]


def test_a_refusal_tells_its_author_why():
    review = make.review(make.product("Assam"), 2, "Ask my neighbour Ion, 069 123 456", approved=False)
    moderation.refuse(review, "It names a private person.", by=make.staff("support"))
    message = Message.objects.get(kind="review_refused")
    assert "private person" in message.text and message.customer == review.customer
    assert ProductReview.objects.get().status == ProductReview.REJECTED


def test_an_answer_in_public_is_told_to_the_author_once(client):
    review = make.review(make.product("Assam"), 2, "Stale.")
    for _time in range(2):
        moderation.answer(review, "We send you a fresh one.", by=make.staff("support"))
    assert Message.objects.filter(kind="review_answered").count() == 1
    assert "We send you a fresh one." in client.get(review.product.get_absolute_url()).content.decode()


def test_staff_approve_refuse_and_answer_in_the_admin(client):
    client.force_login(make.staff("support"))
    review = make.review(make.product("Assam"), 1, "Stale.", approved=False)
    address = f"/admin/reviews/productreview/{review.pk}/change/"
    assert "Tell the author why" in client.post(address, {"status": 2, "refusal": " ", "reply": ""}).content.decode()
    assert client.post(address, {"status": 1, "refusal": "", "reply": "Sorry!"}).status_code == 302
    review.refresh_from_db()
    assert (review.status, review.reply) == (1, "Sorry!")
    assert Event.objects.filter(kind="feedback.review_approved").exists()
    assert Message.objects.filter(kind="review_answered").exists()


def reminders():
    return Message.objects.filter(kind="review_request", key__endswith="/reminder")


def test_whoever_says_nothing_is_reminded_once(request_of):
    asked_for = send(request_of())
    requests.remind_due(in_days(16))
    assert not reminders().exists()
    for day in (17.2, 18, 40):
        requests.remind_due(in_days(day))
    assert reminders().get().subject.startswith("Once more")
    asked_for.refresh_from_db()
    assert asked_for.reminded_at


def test_whoever_has_said_something_sent_something_back_or_said_stop_is_left_in_peace(request_of, client):
    spoke = send(request_of(make.product("Assam")))
    client.post(page_of(spoke), answers(spoke, (4, "Fine")))
    complains, stopped, late = (send(request_of(make.product(name))) for name in ("Cup", "Pot", "Tray"))
    Case.objects.create(customer=complains.customer, source="contact", subject="x", opened_at=NOW, due_at=NOW)
    consent.withdraw(stopped.customer, Consent.Topic.SURVEYS, source=Consent.Source.UNSUBSCRIBE)
    ReviewRequest.objects.filter(pk=late.pk).update(expires_at=in_days(17))
    requests.remind_due(in_days(17.2))
    assert not reminders().exclude(state="withheld").exists()
    assert {one.customer for one in reminders()} <= {stopped.customer}


@pytest.mark.parametrize(("state", "becomes"), [("withheld", "withheld"), ("queued", "sent"), ("held", "sent")])
def test_nobody_is_reminded_of_a_mail_that_never_left(request_of, state, becomes):
    asked_for = send(request_of())
    Message.objects.filter(kind="review_request").update(state=state, reason="The address does not exist.")
    requests.note_withheld(in_days(10.2))
    requests.remind_due(in_days(17.2))
    assert not reminders().exists()
    asked_for.refresh_from_db()
    assert asked_for.state == becomes
    assert asked_for.why_not == ("The address does not exist." if becomes == "withheld" else "")


def test_who_wrote_a_review_although_the_mail_was_held_back_counts_as_asked(request_of, client):
    asked_for = send(request_of())
    Message.objects.filter(kind="review_request").update(state="withheld")
    client.post(page_of(asked_for), answers(asked_for, (4, "Fine")))
    assert requests.note_withheld(in_days(10.2)) == 0


def test_the_worker_notes_mails_that_were_held_back(request_of, monkeypatch):
    asked_for = send(request_of())
    Message.objects.filter(kind="review_request").update(state="withheld", reason="stop")
    moment = in_days(10.3)
    monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: moment))
    tasks.ask_customers()
    asked_for.refresh_from_db()
    assert (asked_for.state, asked_for.why_not) == ("withheld", "stop")


def test_a_reminder_that_waits_is_not_sent_once_all_was_said(request_of, client):
    asked_for = send(request_of())
    requests.remind_due(in_days(17.2))
    assert gate.unmet(list(reminders())) == {}
    client.post(page_of(asked_for), answers(asked_for, (4, "Fine"), (5, "Good")))
    assert list(gate.unmet(list(reminders())).values()) == ["There is nothing left to review."]
    assert gate.unmet(list(Message.objects.filter(kind="review_request", key=str(asked_for.pk)))) == {}
