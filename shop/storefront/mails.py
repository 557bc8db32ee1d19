"""What every mail shows of the shop: its name, its colours, and how to reach it."""

from collections.abc import Mapping
from typing import Any

from shop.content import colours, identity
from shop.mail import outbox, rendering


@rendering.in_every_mail
def frame() -> Mapping[str, Any]:
    """For templates/mail/base.html, in the mail's language."""
    shop = identity.shop()
    dark = colours.in_the_dark(shop.accent)
    return {
        "shop": {
            "name": shop.name,
            "email": shop.email,
            "address": ", ".join(shop.address.split("\n")).replace("\r", ""),
            "logo": outbox.absolute(shop.logo.url) if shop.logo else "",
        },
        "colours": {
            "paper": shop.paper,
            "accent": shop.accent,
            "on_accent": colours.on(shop.accent),
            "dark_accent": dark,
            "on_dark_accent": colours.on(dark),
        },
    }
