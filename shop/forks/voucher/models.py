"""Oscar's vouchers. A use outlives the account that made it, or deleting an account would free a single-use code."""

from django.conf import settings
from django.db import models
from oscar.apps.voucher.abstract_models import AbstractVoucherApplication


class VoucherApplication(AbstractVoucherApplication):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, related_name="voucher_uses", on_delete=models.PROTECT
    )


from oscar.apps.voucher.models import (  # noqa: E402  Oscar skips the models that stand above
    Voucher,
    VoucherSet,
)

__all__ = ["Voucher", "VoucherApplication", "VoucherSet"]
