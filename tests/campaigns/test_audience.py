import pytest
from django.utils import timezone

from campaigns import audience
from campaigns.models import Recipient
from shop.customers import consent
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db
MOLDOVA = {
    "match": "all",
    "groups": [{"match": "all", "conditions": [{"type": "fact", "fact": "customer_country", "question": "is", "value": "MD"}]}],
}


def moldovans():
    return letters.segment(MOLDOVA)


def test_it_is_who_is_in_a_segment_and_in_none_of_the_others():
    ana, ben, eva = (letters.subscriber(country=country) for country in ("MD", "MD", "RO"))
    newsletter = letters.newsletter(held_out=0)
    assert set(audience.customers(newsletter)) == {ana, ben, eva}
    newsletter.without.add(moldovans())
    assert set(audience.customers(newsletter)) == {eva}
    newsletter.segments.set([moldovans()])
    assert not audience.customers(newsletter).exists()


def test_two_segments_add_up_and_nobody_is_in_twice():
    letters.subscriber(country="MD"), letters.subscriber(country="RO")
    newsletter = letters.newsletter()
    newsletter.segments.add(moldovans())
    assert audience.freeze(newsletter, timezone.now()) == 2
    assert audience.freeze(newsletter, timezone.now()) == 0


def test_the_sizes_add_up():
    for country in ("MD", "RO", "RO"):
        letters.subscriber(country=country)
    make.customer()
    newsletter = letters.newsletter()
    newsletter.without.add(moldovans())
    sizes = audience.count(newsletter)
    assert (sizes.in_segments, sizes.excluded, sizes.not_subscribed, sizes.held_out, sizes.get_it) == (4, 1, 1, 0, 2)


def test_the_arm_in_the_database_is_the_arm_in_python():
    for _ in range(60):
        letters.subscriber()
    newsletter = letters.newsletter(held_out=30)
    audience.freeze(newsletter, timezone.now())
    rows = newsletter.recipients.select_related("customer")
    assert {row.pk: row.arm for row in rows} == {row.pk: audience.arm_of(newsletter, row.customer) for row in rows}
    held = rows.filter(arm="held_out")
    assert 0 < len(held) < 60
    assert audience.count(newsletter).held_out == len(held)
    assert set(held.values_list("outcome", flat=True)) == {"held_out"}


def test_about_so_many_are_held_out_and_others_in_the_next_newsletter():
    first, second = letters.newsletter(held_out=10), letters.newsletter(held_out=10)
    people = [make.customer() for _ in range(800)]
    held = [{one.pk for one in people if audience.arm_of(each, one) == Recipient.Arm.HELD_OUT} for each in (first, second)]
    assert all(40 <= len(found) <= 125 for found in held), [len(found) for found in held]
    assert held[0] != held[1]


def test_who_is_held_out_gets_nothing():
    letters.subscriber()
    newsletter = letters.written(letters.newsletter(held_out=50))
    row = newsletter.recipients.get()
    assert (row.message is None) == (row.arm == "held_out")


def test_freezing_costs_the_same_for_many(django_assert_max_num_queries):
    for _ in range(20):
        letters.subscriber()
    newsletter = letters.newsletter()
    with django_assert_max_num_queries(6):
        assert audience.freeze(newsletter, timezone.now()) == 20


def test_who_said_stop_before_is_not_in():
    ana = letters.subscriber()
    consent.withdraw(ana, "news", source="unsubscribe")
    assert not audience.customers(letters.newsletter()).exists()


def test_a_newsletter_whose_only_segment_was_deleted_reaches_nobody():
    letters.subscriber()
    newsletter = letters.newsletter()
    newsletter.segments.all().delete()
    assert audience.count(newsletter).get_it == 0
    assert audience.freeze(newsletter, timezone.now()) == 0
