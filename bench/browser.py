"""A cookie-keeping HTTP client, cheap enough to share the machine with the server it measures."""

import html
import http.client
import re
import urllib.parse
from dataclasses import dataclass

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)


@dataclass
class Answer:
    status: int
    location: str
    text: str


class Browser:
    """One shopper: keeps cookies and the connection."""

    def __init__(self, base: str) -> None:
        address = urllib.parse.urlsplit(base)
        self.host = address.netloc
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.page = "/"

    def get(self, url: str, *, follow: bool = True) -> Answer:
        """GET; redirects are followed, as a browser does."""
        answer = self._send("GET", url)
        while follow and answer.status in (301, 302, 303):
            answer = self._send("GET", answer.location)
        return answer

    def post(self, url: str, data: dict[str, str], *, follow: bool = False) -> Answer:
        """POST a form."""
        answer = self._send("POST", url, urllib.parse.urlencode(data))
        return self.get(answer.location) if follow and answer.status in (302, 303) else answer

    def _send(self, method: str, url: str, body: str | None = None) -> Answer:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(self.page, url))
        path = parts.path + ("?" + parts.query if parts.query else "")
        headers = {"Host": self.host, "Accept": "text/html", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
            headers["Referer"] = f"http://{self.host}{self.page}"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            if value in ("", '""'):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if method == "GET" and response.status == 200:
            self.page = path
        return Answer(response.status, response.headers.get("Location") or "", text)


def form(text: str, needle: str) -> tuple[str, dict[str, str]]:
    """The action and the values of the first form whose action or fields name `needle`."""
    for found in FORM.findall(text):
        action = re.search(r'action="([^"]*)"', found[: found.index(">") + 1])
        values = _values(found)
        if (action and needle in action[1]) or needle in values:
            return html.unescape(action[1]) if action else "", values
    raise LookupError(f"no form with {needle!r}")


def _values(found: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", found):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        kind = re.search(r'\btype="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio") or "checked" in tag):
            values.setdefault(name[1], html.unescape(value[1]) if value else "")
    for name, options in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', found, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', options) or re.search(
            r'<option[^>]*value="([^"]*)"', options
        )
        values.setdefault(name, chosen[1] if chosen else "")
    return values
