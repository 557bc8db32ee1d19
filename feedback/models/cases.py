"""What somebody wrote or felt that needs an answer of the shop."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else


def new_reference() -> str:
    """What stands in the subject of every mail about a case: `C-7K2MXQ`."""
    return "C-" + "".join(secrets.choice(ALPHABET) for _place in range(6))


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        """Not closed yet: put aside or not."""
        return self.exclude(state=Case.State.CLOSED)

    def on_the_desk(self, moment: datetime) -> Self:
        """Open, and not put aside until later."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=moment))

    def waiting_for_us(self, moment: datetime) -> Self:
        """On the desk, with the last word not ours."""
        return self.on_the_desk(moment).filter(state=Case.State.OPEN)

    def overdue(self, moment: datetime) -> Self:
        """Those the shop should have answered by now."""
        return self.waiting_for_us(moment).filter(due_at__lt=moment)


class Case(models.Model):
    """One matter with one person, from the first word to its outcome."""

    class Source(models.TextChoices):
        SCORE = "score", _("low score")
        REVIEW = "review", _("bad review")
        CONTACT = "contact", _("contact form")
        ACCOUNT = "account", _("account")
        MAIL = "mail", _("mail")

    class State(models.TextChoices):
        OPEN = "open", _("to answer")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("solved")
        MADE_GOOD = "made_good", _("made good with points, a voucher or money")
        EXPLAINED = "explained", _("explained")
        NO_ANSWER = "no_answer", _("the customer did not answer")
        NOTHING = "nothing", _("nothing to do")

    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    source = models.CharField(_("from"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="cases", null=True, on_delete=models.PROTECT
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    subject = models.CharField(_("subject"), max_length=200)
    order_number = models.CharField(_("order number"), max_length=40, blank=True, help_text=_("As the customer typed it."))
    order = models.ForeignKey(
        "order.Order", verbose_name=_("order"), related_name="cases", null=True, blank=True, on_delete=models.PROTECT
    )
    response = models.OneToOneField(
        "feedback.Response", verbose_name=_("response"), related_name="caused", null=True, blank=True, on_delete=models.SET_NULL
    )
    review = models.OneToOneField(
        "reviews.ProductReview", verbose_name=_("review"), related_name="case", null=True, blank=True, on_delete=models.SET_NULL
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), related_name="cases", null=True, blank=True,
        on_delete=models.SET_NULL,
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("answer by"))
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("put aside until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="closed_with_an_outcome",
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, outcome=""),
            )
        ]
        indexes = [
            models.Index(name="open_cases", fields=["due_at"], condition=~Q(state="closed")),
            models.Index(name="open_cases_of_a_person", fields=["customer"], condition=~Q(state="closed")),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class Entry(models.Model):
    """One thing said or done in a case. `NOTE` and `DONE` are for staff only."""

    class Kind(models.TextChoices):
        FROM_CUSTOMER = "from_customer", _("from the customer")
        TO_CUSTOMER = "to_customer", _("answer")
        NOTE = "note", _("note")
        DONE = "done", _("done")

    case = models.ForeignKey(Case, related_name="entries", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    text = models.TextField(_("text"), max_length=10_000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    message = models.ForeignKey(
        "mail.Message", verbose_name=_("mail"), null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
