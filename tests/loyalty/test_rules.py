from decimal import Decimal

import pytest

from loyalty import rules
from loyalty.models import Rule
from tests import make
from tests.loyalty import make as loyal
from tests.shop.desk import typing

pytestmark = pytest.mark.django_db


def test_a_rule_that_was_used_is_replaced_and_stays_as_it_was():
    loyal.programme()
    first = loyal.rule(rate=Decimal(1))
    loyal.points(make.customer(), 10, rule=first)
    changed = Rule.objects.get(pk=first.pk)
    changed.rate = Decimal(2)
    second = rules.change(changed)
    first.refresh_from_db()
    assert (first.rate, second.rate) == (1, 2)
    assert first.replaced_at and second.replaced_at is None
    assert rules.versions_of(second) == [first]
    assert list(Rule.objects.standing()) == [second]


def test_a_rule_nobody_used_is_simply_changed():
    rule = loyal.rule()
    rule.rate = Decimal(2)
    assert rules.change(rule).pk == rule.pk
    assert Rule.objects.count() == 1


def test_switching_a_used_rule_off_needs_no_new_version():
    loyal.programme()
    rule = loyal.rule()
    loyal.points(make.customer(), 10, rule=rule)
    rule.is_on = False
    assert rules.change(rule).pk == rule.pk


def test_the_database_wants_a_rate_or_points():
    from django.db import IntegrityError, transaction

    for wrong in ({"kind": "purchase", "points": 3}, {"kind": "review", "rate": 1}, {"kind": "review"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rule.objects.create(name="wrong", **wrong)


@pytest.mark.parametrize(
    ("kind", "typed"), [("purchase", {"rate": ""}), ("purchase", {"points": "5"}), ("review", {"points": ""})]
)
def test_a_rule_that_gives_nothing_or_both_is_refused_in_words(admin_client, kind, typed):
    rule = loyal.rule(kind)
    page = f"/admin/loyalty/rule/{rule.pk}/change/"
    answer = typing.send(admin_client, page, "rule_form", **typed)
    assert answer.status_code == 200
    assert "one of the two" in answer.content.decode()
