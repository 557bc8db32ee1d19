"""Buying as a guest, step by step, in each shop's own way."""

import itertools
from collections.abc import Callable

from bench.browser import Browser, form
from bench.sites import Site

_numbers = itertools.count(1)
ADDRESS = {
    "first_name": "Ann",
    "last_name": "Tester",
    "line1": "1 Test Street",
    "line4": "London",
    "postcode": "N1 9RT",
    "country": "GB",
}
Step = Callable[[], None]


class Stock:
    """Stock Oscar's guest checkout: gateway, address, preview, order."""

    def __init__(self, site: Site) -> None:
        self.site, self.browser = site, Browser(site.base)

    def steps(self) -> dict[str, Step]:
        """The steps by name; `add` is the one measured alone too."""
        return {"product": self.product, "add": self.add, "basket": self.basket, "checkout": self.checkout, "place": self.place}

    def product(self) -> None:
        self.action, self.data = form(self.browser.get(self.site.addresses["product"]).text, "/basket/add/")

    def add(self) -> None:
        must(self.browser.post(self.action, self.data | {"quantity": "1"}).status == 302)

    def basket(self) -> None:
        must("form-0-" in self.browser.get("/en-gb/basket/").text)

    def checkout(self) -> None:
        _, data = form(self.browser.get("/en-gb/checkout/").text, "username")
        data.pop("password", None)
        data |= {"username": f"guest{next(_numbers)}@example.com", "options": "anonymous"}
        page = self.browser.post(self.browser.page, data, follow=True)
        _, data = form(page.text, "line1")
        must(self.browser.post(self.browser.page, data | ADDRESS | {"phone_number": ""}, follow=True).status == 200)
        _, self.data = form(self.browser.get("/en-gb/checkout/preview/").text, "action")

    def place(self) -> None:
        placed = self.browser.post("/en-gb/checkout/preview/", self.data | {"action": "place_order"})
        must("thank-you" in placed.location)
        must(self.browser.get(placed.location).status == 200)


class Ours(Stock):
    """One page: everything is typed once and sent once."""

    def add(self) -> None:
        must(self.browser.post(self.action, self.data | {"quantity": "1"}).status in (302, 303))

    def basket(self) -> None:
        must(self.browser.get("/basket/").status == 200)

    def checkout(self) -> None:
        self.action, self.data = form(self.browser.get("/checkout/").text, "line1")

    def place(self) -> None:
        details = self.data | ADDRESS | {"email": f"guest{next(_numbers)}@example.com", "payment_code": "cash_on_delivery"}
        placed = self.browser.post(self.action or "/checkout/", details)
        must(placed.status in (302, 303))
        must(self.browser.get(placed.location).status == 200)


def must(condition: bool) -> None:
    """A flow that broke must not count as a fast one."""
    if not condition:
        raise RuntimeError("the shop did not answer as expected")


def flow_of(site: Site) -> Stock:
    """The flow that fits the site."""
    return (Ours if site.name.startswith("ours") else Stock)(site)
