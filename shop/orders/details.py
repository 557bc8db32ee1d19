"""What the shopper typed at the checkout."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Details:
    """`line4` is the city, `country` an ISO code, `news_wording` the words beside the box that `wants_news` stands for."""

    email: str
    first_name: str
    last_name: str
    line1: str
    line4: str
    country: str
    shipping_code: str
    payment_code: str
    line2: str = ""
    state: str = ""
    postcode: str = ""
    phone: str = ""
    note: str = ""
    language: str = "en"
    time_zone: str = ""
    wants_news: bool = False
    news_wording: str = ""
    ip: str | None = None
