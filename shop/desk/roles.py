"""Who may do what. One table: a role is a group of this name, and has these rights and no others.

v sees the list and the page, c changes, a adds, d deletes, p approves. What is not named here is denied; a superuser (the
person who runs the installation) is outside of it. The groups are written after every migration.
"""

from typing import Any

from django.apps import apps as installed
from django.utils.translation import gettext_lazy as _

CATALOGUE = {
    "catalogue.product": "vcad",
    "catalogue.category": "vcad",
    "catalogue.productclass": "vcad",
    "catalogue.productattribute": "vcad",
    "catalogue.attributeoptiongroup": "vcad",
    "catalogue.attributeoption": "vcad",
    "catalogue.productimage": "vcad",
    "catalogue.productrecommendation": "vcad",
    "partner.stockrecord": "vc",
}
ORDERS = {
    "order.order": "vc",  # ship, deliver; nobody writes into its rows
    "order.ordernote": "va",
    "payments.paymentattempt": "vc",  # say that a transfer has arrived
    "payments.refund": "va",
    "payments.webhookevent": "v",
    "mail.message": "vc",  # send again
}
SETTING_UP = {
    "shipping.method": "vcad",
    "shipping.band": "vcad",
    "pricing.taxrate": "vcad",
    "orders.paymentmethod": "vcad",
    "content.shop": "vca",
}
WORDS = {
    "content.page": "vcad",
    "content.block": "vcad",
    "content.pick": "vcad",
    "content.scene": "vcad",
}
SEARCH = {"search.synonym": "vcad", "search.search": "v", "search.missedsearch": "v"}
OFFERS = {"offer.conditionaloffer": "vcad", "voucher.voucher": "v"}
CAMPAIGNS = {
    "campaigns.automation": "vcad",
    "campaigns.run": "vc",  # c: pause, resume, end one person's way through an automation
    "campaigns.segment": "vcad",
    "mail.attention": "vc",
    "campaigns.letter": "vcad",
    "campaigns.newsletter": "vcad",
}
APPROVING = {"campaigns.newsletter": "vcadp"}  # a marketer writes and schedules, but does not approve
SURVEYS = {
    "feedback.survey": "vcad",
    "feedback.question": "vcad",
    "feedback.invitation": "v",
    "feedback.response": "v",
    "feedback.answer": "v",
    "feedback.reviewtiming": "vcad",
    "feedback.reviewrequest": "v",
}
FIGURES = {
    "insights.day": "v",
    "insights.cohort": "v",
    "insights.turnover": "v",
    "insights.productsale": "v",
    "insights.restatement": "v",
    "insights.traffic": "v",
    "insights.ordersource": "v",
    "insights.portrait": "v",
    "insights.forecasting": "v",
}
LOYALTY = {
    "loyalty.programme": "vca",
    "loyalty.rule": "vca",
    "loyalty.boost": "vcad",
    "loyalty.tier": "vcad",
    "loyalty.referral": "vc",
    "loyalty.account": "vc",  # c: correct somebody's points
    "loyalty.entry": "va",  # a: give points to make good
}
BEHIND = {"events.event": "v", "events.delivery": "vc", "mail.providerevent": "v", "mail.suppression": "v"}

ROLES: dict[str, dict[str, str]] = {
    "owner": {
        **CATALOGUE,
        **ORDERS,
        **SETTING_UP,
        **WORDS,
        **SEARCH,
        **OFFERS,
        **CAMPAIGNS,
        **APPROVING,
        **BEHIND,
        **LOYALTY,
        **SURVEYS,
        **FIGURES,
        "insights.spend": "vcad",
        "reviews.productreview": "vcd",
        "reviews.reviewphoto": "vcd",
        "feedback.case": "vc",
        "voucher.voucher": "va",
        "mail.suppression": "vad",  # block a mailbox, and let it through again
        "customers.customer": "vcd",  # d: erase a person who asks for it
        "customers.user": "vca",
    },
    "merchant": {
        **CATALOGUE,
        **ORDERS,
        **SETTING_UP,
        **WORDS,
        **SEARCH,
        **OFFERS,
        **LOYALTY,
        **CAMPAIGNS,
        **APPROVING,
        **SURVEYS,
        **FIGURES,
        "insights.spend": "vcad",
        "reviews.productreview": "vcd",
        "reviews.reviewphoto": "vcd",
        "feedback.case": "vc",
        "voucher.voucher": "va",
        "customers.customer": "vc",
    },
    "marketer": {
        **WORDS,
        **SEARCH,
        **OFFERS,
        "loyalty.programme": "v",
        "loyalty.rule": "v",
        "loyalty.boost": "vcad",
        "loyalty.tier": "v",
        "loyalty.referral": "v",
        "loyalty.account": "v",
        **CAMPAIGNS,
        "catalogue.product": "v",
        "catalogue.category": "v",
        **SURVEYS,
        **FIGURES,
        "insights.spend": "v",
        "reviews.productreview": "vc",
        "reviews.reviewphoto": "vcd",
        "customers.customer": "v",
        "mail.message": "v",
        "mail.suppression": "v",
    },
    "support": {
        "order.order": "v",
        "campaigns.run": "vc",
        "loyalty.account": "v",
        "loyalty.entry": "va",  # to make good, within limits
        "loyalty.referral": "v",
        "order.ordernote": "va",
        "payments.paymentattempt": "v",
        "payments.refund": "v",
        "mail.message": "vc",
        "catalogue.product": "v",
        "catalogue.category": "v",
        "reviews.productreview": "vc",
        "reviews.reviewphoto": "vcd",
        "feedback.case": "vc",
        "feedback.survey": "v",
        "feedback.question": "v",
        "feedback.invitation": "v",
        "feedback.response": "v",
        "feedback.answer": "v",
        "voucher.voucher": "va",  # to make good, within limits (shop/desk/goodwill.py)
        "customers.customer": "vc",
    },
}
NAMES = {
    "owner": _("Owner: everything, staff too"),
    "merchant": _("Merchant: products, orders, refunds, settings"),
    "marketer": _("Marketer: offers, texts, searches; sees customers"),
    "support": _("Support: answers customers, looks into orders, refunds nothing"),
}
ACTIONS = {"v": "view", "c": "change", "a": "add", "d": "delete", "p": "approve"}


def rights_of(role: str) -> set[str]:
    """The rights of a role as Django writes them: `order.view_order`."""
    return {
        f"{app}.{ACTIONS[letter]}_{model}"
        for (app, model), letters in ((label.split("."), letters) for label, letters in ROLES[role].items())
        for letter in letters
    }


def write_groups(sender: Any = None, apps: Any = installed, using: str = "default", **_signal: object) -> None:
    """Make the groups what the table says. Rights of models that are not there yet wait for their migration."""
    if not (installed.is_installed("django.contrib.auth") and installed.is_installed("django.contrib.contenttypes")):
        return
    from django.contrib.auth.models import Group, Permission

    codenames = {right.split(".")[1] for role in ROLES for right in rights_of(role)}
    rows = Permission.objects.using(using).filter(codename__in=codenames).select_related("content_type")
    found = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    for role in ROLES:
        group, _created = Group.objects.using(using).get_or_create(name=role)
        wanted = {found[right].pk for right in rights_of(role) if right in found}
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)
