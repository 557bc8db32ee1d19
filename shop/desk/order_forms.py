"""What staff type on an order's page. A form checks what was typed; the doors of orders and payments check what is true."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.forks import money
from shop.forks.order.models import Line, Order
from shop.mail.models import Message
from shop.orders import showing
from shop.payments import refunds


class OrderForm(forms.Form):
    """Made for one order."""

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **kwargs)


class LinesForm(OrderForm):
    """A number of units for each line, between none and what is left of it."""

    default_to_all = True

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(order, *args, **kwargs)
        rows = order.lines.select_related("product__parent").order_by("pk")
        self.lines = [line for line in rows if self.left_of(line)]
        faces = showing.faces_of(line.product for line in self.lines if line.product)
        self.names = {line.pk: _name(line, faces.get(line.product_id or 0)) for line in self.lines}
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=self.names[line.pk],
                required=False,
                min_value=0,
                max_value=self.left_of(line),
                initial=self.left_of(line) if self.default_to_all else 0,
                widget=forms.NumberInput(attrs={"class": "desk-input desk-units", "inputmode": "numeric"}),
                error_messages={
                    "max_value": _("Of “%(title)s” at most %(left)d.")
                    % {"title": self.names[line.pk], "left": self.left_of(line)}
                },
            )

    def left_of(self, line: Line) -> int:
        """Units of a line that can still be chosen."""
        raise NotImplementedError

    def rows(self) -> list[tuple[Line, int, Any]]:
        """Line, units left, field: for the page."""
        return [(line, self.left_of(line), self[f"line_{line.pk}"]) for line in self.lines]

    def words(self) -> list[str]:
        """What was chosen, for people: `2 × Assam, 100 g`."""
        return [f"{count} × {self.names[line.pk]}" for line, count in self.chosen()]

    def chosen(self) -> list[tuple[Line, int]]:
        counted = [(line, self.cleaned_data.get(f"line_{line.pk}") or 0) for line in self.lines]
        return [(line, count) for line, count in counted if count]

    def quantities(self) -> dict[int, int]:
        return {line.pk: count for line, count in self.chosen()}


def _name(line: Line, face: showing.Face | None) -> str:
    """The product in the reader's language: the order keeps its buyer's."""
    return ", ".join(filter(None, [face.title, face.variant])) if face else str(line.title)


class ShipForm(LinesForm):
    carrier = forms.CharField(
        label=_("carrier"), max_length=100, required=False, widget=forms.TextInput(attrs={"class": "desk-input"})
    )
    tracking_code = forms.CharField(
        label=_("tracking code"), max_length=100, required=False, widget=forms.TextInput(attrs={"class": "desk-input"})
    )
    tracking_url = forms.URLField(
        label=_("tracking page"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "desk-input", "placeholder": "https://"}),
    )

    def left_of(self, line: Line) -> int:
        return line.to_ship

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen():
            raise forms.ValidationError(gettext("Choose what to ship."))
        return cleaned


class ReasonForm(OrderForm):
    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        help_text=_("The customer reads it in the mail."),
    )


class RefundForm(LinesForm):
    default_to_all = False
    shipping = forms.DecimalField(
        label=_("delivery and surcharges"),
        required=False,
        min_value=0,
        max_digits=12,
        widget=forms.NumberInput(attrs={"class": "desk-input desk-amount", "inputmode": "decimal"}),
    )
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.TextInput(attrs={"class": "desk-input"}))
    restock = forms.BooleanField(label=_("units that came back can be sold again"), required=False, initial=True)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(order, *args, **kwargs)
        self.extras_left = refunds.extras_left(order)
        field = self.fields["shipping"]
        field.widget.attrs |= {"max": str(self.extras_left), "step": str(money.unit(order.currency))}
        field.help_text = gettext("At most %(left)s.") % {"left": self.extras_left}

    def left_of(self, line: Line) -> int:
        return int(line.quantity - line.quantity_refunded)

    def clean_shipping(self) -> Decimal:
        typed: Decimal = self.cleaned_data["shipping"] or Decimal(0)
        if typed > self.extras_left:
            raise forms.ValidationError(gettext("Of delivery and surcharges at most %(left)s.") % {"left": self.extras_left})
        if typed != money.rounded(typed, self.order.currency):
            raise forms.ValidationError(gettext("There is no such amount in %(currency)s.") % {"currency": self.order.currency})
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen() and not cleaned.get("shipping"):
            raise forms.ValidationError(gettext("Choose what to give back."))
        return cleaned

    def plan(self) -> refunds.Plan:
        """What these units and the shipping give back together, in money and in credits."""
        return refunds.planned(self.order, self.quantities(), self.cleaned_data["shipping"])


class NoteForm(OrderForm):
    text = forms.CharField(
        label=_("note"), max_length=2000, widget=forms.Textarea(attrs={"class": "desk-input", "rows": 3}),
        help_text=_("Only staff read it."),
    )  # fmt: skip


class ResendForm(OrderForm):
    message = None
    pk = forms.IntegerField(widget=forms.HiddenInput)

    def clean_pk(self) -> int:
        found = Message.objects.filter(about(self.order), pk=self.cleaned_data["pk"]).first()
        if found is None or found.is_secret or not found.to_address:  # gone with whom the shop has forgotten
            raise forms.ValidationError(gettext("This mail is not one of this order's."))
        self.message = found
        return int(found.pk)

    def again(self) -> Message:
        """A copy of the message in the outbox: what was sent before stays as it was."""
        first: Any = self.message
        copies = Message.objects.filter(kind=first.kind, key__startswith=f"{first.key}#").count()
        copied = ("customer", "to_address", "kind", "language", "subject", "text", "html", "headers", "attachments")
        values = {name: getattr(first, name) for name in copied}
        values |= {"due_at": timezone.now()}
        key = f"{first.key}#{copies + 2}"  # two at the same moment send one
        return Message.objects.get_or_create(kind=values.pop("kind"), key=key, defaults=values)[0]


def about(order: Order) -> Q:
    """The messages about an order: their key begins with its number."""
    number = order.number
    theirs = Q(key=number) | Q(key__startswith=f"{number}/") | Q(key__startswith=f"{number}#")
    return theirs & Q(kind__startswith="order_")
