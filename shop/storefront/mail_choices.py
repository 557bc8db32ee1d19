"""What a person wants to hear about, how often and in which language: one form for the account and for the link in mails."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from shop.customers import consent
from shop.customers.models import Consent, Customer
from shop.mail import suppression, wishes

TOPICS = (Consent.Topic.NEWS, Consent.Topic.BASKET, Consent.Topic.STOCK, Consent.Topic.SURVEYS)
WEEKLY = "1"


class ChoicesForm(forms.Form):
    """Topics, how often, a pause, the language."""

    topics = forms.MultipleChoiceField(
        label=_("We may write to me about"),
        choices=[(topic.value, topic.label) for topic in TOPICS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    often = forms.ChoiceField(
        label=_("How often"),
        choices=[("", _("Whenever there is something to say")), (WEEKLY, _("At most once a week"))],
        required=False,
        widget=forms.RadioSelect,
    )
    pause = forms.BooleanField(label=_("Write nothing for 30 days"), required=False)
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, customer: Customer) -> None:
        standing, said = consent.standing(customer), wishes.of(customer)
        given = [topic.value for topic in TOPICS if _is_yes(standing, topic)]
        runs = said.paused_until is not None and said.paused_until > timezone.now()
        initial = {
            "topics": given,
            "often": WEEKLY if said.per_week else "",
            "pause": runs,
            "language": customer.language or settings.LANGUAGE_CODE,
        }
        super().__init__(data, initial=initial)
        self.customer = customer
        self.waiting = [topic for topic in TOPICS if topic.value in given and not consent.is_given(customer, topic)]
        if runs and said.paused_until:
            day = formats.date_format(timezone.localtime(said.paused_until), "DATE_FORMAT")
            self.fields["pause"].help_text = _("The pause lasts until %(day)s.") % {"day": day}

    @transaction.atomic
    def keep(self, *, source: str, confirmed_at: datetime | None, ip: str | None = None) -> bool:
        """Write down what was chosen. True when a mail asks to confirm it: `confirmed_at` says the mailbox is theirs."""
        chosen, customer = set(self.cleaned_data["topics"]), self.customer
        standing, is_asked = consent.standing(customer), False
        for topic in TOPICS:
            is_yes = _is_yes(standing, topic)
            if topic.value in chosen and (not is_yes or (confirmed_at and topic in self.waiting)):
                words = str(topic.label)
                consent.give(customer, topic, source=source, wording=words, confirmed_at=confirmed_at, ip=ip)
                is_asked = is_asked or not consent.is_given(customer, topic)
            elif is_yes and topic.value not in chosen:
                consent.withdraw(customer, topic, source=source, wording=str(topic.label), ip=ip)
        wishes.keep(customer, per_week=int(self.cleaned_data["often"] or 0) or None, is_paused=self.cleaned_data["pause"])
        Customer.objects.filter(pk=customer.pk).update(language=self.cleaned_data["language"])
        if confirmed_at and chosen and customer.email:
            suppression.lift(customer.email)
        return is_asked


def _is_yes(standing: dict[tuple[str, str], Consent], topic: str) -> bool:
    row = standing.get((topic, Consent.Channel.EMAIL))
    return bool(row and row.is_given)
