"""Where a visit came from, by declared rules: what the link says, else the site that it stood on. No database here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from analytics.models import Channel

LONGEST = 120

# What campaigns call their medium.
MEDIA = {
    Channel.EMAIL: {"email", "e-mail", "mail", "newsletter"},
    Channel.ADS: {
        "cpc", "ppc", "cpm", "cpv", "ads", "ad", "paid", "display", "banner", "paid_search", "paidsearch", "paid-search",
        "paid_social", "paidsocial", "paid-social", "shopping", "retargeting",
    },
    Channel.SOCIAL: {"social", "social-media", "social_media", "social-network", "sm", "story", "post"},
    Channel.SEARCH: {"organic", "search"},
    Channel.REFERRAL: {"referral", "affiliate", "partner", "friend", "link"},
}  # fmt: skip
# Marks that advertising networks put on links; fbclid is not one: it stands on everybody's links too.
CLICK_IDS = {"gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ttclid", "twclid", "li_fat_id", "rdt_cid", "epik"}
SEARCH_ENGINES = re.compile(
    r"(^|\.)(google\.[a-z.]{2,6}|bing\.com|duckduckgo\.com|yahoo\.[a-z.]{2,6}|ecosia\.org|qwant\.com|startpage\.com|"
    r"search\.brave\.com|kagi\.com|yandex\.[a-z.]{2,6}|ya\.ru|baidu\.com|seznam\.cz|naver\.com|mojeek\.com|meta\.ua|"
    r"com\.google\.android\.googlequicksearchbox)$"
)
SOCIAL_NETWORKS = re.compile(
    r"(^|\.)(facebook\.com|fb\.com|fb\.me|instagram\.com|threads\.(net|com)|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|"
    r"pinterest\.[a-z.]{2,6}|pin\.it|tiktok\.com|youtube\.com|youtu\.be|reddit\.com|t\.me|telegram\.(org|me)|whatsapp\.com|"
    r"wa\.me|viber\.com|snapchat\.com|tumblr\.com|bsky\.app|mastodon\.social|vk\.com|ok\.ru|org\.telegram\.messenger)$"
)
# Parts of these houses that are neither.
_OTHER_HOUSES = re.compile(r"^(mail|docs|drive|accounts|groups|sites|translate|calendar)\.")
_NAMES = {"google", "bing", "yahoo", "yandex", "duckduckgo", "facebook", "instagram", "tiktok", "pinterest", "youtube"}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Origin:
    """`source`, `medium` and `campaign` as the link named them, else the source is the site's host."""

    channel: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    referrer: str = ""

    @property
    def is_direct(self) -> bool:
        return self.channel == Channel.DIRECT


DIRECT = Origin(Channel.DIRECT)


def of(query: Mapping[str, str], referrer: str, own_host: str) -> Origin:
    """The origin of an arrival. The shop's own pages, and what cannot be read, are no origin: then it is direct."""
    host = host_of(referrer)
    host = "" if host == own_host.partition(":")[0].lower() else host
    source, medium, campaign = (clean(query.get(f"utm_{name}", "")) for name in ("source", "medium", "campaign"))
    channel = _by_link(query, source.lower(), medium.lower()) or _by_site(host)
    return Origin(channel, source or host, medium, campaign, host)


def host_of(address: str) -> str:
    """The host of an address in small letters, without www; empty for anything that is not one."""
    try:
        host = urlsplit(address[:2000]).hostname or ""
    except ValueError:
        return ""
    return clean(host.lower()).removeprefix("www.")


def clean(text: str) -> str:
    """One line of at most `LONGEST` characters that shows what it holds: no control characters, none that turn text around."""
    text = text[: LONGEST * 4].encode("utf-8", "ignore").decode()  # half of a pair has no place in the database
    return _UNSEEN.sub("", text).strip()[:LONGEST]


def _by_link(query: Mapping[str, str], source: str, medium: str) -> str:
    for channel, names in MEDIA.items():
        if medium in names:
            return channel.value
    if not CLICK_IDS.isdisjoint(query):
        return Channel.ADS.value
    if not (source or medium):
        return ""
    if source in ("newsletter", "email"):
        return Channel.EMAIL.value
    return _by_site(f"{source}.com" if source in _NAMES else source)


def _by_site(host: str) -> str:
    if not host:
        return Channel.DIRECT.value
    if not _OTHER_HOUSES.match(host):
        if SEARCH_ENGINES.search(host):
            return Channel.SEARCH.value
        if SOCIAL_NETWORKS.search(host):
            return Channel.SOCIAL.value
    return Channel.REFERRAL.value
