"""The page on which a letter is written: its blocks on the left, the mail as it will be on the right.

Every button sends the whole form, so that nothing typed is lost and all of it works without scripts; with them the mail
on the right follows the typing.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from csp.decorators import csp_exempt
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from campaigns import letter_preview
from campaigns.letter_forms import BlockForm, HeadForm, form_for
from campaigns.letters import blocks, compiling, lint, variables
from campaigns.letters.blocks import Block
from campaigns.models import Letter
from shop.customers.models import User
from shop.search import cards
from shop.search.cards import Card
from shop.search.listing import find
from shop.search.query import Query

FOUND = 8  # products shown for a search
LONGEST = 40  # blocks in a letter


@dataclass
class Draft:
    """A letter as it stands in the form, in one language."""

    letter: Letter
    language: str
    head: HeadForm
    forms: list[BlockForm] = field(default_factory=list)

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), *(form.is_valid() for form in self.forms)])

    def take(self) -> None:
        """Put what was typed into the letter. Where a field is wrong, what stood there stays."""
        if self.head.is_valid():
            self.letter.name = self.head.cleaned_data["name"]
            for name in ("subject", "preheader"):
                texts = {code: words for code, words in getattr(self.letter, name).items() if code != self.language}
                if typed := self.head.cleaned_data[name].strip():
                    texts[self.language] = typed
                setattr(self.letter, name, texts)
        self.letter.blocks = [form.written() if form.is_valid() else form.block for form in self.forms]


def new(name: str, by: User) -> Letter:
    """A letter to begin with: a greeting, new products and a button."""
    first = blocks.new(blocks.TEXT)
    greeting = gettext("Hello {{ first_name | there }},")
    first["texts"] = {compiling.main_language(): {"html": f"<p>{greeting}</p>"}}
    last = blocks.new(blocks.BUTTON)
    last["texts"] = {compiling.main_language(): {"label": gettext("To the shop")}}
    return Letter.objects.create(name=name, blocks=[first, blocks.new(blocks.PRODUCTS), last], changed_by=by)


def show(model_admin: Any, request: HttpRequest, pk: str) -> HttpResponse:
    """The page, and what its buttons do."""
    letter = found(model_admin, request, pk)
    language = _language(request.POST.get("language") or request.GET.get("language"))
    if request.method != "POST":
        return _page(model_admin, request, _draft(letter, language))
    if not model_admin.has_change_permission(request, letter):
        raise PermissionDenied
    draft = _draft(letter, language, request.POST, request.FILES)
    if str(letter.version) != request.POST.get("version"):
        text = gettext("Somebody else has saved this letter meanwhile. What you typed is below; save again to replace theirs.")
        messages.error(request, text)
        return _page(model_admin, request, draft)
    if not draft.is_valid():
        messages.error(request, gettext("Please look at what is marked in red; nothing was saved."))
        return _page(model_admin, request, draft)
    return _do(model_admin, request, draft)


def found(model_admin: Any, request: HttpRequest, pk: Any) -> Letter:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    letter = Letter.objects.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if letter is None:
        raise Http404
    return letter


def _do(model_admin: Any, request: HttpRequest, draft: Draft) -> HttpResponse:
    verb, _colon, rest = request.POST.get("do", "save").partition(":")
    draft.take()
    letter = draft.letter
    place = _changed(letter, verb, rest)
    _save(letter, cast("User", request.user))
    if verb == "find":
        return _page(model_admin, request, _draft(letter, draft.language), rest, request.POST.get(f"find-{rest}", ""))
    if verb == "test":
        letter_preview.send_test(request, letter, draft.language)
    elif verb == "save":
        messages.success(request, gettext("The letter is saved."))
    language = rest if verb == "language" else draft.language
    address = reverse("admin:campaigns_letter_change", args=[letter.pk])
    return HttpResponseRedirect(f"{address}?language={_language(language)}{f'#block-{place}' if place else ''}")


@transaction.atomic
def _save(letter: Letter, by: User) -> None:
    letter.version += 1
    letter.changed_by = by
    letter.save()


def _changed(letter: Letter, verb: str, rest: str) -> str:
    """Do what a button says with the blocks; return the id of the block to look at then."""
    name, _colon, more = rest.partition(":")
    if verb == "add" and name in blocks.KINDS and len(letter.blocks) < LONGEST:
        made = blocks.new(name)
        at = next((place for place, block in enumerate(letter.blocks, 1) if block["id"] == more), len(letter.blocks))
        letter.blocks.insert(at, made)
        return str(made["id"])
    at = next((place for place, block in enumerate(letter.blocks) if block["id"] == name), -1)
    if at >= 0 and verb in _CHANGES:
        _CHANGES[verb](letter.blocks, at, more)
        return name
    return ""


def _move(found: list[Block], at: int, to: int) -> None:
    if 0 <= to < len(found):
        found.insert(to, found.pop(at))


def _copy(found: list[Block], at: int, more: str) -> None:
    copy = deepcopy(found[at])
    copy["id"] = get_random_string(blocks.SHORTEST_ID, "abcdefghijklmnopqrstuvwxyz0123456789")
    found.insert(at + 1, copy)


def _pick(found: list[Block], at: int, more: str) -> None:
    ids = found[at]["settings"].setdefault("ids", [])
    if more.isdecimal() and len(more) < 10 and int(more) not in ids:
        ids.append(int(more))
        found[at]["settings"]["rule"] = "by_hand"
        found[at]["settings"]["count"] = max(found[at]["settings"]["count"], len(ids))


def _drop(found: list[Block], at: int, more: str) -> None:
    found[at]["settings"]["ids"] = [pk for pk in found[at]["settings"].get("ids", []) if str(pk) != more]


_CHANGES = {
    "up": lambda found, at, more: _move(found, at, at - 1),
    "down": lambda found, at, more: _move(found, at, at + 1),
    "remove": lambda found, at, more: found.pop(at),
    "copy": _copy,
    "pick": _pick,
    "drop": _drop,
}


def _draft(letter: Letter, language: str, data: QueryDict | None = None, files: Any = None) -> Draft:
    initial = {
        "name": letter.name,
        "subject": letter.subject.get(language, ""),
        "preheader": letter.preheader.get(language, ""),
    }
    head = HeadForm(data, initial=initial)
    known = {block["id"]: block for block in letter.blocks}
    order = [pk for pk in data.getlist("block") if pk in known] if data is not None else list(known)
    return Draft(letter, language, head, [form_for(known[pk], language, data, files) for pk in dict.fromkeys(order)])


def typed(letter: Letter, data: QueryDict, files: Any) -> tuple[Letter, str]:
    """The letter with what stands in a form that is being typed; nothing is saved. For the mail beside the form."""
    language = _language(data.get("language"))
    without_files = _draft(letter, language, data)
    without_files.take()
    return letter, language


def _language(code: str | None) -> str:
    return code if code in dict(settings.LANGUAGES) else compiling.main_language()


def _page(model_admin: Any, request: HttpRequest, draft: Draft, sought_in: str = "", sought: str = "") -> HttpResponse:
    letter, main = draft.letter, compiling.main_language()
    missing = lint.missing_in(letter.content)
    findings = lint.of(letter.content)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": letter.name,
        "letter": letter,
        "original": letter,
        "head": draft.head,
        "rows": [_row(form, draft.language, findings, sought_in, sought) for form in draft.forms],
        "language": draft.language,
        "languages": [(code, name, code in missing) for code, name in settings.LANGUAGES],
        "is_main": draft.language == main,
        "main": letter.subject.get(main, ""),
        "main_preheader": letter.preheader.get(main, ""),
        "kinds": list(blocks.KINDS.values()),
        "findings": findings,
        "variables": variables.named(),
        "media": sum((form.media for form in draft.forms), Media()),
        "may_change": model_admin.has_change_permission(request, letter),
        "newsletters": letter.newsletters.order_by("-pk")[:5],
    }
    return TemplateResponse(request, "campaigns/letter.html", context)


def _row(form: BlockForm, language: str, findings: list[lint.Finding], sought_in: str, sought: str) -> dict[str, Any]:
    block, main = form.block, compiling.main_language()
    chosen: list[Card] = []
    results: list[Card] = []
    if block["kind"] == blocks.PRODUCTS:
        chosen = cards.for_products(block["settings"].get("ids") or [], language)
        if sought_in == block["id"] and sought.strip():
            results = list(find(Query(text=sought.strip()[:80]), language).cards)[:FOUND]
    return {
        "id": block["id"],
        "kind": form.sort,
        "form": form,
        "main": blocks.texts_of(block, main) if language != main else {},
        "findings": [finding for finding in findings if finding.block == block["id"]],
        "chosen": chosen,
        "results": results,
        "sought": sought if sought_in == block["id"] else "",
        "is_sought": sought_in == block["id"],
    }


@csp_exempt()
@never_cache
@xframe_options_sameorigin
def preview(request: HttpRequest, model_admin: Any, pk: str) -> HttpResponse:
    """The mail for the frame: as saved, or, sent with the form, as typed."""
    letter = found(model_admin, request, pk)
    language = _language(request.GET.get("language"))
    if request.method == "POST":
        letter, language = typed(letter, request.POST, request.FILES)
    return letter_preview.framed(request, letter.content, language)
