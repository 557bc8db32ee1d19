"""Segments: rules from JSON, the people they mean, and why."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import segments
from campaigns.models import Segment
from campaigns.segments import ready
from shop.customers import facts, privacy
from shop.events.catalog import CustomerRegistered
from shop.events.log import record
from shop.forks.offer.models import Range
from shop.forks.order.models import Order
from tests import make

pytestmark = pytest.mark.django_db


def fact(key, question, value=None):
    return {"type": "fact", "fact": key, "question": question, "value": value}


def bought(what="anything", id=None, *, did=True, times=1, days=None):
    return {"type": "bought", "what": what, "id": id, "did": did, "times": times, "days": days}


def did(event="customer.registered", *, did=True, times=1, days=None):
    return {"type": "event", "event": event, "did": did, "times": times, "days": days}


def rules(*conditions, match="all", is_not=False):
    return {"match": "all", "groups": [{"match": match, "is_not": is_not, "conditions": list(conditions)}]}


def people(written):
    return set(segments.customers(written))


def registered(customer, days_ago=0):
    with transaction.atomic():
        record(CustomerRegistered(), customer=customer, happened_at=timezone.now() - timedelta(days=days_ago))


def buyer(*products, days_ago=0):
    order = make.paid_order(*products)
    Order.objects.filter(pk=order.pk).update(date_placed=timezone.now() - timedelta(days=days_ago))
    return order.customer


def test_all_and_any_and_not():
    ana, ion, olga = (
        make.customer(country=code, language=tongue) for code, tongue in (("MD", "ro"), ("RO", "ro"), ("MD", "ru"))
    )
    here, speaks = fact("customer_country", "is", "MD"), fact("customer_language", "is", "ro")
    assert people(rules(here, speaks)) == {ana}
    assert people(rules(here, speaks, match="any")) == {ana, ion, olga}
    assert people(rules(here, speaks, is_not=True)) == {ion, olga}
    both = {"match": "any", "groups": [{"conditions": [here]}, {"conditions": [speaks], "is_not": True}]}
    assert people(both) == {ana, olga}


def test_without_conditions_everybody_is_meant_but_the_erased():
    ana, gone = make.customer(), make.customer()
    privacy.erase(gone)
    assert people({"match": "all", "groups": []}) == {ana}


def test_what_the_log_says_counts_with_its_number_and_its_days():
    ana, ion = make.customer(), make.customer()
    registered(ana, 40)
    registered(ana, 5)
    registered(ion, 40)
    assert people(rules(did())) == {ana, ion}
    assert people(rules(did(times=2))) == {ana}
    assert people(rules(did(days=30))) == {ana}
    assert people(rules(did(did=False, days=30))) == {ion}
    assert people(rules(did(did=False, times=2))) == {ion}


def test_what_was_bought_counts_by_product_variant_category_and_range():
    tea, cup = make.category("Tea"), make.category("Cups")
    green = make.category("Green", tea)
    sencha, mug, sizes = make.product("Sencha", in_category=green), make.product("Mug", in_category=cup), make.variants("Assam")
    ana, ion, olga = buyer(sencha), buyer(mug, days_ago=90), buyer(sizes.children.first())
    chosen = Range.objects.create(name="Chosen")
    chosen.add_product(mug)
    assert people(rules(bought("product", sencha.pk))) == {ana}
    assert people(rules(bought("product", sizes.pk))) == {olga}
    assert people(rules(bought("category", tea.pk))) == {ana}
    assert people(rules(bought("range", chosen.pk))) == {ion}
    assert people(rules(bought(days=30))) == {ana, olga}
    assert people(rules(bought(did=False, days=30), bought())) == {ion}
    assert people(rules(bought(times=2))) == set()


def test_an_order_that_was_not_paid_is_not_bought():
    make.order()
    assert people(rules(bought())) == set()


def test_days_that_move_on_are_counted_in_the_shops_day():
    ana = make.customer()
    type(ana).objects.filter(pk=ana.pk).update(created_at=timezone.now() - timedelta(days=10))
    assert people(rules(fact("customer_known_since", "in_last_days", "10"))) == {ana}
    assert people(rules(fact("customer_known_since", "in_last_days", 9))) == set()
    assert people(rules(fact("customer_known_since", "longer_ago_than", 9))) == {ana}
    assert people(rules(fact("customer_known_since", "in_next_days", 9))) == set()


def test_this_month_is_the_month_of_today():
    month = timezone.localdate().month
    ana, ion = make.customer(birth_day=1, birth_month=month), make.customer(birth_day=1, birth_month=month % 12 + 1)
    assert people(rules(fact("customer_birth_month", "is", "this_month"))) == {ana}
    assert ion not in people(rules(fact("customer_birth_month", "is", "this_month")))


def test_a_segment_may_name_another_but_not_in_a_circle():
    ana, ion = make.customer(country="MD"), make.customer(country="RO")
    here = Segment.objects.create(name="Here", rules=rules(fact("customer_country", "is", "MD")))
    inside = {"type": "segment", "segment": here.pk}
    assert people(rules({**inside, "did": True})) == {ana}
    assert people(rules({**inside, "did": False})) == {ion}
    here.rules = rules(inside)
    here.save()
    with pytest.raises(segments.CannotRead, match="circle"):
        people(rules(inside))


BAD = [
    [],
    None,
    "rules",
    {"groups": 3},
    {"groups": ["x"]},
    {"match": "some", "groups": []},
    {"groups": [{"conditions": 3}]},
    rules({"type": "sql", "where": "1=1"}),
    rules("x"),
    rules(fact("user__password", "starts_with", "pbkdf2")),
    rules(fact("customer_country", "regex", ".*")),
    rules(fact("customer_country", "is", None)),
    rules(fact("customer_country", "is", "\0")),
    rules(fact("customer_birth_day", "is", "NaN")),
    rules(fact("customer_birth_day", "is", "this_month")),
    rules(fact("customer_known_since", "since", "2026-02-30")),
    rules(fact("customer_known_since", "in_last_days", "-1")),
    rules(fact("customer_known_since", "in_last_days", "9" * 30)),
    rules(fact([], "is", "x")),
    rules(did("order.vanished")),
    rules(did({"a": 1})),
    rules(did(times=0)),
    rules(did(times="many")),
    rules(did(days=True)),
    rules(did(days=10**6)),
    rules(bought("cake")),
    rules(bought("product", "1; drop table")),
    rules(bought("product", 2**40)),
    rules({"type": "segment", "segment": "x"}),
    {"groups": [{"conditions": [did()] * 31}]},
    {"groups": [{"conditions": [did()]}] * 11},
]


@pytest.mark.parametrize("written", BAD, ids=range(len(BAD)))
def test_what_is_no_rule_is_said_and_never_asked_of_the_database(written):
    with CaptureQueriesContext(connection) as queries, pytest.raises(segments.CannotRead) as error:
        segments.read(written)
    assert all(error.value.problems)
    assert not queries.captured_queries


def test_what_is_gone_is_said():
    for stale in (bought("product", 77), bought("category", 77), bought("range", 77), {"type": "segment", "segment": 77}):
        with pytest.raises(segments.CannotRead, match="gone"):
            people(rules(stale))


def test_rules_survive_being_written_down():
    read = segments.read(rules(fact("customer_country", "is", "MD"), did(times=2, days=9), bought("category", 3)))
    assert segments.read(read.as_json()) == read


def test_why_tells_each_condition_and_what_is_true():
    ana = make.customer(country="MD")
    registered(ana, 40)
    asked = rules(fact("customer_country", "is", "RO"), did(days=30), bought(did=False))
    told = segments.why(asked, ana)
    [group] = told.groups
    assert not told.is_in and not group.holds
    assert [(answer.holds, answer.truth.split(",")[0]) for answer in group.answers] == [
        (False, "MD"),
        (False, "1 time"),
        (True, "never"),
    ]
    assert segments.why(rules(did()), ana).is_in


def test_why_agrees_with_the_query():
    ana, ion = make.customer(country="MD"), make.customer(country="RO", language="ro")
    registered(ana)
    for match in ("all", "any"):
        for is_not in (False, True):
            asked = rules(fact("customer_country", "is", "RO"), did(), match=match, is_not=is_not)
            assert {one for one in (ana, ion) if segments.why(asked, one).is_in} == people(asked)


def test_it_is_one_query_whatever_the_number_of_conditions():
    make.customer()
    asked = segments.read(rules(did(), did(times=2), bought(), fact("customer_country", "is", "MD")))
    with CaptureQueriesContext(connection) as queries:
        segments.customers(asked).count()
    assert len(queries) == 1


def test_the_ready_made_ones_are_made_once_and_can_all_be_asked():
    made = ready.ensure()
    assert made >= 9 and ready.ensure() == 0
    for segment in Segment.objects.all():
        segments.customers(segment.rules).count()
        segments.why(segment.rules, make.customer())


def test_a_ready_made_one_that_was_changed_stays_changed():
    ready.ensure()
    Segment.objects.filter(code="loyal").update(name="My darlings")
    ready.ensure()
    assert Segment.objects.get(code="loyal").name == "My darlings"


def test_a_retired_fact_leaves_a_segment_that_says_so(monkeypatch):
    gone = facts.Fact("test_gone", "phone", facts.Kind.TEXT, "Gone")
    monkeypatch.setitem(facts._facts, gone.key, gone)
    written = rules(fact("test_gone", "is", "1"))
    assert people(written) == set()
    monkeypatch.delitem(facts._facts, gone.key)
    with pytest.raises(segments.CannotRead, match="test_gone"):
        people(written)


def test_facts_without_a_row_count_with_their_default():
    ana = make.customer()
    assert people(rules(fact("campaigns_mails_30_days", "is", 0))) == {ana}
    assert people(rules(fact("campaigns_mails_30_days", "is", Decimal(0)), is_not=True)) == set()
    assert people(rules(fact("campaigns_subscribed_since", "longer_ago_than", 1))) == set()
