"""How much mail one person gets, and when: one row of settings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.admin import ModelAdmin

from shop.customers.models import Consent
from shop.mail.models import Attention

MAIL_TOPICS = [(topic.value, topic.label) for topic in Consent.Topic if topic != Consent.Topic.STATISTICS]


class AttentionForm(forms.ModelForm):  # type: ignore[type-arg]
    free_topics = forms.MultipleChoiceField(
        label=_("topics outside of the limits"),
        choices=MAIL_TOPICS,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("They neither wait for the limits nor count. Good for what people asked for themselves."),
    )

    class Meta:
        model = Attention
        fields = ["per_day", "per_week", "quiet_from", "quiet_until", "patience_days", "free_topics"]


@admin.register(Attention)
class AttentionAdmin(ModelAdmin):
    """One row: the list leads straight to it."""

    form = AttentionForm
    fieldsets = [
        (
            _("At most"),
            {
                "fields": [("per_day", "per_week"), "free_topics"],
                "description": _("Marketing mail to one person, whoever sends it. Empty: no limit. What is too much waits."),
            },
        ),
        (_("Quiet hours"), {"fields": [("quiet_from", "quiet_until")]}),
        (_("Waiting"), {"fields": ["patience_days"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Attention | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row = Attention.objects.first() or Attention.objects.create()
        return HttpResponseRedirect(reverse("admin:mail_attention_change", args=[row.pk]))
