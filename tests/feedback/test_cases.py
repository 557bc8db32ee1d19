"""What opens a case, what is said in it, how it ends; and what rests meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import answering, cases, hours, surveys
from feedback.models import Case, Entry, Invitation, Question, Standing
from shop.customers import consent, merging
from shop.customers.models import Consent, User
from shop.events import log
from shop.events.catalog import ReviewWritten
from shop.events.models import Event
from shop.mail import gate, outbox, sending
from shop.mail.models import Message
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def scored(score, invitation=None):
    """Somebody answered the first question."""
    invitation = invitation or asked.invitation()
    first = invitation.survey.questions.get()
    return answering.record(invitation, {first: answering.Given(score)}, NOW, language="en")


def opened(customer=None, text="Where is my tea?", **fields):
    customer = customer or make.customer()
    typed = {"name": "Ana", "email": customer.email, "order_number": "", "text": text, "language": "en", "now": NOW}
    return cases.from_form(**{**typed, **fields})


def test_an_unhappy_face_opens_a_case_and_a_happy_one_does_not():
    for score in (1, 2, 3, 4, 5):
        scored(score, asked.invitation(asked.survey("csat")))
    assert sorted(Case.objects.values_list("response__score", flat=True)) == [1, 2]


def test_an_unhappy_customer_is_answered_within_a_working_day():
    scored(0)
    case = Case.objects.get()
    assert case.due_at == hours.later(timezone.localtime(NOW), 8)
    assert Event.objects.filter(kind="feedback.case_opened", customer=case.customer).count() == 1


def test_a_bad_review_opens_a_case_and_a_good_one_does_not(deliver):
    for score in (1, 2, 3):
        review = make.review(make.product(), score)
        with_event(review)
    deliver()
    assert sorted(Case.objects.values_list("review__score", flat=True)) == [1, 2]


def with_event(review):
    from django.db import transaction

    with transaction.atomic():
        log.record(ReviewWritten(review.pk, review.product_id, review.score), customer=review.customer)


def test_one_order_that_went_wrong_is_one_case(deliver):
    tea = make.product()
    order = make.paid_order(tea)
    scored(2, asked.invitation(asked.survey(), order.customer, order=order))
    review = make.review(tea, 1, by=order.customer)
    review.order_line = order.lines.get()
    review.save()
    with_event(review)
    deliver()
    case = Case.objects.get()
    assert (case.response.score, case.review) == (2, review)


def test_the_case_goes_to_whoever_of_support_has_the_fewest():
    busy, free, _merchant = make.staff("support"), make.staff("support"), make.staff("merchant")
    assert opened().owner == busy
    assert opened().owner == free
    assert opened().owner == busy


def test_without_support_somebody_else_answers_and_without_anybody_the_shops_mailbox_hears():
    assert opened().owner is None
    owner = make.staff("owner")
    assert opened().owner == owner


def test_an_answer_goes_out_by_mail_with_the_reference_and_the_words_before():
    case, by = opened(), make.staff("support")
    entry = cases.reply(case, "On its way.\nSorry!", by=by, now=NOW)
    message = Message.objects.get(kind="case_reply")
    assert entry.message == message
    assert message.subject == f"[{case.reference}] Where is my tea?"
    assert message.to_address == case.email
    assert "On its way." in message.text and "Where is my tea?" in message.text and "/case/" in message.text
    case.refresh_from_db()
    assert (case.state, case.answered_at, case.owner) == ("answered", NOW, by)


def test_the_customer_writes_back_and_the_case_is_ours_again():
    case, by = opened(), make.staff("support")
    cases.close(case, "solved", by=by, now=NOW)
    cases.customer_writes(case, "Still nothing.", NOW)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_at) == ("open", "", None)
    assert Message.objects.filter(kind="case_written").count() == 2


def test_a_note_is_for_staff_only(client):
    case, by = opened(), make.staff("support")
    cases.note(case, "He is a friend of the baker.", by=by, now=NOW)
    assert not Message.objects.filter(kind="case_reply").exists()
    from feedback import links

    assert "baker" not in client.get(f"/case/{links.token(links.CASE, case)}/").content.decode()


def test_what_is_put_aside_is_off_the_desk_until_then():
    case = opened()
    cases.snooze(case, NOW + timedelta(days=3), by=make.staff("support"), now=NOW)
    assert not Case.objects.on_the_desk(NOW).exists()
    assert Case.objects.on_the_desk(NOW + timedelta(days=3)).exists()


@pytest.mark.parametrize("act", ["reply", "close", "snooze", "assign"])
def test_nothing_is_done_to_a_case_that_was_closed_meanwhile(act):
    case, by = opened(), make.staff("support")
    cases.close(case, "solved", by=by, now=NOW)
    second = {"reply": "Hello", "close": "solved", "snooze": NOW, "assign": None}[act]
    with pytest.raises(cases.IsClosed):
        getattr(cases, act)(case, second, by=by, now=NOW)
    assert not Message.objects.filter(kind="case_reply").exists()


def test_advertising_rests_while_a_case_is_open_and_goes_on_after_it():
    ana, mia = asked.agreeing(), asked.agreeing()
    case = opened(ana)
    assert {pk: hold.reason for pk, hold in gate.held([ana, mia]).items()} == {ana.pk: "A case with this customer is open."}
    cases.close(case, "solved", by=make.staff("support"), now=NOW)
    assert gate.held([ana, mia]) == {}


def test_a_mail_already_written_waits_for_the_end_of_the_case():
    ana = asked.agreeing()
    opened(ana)
    context = {"title": "x", "intro": "", "question": "", "url": "/", "answers": [], "count": 1}
    written = outbox.send("survey", ana, context, key="a", topic=Consent.Topic.SURVEYS)
    Message.objects.filter(pk=written.pk).update(due_at=NOW)
    sending.send_due(5)
    assert Message.objects.get(pk=written.pk).state not in (Message.State.SENT, Message.State.WITHHELD)


def test_mail_that_an_order_needs_comes_all_the_same(deliver):
    order = make.paid_order()
    opened(order.customer)
    deliver()
    assert Message.objects.get(kind="order_paid").state == Message.State.QUEUED


def test_who_was_answered_is_asked_how_it_was_and_who_was_not_is_not(deliver):
    survey, by = asked.survey("csat", moment="case_closed"), make.staff("support")
    answered, silent = opened(), opened()
    cases.reply(answered, "Here you are.", by=by, now=NOW)
    for case in (answered, silent):
        cases.close(case, "explained", by=by, now=NOW)
    deliver()
    invitation = Invitation.objects.get()
    assert (invitation.survey, invitation.case) == (survey, answered)


def test_a_low_score_about_our_help_reaches_the_customer_silently(deliver):
    case = opened()
    invitation = asked.invitation(asked.survey("csat", moment="case_closed"), case.customer, case=case)
    scored(1, invitation)
    assert Case.objects.count() == 2


def test_what_is_open_is_known_of_the_customer():
    ana, by = make.customer(), make.staff("support")
    first, _second = opened(ana), opened(ana)
    assert Standing.objects.get(customer=ana).open_cases == 2
    cases.close(first, "solved", by=by, now=NOW)
    assert Standing.objects.get(customer=ana).open_cases == 1
    cases.reopen(first, by=by, now=NOW)
    assert Standing.objects.get(customer=ana).open_cases == 2


def test_two_rows_of_one_person_have_one_standing(deliver):
    ana, guest = make.customer(), make.customer()
    scored(9, asked.invitation(customer=ana))
    opened(guest), opened(ana)
    merging.merge(ana, guest)
    deliver()
    standing = Standing.objects.get()
    assert (standing.customer, standing.open_cases, standing.nps) == (ana, 2, 9)


def test_a_case_is_closed_with_an_outcome_or_not_at_all():
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Case.objects.update_or_create(pk=opened().pk, defaults={"state": "closed", "closed_at": NOW})


def test_whoever_is_forgotten_leaves_no_words():
    from shop.customers import privacy

    case = opened()
    scored(1, asked.invitation(customer=case.customer))
    privacy.erase(case.customer)
    case.refresh_from_db()
    assert (case.name, case.email, case.subject) == ("", "", "–")
    assert set(Entry.objects.values_list("text", flat=True)) <= {"–"}


def test_a_person_gets_their_words_in_their_file():
    from shop.customers import privacy

    case = opened(text="Is it loose leaf?")
    scored(8, asked.invitation(customer=case.customer))
    data = privacy.export(case.customer)
    assert data["conversations"][0]["said"][0]["text"] == "Is it loose leaf?"
    assert data["survey answers"][0]["answer"] == "8"


def test_consent_is_asked_before_a_question_about_help():
    case, by = opened(make.customer()), make.staff("support")
    survey = asked.survey("csat", moment="case_closed", days_after=0)
    surveys.invite(survey, case.customer, NOW, case=case)
    cases.close(case, "solved", by=by, now=NOW)
    surveys.send_due(timezone.now())
    assert Invitation.objects.get().state == "withheld"
    assert not consent.is_given(case.customer, Consent.Topic.SURVEYS)
    assert Question.objects.count() == 1


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_who_works_here_no_more_does_not_read_what_customers_write(lost):
    owner = make.staff("support")
    case = opened()
    assert case.owner == owner
    User.objects.filter(pk=owner.pk).update(**{lost: False})
    cases.customer_writes(case, "My number is 555-0100.", NOW)
    told = Message.objects.filter(kind="case_written").latest("pk")
    assert "555-0100" in told.text and told.to_address != owner.email
