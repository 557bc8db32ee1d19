"""Forms of the admin as a browser sends them: what is on the page, with some fields typed anew."""

from html.parser import HTMLParser

from django.test import Client


class _Fields(HTMLParser):
    """What the first form with this id would send if nothing was typed."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.fields: dict[str, list[str]] = {}
        self.select, self.area, self.text = "", "", ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        at = dict(attrs)
        if tag == "form":
            self.inside = at.get("id") == self.form_id
        if not self.inside or "__prefix__" in (at.get("name") or ""):
            return
        name = at.get("name") or ""
        if tag == "input" and name and at.get("type") not in ("submit", "file", "button"):
            if at.get("type") in ("checkbox", "radio") and "checked" not in at:
                return
            self.fields.setdefault(name, []).append(at.get("value") or ("on" if at.get("type") == "checkbox" else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in at:
            self.fields.setdefault(self.select, []).append(at.get("value") or "")
        elif tag == "textarea":
            self.area, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.area:
            self.fields.setdefault(self.area, []).append(self.text.removeprefix("\n"))
            self.area = ""


def shown(client: Client, address: str, form_id: str) -> dict[str, list[str]]:
    """The fields of a form as they are on the page."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    parser = _Fields(form_id)
    parser.feed(page.content.decode())
    assert parser.fields, f"no form {form_id} at {address}"
    return parser.fields


def send(client: Client, address: str, form_id: str, fields: dict | None = None, **typed: object):
    """Send the form of a page with these fields typed over; `fields` may be an older page's."""
    return client.post(address, {**(fields or shown(client, address, form_id)), **typed})


def complaints(response) -> str:
    """What a page that came back complains about."""
    if response.status_code != 200:
        return ""
    context = response.context
    forms = [context["adminform"].form] + [form for one in context["inline_admin_formsets"] for form in one.formset.forms]
    sets = [str(one.formset.non_form_errors()) for one in context["inline_admin_formsets"]]
    return " ".join([str(form.errors) for form in forms] + sets)
