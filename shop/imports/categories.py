"""Categories by their path of names, made where they are missing. Products are only ever added to them."""

from collections.abc import Iterable

from shop.forks.catalogue.models import Category, ProductCategory
from shop.imports import texts
from shop.imports.items import Item
from shop.imports.job import Job

UNSORTED = ("Unsorted",)  # a product in no category could not be found by browsing


class Categories:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.known: dict[tuple[str, ...], Category] = {}
        trail: list[str] = []
        for category in Category.objects.order_by("path"):
            trail = [*trail[: category.depth - 1], self._name(category)]
            self.known.setdefault(tuple(trail), category)

    def _name(self, category: Category) -> str:
        return (getattr(category, f"name_{self.job.language}") or category.name or "").casefold()

    def at(self, path: tuple[str, ...]) -> Category:
        """The category at the end of this path of names; letters' case does not matter."""
        folded = tuple(name.casefold() for name in path)
        if folded not in self.known:
            values = {**self.job.text("name", path[-1]), "slug": texts.slug(path[-1])}
            parent = self.at(path[:-1]) if path[1:] else None
            made = parent.add_child(**values) if parent else Category.add_root(**values)
            self.known[folded] = made
            self.job.report.change("new categories", f"new category: {' > '.join(path)}")
        return self.known[folded]

    def put(self, pairs: Iterable[tuple[Item, int]]) -> set[int]:
        """Put each product (by id) into the categories of its item; return the ids that were new to one."""
        items = {pk: item for item, pk in pairs}
        present = set(ProductCategory.objects.filter(product__in=items).values_list("product_id", "category_id"))
        # In another language each category would come a second time.
        sorted_before = {pk for pk, _category in present} if self.job.is_translation else set()
        left = [(pk, item) for pk, item in items.items() if pk not in sorted_before]
        wanted = {(pk, self.at(path).pk) for pk, item in left for path in item.categories or [UNSORTED]}
        missing = sorted(pair for pair in wanted - present if not self._is_sorted_by_hand(pair, present))
        ProductCategory.objects.bulk_create([ProductCategory(product_id=pk, category_id=category) for pk, category in missing])
        return {pk for pk, _category in missing}

    def _is_sorted_by_hand(self, pair: tuple[int, int], present: set[tuple[int, int]]) -> bool:
        """A product that the file gives no category need not lie among the unsorted ones once staff have sorted it."""
        unsorted = self.known.get((UNSORTED[0].casefold(),))
        return unsorted is not None and pair[1] == unsorted.pk and any(product == pair[0] for product, _category in present)
