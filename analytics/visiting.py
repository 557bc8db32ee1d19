"""Notes what becomes of each visit to the shop's pages, without asking the database anything.

With consent a visit is told apart by a signed cookie, which also remembers how far it went, so that only what is new is
noted. Without consent, or where the browser says no by itself, arrivals and pages are counted and nothing is kept.
"""

import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from analytics import agreeing, browsers, origins, traces
from analytics.agreeing import COOKIE, NO, Mark
from analytics.models import Channel, Step
from analytics.origins import Origin

IDLE = 30 * 60  # seconds: who comes back later is on another visit
REDIRECTS = 30  # seconds in which a second arrival belongs to the first
RENEWED = 5 * 60  # how often the cookie of a visit on which nothing new happens is written
KNOWN = 1 << 7  # beside the steps: it is noted whose visit it is

PAGES = ("shop.storefront", "loyalty", "feedback", "analytics", "allauth")
STEPS = {"catalogue:detail": Step.PRODUCT.value, "checkout:index": Step.CHECKOUT.value}
FRIEND, FRIEND_COOKIE, AFTER_FRIEND = "loyalty:friend", "friend", "loyalty:programme"
FROM_FRIEND = Origin(Channel.REFERRAL.value, "friend")

_current: ContextVar["Visiting | None"] = ContextVar("visiting", default=None)


def current() -> "Visiting | None":
    """The visit that the order being placed right now belongs to; None outside of requests."""
    return _current.get()


class Middleware:
    """Innermost: by then it is known what the page was and who asked. `request.visits` is what templates ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visiting = request.visits = Visiting(request)  # type: ignore[attr-defined]
        token = _current.set(visiting)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        visiting.note(response)
        return response


class Visiting:
    """One request as a part of a visit."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.has_ordered = False

    @property
    def answer(self) -> str:
        """ "yes", "no", "browser" where the browser says no for everybody, or empty: nobody was asked yet."""
        if browsers.minds(self.request):
            return "browser"
        cookie = self.request.COOKIES.get(COOKIE, "")
        return NO if cookie == NO else "yes" if self.mark else ""

    @property
    def is_asked(self) -> bool:
        """Whether the page asks for consent."""
        return not self.answer

    @cached_property
    def mark(self) -> Mark | None:
        """The cookie of somebody who agreed."""
        cookie = self.request.COOKIES.get(COOKIE, "")
        return Mark.loaded(cookie) if cookie and cookie != NO and not browsers.minds(self.request) else None

    def note(self, response: HttpResponse) -> None:
        """Keep what this request adds to its visit."""
        step = self._step(response)
        if not step or browsers.is_robot(self.request) or getattr(self._user, "is_staff", False) or COOKIE in response.cookies:
            return
        if self.mark:
            self._trace(self.mark, step, response)
        elif steps := self._counted(step):
            channel = self._origin.channel if Step.CAME in steps else Channel.UNKNOWN.value
            traces.add({"t": int(time.time()), "d": self._device, "s": steps, "c": channel})

    def _step(self, response: HttpResponse) -> str:
        """What happened, as a step; empty for what no visitor sees as a page."""
        match, method = self.request.resolver_match, self.request.method
        if match is None or not match.func.__module__.startswith(PAGES):
            return ""
        if self.has_ordered:
            return Step.ORDERED.value
        if match.view_name == "basket:add" and method == "POST":
            return Step.BASKET.value if _has_goods(self.request) else ""
        if match.view_name == FRIEND:
            return Step.CAME.value if FRIEND_COOKIE in response.cookies else ""
        is_page = method == "GET" and response.status_code == 200 and "HX-Request" not in self.request.headers
        if not is_page or not response.get("Content-Type", "").startswith("text/html"):
            return ""
        return STEPS.get(match.view_name, Step.CAME.value)

    def _trace(self, mark: Mark, step: str, response: HttpResponse) -> None:
        now = time.time()
        begins = not mark.visit or now - mark.seen_at > IDLE or self._comes_anew(mark, now)
        fresh = mark
        if begins:
            fresh = replace(mark.touched(self._origin, now), visit=uuid.uuid4().hex, reached=0)
        user = getattr(self._user, "pk", None)
        fresh = replace(fresh, reached=fresh.reached | _bit(step) | _bit(Step.CAME) | (KNOWN if user else 0))
        if fresh.reached != mark.reached or begins:
            trace = {"t": int(now), "k": fresh.visit, "v": fresh.visitor, "d": self._device, "s": [step]}
            if begins:
                trace |= {"s": sorted({Step.CAME.value, step}), "o": self._beginning()}
            traces.add(trace | ({"u": user} if user else {}))
        if begins or fresh.reached != mark.reached or now - mark.seen_at > RENEWED:
            agreeing.remember(response, replace(fresh, seen_at=int(now)))

    def _comes_anew(self, mark: Mark, now: float) -> bool:
        """Something else than last time brought them here; the way back from a payment page did not."""
        origin = self._origin
        if origin.is_direct or now - mark.seen_at <= REDIRECTS or self._is_checkout:
            return False
        last = mark.touch
        return (origin.channel, origin.source, origin.campaign) != (last.channel, last.source, last.campaign)

    def _counted(self, step: str) -> list[str]:
        """Steps to count for somebody whom nobody knows: an arrival is a page that no page of ours led to."""
        steps = {step} - {Step.CAME.value}
        if self.request.method == "GET" and not self._is_checkout and not self._is_inside:
            steps.add(Step.CAME.value)
        return sorted(steps)

    def _beginning(self) -> dict[str, str]:
        origin = self._origin
        country = self.request.COOKIES.get("country", "")
        return {
            "channel": origin.channel,
            "source": origin.source,
            "medium": origin.medium,
            "campaign": origin.campaign,
            "referrer": origin.referrer,
            "landing": origins.clean(self.request.path)[:200],
            "country": country if len(country) == 2 and country.isalpha() and country.isupper() else "",
        }

    @cached_property
    def _origin(self) -> Origin:
        if self._view == FRIEND:
            return FROM_FRIEND
        if self._is_checkout:
            return origins.DIRECT
        return origins.of(self.request.GET, self.request.headers.get("Referer", ""), self.request.get_host())  # type: ignore[arg-type]

    @cached_property
    def _is_inside(self) -> bool:
        """Whether one of our own pages led here. The page after a friend's link was counted with the link."""
        if self._view == AFTER_FRIEND and FRIEND_COOKIE in self.request.COOKIES:
            return True
        own = self.request.get_host().partition(":")[0].lower().removeprefix("www.")
        site = self.request.headers.get("Sec-Fetch-Site", "")
        return site == "same-origin" or origins.host_of(self.request.headers.get("Referer", "")) == own

    @property
    def _view(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""

    @property
    def _is_checkout(self) -> bool:
        return self._view.startswith("checkout:")

    @property
    def _user(self) -> Any:
        """Who is logged in, if the page had to know: to ask here would cost a query."""
        return getattr(self.request, "_cached_user", None)

    @cached_property
    def _device(self) -> str:
        return browsers.device_of(self.request.headers.get("User-Agent", ""))


def _bit(step: str) -> int:
    return 1 << list(Step.values).index(step)


def _has_goods(request: HttpRequest) -> bool:
    basket = getattr(request, "basket", None)
    return getattr(basket, "_wrapped", empty) is not empty and bool(basket.item_count)  # type: ignore[union-attr]
