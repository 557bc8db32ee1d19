"""Facts: one declaration, every use."""

from datetime import date
from decimal import Decimal

import pytest

from shop.customers import facts
from shop.customers.facts import Fact, Kind, NotAQuestion
from shop.customers.models import Customer
from tests import make

pytestmark = pytest.mark.django_db


def ask(key, question, value=None):
    return list(Customer.objects.filter(facts.named(key).condition(question, value)).order_by("pk"))


def test_a_fact_is_a_filter():
    ana, ben = make.customer(language="ro"), make.customer(language="uk")
    assert ask("customer_language", "is", "ro") == [ana]
    assert ask("customer_known_since", "since", "2020-01-01") == [ana, ben]
    assert ask("customer_known_since", "before", "2020-01-01") == []


def test_a_moment_is_asked_by_its_day():
    ana = make.customer()
    assert ask("customer_known_since", "on", ana.created_at.astimezone().date()) == [ana]


def test_who_has_no_row_answers_by_the_default():
    ana, ben = make.customer(first_name="Ana"), make.customer()
    account = Fact("t", "user__first_name", Kind.TEXT, "t", default="Ana")
    assert set(Customer.objects.filter(account.condition("is", "Ana"))) == {ana, ben}
    assert not Customer.objects.filter(account.condition("is", "Ben")).exists()
    points = Fact("p", "user__pk", Kind.NUMBER, "p", default=0)
    assert set(Customer.objects.filter(points.condition("at_most", 10))) == {ana, ben}
    assert not Customer.objects.filter(points.condition("more_than", 0)).exists()


def test_unknown_is_a_question_of_its_own():
    ana, ben = make.customer(birth_day=24, birth_month=5), make.customer()
    assert ask("customer_birth_month", "is_known") == [ana]
    assert ask("customer_birth_month", "is_unknown") == [ben]


def test_many_facts_of_many_customers_are_one_query(django_assert_num_queries):
    for name in ("Ana", "Ben"):
        make.customer(first_name=name)
    with django_assert_num_queries(1):
        rows = list(facts.columns(Customer.objects.order_by("pk"), [fact.key for fact in facts.every()]))
    assert [row["customer_first_name"] for row in rows] == ["Ana", "Ben"]


def test_the_facts_of_one_customer_know_their_defaults():
    assert facts.of(make.customer(), ["customer_first_name", "customer_birth_day"]) == {
        "customer_first_name": "",
        "customer_birth_day": None,
    }


@pytest.mark.parametrize(
    ("key", "question", "value"),
    [
        ("customer_language", "regex", "(a+)+$"),
        ("customer_language", "is__in", "x"),
        ("customer_language", "is", {"a": 1}),
        ("customer_language", "is", "a\0b"),
        ("customer_language", "is", "x" * 501),
        ("customer_birth_month", "at_least", "NaN"),
        ("customer_birth_month", "at_least", "1e99"),
        ("customer_birth_month", "at_least", "five"),
        ("customer_birth_month", "at_least", None),
        ("customer_known_since", "since", "yesterday"),
        ("customer_known_since", "since", 5),
        ("customer_password", "is", "x"),
        ("user__password", "starts_with", "p"),
    ],
)
def test_what_nobody_may_ask_is_refused(key, question, value):
    with pytest.raises(NotAQuestion):
        ask(key, question, value)


def test_flags_and_choices_take_their_own_answers():
    flag = Fact("f", "user__is_active", Kind.FLAG, "f", default=False)
    assert flag.condition("is", "false")
    tier = Fact("c", "language", Kind.CHOICE, "c", choices=[("ro", "Romanian")])
    make.customer(language="ro")
    assert Customer.objects.filter(tier.condition("is_one_of", ["ro"])).count() == 1
    for fact, value in ((flag, "perhaps"), (tier, "gold")):
        with pytest.raises(NotAQuestion):
            fact.condition("is", value)


def test_a_key_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        facts.declare(facts.named("customer_language"))


def test_every_fact_leads_to_a_field_and_has_a_sample_of_its_kind():
    for fact in facts.every():
        assert fact.field() and fact.label and fact.sample is not None, fact.key
        assert fact.kind is not Kind.DATE or isinstance(fact.sample, date)


def test_a_path_through_many_rows_is_no_fact():
    from django.core.exceptions import FieldDoesNotExist

    with pytest.raises(FieldDoesNotExist):
        Fact("m", "messages__subject", Kind.TEXT, "m").field()


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.MONEY, Decimal("-5.5"), "−€5.50"),
        (Kind.CHOICE, "low", "A low one"),
        (Kind.FLAG, True, "Yes"),
        (Kind.DATE, date(2026, 11, 22), "22 November 2026"),
        (Kind.NUMBER, 3, "3"),
    ],
)
def test_staff_read_values_in_words(kind, value, shown):
    assert Fact("x", "pk", kind, "X", choices=[("low", "A low one")]).shown(value) == shown
