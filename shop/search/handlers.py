"""After a commit that saved something of the catalogue its process catches up: merchants see their changes at once."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from shop.forks.catalogue.models import (
    AttributeOption,
    Category,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductImage,
)
from shop.forks.partner.models import StockRecord
from shop.search import index
from shop.search.models import Stale, Synonym

_WATCHED = (
    AttributeOption, Category, Product, ProductAttribute, ProductAttributeValue, ProductCategory, ProductImage, StockRecord,
)  # fmt: skip

catch_up = partial(index.catch_up, limit=index.AT_ONCE)


def catch_up_after_commit(sender: type[Model], **_: Any) -> None:
    """Once for each transaction, however much it saved; should it fail, the worker's sweep does it."""
    waiting = transaction.get_connection().run_on_commit
    if not any(function is catch_up for _sids, function, _robust in waiting):
        transaction.on_commit(catch_up, robust=True)


def forget_synonyms(sender: type[Model], **_: Any) -> None:
    """What is cached of searches was found with the old ones."""
    Stale.objects.create(product_id=0)
    catch_up_after_commit(sender)


def connect() -> None:
    """Called when all models are there."""
    for model in _WATCHED:
        for signal in (post_save, post_delete):
            signal.connect(catch_up_after_commit, sender=model, dispatch_uid=f"search {model.__name__}")
    m2m_changed.connect(
        catch_up_after_commit, sender=ProductAttributeValue.value_multi_option.through, dispatch_uid="search options"
    )
    for signal in (post_save, post_delete):
        signal.connect(forget_synonyms, sender=Synonym, dispatch_uid="search synonyms")
