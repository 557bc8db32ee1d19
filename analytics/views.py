"""The pages of analytics inside the admin: each reads the question, asks for the figures and shows them."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext

from analytics import cohorts, downloads, figures, filling, forms, groups, metrics, products, showing, spending, sums
from analytics.forms import Asked
from analytics.lists import LISTS, List, patience
from analytics.metrics import Unit
from analytics.models import Channel, Rebuild, Restatement
from analytics.narrowing import DAYS
from analytics.words import part_in_words

PAGE = 50
PERSONAL = ("customers", "refunds", "events", "answers", "visits", "buyers")  # lists of people, more than of orders
GROUPS = (
    (gettext_noop("Do customers stay?"), ("retention", "repeat", "returning", "second_90", "orders_each")),
    (gettext_noop("What do they bring?"), ("net_revenue", "orders", "average_order", "given_back")),
    (gettext_noop("Who comes?"), ("visits", "conversion", "new", "customers", "value", "cac")),
    (gettext_noop("Do they like it here?"), ("nps", "participation", "points_earned", "points_spent")),
)


def home(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """All figures of a period."""
    question = forms.asked(request.GET, timezone.localdate())
    found, run_up = figures.of(question.period, question.part)
    grouped = {key for _title, keys in GROUPS for key in keys}
    others = tuple(metric.key for metric in metrics.METRICS if metric.key not in grouped)
    groups = [
        (gettext(title), [found[key] for key in keys if key in found])
        for title, keys in (*GROUPS, (gettext("And else"), others))
    ]
    retention = metrics.BY_KEY["retention"]
    has_retention = figures.fits(retention, question.part)
    return _page(
        model_admin, request, "analytics/home.html", gettext("Retention"), question,
        groups=[(title, some) for title, some in groups if some],
        sums=run_up[-1],
        trend=figures.drawn(retention, run_up, question.part) if has_retention else None,
        retention=found.get("retention"),
        is_ready=sums.is_ready(),
        waiting=len(filling.waiting(limit=1000)),
        rebuild=Rebuild.objects.exclude(ended_at=None).first(),
        restated=Restatement.objects.all()[:5],
    )  # fmt: skip


def figure(model_admin: Any, request: HttpRequest, key: str) -> HttpResponse:
    """One figure: its definition, its way over twelve periods, and by channel, country and kind of order."""
    metric = metrics.BY_KEY.get(key)
    if metric is None:
        raise Http404
    question = forms.asked(request.GET, timezone.localdate())
    trend = figures.trend(metric, question.period, question.part) if figures.fits(metric, question.part) else None
    return _page(
        model_admin, request, "analytics/figure.html", str(metric.label), question,
        metric=metric,
        trend=trend,
        now=trend.rows[0][1] if trend else "",
        change=trend.rows[0][2] if trend else None,
        lists=figures.opens(metric, trend.now, question.part) if trend else [],
        splits=figures.splits(metric, question.period, forms.countries(), forms.currencies()),
        has_products=any(part.value in ("product", "category") for part in metric.slices),
    )  # fmt: skip


def rows(model_admin: Any, request: HttpRequest, key: str) -> HttpResponse:
    """What stands behind a figure: the rows, and what they come to."""
    listed = _list(request, key)
    question = forms.of_list(listed, request.GET, timezone.localdate())
    try:
        with patience.limited():
            totals, page = _read(listed, question, request.GET.get("page"))
    except OperationalError:
        totals, page = [], None
    return _page(
        model_admin, request, "analytics/rows.html", str(listed.label), question,
        listed=listed,
        page=page,
        totals=totals,
        inside=f"analytics/_{listed.of}.html",
        segment=segment_link(listed, question),
        forgotten=_forgotten(listed, question),
        may_see_orders=request.user.has_perm("order.view_order"),  # type: ignore[union-attr]
        may_see_people=_may_see_people(request),
    )  # fmt: skip


def download(model_admin: Any, request: HttpRequest, key: str) -> HttpResponseBase:
    """The same list as a CSV file."""
    listed = _list(request, key)
    question = forms.of_list(listed, request.GET, timezone.localdate())
    if question.form.errors:
        return rows(model_admin, request, key)  # which says so: nobody reads that out of a file
    found = listed.in_order(question.period, question.part)
    return downloads.of(listed, found, question.period, with_people=_may_see_people(request))


def _read(listed: List, question: Asked, number: str | None) -> tuple[list[tuple[str, str]], Page[Any]]:
    """What the rows come to, and so many of them as fit on a page."""
    found = listed.in_order(question.period, question.part)
    totals = listed.kind.sums(found, question.part)
    paginator = Paginator(found, PAGE)
    if (counted := {total.key: amount for total, amount in totals}.get("count")) is not None:
        paginator.count = counted  # known already: counting millions of rows takes its time
    page = paginator.get_page(number)
    page.object_list = list(page.object_list)
    return [(str(total.label), showing.value(amount, total.unit, question.part.currency)) for total, amount in totals], page


def _list(request: HttpRequest, key: str) -> List:
    listed = LISTS.get(key)
    if listed is None:
        raise Http404
    if listed.of in PERSONAL and not _may_see_people(request):
        raise PermissionDenied
    return listed


def _may_see_people(request: HttpRequest) -> bool:
    return request.user.has_perm("customers.view_customer")  # type: ignore[union-attr]


def _forgotten(listed: List, question: Asked) -> date | None:
    """The day before which the rows are gone, where the list asks for older ones: sums of the days are all that is left."""
    first = timezone.localdate() - timedelta(days=settings.VISIT_DAYS)
    return first if listed.of == "visits" and question.period.first < first else None


def segment_link(listed: List, question: Asked) -> str:
    """The address of a new segment of these people; empty where nobody is known, or nobody makes segments."""
    try:
        address = reverse("campaigns:segment-from")
    except NoReverseMatch:
        return ""
    if not listed.kind.people:
        return ""
    return f"{address}?{urlencode({'group': groups.KEY, 'parameters': urlencode({'list': listed.key, **question.said})})}"


def cohort_table(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """Months of first orders, and what became of them."""
    question = forms.asked(request.GET, timezone.localdate(), {"channel", "currency"})
    measure = cohorts.MEASURES.get(request.GET.get("measure", ""), cohorts.MEASURES["share"])
    key = next(key for key, each in cohorts.MEASURES.items() if each is measure)
    found = cohorts.table(measure, question.part, timezone.localdate())
    if request.GET.get("format") == "csv":
        return downloads.of_cohorts(found, key)
    return _page(
        model_admin, request, "analytics/cohorts.html", gettext("Cohorts"), question,
        rows=found,
        columns=range(max((len(row.cells) for row in found), default=0)),
        measures=cohorts.MEASURES.items(),
        measure=key,
        of=measure,
        is_money=measure.unit is Unit.MONEY,
    )  # fmt: skip


def channel_table(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What each channel brought and cost; a form for spend that somebody knows by heart."""
    question = forms.asked(request.GET, timezone.localdate(), DAYS | {"currency"})
    may_write = request.user.has_perm("insights.add_spend")  # type: ignore[union-attr]
    form = forms.SpendForm(request.POST if may_write and request.method == "POST" else None, initial={
        "channel": Channel.ADS, "first": question.period.first, "last": question.period.last,
    })  # fmt: skip
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        days = spending.spread(
            said["amount"], said["first"], said["last"], said["channel"], said["campaign"], request.user  # type: ignore[arg-type]
        )  # fmt: skip
        text = ngettext("Written for %(days)s day.", "Written for %(days)s days.", days)
        messages.success(request, text % {"days": days})
        return HttpResponseRedirect(request.get_full_path())
    return _page(
        model_admin, request, "analytics/channels.html", gettext("Channels"), question,
        rows=_channels(question),
        spend_form=form if may_write else None,
        may_import=may_write,
    )  # fmt: skip


def _channels(question: Asked) -> list[dict[str, Any]]:
    found = []
    for code, label in [*Channel.choices, ("", gettext("All channels"))]:
        part = sums.Slice(channel=code, currency=question.part.currency)
        now, before = sums.over([question.period, question.period.before()], part)
        if code and not (now.orders or now.spend or now.new):
            continue
        row: dict[str, Any] = {"code": code, "label": label, "sums": now}
        for key in ("net_revenue", "value", "retention", "cac"):
            row[key] = figures.shown(metrics.BY_KEY[key], metrics.BY_KEY[key].of(now), part)
        for key in ("orders", "net_revenue", "new", "cac"):
            metric = metrics.BY_KEY[key]
            row[f"{key}_change"] = showing.change(metric, metric.of(now), metric.of(before))
        found.append(row)
    return found


def spend_import(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """A file of spend: looked at first; written when the same file is confirmed."""
    if not request.user.has_perm("insights.add_spend"):  # type: ignore[union-attr]
        raise PermissionDenied
    form = forms.SpendFileForm(request.POST or None, request.FILES or None)
    seen, kept = None, ""
    if request.method == "POST" and request.POST.get("kept"):
        kept = request.POST["kept"]
        seen = spending.look(kept.encode(), timezone.localdate())
        if not seen.errors and request.POST.get("confirmed"):
            with transaction.atomic():
                spending.write(seen.rows, request.user)  # type: ignore[arg-type]
            messages.success(request, gettext("%(count)s rows are written.") % {"count": len(seen.rows)})
            return HttpResponseRedirect(reverse("admin:insights_turnover_changelist"))
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(2_000_001)
        if len(data) > 2_000_000:
            form.add_error("file", gettext("The file is larger than 2 MB."))
        else:
            seen = spending.look(data, timezone.localdate())
            kept = _as_csv(seen)
    return _page(
        model_admin, request, "analytics/spend_import.html", gettext("Spend from a file"),
        forms.asked({}, timezone.localdate()), file_form=form, seen=seen, kept=kept, channels=Channel.choices,
    )  # fmt: skip


def _as_csv(seen: spending.Look) -> str:
    """What was understood, to be sent back and written as it was shown."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["day", "channel", "campaign", "amount"])
    writer.writerows((*key, amount) for key, amount in seen.rows.items())
    return text.getvalue()


def product_table(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """What sells, what comes back, and what makes people buy again."""
    today = timezone.localdate()
    question = forms.asked(request.GET, today, DAYS | {"currency"})
    found = products.table(question.period, question.part, today)
    if request.GET.get("format") == "csv":
        return downloads.of_products(found)
    order = request.GET.get("by", "net")
    if order == "again":
        found.sort(key=lambda row: (row.has_few, -(row.again_rate or 0)))
    elif order == "refunds":
        found.sort(key=lambda row: -(row.refund_rate or 0))
    page, usual = (
        Paginator(found, PAGE).get_page(request.GET.get("page")),
        products.of_everybody(min(question.period.last, today)),
    )
    return _page(
        model_admin, request, "analytics/products.html", gettext("Products"), question,
        page=page,
        lines=[(row, showing.value(row.refund_rate, Unit.SHARE), showing.value(row.again_rate, Unit.SHARE)) for row in page],
        categories=products.by_category(found),
        usual=usual,
        usual_shown=showing.value(usual, Unit.SHARE),
        watched=products.watched(min(question.period.last, today)),
        order=order,
    )  # fmt: skip


def definitions(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Every figure in words."""
    question = forms.asked(request.GET, timezone.localdate())
    title = gettext("What the figures mean")
    return _page(model_admin, request, "analytics/definitions.html", title, question, metrics=metrics.METRICS)


def only_get(request: HttpRequest) -> HttpResponse | None:
    return None if request.method in ("GET", "HEAD") else HttpResponseNotAllowed(["GET", "HEAD"])


def _page(model_admin: Any, request: HttpRequest, template: str, title: str, question: Asked, **more: Any) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "question": question,
        "period": question.period,
        "before": question.period.before(),
        "part_words": part_in_words(question),
        "today": timezone.localdate(),
        **more,
    }
    return TemplateResponse(request, template, context)
