"""Formatted text from the admin's editor, as clean HTML of the shop's own few tags."""

import re
from typing import Any

from unfold.contrib.forms.widgets import WysiwygWidget

from shop.content import markup

# The editor knows blocks with line breaks in them, the shop's pages know paragraphs.
_BLOCK = re.compile(r"<(/?)div\b[^>]*>")
_HEADING = re.compile(r"<(/?)h[14]\b[^>]*>")
_GAP = re.compile(r"(?:<br\s*/?>\s*){2,}")
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_PARAGRAPHS = re.compile(r"</p>\s*<p\b[^>]*>")
_AT_ENDS = re.compile(r"^(?:\s|<br\s*/?>|&nbsp;)+|(?:\s|<br\s*/?>|&nbsp;)+$")


class Editor(WysiwygWidget):  # type: ignore[misc]
    """The theme's editor; what comes out of it is clean."""

    def format_value(self, value: Any) -> str | None:
        return to_editor(value) if value else None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        typed = super().value_from_datadict(data, files, name)
        return from_editor(typed) if typed else typed


def to_editor(html: str) -> str:
    """The same text as the editor writes it: it would run paragraphs together."""
    return _PARAGRAPH.sub(r"<div>\1</div>", _PARAGRAPHS.sub("<br><br>", html))


def from_editor(html: str) -> str:
    """Paragraphs, headings, lists and links as the shop's pages style them; nothing that runs, nothing empty."""
    html = _HEADING.sub(r"<\1h2>", _BLOCK.sub(r"<\1p>", html.replace("<!--block-->", "")))
    return markup.clean(_PARAGRAPH.sub(_paragraphs, html)).strip()


def _paragraphs(found: re.Match[str]) -> str:
    parts = (_AT_ENDS.sub("", part) for part in _GAP.split(found.group(1)))
    return "".join(f"<p>{part}</p>" for part in parts if part)
