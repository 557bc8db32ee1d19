"""What the mail provider tells later: delivered, bounced, complained. Forged calls do nothing, repeated ones count once."""

import hashlib
import json
from collections.abc import Callable
from email.errors import MessageError
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import ResolverMatch, resolve
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from shop.customers import consent
from shop.customers.models import Consent, Customer, normalised
from shop.mail import suppression
from shop.mail.models import Message, ProviderEvent, Suppression

_OPEN = [Message.State.QUEUED, Message.State.SENDING, Message.State.SENT, Message.State.UNCERTAIN]
LARGEST_MAIL = 40 * 1024 * 1024  # bytes of a call, in which files are a third longer than they are
# Whatever the provider's parser falls over, also when the provider was told the wrong one of our addresses.
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError, ImproperlyConfigured)
# How Postmark, SES and Resend, Mailgun, Brevo and Mandrill, MailerSend, SendGrid, and SparkPost, in numbers, say "try again
# later"; Mailjet says it is not hard.
_SOFT = {
    "SoftBounce", "Transient", "Undetermined", "temporary", "soft_bounce", "activity.soft_bounced", "blocked", "expired",
    "20", "21", "22", "23", "24", "40", "70",
}  # fmt: skip
_HARD = {"bounce", "hard_bounce"}  # of SendGrid and Mandrill, for which Anymail names no reason


class NotTaken(Exception):
    """The event could not be written down; the provider shall call again."""


class NotNow(Exception):
    """There is no place for it at the moment; the provider shall call again later."""


@csrf_exempt
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """Anymail's own view for a provider. Without a secret in the settings nobody could tell real calls from forged ones."""
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    return _read(request, resolve(f"/{provider}/tracking/", urlconf="anymail.urls"))


@csrf_exempt
def take_in(request: HttpRequest, provider: str) -> HttpResponse:
    """Mails that people write to the shop. Apps above hear them by Anymail's signal `inbound`."""
    if not settings.ANYMAIL.get("WEBHOOK_SECRET") or not settings.INBOUND_DOMAIN:
        raise Http404
    view = resolve(f"/{provider}/inbound/", urlconf="anymail.urls")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdecimal() or int(length) > LARGEST_MAIL:
        return HttpResponse("The mail is too large.", status=413)
    if request.content_type == "application/json" and _is_authentic(request):
        # A form may be 5 MB large; a mail with its files may be more, and is read once it is known who sends it.
        vars(request)["_body"] = request.read(LARGEST_MAIL)
    return _read(request, view)


def _is_authentic(request: HttpRequest) -> bool:
    given = get_request_basic_auth(request) or ""
    return any(constant_time_compare(given, known) for known in settings.ANYMAIL["WEBHOOK_SECRET"])


def _read(request: HttpRequest, view: ResolverMatch) -> HttpResponse:
    try:
        return view.func(request, *view.args, **view.kwargs)  # type: ignore[no-any-return]
    except NotNow:
        return HttpResponse("Later, please.", status=503, headers={"Retry-After": "3600"})
    except _STUMBLES:
        return HttpResponseBadRequest("This is not an event.")


@receiver(tracking)
def _take(event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    try:
        take(event, esp_name)
    except Exception as error:
        raise NotTaken from error


def take(event: AnymailTrackingEvent, provider: str) -> None:
    """Write an event down and do what follows from it, both or neither; a second call with it changes nothing."""
    act = _EFFECTS.get(event.event_type)
    if act is None:
        return
    with transaction.atomic():
        message = _message_of(event)
        _row, is_new = ProviderEvent.objects.get_or_create(
            provider=provider,
            event_id=_id_of(event),
            defaults={"kind": event.event_type, "message": message, "data": _said(event) if _is_somebodys(message) else {}},
        )
        if is_new:
            act(event, message)


def _message_of(event: AnymailTrackingEvent) -> Message | None:
    """By the id that we gave the provider, else by the one it gave us."""
    ours = (event.metadata or {}).get("message")
    try:
        if ours and (found := Message.objects.filter(uid=ours).first()):
            return found
    except ValidationError:
        pass
    return Message.objects.filter(provider_id=event.message_id).first() if event.message_id else None


def _id_of(event: AnymailTrackingEvent) -> str:
    # Postmark gives a bounce and the complaint after it one id; SES one id to all recipients.
    raw = json.dumps(event.esp_event, sort_keys=True, default=str)
    told = event.event_id or hashlib.sha256(raw.encode()).hexdigest()
    person = hashlib.sha256(normalised(event.recipient or "").encode()).hexdigest()[:16]
    return f"{event.event_type}:{told}"[:230] + f":{person}"


def _is_somebodys(message: Message | None) -> bool:
    """Whether the provider's words, which repeat the address, may be kept: not once its person was forgotten."""
    return message is not None and bool(message.to_address)


def _said(event: AnymailTrackingEvent) -> dict[str, Any]:
    said = {"reason": event.reject_reason, "description": event.description, "answer": event.mta_response}
    return {name: str(value)[:500] for name, value in said.items() if value}


def _delivered(event: AnymailTrackingEvent, message: Message | None) -> None:
    if message:
        _reach(message, Message.State.DELIVERED, _OPEN)


def _bounced(event: AnymailTrackingEvent, message: Message | None) -> None:
    """A bounce may follow a delivery, never the other way round."""
    if message:
        _reach(message, Message.State.BOUNCED, [*_OPEN, Message.State.DELIVERED], event)
    if _is_hard(event):
        _suppress(event, message, Suppression.Reason.BOUNCE)


def _rejected(event: AnymailTrackingEvent, message: Message | None) -> None:
    if message:
        _reach(message, Message.State.FAILED, _OPEN, event)
    if event.reject_reason == RejectReason.INVALID:
        _suppress(event, message, Suppression.Reason.BOUNCE)


def _complained(event: AnymailTrackingEvent, message: Message | None) -> None:
    _suppress(event, message, Suppression.Reason.COMPLAINT)


def _unsubscribed(event: AnymailTrackingEvent, message: Message | None) -> None:
    customer = _customer_of(event, message)
    if customer:
        topic = message.topic if message and message.topic else Consent.Topic.NEWS
        consent.withdraw(customer, topic, source=Consent.Source.UNSUBSCRIBE)


_EFFECTS: dict[str, Callable[[AnymailTrackingEvent, Message | None], None]] = {
    EventType.DELIVERED: _delivered,
    EventType.BOUNCED: _bounced,
    EventType.REJECTED: _rejected,
    EventType.FAILED: _rejected,
    EventType.COMPLAINED: _complained,
    EventType.UNSUBSCRIBED: _unsubscribed,
}


def _reach(message: Message, state: str, coming_from: list[Message.State], event: AnymailTrackingEvent | None = None) -> None:
    words = event if event and _is_somebodys(message) else None
    reason = str(words.mta_response or words.description or words.reject_reason or "")[:255] if words else ""
    Message.objects.filter(pk=message.pk, state__in=coming_from).update(
        state=state, reason=reason, sent_at=Coalesce("sent_at", Now())
    )


def _suppress(event: AnymailTrackingEvent, message: Message | None, reason: str) -> None:
    """Only people we know: an account at a provider may be shared with others."""
    customer = _customer_of(event, message)
    address = message.to_address if message else event.recipient or ""
    if address and (message or customer):
        suppression.suppress(address, reason, customer)


def _customer_of(event: AnymailTrackingEvent, message: Message | None) -> Customer | None:
    if message:
        return message.customer
    return Customer.objects.known().filter(email=normalised(event.recipient or "")).first()


def _is_hard(event: AnymailTrackingEvent) -> bool:
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    words = [raw.get(name) for name in ("Type", "type", "event", "severity")]
    words += [_within(raw, *way) for way in (("bounce", "bounceType"), ("data", "bounce", "type"))]
    words.append(_within(raw, "msys", "message_event", "bounce_class"))
    said = {word for word in words if isinstance(word, str)}
    is_bounce = event.reject_reason in {RejectReason.BOUNCED, RejectReason.INVALID} or bool(said & _HARD)
    return is_bounce and not said & _SOFT and raw.get("hard_bounce") is not False


def _within(raw: Any, *names: str) -> Any:
    """What stands there, name by name; None where it does not."""
    for name in names:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw
