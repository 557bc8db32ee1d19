"""What is kept so that lists and searches are cheap: one row for each listed product, and an inverted index of their words."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from shop.search import language as languages


class Listing(models.Model):
    """A product as lists, cards and filters see it, without a join. Products that nobody may see have none."""

    class Availability(models.IntegerChoices):
        OUT = 0, _("Sold out")
        LOW = 1, _("Few left")
        IN_STOCK = 2, _("In stock")

    product_id = models.BigIntegerField(primary_key=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    price_is_from = models.BooleanField(default=False)
    compare_at = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    availability = models.SmallIntegerField(choices=Availability.choices, default=Availability.OUT)
    units_left = models.PositiveIntegerField(null=True, help_text="Only where few are left")
    rating = models.FloatField(null=True)
    review_count = models.PositiveIntegerField(default=0)
    sold = models.PositiveIntegerField(default=0, help_text="Units of the last ninety days")
    popularity = models.FloatField(default=0)
    created_at = models.DateTimeField()
    categories = ArrayField(models.BigIntegerField(), default=list, help_text="With their ancestors")
    filters = ArrayField(models.CharField(max_length=120), default=list, help_text="attribute:value")
    card = models.JSONField(default=dict, help_text="Texts by language, picture, currency")
    fingerprint = models.CharField(max_length=32, default="", help_text="Of the words: unchanged words are not indexed again")

    class Meta:
        indexes = [
            GinIndex(fields=["categories"], name="listings_by_category", fastupdate=False),
            GinIndex(fields=["filters"], name="listings_by_filter", fastupdate=False),
            models.Index(fields=["-popularity", "-product_id"], name="listings_by_popularity"),
            models.Index(fields=["-created_at", "-product_id"], name="listings_by_newness"),
            models.Index(fields=["-sold", "-product_id"], name="listings_by_sales"),
            models.Index(fields=["price", "product_id"], name="listings_by_price"),
        ]

    def __str__(self) -> str:
        return f"listing {self.product_id}"


class Word(models.Model):
    """A word of the catalogue in one language, folded, and how many products have it."""

    language = models.CharField(max_length=10)
    text = models.CharField(max_length=languages.LONGEST_WORD)
    stem = models.CharField(max_length=languages.LONGEST_WORD)
    documents = models.PositiveIntegerField(default=0)
    neighbours = ArrayField(models.CharField(max_length=languages.LONGEST_WORD), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "text"], name="one_word_a_language")]
        indexes = [
            models.Index(fields=["stem", "language"], name="words_by_stem"),
            models.Index(
                fields=["language", "text"], name="words_by_beginning", opclasses=["varchar_ops", "varchar_pattern_ops"]
            ),
            GinIndex(fields=["neighbours"], name="words_by_neighbour", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.text


class Posting(models.Model):
    """How much a word says of a product: the saturated BM25F frequency, without the word's rarity."""

    pk = models.CompositePrimaryKey("word", "product_id")
    word = models.ForeignKey(Word, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="postings")
    product_id = models.BigIntegerField(db_index=True)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.word_id} in {self.product_id}"


class State(models.Model):
    """One row: the stamp of what is listed now, how much that is, and the field lengths that the index was built with."""

    stamp = models.UUIDField()
    lengths = models.JSONField(default=dict)
    listings = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.stamp)


class Stale(models.Model):
    """A product whose listing may have changed; written by triggers of the database, whoever changes a row and however."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"stale {self.product_id}"


def has_words(value: str) -> None:
    """A validator: between the commas there must be something to search for."""
    if not any(languages.spoken(part) for part in value.split(",")):
        raise ValidationError(_("Write at least one word."))


class Synonym(models.Model):
    """What shoppers call a thing, and what the catalogue calls it."""

    language = models.CharField(
        _("language"), max_length=10, choices=[(code, code) for code in languages.LANGUAGES], default="en"
    )
    said = models.CharField(
        _("who searches for"),
        max_length=200,
        validators=[has_words],
        help_text=_("Words or phrases with commas between them"),
    )
    meant = models.CharField(
        _("also finds"),
        max_length=200,
        validators=[has_words],
        help_text=_("Words or phrases with commas between them"),
    )
    is_mutual = models.BooleanField(_("both ways"), default=True, help_text=_("Each of the words finds all the others."))

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "said"]

    def __str__(self) -> str:
        return f"{self.said} → {self.meant}"


class SearchQuerySet(models.QuerySet["Search"]):
    def without_results(self) -> "SearchQuerySet":
        """Searches that found nothing."""
        return self.filter(results=0)

    def still_missed(self) -> "SearchQuerySet":
        """The texts whose latest search found nothing, each once, with the number of `times` they were asked for."""
        everything = Search.objects.order_by().values("language", "text")
        times = (
            everything.filter(language=OuterRef("language"), text=OuterRef("text")).annotate(times=Count("pk")).values("times")
        )
        return (
            self.without_results()
            .filter(pk__in=everything.annotate(latest=Max("pk")).values("latest"))
            .annotate(times=Subquery(times))
        )


class Search(models.Model):
    """A search that somebody made: what for and how much was found; never by whom."""

    text = models.CharField(_("searched for"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    results = models.PositiveIntegerField(_("results"))
    corrected = models.CharField(_("understood as"), max_length=100, blank=True)
    happened_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["language", "text"], name="searches_by_text")]

    def __str__(self) -> str:
        return self.text


class MissedSearchManager(models.Manager["MissedSearch"]):
    def get_queryset(self) -> models.QuerySet["MissedSearch"]:
        return SearchQuerySet(self.model, using=self._db).still_missed()  # type: ignore[return-value]


class MissedSearch(Search):
    """A text that people search for in vain; `times` says how often."""

    times: int
    objects = MissedSearchManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("search without results")
        verbose_name_plural = _("searches without results")
