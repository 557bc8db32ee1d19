"""The 19,406 real products with graded searches of shared/data/search_icecat, as listings and an index."""

import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from shop.search import index, inverted, stamp
from shop.search.models import Listing, State

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "search_icecat"

Grades = dict[str, dict[int, float]]  # query: product: grade


def grades() -> Grades:
    """What people thought of the results, 0 to 3."""
    found: Grades = defaultdict(dict)
    with (FOLDER / "judgments_dev.csv").open() as lines:
        for row in csv.DictReader(lines):
            found[row["query"]][int(row["docid"])] = float(row["rating"])
    return {query: graded for query, graded in found.items() if any(graded.values())}


def products() -> Iterator[dict[str, object]]:
    with gzip.open(FOLDER / "products.jsonl.gz") as lines:
        for line in lines:
            yield json.loads(line)


def texts(row: dict[str, object]) -> dict[str, str]:
    """The fields of a product as the shop's documents name them."""
    said = [str(value) for name, value in row.items() if name.startswith("attr_t_")]
    return {
        "title": str(row["title"]),
        "makers": str(row.get("supplier") or ""),
        "description": str(row.get("short_description") or ""),
        "attributes": " ".join(said),
    }


def build() -> int:
    """List all products and index them."""
    rows = list(products())
    lengths = inverted.average_lengths(texts(row) for row in rows[::20])
    writer = inverted.Writer()
    listings = []
    for row in rows:
        pk = int(str(row["id"]))
        writer.add("en", pk, inverted.weights(texts(row), lengths))
        colour = str(row.get("attr_t_product_colour") or "").split(",")[0].lower()
        listings.append(
            Listing(
                product_id=pk,
                price=Decimal(int(row.get("price") or 0)) / 100,
                availability=Listing.Availability.IN_STOCK,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                filters=[f"brand:{str(row.get('supplier'))[:50]}", *([f"colour:{colour[:50]}"] if colour else [])],
                card={"texts": {"en": {"title": row["title"], "summary": ""}}, "slug": "x"},
            )
        )
    with transaction.atomic():
        Listing.objects.all().delete()
        Listing.objects.bulk_create(listings, batch_size=2000)
        writer.replace_everything()
        State.objects.update_or_create(
            pk=stamp.ROW, defaults={"stamp": stamp.renew(), "lengths": {"en": lengths}, "listings": len(rows)}
        )
    return len(rows)


def ndcg(found: Iterable[int], graded: dict[int, float], at: int = 10) -> float:
    """How near the first results come to the best order (Järvelin and Kekäläinen 2002); products nobody graded count 0."""
    best = sorted(graded.values(), reverse=True)[:at]
    gain = sum(graded.get(pk, 0) / math.log2(place + 2) for place, pk in zip(range(at), found, strict=False))
    return gain / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def remove() -> None:
    """An empty index again."""
    index.forget_everything()
