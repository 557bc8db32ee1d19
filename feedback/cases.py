"""The one door for cases: what opens one, what is said in it, how it ends."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feedback import case_letters, enclosing, hours, standings
from feedback.enclosing import File
from feedback.incoming import Incoming
from feedback.models import Case, Entry, Response
from shop.customers.models import Customer, User
from shop.events import log
from shop.events.catalog import CaseClosed, CaseOpened
from shop.forks.order.models import Order
from shop.forks.reviews.models import ProductReview

PROMISED = 16  # working hours: the two days that the contact page speaks of
SOON = 8  # for somebody who is unhappy


class IsClosed(Exception):
    """The case was closed in the meantime; `str()` says so."""


def open_for_response(response: Response, now: datetime) -> Case:
    """Somebody is unhappy: ask what went wrong. One case for each response, however often it changes."""
    known = Case.objects.filter(response=response).first()
    customer, order = response.invitation.customer, response.invitation.order
    known = known or _joined(customer, order, gettext_noop("Gave a low score."), response=response)
    return known or _open(
        source=Case.Source.SCORE, customer=customer, order=order, response=response, language=response.language, now=now
    )


def open_for_review(review: ProductReview, now: datetime) -> Case | None:
    """A bad review is an unhappy buyer. None where nobody knows who wrote it."""
    known = Case.objects.filter(review=review).first()
    customer: Customer | None = review.customer
    if known or customer is None:
        return known
    order = review.order_line.order if review.order_line else None
    joined = _joined(customer, order, gettext_noop("Wrote a bad review."), review=review)
    return joined or _open(
        source=Case.Source.REVIEW, customer=customer, order=order, review=review, language=review.language, now=now
    )


@transaction.atomic
def from_form(*, name: str, email: str, order_number: str, text: str, language: str, now: datetime) -> Case:
    """What a stranger wrote in the contact form. The address is a claim: answers go there and nowhere else."""
    customer = Customer.objects.for_email(email)
    order = (
        Order.objects.filter(number=order_number.strip().lstrip("#")[:40], customer=customer).first() if order_number else None
    )
    case = _open(
        source=Case.Source.CONTACT,
        customer=customer,
        order=order,
        order_number=order_number,
        name=name,
        email=email,
        language=language,
        subject=_first_words(text),
        text=text,
        now=now,
    )
    case_letters.tell_staff(case, text)
    return case


@transaction.atomic
def from_account(customer: Customer, *, subject: str, text: str, order: Order | None, language: str, now: datetime) -> Case:
    """What somebody wrote in their account."""
    case = _open(
        source=Case.Source.ACCOUNT, customer=customer, order=order, language=language, subject=subject, text=text, now=now
    )
    case_letters.tell_staff(case, text)
    return case


@transaction.atomic
def from_mail(mail: Incoming, now: datetime, *, files: Iterable[File]) -> Entry:
    """What somebody wrote to the shop's address. As in the form, who it says it is from is a claim. Returns what was said."""
    customer = Customer.objects.for_email(mail.address)
    case = _open(
        source=Case.Source.MAIL,
        customer=customer,
        order=None,
        name=mail.name,
        email=mail.address,
        language=customer.language,
        subject=mail.subject or _first_words(mail.text) or gettext_noop("A mail"),
        now=now,
    )
    entry = _say(case, Entry.Kind.FROM_CUSTOMER, mail.text, now)
    enclosing.keep(entry, files)
    case_letters.tell_staff(case, mail.text)
    return entry


@transaction.atomic
def customer_writes(case: Case, text: str, now: datetime, *, files: Iterable[File] = (), address: str = "") -> Entry:
    """Another word of the customer: the case is ours to answer again, also if it had been closed or put aside.

    `address`: where a mail came from; staff are told when it is not the one that answers go to.
    """
    case = _locked(case)
    entry = _say(case, Entry.Kind.FROM_CUSTOMER, text, now)
    enclosing.keep(entry, files)
    if address and address != case.email:
        _say(case, Entry.Kind.NOTE, _("This mail came from %(address)s.") % {"address": address}, now)
    if case.state != Case.State.OPEN:
        case.due_at = hours.later(timezone.localtime(now), SOON)
    case.state, case.snoozed_until, case.closed_at, case.outcome = Case.State.OPEN, None, None, ""
    case.save()
    standings.refresh(case.customer_id)
    case_letters.tell_staff(case, text, key=str(entry.pk))
    return entry


@transaction.atomic
def reply(case: Case, text: str, *, by: User, now: datetime) -> Entry:
    """Answer the customer by mail; they can write back from a page that the mail leads to. Raises `IsClosed`."""
    case = _still_open(case)
    entry = _say(case, Entry.Kind.TO_CUSTOMER, text, now, by)
    entry.message = case_letters.send_reply(case, entry)
    entry.save(update_fields=["message"])
    case.state, case.answered_at, case.snoozed_until = Case.State.ANSWERED, case.answered_at or now, None
    case.owner = case.owner or by
    case.save()
    return entry


@transaction.atomic
def note(case: Case, text: str, *, by: User, now: datetime) -> Entry:
    """Something for staff to know; the customer never sees it."""
    return _say(_locked(case), Entry.Kind.NOTE, text, now, by)


@transaction.atomic
def assign(case: Case, owner: User | None, *, by: User, now: datetime) -> None:
    """Somebody else looks after it from now on. Raises `IsClosed`."""
    case = _still_open(case)
    if case.owner_id == (owner.pk if owner else None):
        return
    case.owner = owner
    case.save(update_fields=["owner"])
    _done(case, _("Owner: %(name)s") % {"name": name_of(owner) if owner else "–"}, now, by)


@transaction.atomic
def snooze(case: Case, until: datetime, *, by: User, now: datetime) -> None:
    """Take it off the desk until a moment, or until the customer writes. Raises `IsClosed`."""
    case = _still_open(case)
    case.snoozed_until = until
    case.save(update_fields=["snoozed_until"])
    day = date_format(timezone.localtime(until), "DATE_FORMAT")
    _done(case, _("Put aside until %(day)s.") % {"day": day}, now, by)


@transaction.atomic
def close(case: Case, outcome: str, *, by: User, now: datetime) -> None:
    """The matter is settled. The customer may be asked how content they are, and gets advertising again. Raises `IsClosed`."""
    case = _still_open(case)
    case.state, case.outcome, case.closed_at = Case.State.CLOSED, Case.Outcome(outcome), now
    case.snoozed_until = None
    case.save()
    _done(case, _("Closed: %(outcome)s") % {"outcome": case.get_outcome_display()}, now, by)
    log.record(CaseClosed(case.pk, outcome), customer=case.customer)
    standings.refresh(case.customer_id)


@transaction.atomic
def reopen(case: Case, *, by: User, now: datetime) -> None:
    """Back on the desk, with a new deadline."""
    case = _locked(case)
    if case.state == Case.State.CLOSED:
        case.state, case.closed_at, case.outcome = Case.State.OPEN, None, ""
        case.due_at = hours.later(timezone.localtime(now), SOON)
        case.save()
        _done(case, _("Opened again."), now, by)
        standings.refresh(case.customer_id)


@transaction.atomic
def made_good(case: Case, what: str, *, by: User, now: datetime) -> None:
    """Write down in the case what was given to the customer."""
    _done(_locked(case), what, now, by)


def answering() -> QuerySet[User]:
    """Staff whose role answers cases."""
    staff = User.objects.filter(is_active=True, is_staff=True, groups__permissions__codename="change_case")
    found: QuerySet[User] = staff.distinct().order_by("first_name", "last_name", "pk")
    return found


def least_busy() -> User | None:
    """Who gets the next case: of the people in support, or else in any role that answers cases, the one with the fewest."""
    busy = Case.objects.open().filter(owner=OuterRef("pk")).order_by().values("owner").annotate(all=Count("pk")).values("all")
    staff = answering().annotate(busy=Coalesce(Subquery(busy), 0)).order_by("busy", "pk")
    found: User | None = staff.filter(groups__name="support").first() or staff.first()
    return found


def name_of(person: User) -> str:
    return person.get_full_name() or person.email


@transaction.atomic
def _open(*, source: str, customer: Customer, order: Order | None, language: str, now: datetime, **more: Any) -> Case:
    text = more.pop("text", "")
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = more.pop("subject", "") or _subject(order, more.get("review"))
    is_unhappy = source in (Case.Source.SCORE, Case.Source.REVIEW)
    case = Case.objects.create(
        source=source,
        customer=customer,
        order=order,
        order_number=more.pop("order_number", "") or (order.number if order else ""),
        name=more.pop("name", "") or customer.name,
        email=more.pop("email", "") or (order.email if order else "") or customer.email or "",
        language=language or settings.LANGUAGE_CODE,
        subject=subject[:200],
        owner=least_busy(),
        opened_at=now,
        due_at=hours.later(timezone.localtime(now), SOON if is_unhappy else PROMISED),
        **more,
    )
    if text:
        _say(case, Entry.Kind.FROM_CUSTOMER, text, now)
    log.record(CaseOpened(case.pk, source, order.pk if order else 0), customer=customer)
    standings.refresh(customer.pk)
    return case


@transaction.atomic
def _joined(customer: Customer, order: Order | None, what: str, **link: Any) -> Case | None:
    """An open case about the same order hears of it instead of a second one being opened."""
    if order is None:
        return None
    name = next(iter(link))
    rows = Case.objects.select_for_update(of=("self",)).open().filter(customer=customer, order=order)
    case = rows.filter(**{f"{name}__isnull": True}).order_by("pk").first()
    if case is not None:
        setattr(case, name, link[name])
        case.save(update_fields=[name])
        _done(case, _(what), timezone.now(), None)  # noqa: INT001
    return case


def _subject(order: Order | None, review: ProductReview | None) -> str:
    if review is not None and review.product is not None:
        return _("Your review of %(title)s") % {"title": review.product.get_title()}
    return _("Your order %(number)s") % {"number": order.number} if order else _("Your answer to our question")


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rsplit(" ", 1)[0] + " …"


def _say(case: Case, kind: str, text: str, now: datetime, by: User | None = None) -> Entry:
    return Entry.objects.create(case=case, kind=kind, text=text.replace("\0", ""), by=by, created_at=now)


def _done(case: Case, text: str, now: datetime, by: User | None) -> None:
    _say(case, Entry.Kind.DONE, text, now, by)


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("customer", "owner", "order").get(pk=case.pk)


def _still_open(case: Case) -> Case:
    locked = _locked(case)
    if locked.is_closed:
        raise IsClosed(_("The case was closed in the meantime."))
    return locked
