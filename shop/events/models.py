"""The log of what happened, and who still has to be told."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to a customer. Append-only."""

    kind = models.CharField(_("kind"), max_length=60)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), related_name="events", null=True, on_delete=models.PROTECT
    )
    data = models.JSONField(_("data"), default=dict)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(name="events_of_a_customer", fields=["customer", "-happened_at"]),
            # With the customer in it, "who did this lately" is answered from the index alone.
            models.Index(name="who_did_what_when", fields=["kind", "-happened_at"], include=["customer"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> Self:
        """Deliveries that may be tried now, oldest first."""
        return self.waiting().filter(due_at__lte=timezone.now()).order_by("due_at", "pk")

    def waiting(self) -> Self:
        """Deliveries that are still to be made, now or later."""
        return self.filter(state=Delivery.State.WAITING)

    def failed(self) -> Self:
        """Deliveries that nobody tries again until a member of staff says so."""
        return self.filter(state=Delivery.State.FAILED)

    def overdue(self, limit: timedelta) -> Self:
        """What should have been tried `limit` ago: nothing, while a worker runs."""
        return self.waiting().filter(due_at__lt=timezone.now() - limit)


class Delivery(models.Model):
    """One handler that has to hear of one event. Its writes and `done` commit together."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed for good")

    event = models.ForeignKey(Event, verbose_name=_("event"), related_name="deliveries", on_delete=models.CASCADE)
    handler = models.CharField(_("handler"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(name="each_handler_hears_once", fields=["event", "handler"])]
        indexes = [
            models.Index(name="pending_deliveries", fields=["due_at"], condition=Q(state="waiting")),
            models.Index(name="failed_deliveries", fields=["due_at"], condition=Q(state="failed")),
            models.Index(name="deliveries_made", fields=["done_at"], condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"
