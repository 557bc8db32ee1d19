"""Oscar's wish lists, for guests too: a list without an owner belongs to the browser that holds its key."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.wishlists.abstract_models import AbstractWishList


class WishList(AbstractWishList):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        related_name="wishlists",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        verbose_name=_("owner"),
    )
    key = models.CharField(_("key"), max_length=32, unique=True, editable=False)

    @classmethod
    def random_key(cls, length: int = 22) -> str:
        """A key nobody guesses: 128 bits, url-safe. `length` is Oscar's parameter and has no effect."""
        return secrets.token_urlsafe(16)


from oscar.apps.wishlists.models import (  # noqa: E402  Oscar skips the models that stand above
    Line,
    WishListSharedEmail,
)

__all__ = ["Line", "WishList", "WishListSharedEmail"]
