"""Keeps listings and index true to the catalogue: `refresh` some products, `rebuild` everything, `catch_up` with what changed.

Who changes the catalogue need not know of this. Triggers of the database note each changed product (`models.Stale`), also
for bulk updates and plain SQL. After a commit that saved catalogue objects the same process catches up at once, so that
merchants see what they did. Stock that orders reserve moves by UPDATE, without signals: the worker's sweep picks it up
within seconds, outside the order's transaction.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from shop.forks.catalogue.models import Product
from shop.search import documents, inverted, stamp
from shop.search.documents import Document
from shop.search.inverted import Lengths, Weights
from shop.search.language import LANGUAGES
from shop.search.models import Listing, Posting, Stale, State, Word

BATCH = 1000
SAMPLE = 1000  # products that the average lengths of fields are measured on
AT_ONCE = 500  # products caught up within a request; more is left to the worker
_LOCK = 7_401_221  # one writer of the index at a time

# What a change of makes no cached page wrong: lists drift with these, they need not jump.
_DRIFTING = frozenset({"sold", "popularity", "fingerprint"})
_COLUMNS = [field.attname for field in Listing._meta.concrete_fields if not field.primary_key]


def refresh(product_ids: Collection[int]) -> int:
    """Make the listings and words of these products (or the products of these variants) true; how many changed is returned."""
    ids = _listed_as(product_ids)
    return sum(_refresh(batch) for batch in _batches(ids))


def rebuild() -> int:
    """Everything anew, for bulk loaders and after a change of the rules; readers see the old index until it commits."""
    with transaction.atomic():
        _lock()
        Stale.objects.all().delete()
        ids = list(Product.objects.filter(parent=None, is_public=True).order_by("pk").values_list("pk", flat=True))
        lengths = _measured(ids)
        Listing.objects.all().delete()
        writer = inverted.Writer()
        for batch in _batches(ids):
            loaded = documents.load(batch)
            for document in loaded:
                document.listing.fingerprint = document.fingerprint()
                for language, text in document.texts.items():
                    writer.add(language, document.listing.product_id, inverted.weights(text, lengths.get(language, {})))
            Listing.objects.bulk_create([document.listing for document in loaded], batch_size=BATCH)
        writer.replace_everything()
        State.objects.update_or_create(pk=stamp.ROW, defaults={"stamp": uuid.uuid4(), "lengths": lengths, "listings": len(ids)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_listing")
    return len(ids)


def catch_up(limit: int | None = None) -> int:
    """Refresh what the triggers noted, at most `limit` products; those that another process is working on are left to it."""
    done = 0
    while limit is None or done < limit:
        with transaction.atomic():
            notes = list(Stale.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
            if not notes:
                break
            products = {note.product_id for note in notes}
            if products - {0}:
                refresh(products - {0})
            if 0 in products:  # a name or a label that belongs to no product alone
                stamp.renew()
            Stale.objects.filter(pk__in=[note.pk for note in notes]).delete()
            done += len(products)
    return done


def forget_everything() -> None:
    """An empty index, for loaders that start from nothing."""
    for model in (Posting, Word, Listing, Stale):
        model.objects.all().delete()
    stamp.renew()


def _refresh(ids: list[int]) -> int:
    with transaction.atomic():
        _lock()
        loaded = {document.listing.product_id: document for document in documents.load(ids)}
        known = Listing.objects.in_bulk(ids)
        gone = [pk for pk in known if pk not in loaded]
        for document in loaded.values():
            document.listing.fingerprint = document.fingerprint()
        changed = [one.listing for pk, one in loaded.items() if pk not in known or _values(known[pk]) != _values(one.listing)]
        reworded = [one for pk, one in loaded.items() if pk not in known or known[pk].fingerprint != one.listing.fingerprint]
        Listing.objects.filter(pk__in=gone).delete()
        Listing.objects.bulk_create(changed, update_conflicts=True, unique_fields=["product_id"], update_fields=_COLUMNS)
        _reword(reworded, gone)
        is_visible = gone or any(
            one.pk not in known or _values(known[one.pk], _DRIFTING) != _values(one, _DRIFTING) for one in changed
        )
        if is_visible:
            stamp.renew(more_listings=len(loaded.keys() - known.keys()) - len(gone))
        return len(changed) + len(gone)


def _reword(reworded: list[Document], gone: list[int]) -> None:
    if not reworded and not gone:
        return
    lengths = State.objects.values_list("lengths", flat=True).first() or {}
    if not lengths:  # the first products of a new shop
        lengths = _average(list(reworded))
        State.objects.update(lengths=lengths)
    said: dict[int, dict[str, Weights]] = {pk: {} for pk in gone}
    for one in reworded:
        said[one.listing.product_id] = {
            language: inverted.weights(text, lengths.get(language, {})) for language, text in one.texts.items()
        }
    inverted.update(said)


def _listed_as(product_ids: Collection[int]) -> list[int]:
    """Parents stand for their variants; the id of a product that is gone stays, so that its listing goes too."""
    parents = dict(Product.objects.filter(pk__in=product_ids, parent__isnull=False).values_list("pk", "parent"))
    return sorted({parents.get(pk, pk) for pk in product_ids})


def _measured(ids: list[int]) -> dict[str, Lengths]:
    step = max(1, len(ids) // SAMPLE)
    return _average(documents.load(ids[::step]))


def _average(loaded: list[Document]) -> dict[str, Lengths]:
    found = {language: inverted.average_lengths(one.texts.get(language, {}) for one in loaded) for language in LANGUAGES}
    return {language: lengths for language, lengths in found.items() if lengths}


def _values(listing: Listing, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {name: getattr(listing, name) for name in _COLUMNS if name not in without}


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
