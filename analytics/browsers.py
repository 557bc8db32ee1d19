"""What a request's headers say of who is asking: a person or a program, on what device, and whether they mind being counted."""

import re

from django.http import HttpRequest

from analytics.models import Device

_ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|scan|archiv|preview|monitor|uptime|lighthouse|pagespeed|headless|phantom|selenium|"
    r"puppeteer|facebookexternalhit|whatsapp/|telegrambot|embedly|validator|feed|fetch|curl|wget|python|httpx|aiohttp|okhttp|"
    r"java/|go-http|ruby|perl|php|libwww|scrapy|axios|node|postman|insomnia|http_|httpclient",
    re.IGNORECASE,
)
_TABLETS = re.compile(r"ipad|tablet|playbook|silk(?!.*mobile)|kindle|android(?!.*mobile)", re.IGNORECASE)
_PHONES = re.compile(r"mobi|iphone|ipod|android|windows phone|opera mini", re.IGNORECASE)


def is_robot(request: HttpRequest) -> bool:
    """Programs, and browsers that only fetch ahead. Who does not say what they are is one."""
    headers = request.headers
    agent = headers.get("User-Agent", "")
    ahead = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", "")
    return not agent or "prefetch" in ahead or "prerender" in ahead or "preview" in ahead or bool(_ROBOTS.search(agent))


def minds(request: HttpRequest) -> bool:
    """Whether the browser itself says no: Global Privacy Control, or Do Not Track."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def device_of(agent: str) -> str:
    """By what the browser calls itself."""
    if _TABLETS.search(agent):
        return Device.TABLET.value
    return Device.PHONE.value if _PHONES.search(agent) else Device.COMPUTER.value
