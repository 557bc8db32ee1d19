"""Every address of the admin, for every role, read and written: nobody gets further than the table says."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from shop.desk import roles
from tests import make

pytestmark = pytest.mark.django_db

# What each of the theme's and Django's own views of a model needs: to be read, to be sent something.
VIEWS = {
    "changelist": ("view", "view"),
    "add": ("add", "add"),
    "change": ("view", "change"),
    "delete": ("delete", "delete"),
    "history": (None, None),  # of what does not exist: everybody is sent home; see the test below
}
# The others, each with the right that it needs to be read and to be sent something. None: any member of staff;
# "refused": that method is not allowed at all.
OTHERS = {
    "index": (None, None),
    "login": (None, None),
    "logout": ("refused", None),
    "password_change": (None, None),
    "password_change_done": (None, "refused"),
    "jsi18n": (None, "refused"),
    "search": (None, None),
    "app_list": (None, None),
    "autocomplete": ("nobody", "refused"),  # without naming a field nothing is answered
    "view_on_site": (None, None),
    "catalogue_category_up": ("refused", "catalogue.change_category"),
    "catalogue_category_down": ("refused", "catalogue.change_category"),
    "order_order_act": ("refused", "order.add_ordernote"),
    "order_order_change": ("order.view_order", "refused"),
    # The rights to change these are for what is done on an order's page, or for "send again" and "try again".
    "mail_message_change": ("mail.view_message", "nobody"),
    "events_delivery_change": ("events.view_delivery", "nobody"),
    "payments_paymentattempt_change": ("payments.view_paymentattempt", "nobody"),
    "payments_refund_add": ("nobody", "nobody"),
    "campaigns_automation_ready": ("refused", "campaigns.add_automation"),
    "campaigns_automation_stop": ("refused", "campaigns.change_automation"),
    "campaigns_run_act": ("refused", "campaigns.change_run"),
    "campaigns_run_change": ("campaigns.view_run", "refused"),
    "campaigns_run_add": ("nobody", "nobody"),
    "campaigns_run_delete": ("nobody", "nobody"),
    "campaigns_segment_draft": ("refused", "campaigns.view_segment"),
    "campaigns_segment_ready": ("refused", "campaigns.add_segment"),
    "offer_conditionaloffer_act": ("refused", "offer.change_conditionaloffer"),
    "offer_conditionaloffer_try": ("offer.view_conditionaloffer", "offer.change_conditionaloffer"),
    "offer_conditionaloffer_try_new": ("refused", "offer.add_conditionaloffer"),
    "voucher_voucher_add": ("nobody", "nobody"),  # the right to add is for making good
    "feedback_case_act": ("refused", "feedback.change_case"),
    "feedback_case_file": ("feedback.view_case", "refused"),
    "feedback_case_change": ("feedback.view_case", "refused"),
    "feedback_case_add": ("nobody", "nobody"),
    "feedback_case_delete": ("nobody", "nobody"),
    "feedback_survey_act": ("refused", "feedback.change_survey"),
    "feedback_survey_preview": ("feedback.view_survey", "refused"),
    "feedback_response_scores": ("feedback.view_response", "refused"),
    "feedback_response_download": ("feedback.view_response", "refused"),
    "feedback_response_results": ("feedback.view_response", "refused"),
    "feedback_response_results_download": ("feedback.view_response", "refused"),
    "insights_day_figure": ("insights.view_day", "refused"),
    "insights_day_rows": ("insights.view_day", "refused"),
    "insights_day_download": ("insights.view_day", "refused"),
    "insights_day_definitions": ("insights.view_day", "refused"),
    "insights_portrait_people": ("insights.view_portrait", "refused"),
    "insights_spend_import": ("insights.add_spend", "insights.add_spend"),
    # What was spent can be written down there.
    "insights_turnover_changelist": ("insights.view_turnover", "insights.add_spend"),
    "loyalty_account_change": ("loyalty.view_account", "nobody"),
    "loyalty_account_correct": ("loyalty.change_account", "loyalty.change_account"),
    "loyalty_account_table": ("loyalty.change_account", "loyalty.change_account"),
    "loyalty_programme_liability": ("loyalty.view_programme", "refused"),
    "loyalty_entry_add": ("nobody", "nobody"),  # the right to add is for making good
    "customers_customer_timeline": ("customers.view_customer", "refused"),
    "customers_customer_export": ("customers.change_customer", "refused"),
    "customers_customer_erase": ("customers.delete_customer", "customers.delete_customer"),
    "campaigns_letter_preview": ("campaigns.view_letter", "campaigns.view_letter"),
    "campaigns_newsletter_preview": ("campaigns.view_newsletter", "campaigns.view_newsletter"),
    "campaigns_newsletter_act": ("refused", "campaigns.change_newsletter"),
    "customers_customer_delete": ("nobody", "nobody"),
}
ARGUMENTS = [{}, {"object_id": "987654"}, {"pk": 987654}, {"pk": 987654, "name": "note"}, {"app_label": "order"}]
ARGUMENTS += [{"content_type_id": 1, "object_id": 987654}, {"pk": 987654, "file": 987654}]


def names_of(patterns: list) -> set[str]:
    """The names of all views below some patterns."""
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                found.add(pattern.name)
        else:
            found |= names_of(pattern.url_patterns)
    return found


NAMES = sorted(names_of(admin.site.get_urls()))


def need_of(name: str) -> tuple[str | None, str | None]:
    """What one needs to read a view and to send it something; fails for a view that nobody listed."""
    if name in OTHERS:
        return OTHERS[name]
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(label) and name.removeprefix(label) in VIEWS:
            read, write = VIEWS[name.removeprefix(label)]
            right = f"{model._meta.app_label}.{{}}_{model._meta.model_name}"
            return (read and right.format(read)), (write and right.format(write))
    pytest.fail(f"admin:{name} is a new view: say in OTHERS who may use it.")


def address_of(name: str) -> str:
    for arguments in ARGUMENTS:
        try:
            return reverse(f"admin:{name}", kwargs=arguments)
        except NoReverseMatch:
            continue
        # Django names the arguments of its own views, the theme and we do not always.
    for positional in ([987654], ["987654"]):
        try:
            return reverse(f"admin:{name}", args=positional)
        except NoReverseMatch:
            continue
    pytest.fail(f"admin:{name} takes arguments that this test does not know.")


def client_in(role: str | None) -> Client:
    client = Client()
    client.force_login(make.staff(role) if role else make.user())
    return client


def is_denied(response) -> bool:
    return response.status_code == 403 or (response.status_code == 302 and "/login/" in response["Location"])


def expected(need: str | None, rights: set[str]) -> str:
    if need == "refused":
        return "refused"
    return "allowed" if need is None or need in rights else "denied"


def seen(response) -> str:
    if response.status_code == 405:
        return "refused"
    if is_denied(response):
        return "denied"
    assert response.status_code in (200, 302, 400, 404), response.status_code
    return "allowed"


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_reads_and_writes_what_the_table_says_and_nothing_else(role):
    client, rights = client_in(role), roles.rights_of(role)
    order = make.order()
    wrong = []
    for name in NAMES:
        address, (read, write) = (
            address_of(name).replace(
                "987654", str(order.pk) if name in ("order_order_act", "order_order_change") else "987654"
            ),
            need_of(name),
        )
        if name in ("login", "logout", "password_change"):
            continue  # they change who we are
        if expected(read, rights) != seen(client.get(address)):
            wrong.append(f"GET {name}: should be {expected(read, rights)}")
        if expected(write, rights) != seen(client.post(address)):
            wrong.append(f"POST {name}: should be {expected(write, rights)}")
    assert not wrong, "\n".join(wrong)


def test_shoppers_and_strangers_get_nowhere():
    shopper, stranger = client_in(None), Client()
    for name in NAMES:
        need_of(name)
        if name in ("login", "logout", "jsi18n"):
            continue  # Django's catalogue of words is no secret
        for client in (shopper, stranger):
            assert is_denied(client.get(address_of(name))), name
            assert is_denied(client.post(address_of(name))), name


def test_staff_log_in_where_everybody_does_with_its_limits_and_second_step():
    assert Client().get(reverse("admin:login"))["Location"].startswith(reverse("account_login"))
    assert client_in(None).get(reverse("admin:login")).status_code == 403


def test_the_groups_are_what_the_table_says():
    for role in roles.ROLES:
        rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in rows} == roles.rights_of(role)


def test_a_right_given_by_hand_is_gone_after_the_next_migration():
    from django.contrib.auth.models import Permission

    support = Group.objects.get(name="support")
    support.permissions.add(Permission.objects.get(codename="add_refund"))
    roles.write_groups()
    assert not support.permissions.filter(codename="add_refund").exists()


def test_every_row_of_the_table_names_a_model_that_there_is():
    for role, table in roles.ROLES.items():
        for label, letters in table.items():
            assert apps.get_model(label), (role, label)
            assert set(letters) <= set(roles.ACTIONS)


def test_the_history_of_a_thing_is_for_those_who_may_see_the_thing():
    customer = make.customer()
    address = reverse("admin:customers_customer_history", args=[customer.pk])
    assert client_in("support").get(address).status_code == 200
    event_history = reverse("admin:pricing_taxrate_history", args=[_tax().pk])
    assert client_in("marketer").get(event_history).status_code == 403


def _tax():
    from shop.pricing.models import TaxRate

    return TaxRate.objects.create(country="RO", rate=19)
