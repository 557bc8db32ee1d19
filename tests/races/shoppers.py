"""People with browsers, over HTTP. What fails they try again, as one presses "reload"; some of them walk away."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import requests
from django.urls import reverse

from shop.forks.basket.middleware import COOKIE, SIGNER
from tests.races.test_storm import TYPED

TRIES = 25
PAUSE = 0.2


class GaveUp(Exception):
    """The shop did not answer however often it was asked."""


@dataclass
class Shopper:
    """Somebody with a filled basket. `ending` is what they choose at the payment page; none: they never choose."""

    address: str
    basket: int
    email: str
    ending: str = "pay"
    answers: int = 0
    lost: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = requests.Session()
        self.browser.cookies.set(COOKIE, SIGNER.sign(self.basket))

    def buy(self) -> str:
        """From the checkout page to the thank-you page: where it ended."""
        try:
            return self._buy()
        except GaveUp:
            return "gave up"

    def _buy(self) -> str:
        page = self.ask("get", reverse("checkout:index"))
        hidden = dict(re.findall(r'name="(basket|seen_total)" value="([^"]*)"', page.text))
        answer = self.ask("post", reverse("checkout:index"), {**TYPED, **hidden, "email": self.email})
        at = answer.headers.get("Location", "")
        if not at.startswith("/pay/test/"):
            return "refused"
        if not self.ending:
            return "left"
        answer = self.ask("post", at, {"ending": self.ending})
        if self.ending == "silent":
            return "charged"
        back = self.ask("get", answer.headers["Location"])
        return "thanked" if "thank" in back.headers.get("Location", "") + back.url else "somewhere"

    def ask(self, method: str, path: str, typed: dict[str, str] | None = None) -> requests.Response:
        """The answer to a request, asked again for as long as the server breaks off or has an error of its own."""
        for _ in range(TRIES):
            form = {**typed, "csrfmiddlewaretoken": self.browser.cookies.get("csrftoken", "")} if typed else {}
            try:
                answer = self.browser.request(method, self.address + path, data=form, allow_redirects=False, timeout=20)
            except requests.RequestException as error:
                self.lost.append(repr(error))
            else:
                if answer.status_code < 500 or (answer.status_code == 504 and form.get("ending") == "silent"):
                    self.answers += 1
                    return answer
                self.lost.append(f"{answer.status_code} {path}")
            time.sleep(PAUSE)
        raise GaveUp(path)


def shop(crowd: list[Shopper], strike: Callable[[], object], *, every: int, at_once: int = 8) -> list[str]:
    """Where each of them ended, so many shopping at any moment; something strikes after every so many answers.

    It strikes in this thread: a server that it starts would end with any other one (see `engines.die_with_parent`).
    """
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        ends = [pool.submit(one.buy) for one in crowd]
        next_at = every
        while wait(ends, timeout=0.05).not_done:
            if sum(one.answers for one in crowd) >= next_at:
                next_at += every
                strike()
        return [end.result() for end in ends]
