"""Builds Teapot Lane: the shop, and two years of what happened in it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shop.demo import chapters, crowd, goods, opinions, post, rules, staff, voices, window
from shop.demo.afterwards import Afterwards
from shop.demo.baskets import leave_some
from shop.demo.bulk import without_collecting
from shop.demo.diary import Diary
from shop.demo.fates import Courier
from shop.demo.goods import PREFIX, Shelves
from shop.demo.habits import Market
from shop.demo.history import Orders
from shop.demo.people import invent
from shop.demo.rules import Rules
from shop.forks.catalogue.models import Product
from shop.forks.order.models import Order
from shop.search import index

PEOPLE = 3000
_EMPTIED = (  # apps whose rows the demo makes; what refers to them goes too
    "address", "basket", "catalogue", "content", "customers", "events", "mail", "offer", "order", "orders", "partner",
    "payments", "pricing", "reviews", "search", "shipping", "voucher", "wishlists",
)  # fmt: skip


class CannotBuild(Exception):
    """The message says why, and what to do."""


@dataclass(frozen=True)
class Plan:
    """What to build. The same plan builds the same shop."""

    today: date
    seed: int = 1
    scale: float = 1.0
    with_pictures: bool = True


def is_built() -> bool:
    """Whether the demo shop stands. It is built in one transaction, so it never stands half."""
    return bool(Product.objects.filter(code__startswith=PREFIX).exists())


def build(plan: Plan, say: Callable[[str], None], *, again: bool = False) -> None:
    """Build the demo shop. Raises CannotBuild in a shop that is not for trying out, or has things of its own."""
    if not (settings.DEMO or settings.DEBUG or settings.TESTING):
        raise CannotBuild("The demo makes logins with a known password: set DEMO=1 to say that this shop is for trying out.")
    if not again and (Product.objects.exists() or Order.objects.exists()):
        raise CannotBuild(
            "This shop has products or orders of its own. Build the demo in an empty database, or replace them: --again."
        )
    with transaction.atomic(), without_collecting():
        if again:
            say("Clearing the shelves")
            _clear()
        _build(plan, say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _build(plan: Plan, say: Callable[[str], None]) -> None:
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    now = datetime.combine(plan.today, time(), zone)
    say("Shelves, prices, delivery")
    shelves = Shelves(plan.today, plan.seed)
    shelves.build()
    laid_down = rules.lay_down(plan.today, shelves.categories)
    if plan.with_pictures:
        say("Pictures")
        without = shelves.hang_pictures()
        if without:
            say(f"  {without} products have no picture yet")
    say("Shop window")
    window.dress(shelves.categories, shelves.products, plan.with_pictures)
    _history(plan, now, zone, shelves, laid_down, say)


def _history(plan: Plan, now: datetime, zone: ZoneInfo, shelves: Shelves, laid_down: Rules, say: Callable[[str], None]) -> None:
    people = invent(round(PEOPLE * plan.scale), plan.today, plan.seed)
    purchases = Market(plan.today, goods.arrivals(shelves.products), zone, plan.seed).purchases(people)
    people = crowd.name_logins(people, purchases)
    diary = Diary()
    team = staff.hire()
    say(f"{len(people):,} people")
    everybody = crowd.write(people, purchases, now, diary, plan.seed)
    say(f"{len(purchases):,} orders of two years")
    days = {code: (method.days_min, method.days_max) for code, method in laid_down.methods.items()}
    courier = Courier(now, plan.seed, days)
    orders = Orders(laid_down, shelves.products, everybody, diary, plan.seed)
    afterwards = Afterwards(diary, team["support"], plan.seed)
    stories = orders.imagine(people, purchases, courier)
    afterwards.happen(stories)
    orders.write(stories)
    afterwards.write(stories)
    written = opinions.write(stories, shelves.products, now, diary, plan.seed)
    say(f"{written:,} reviews")
    leave_some(stories, shelves.products, now - timedelta(hours=1), random.Random(f"{plan.seed} baskets"))
    say(f"{diary.write():,} events in the log")
    say(f"{post.write(stories):,} mails")
    voices.teach()
    for chapter in chapters.every():
        say(chapter.title)
        chapter.write(plan.today, plan.seed)
    say("Search index")
    index.rebuild()
    say(f"{voices.search(now, plan.seed):,} searches")


def _clear() -> None:
    """Empty the tables of the demo, and whatever refers to them."""
    tables = [
        model._meta.db_table
        for label in (*_EMPTIED, *(chapter.app for chapter in chapters.every()))
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.managed
    ]
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
