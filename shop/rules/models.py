"""A note for each change of the tables that hold the merchant's rules."""

from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """A statement changed rows of a watched table. Written by the database itself, see `shop.rules.watching`."""

    table = models.CharField(max_length=63)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.table
