"""Accounts, and who of them is staff in which role."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminEmailInputWidget

from shop.customers.models import User, normalised
from shop.desk import roles
from shop.mail import moving


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    groups = forms.ModelMultipleChoiceField(
        label=_("roles"),
        queryset=Group.objects.filter(name__in=roles.ROLES).order_by("pk"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    new_address = forms.EmailField(
        label=_("new address, if the mailbox is lost"),
        help_text=_("Make sure who is asking. The new mailbox has to confirm; the old one is told when the account has moved."),
        required=False,
        widget=UnfoldAdminEmailInputWidget(),
    )

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "is_active", "is_staff", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_staff" in self.fields:
            self.fields["is_staff"].label, self.fields["is_staff"].help_text = _("works here"), ""
            self.fields["is_active"].label, self.fields["is_active"].help_text = _("may log in"), ""
        if "groups" in self.fields:
            self.fields["groups"].label_from_instance = lambda group: roles.NAMES[group.name]  # type: ignore[attr-defined]

    def clean_new_address(self) -> str:
        return self._free(self.cleaned_data["new_address"]) if self.cleaned_data["new_address"] else ""

    def clean_email(self) -> str:
        return self._free(self.cleaned_data["email"])

    def _free(self, typed: str) -> str:
        email = normalised(typed)
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("There is an account with this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("groups") and not cleaned.get("is_staff"):
            self.add_error("is_staff", gettext("Roles are for staff: tick this too."))
        return cleaned


@admin.register(User)
class StaffAdmin(ModelAdmin):
    """An owner makes people staff and gives them roles. Superusers, and rights beyond the roles, are out of reach here."""

    form = StaffForm
    list_display = ["email", "first_name", "last_name", "show_roles", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["-is_staff", "email"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["email", ("first_name", "last_name")]}),
        (_("Staff"), {"fields": ["is_staff", "groups", "is_active"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")  # type: ignore[no-any-return]

    @display(description=_("roles"))
    def show_roles(self, user: User) -> str:
        if user.is_superuser:
            return gettext("superuser")
        return ", ".join(group.name for group in user.groups.all()) if user.is_staff else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["email"] if obj else []  # people change their own, and confirm it

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (_("Another address"), {"fields": ["new_address"], "classes": ["collapse"]})]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # orders and log entries name them: take away "active" instead

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change and obj.pk == request.user.pk and _locks_out(obj, form):
            messages.error(request, gettext("Nobody can lock themselves out: ask another owner."))
            obj.is_active = obj.is_staff = True
            form.cleaned_data["groups"] = [*form.cleaned_data["groups"], *obj.groups.all()]
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            _invite(request, obj)
        elif new := form.cleaned_data.get("new_address"):
            moving.start_without_old_mailbox(request, obj, new)
            messages.info(request, gettext("%(email)s gets a mail to confirm that the account moves there.") % {"email": new})


def _locks_out(user: User, form: Any) -> bool:
    """Whether somebody could not come back here after this: no account that works, or no owner any more."""
    kept = {group.name for group in form.cleaned_data["groups"]}
    gives_up = user.groups.filter(name="owner").exists() and "owner" not in kept
    return gives_up or not (user.is_active and user.is_staff)


def _invite(request: HttpRequest, user: User) -> None:
    """A mail with a link to choose a password."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    form = ResetPasswordForm(data={"email": user.email})
    if form.is_valid():
        form.save(request)
        messages.info(request, gettext("%(email)s gets a mail to choose a password.") % {"email": user.email})
