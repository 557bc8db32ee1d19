"""What a message says: a template of templates/mail, filled with plain values, in the person's language."""

import datetime
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise

from shop.mail import plaintext

_PLAIN = (str, int, float, Decimal, bool, type(None), datetime.date, datetime.datetime, Promise)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_providers: list[Callable[[], Mapping[str, Any]]] = []


class NotPlain(TypeError):
    """The context of a message holds more than values: a template could read anything from it."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def in_every_mail(provide: Callable[[], Mapping[str, Any]]) -> Callable[[], Mapping[str, Any]]:
    """Register what every mail may show, such as `{"shop": {"name": …, "logo": …}}`; runs in the mail's language."""
    _providers.append(provide)
    return provide


def render(kind: str, context: Mapping[str, Any], language: str) -> Rendered:
    """Subject, text and HTML of templates/mail/<kind>.html. The text comes from <kind>.txt, else from the HTML."""
    with translation.override(language):
        values = _shared() | checked(context)
        page = get_template(f"mail/{kind}.html").template.render(Context(values))  # type: ignore[attr-defined]
        title = _TITLE.search(page)
        if title is None:
            raise ValueError(f"mail/{kind}.html has no <title> with the subject; it should extend mail/base.html.")
        return Rendered(
            subject=" ".join(html.unescape(title[1]).split())[:255],
            text=_text_of(kind, values) or plaintext.of(page),
            html=_inliner().inline(page),
        )


def checked(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context, or `NotPlain`: lists, dicts and values only, so that no template reaches a model or a secret."""
    return {str(key): _checked(value, str(key)) for key, value in context.items()}


def _checked(value: Any, where: str) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _checked(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item, where) for item in value]
    if isinstance(value, _PLAIN):
        return value
    raise NotPlain(f"{where} is a {type(value).__name__}")


def _shared() -> dict[str, Any]:
    values: dict[str, Any] = {"shop": {"name": settings.OSCAR_SHOP_NAME, "url": settings.SHOP_URL}}
    for provide in _providers:
        for key, value in provide().items():
            merged = values[key] | value if isinstance(values.get(key), dict) else value
            values[key] = _checked(merged, key)
    return values


def _text_of(kind: str, values: dict[str, Any]) -> str:
    try:
        template = get_template(f"mail/{kind}.txt").template  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        return ""
    return plaintext.tidy(template.render(Context(values, autoescape=False)))


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
