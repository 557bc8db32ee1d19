"""Who the customer is: a person, perhaps with an account, and what they agreed to."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser
from oscar.apps.customer.abstract_models import UserManager as OscarUserManager


def normalised(email: str) -> str:
    """The address as the shop compares it: no blanks around it, lower case."""
    return email.strip().lower()


class UserManager(OscarUserManager):
    """Makes accounts."""

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None, **fields: object) -> "User":
        """An owner made at the console, who can log in at once: whoever runs commands on the server proves nothing by mail."""
        from shop.customers import accounts  # stands above the models

        user: User = super().create_superuser(email, password, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        accounts.confirm(user)
        return user


class User(AbstractUser):
    """An account: an e-mail address that can log in. Staff are users too; shoppers need none."""

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def save(self, *args: object, **kwargs: object) -> None:
        self.email: str = normalised(self.email)
        super().save(*args, **kwargs)

    def _migrate_alerts_to_user(self) -> None:
        """Not on every save, as Oscar does: what was asked for with this address belongs to whoever confirms it."""

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Changes with the password and with the address: either logs every browser out."""
        salt = "customers.User.get_session_auth_hash"
        return salted_hmac(salt, self.password + self.email, secret=secret, algorithm="sha256").hexdigest()


class CustomerQuerySet(models.QuerySet["Customer"]):
    def for_email(self, email: str) -> "Customer":
        """The person with this address; made if the shop has not met them yet. Safe to call at the same moment twice."""
        customer, _created = self.get_or_create(email=normalised(email))
        return customer

    def for_user(self, user: User) -> "Customer":
        """The person behind an account, or the one whose address the account claims.

        `customer.user` is set once the address of the account is confirmed (`accounts.confirm`); until then the account
        may have been opened by somebody else, and guest history stays hidden (`identity.proven`).
        """
        return self.filter(user=user).first() or self.for_email(user.email)

    def lock_for(self, customer: "Customer") -> "Customer":
        """The same row, locked until the transaction ends. Rows that only point to it can be written meanwhile."""
        return self.select_for_update(no_key=True).get(pk=customer.pk)

    def by_uid(self, uid: object) -> "Customer":
        """The person with this public id, also where two rows became one. Raises `Customer.DoesNotExist` for the erased."""
        try:
            found = self.select_related("merged_into").get(uid=uid)
        except ValidationError as error:  # not even an id
            raise Customer.DoesNotExist from error
        found = found.merged_into or found
        if found.erased_at:
            raise Customer.DoesNotExist
        return found

    def known(self) -> Self:
        """People who can be written to: not erased, not merged into another row."""
        return self.filter(erased_at=None)

    def agreeing_to(self, topic: str, channel: str = "email") -> Self:
        """People whose last decision about a topic is a yes that counts."""
        latest = Consent.objects.filter(customer=OuterRef("pk"), topic=topic, channel=channel).order_by("-happened_at", "-pk")
        agreed = Q(latest_yes=True)
        if Consent.is_confirmation_needed(topic, channel):
            agreed &= Q(latest_confirmed_at__isnull=False)
        return self.annotate(
            latest_yes=Subquery(latest.values("is_given")[:1]), latest_confirmed_at=Subquery(latest.values("confirmed_at")[:1])
        ).filter(agreed)


class Customer(models.Model):
    """One row for each person the shop knows: subscriber, guest buyer and account holder are the same row."""

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True, null=True)
    email_confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        related_name="customer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166 code of the last address."))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    birth_day = models.PositiveSmallIntegerField(
        _("birthday: day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    birth_month = models.PositiveSmallIntegerField(
        _("birthday: month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    birthday_changed_at = models.DateTimeField(_("birthday last changed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("known since"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("joined with"),
        related_name="merged",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                name="an_address_unless_erased", condition=Q(email__isnull=False) | Q(erased_at__isnull=False)
            ),
            models.CheckConstraint(
                name="birthday_is_a_day",
                # Half a birthday would be NULL to the ranges, and a CHECK lets NULL pass.
                condition=Q(birth_day__isnull=True, birth_month__isnull=True)
                | Q(birth_day__isnull=False, birth_month__isnull=False)
                & (
                    Q(birth_month__in=[1, 3, 5, 7, 8, 10, 12], birth_day__range=(1, 31))
                    | Q(birth_month__in=[4, 6, 9, 11], birth_day__range=(1, 30))
                    | Q(birth_month=2, birth_day__range=(1, 29))
                ),
                violation_error_message=_("There is no such day: give both day and month, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(_("erased customer"))

    def save(self, *args: object, **kwargs: object) -> None:
        if self.email:
            self.email = normalised(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def anonymise(self, moment: datetime) -> None:
        """Empty everything that tells who this was; `privacy.erase` is the door that calls it."""
        self.email, self.email_confirmed_at, self.user = None, None, None
        self.first_name = self.last_name = self.phone = self.time_zone = ""
        self.birth_day = self.birth_month = self.birthday_changed_at = None
        self.uid, self.erased_at = uuid.uuid4(), moment  # links and cookies with the old id lead nowhere
        self.save()


class Consent(models.Model):
    """One decision of a person about one topic on one channel. Rows are only ever added; the last one counts."""

    class Topic(models.TextChoices):
        NEWS = "news", _("News and offers")
        BASKET = "basket", _("Reminders about a basket left behind")
        STOCK = "stock", _("Back in stock and price drops")
        SURVEYS = "surveys", _("Questions about orders")
        STATISTICS = "statistics", _("Visit statistics")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        WEB = "web", _("This website")

    class Source(models.TextChoices):
        CHECKOUT = "checkout", _("Checkout")
        FORM = "form", _("Subscription form")
        ACCOUNT = "account", _("Account page")
        UNSUBSCRIBE = "unsubscribe", _("Unsubscribe link")
        STAFF = "staff", _("Member of staff")
        IMPORT = "import", _("Import")
        BANNER = "banner", _("Cookie banner")

    customer = models.ForeignKey(Customer, related_name="consents", on_delete=models.CASCADE)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    is_given = models.BooleanField(_("given"))
    source = models.CharField(_("where"), max_length=20, choices=Source)
    wording = models.TextField(_("the words they saw"), blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by e-mail"), null=True, blank=True)
    happened_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(name="latest_consent", fields=["customer", "topic", "channel", "-happened_at"])]

    @staticmethod
    def is_confirmation_needed(topic: str, channel: str) -> bool:
        """Whether anybody could subscribe somebody else to this: it counts once the owner of the mailbox says so."""
        return topic == Consent.Topic.NEWS and channel == Consent.Channel.EMAIL

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {'+' if self.is_given else '−'}"
