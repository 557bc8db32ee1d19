"""The text of a message whose author wrote HTML only."""

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "tr", "table", "h1", "h2", "h3", "ul", "ol", "li", "hr", "br"}
_UNSEEN = {"style", "script", "title", "head"}
_FILLERS = str.maketrans("", "", "\u034f\u200c\u00ad")  # what keeps the preview line of a mailbox short


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0
        self.link = ""
        self.link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n* " if tag == "li" else "\n")
        elif tag == "a":
            self.link, self.link_text = dict(attrs).get("href") or "", ""
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in {"p", "h1", "h2", "h3", "table"}:
            self.parts.append("\n\n")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            if self.link.startswith("http") and self.link != self.link_text.strip():
                self.parts.append(f" ({self.link})")
            self.link = ""

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(re.sub(r"\s+", " ", data))
            self.link_text += data


def of(page: str) -> str:
    """What a person would read in an HTML page, with the addresses of its links in brackets."""
    reader = _Reader()
    reader.feed(page)
    return tidy("".join(reader.parts))


def tidy(text: str) -> str:
    """Lines without blanks around them, at most one empty line between paragraphs."""
    lines = [" ".join(line.translate(_FILLERS).split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
