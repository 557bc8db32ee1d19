"""The form of a promotion: what it can say, its states, its history, and trying it out."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Segment
from loyalty.models import Tier
from shop.desk import promotion, promotion_states, promotion_trial
from shop.forks.basket.models import Basket
from shop.forks.basket.models import Line as BasketLine
from shop.forks.offer.models import Benefit, Condition, ConditionalOffer, Range, RangeProduct
from shop.forks.partner.models import StockRecord
from shop.forks.voucher.models import Voucher
from shop.pricing import groups
from shop.pricing.models import TaxRate
from tests import make
from tests.shop.desk import typing
from tests.shop.desk.test_offers import marketer, taken_off, write
from tests.shop.pricing.test_groups import Named, known
from tests.shop.pricing.test_promotions import gift

pytestmark = pytest.mark.django_db
__all__ = ["marketer"]
PAGE = "admin:offer_conditionaloffer_change"


def do(client, offer, name, **typed):
    return client.post(reverse("admin:offer_conditionaloffer_act", args=[offer.pk, name]), typed, follow=True)


def state_of(offer) -> str:
    return promotion_states.of(ConditionalOffer.objects.get(pk=offer.pk), timezone.now())


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "bundle", "value": "50", "buy": "2", "get": "1", "per_order": "3"},
        {"kind": "percent", "value": "10", "minimum_count": "3", "audience": "first_order", "weekdays": ["0", "4"]},
        {"kind": "amount", "value": "5", "minimum": "30", "skips_reduced": "on", "from_time": "18:00", "until_time": "20:00"},
        {"kind": "free_delivery", "code": "SHIP", "max_discount": "100", "max_global_applications": "9"},
    ],
)
def test_what_is_typed_is_kept_and_saving_again_changes_nothing(marketer, typed):
    offer = write(marketer, **typed)
    before, columns = promotion.read(offer), ConditionalOffer.objects.values().get(pk=offer.pk)
    assert typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form").status_code == 302
    assert promotion.read(ConditionalOffer.objects.get(pk=offer.pk)) == before
    assert ConditionalOffer.objects.values().get(pk=offer.pk) == columns
    assert before.kind == typed["kind"]


def test_goods_are_chosen_and_left_out(marketer):
    tea = make.category("Tea")
    green = make.category("Green", parent=tea)
    black, sencha = make.product(price="10.00", in_category=tea), make.product(price="20.00", in_category=green)
    mug, soap = make.product(price="30.00"), make.product(price="40.00")
    write(
        marketer, kind="percent", value="10", categories=[tea.pk], products=[mug.pk], without_categories=[green.pk]
    )  # fmt: skip
    assert taken_off(make.basket(black, sencha, mug, soap)) == Decimal("4.00")
    write(marketer, name_en="All but soap", kind="percent", value="50", without_products=[soap.pk], turn="10")
    assert taken_off(make.basket(soap)) == 0


def test_a_gift_is_one_of_the_chosen_products_in_their_order(marketer):
    tin, spoon = make.product("Tin"), make.product("Spoon")
    offer = write(marketer, kind="gift", gifts=[spoon.pk, tin.pk], minimum="20")
    assert promotion.read(offer).gift_ids == [spoon.pk, tin.pk]
    typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", name_en="Spoon or tin")
    assert promotion.read(ConditionalOffer.objects.get(pk=offer.pk)).gift_ids == [spoon.pk, tin.pk]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"kind": "bundle", "value": "100"}, "How many"),
        ({"kind": "bundle", "value": "120", "buy": "1", "get": "1"}, "At most 100"),
        ({"kind": "bundle", "value": "0", "buy": "1", "get": "1"}, "How much"),
        ({"kind": "bundle", "value": "50", "buy": "1", "get": "1", "minimum": "5"}, "leave this empty"),
        ({"kind": "gift"}, "Which one"),
        ({"kind": "gift", "gifts": ["777777"]}, "777777"),
        ({"kind": "percent", "value": "5", "minimum": "5", "minimum_count": "2"}, "not both"),
        ({"kind": "percent", "value": "5", "combines": "chosen"}, "Which ones"),
        ({"kind": "percent", "value": "5", "has_countdown": "on"}, "no end to count down to"),
        ({"kind": "percent", "value": "5", "weekdays": ["9"]}, "valid choice"),
    ],
)
def test_what_does_not_go_together_is_said(marketer, typed, complaint):
    response = typing.send(
        marketer, "/admin/offer/conditionaloffer/add/", "conditionaloffer_form", **{"name_en": "Tea week", **typed}
    )
    assert complaint in typing.complaints(response)
    assert not ConditionalOffer.objects.exists()


def test_a_promotion_goes_from_draft_to_its_end(marketer):
    basket = make.basket(make.product(price="10.00"))
    offer = write(marketer, kind="percent", value="10", state="draft")
    assert (state_of(offer), taken_off(basket)) == ("draft", 0)
    for name, state, amount in [("resume", "live", 1), ("pause", "paused", 0), ("resume", "live", 1), ("end", "ended", 0)]:
        do(marketer, offer, name, _confirmed="1")
        assert (state_of(offer), taken_off(basket)) == (state, amount)
    assert "not possible any more" in do(marketer, offer, "resume").content.decode()
    assert LogEntry.objects.filter(object_id=offer.pk).count() == 5


def test_one_that_begins_tomorrow_is_scheduled_and_one_whose_budget_is_given_has_ended(marketer):
    offer = make.offer(percent="10", start_datetime=timezone.now() + timedelta(days=1))
    assert state_of(offer) == "scheduled"
    assert state_of(make.offer("given", percent="10", max_discount="5.00", total_discount="5.00")) == "ended"


def test_the_history_says_what_was_changed_from_what_to_what(marketer):
    offer = write(marketer, kind="percent", value="10")
    typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", value="15", _confirmed="1")
    said = LogEntry.objects.filter(object_id=offer.pk).latest("pk").get_change_message()
    assert "10" in said
    assert "15" in said


def test_a_copy_is_a_draft_with_a_code_and_goods_of_its_own(marketer):
    tea = make.category("Tea")
    offer = write(marketer, kind="percent", value="10", code="TEA-10", categories=[tea.pk])
    do(marketer, offer, "copy")
    copy = ConditionalOffer.objects.exclude(pk=offer.pk).get()
    assert (copy.is_draft, copy.num_orders) == (True, 0)
    assert copy.condition.range != offer.condition.range
    assert set(Voucher.objects.values_list("code", flat=True)) == {"TEA-10", "TEA-10-2"}
    assert promotion.read(ConditionalOffer.objects.get(pk=offer.pk)).value == 10


def test_support_sees_no_buttons_and_may_not_press_them(marketer):
    from django.test import Client

    offer = write(marketer, kind="percent", value="10")
    other = Client()
    other.force_login(make.staff("support"))
    assert do(other, offer, "pause").status_code == 403
    assert state_of(offer) == "live"


def test_a_trial_tells_what_recent_orders_would_have_got(marketer):
    tea, mug = make.product("Tea", price="20.00"), make.product("Mug", price="5.00")
    StockRecord.objects.filter(product=tea).update(cost_price=Decimal("19.00"))
    make.order(tea)
    make.order(mug)
    offer = write(marketer, kind="percent", value="10", minimum="10", state="draft")
    trial = promotion_trial.of(offer, timezone.now())
    assert (trial.orders, trial.lucky, trial.amount, trial.below_cost) == (2, 1, Decimal("2.00"), 1)
    assert trial.margin_before - trial.margin_after == trial.amount
    assert [(row.before - row.after, row.gets_it) for row in trial.shown] == [(0, False), (Decimal("2.00"), True)]
    page = marketer.get(reverse("admin:offer_conditionaloffer_try", args=[offer.pk])).content.decode()
    assert "5.00 more of the things" in page
    assert "below its cost" in page
    shown = next(row for row in trial.shown if row.gets_it)
    assert [(one.title, one.before, one.after, one.is_below_cost) for one in shown.lines] == [("Tea", 20, 18, True)]
    assert taken_off(make.basket(tea)) == 0


def test_a_trial_is_what_orders_get_once_it_is_on(marketer):
    tea = make.product(price="5.00")
    offer = write(marketer, kind="bundle", value="100", buy="2", get="1", state="draft")
    order = make.order(tea, quantity=3)
    tried = promotion_trial.of(offer, timezone.now()).shown[0]
    do(marketer, offer, "resume")
    again = make.order(tea, quantity=3)
    assert tried.after == again.total_incl_tax
    assert tried.before == order.total_incl_tax


@pytest.mark.parametrize("has_account", [False, True])
def test_a_replay_judges_first_orders_as_they_were_then(marketer, has_account):
    user = make.user("ana@example.com") if has_account else None
    tea, mug = make.product("Tea", price="20.00"), make.product("Mug", price="30.00")
    for one in (tea, mug):
        make.order(one, email="ana@example.com", user=user)
    write(marketer, name_en="Welcome", kind="percent", value="50", audience="first_order", combines="any", turn="10")
    offer = write(marketer, kind="percent", value="10", combines="any", turn="-10", state="draft")
    trial = promotion_trial.of(offer, timezone.now())
    welcomed = {row.lines[0].title: [name for name, _amount, _gift in row.given if name] for row in trial.shown}
    assert welcomed == {"Tea": ["Welcome"], "Mug": []}
    assert [row.before for row in trial.shown] == [
        row.order.total_incl_tax - 10 * (row.lines[0].title == "Tea") for row in trial.shown
    ]


def test_a_replay_gives_others_of_a_group_to_its_people_only(marketer, monkeypatch):
    kind = Named()
    monkeypatch.setitem(groups._kinds, kind.code, kind)
    tea, ana = make.product(price="20.00"), known("ana@example.com")
    make.order(tea, email="ana@example.com", user=ana.user)
    make.order(tea, email="ana@example.com")  # somebody who typed her address
    make.order(tea, email="ion@example.com", user=known("ion@example.com").user)
    make.offer("Hers", percent="50", audience="named:ana", exclusive=False)
    trial = promotion_trial.of(write(marketer, kind="percent", value="10", combines="any", state="draft"), timezone.now())
    hers = [row.order.user_id for row in trial.shown if "Hers" in [name for name, _amount, _gift in row.given]]
    assert hers == [ana.user.pk]


def test_a_trial_counts_the_open_baskets_that_would_get_it(marketer):
    tea, mug = make.product("Tea", price="20.00"), make.product("Mug", price="5.00")
    ana = make.user("ana@example.com")
    make.order(tea, email="ana@example.com", user=ana)
    for owner, goods in ((ana, (tea, mug)), (make.user(), (tea,)), (None, (tea,)), (None, (mug,)), (None, ())):
        make.basket(*goods, owner=owner)
    Basket.objects.filter(pk=make.basket(tea).pk).update(changed_at=timezone.now() - timedelta(days=40))
    before = [list(model.objects.order_by("pk").values()) for model in (Basket, BasketLine)]
    offer = write(marketer, kind="percent", value="10", minimum="10", audience="first_order", state="draft")
    page = marketer.get(reverse("admin:offer_conditionaloffer_try", args=[offer.pk]))
    baskets = page.context["trial"].baskets
    assert (baskets.looked_at, baskets.after, baskets.given, baskets.less) == (4, 2, Decimal("4.00"), Decimal("4.00"))
    trial = sent(marketer, kind="percent", value="10", max_discount="3").context["trial"]
    assert (trial.baskets.after, trial.baskets.given) == (4, Decimal("3.00"))
    assert [list(model.objects.order_by("pk").values()) for model in (Basket, BasketLine)] == before


@pytest.mark.parametrize("page", ["kept", "typed", "effect"])
def test_two_orders_and_baskets_take_the_queries_of_twenty(marketer, monkeypatch, costs_the_same, page):
    kind = Named()
    monkeypatch.setitem(groups._kinds, kind.code, kind)
    category, tin = make.category("Tea"), make.product("Tin", price="8.00", stock=90)
    gift(tin, over="10")
    for number, fields in enumerate([{"audience": "first_order"}, {"audience": "named:ana"}, {"max_discount": "900.00"}]):
        make.offer(f"other {number}", percent="5", exclusive=False, **fields)
    offer = write(marketer, kind="percent", value="10", categories=[category.pk], combines="any")
    how_many, number = iter([2, 9, 9]), count()

    def add_rows():
        for _row in range(next(how_many)):
            tea, owner = make.product(price="20.00", in_category=category), known(f"ana{next(number)}@example.com").user
            make.order(tea, email=owner.email, user=owner)
            make.basket(tea, tin, owner=owner)

    show = {
        "kept": lambda: marketer.get(reverse("admin:offer_conditionaloffer_try", args=[offer.pk])).context["trial"].lucky,
        "typed": lambda: sent(marketer, offer, value="11").context["trial"].baskets.after,
        "effect": lambda: (
            typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", value="11")
            .context["found"]
            .effect.after
        ),
    }
    costs_the_same(show=show[page], add_row=add_rows)
    assert show[page]() == 20


# Trying what is in the form


def sent(marketer, offer=None, **typed):
    """What the button of the form answers."""
    form = reverse(PAGE, args=[offer.pk]) if offer else "/admin/offer/conditionaloffer/add/"
    name = "admin:offer_conditionaloffer_try" if offer else "admin:offer_conditionaloffer_try_new"
    fields = typing.shown(marketer, form, "conditionaloffer_form")
    answer = marketer.post(reverse(name, args=[offer.pk] if offer else []), {**fields, **typed}, headers={"HX-Request": "1"})
    assert answer.status_code == 200
    return answer


def everything() -> list[object]:
    """All that could be left behind."""
    models = (ConditionalOffer, Condition, Benefit, Range, RangeProduct, Voucher)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_what_nobody_has_saved_can_be_tried(marketer):
    tea = make.product("Tea", price="20.00")
    order = make.order(tea, quantity=2)
    before = everything()
    answer = sent(marketer, kind="percent", value="10", products=[tea.pk], code="NEW-10", state="on", name_en="")
    assert answer.context["trial"].amount == Decimal("4.00")
    assert answer.context["trial"].lucky == 1
    assert order.number in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert everything() == before


def test_what_is_changed_is_tried_instead_of_what_is_kept(marketer):
    tea = make.product("Tea", price="20.00")
    make.order(tea)
    offer = write(marketer, kind="percent", value="10", code="TEA-10")
    live = write(marketer, name_en="Live", kind="percent", value="5")
    before = everything()
    for one, value, amount in ((offer, "25", 5), (live, "50", 10)):
        trial = sent(marketer, one, value=value).context["trial"]
        assert (trial.amount, trial.off_totals) == (amount, amount - (one == offer))  # the live one gives 1 without it
    assert everything() == before
    assert taken_off(make.basket(tea)) == Decimal("1.00")


def test_trying_and_thinking_over_leave_a_live_code_that_orders_have_used_alone(marketer):
    tea = make.product("Tea", price="20.00")
    offer = write(marketer, kind="percent", value="10", code="TEA-10")
    voucher = Voucher.objects.get()
    make.order(filled=make.basket(tea, vouchers=(voucher,)))
    before = everything()
    assert sent(marketer, offer, value="25").context["trial"].amount == Decimal("5.00")
    page = typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", value="25")
    assert page.context["found"].changes
    assert everything() == before


def test_a_trial_knows_who_named_the_promotion_as_a_partner(marketer):
    make.order(make.product("Tea", price="20.00"))
    offer = write(marketer, kind="percent", value="10", combines="any")
    write(marketer, name_en="Names it", kind="percent", value="50", combines="chosen", partners=[offer.pk])
    # As it is kept, and as the form says it: both on the same thing, half of it and a tenth of it.
    kept = promotion_trial.of(ConditionalOffer.objects.get(pk=offer.pk), timezone.now())
    assert kept.amount > 0
    for one in (kept, sent(marketer, offer).context["trial"]):
        assert (one.lucky, one.amount, one.off_totals) == (1, kept.amount, kept.off_totals)


def test_what_is_wrong_is_said_where_it_is_tried(marketer):
    assert "How much is it?" in sent(marketer, kind="percent", value="").content.decode()


def test_a_trial_is_for_the_people_it_is_for(marketer, monkeypatch):
    kind = Named()
    monkeypatch.setitem(groups._kinds, kind.code, kind)
    tea = make.product(price="20.00")
    for address, user in (
        ("ana@example.com", known("ana@example.com").user),
        ("ana@example.com", make.user("ana3@example.com")),  # somebody who typed her address
        ("ion@example.com", make.user()),
        ("ana2@a.example", None),
    ):
        make.order(tea, email=address, user=user)
    trial = sent(marketer, kind="percent", value="10", audience="named:ana").context["trial"]
    assert (trial.orders, trial.lucky, trial.amount) == (1, 1, Decimal("2.00"))
    assert sent(marketer, kind="percent", value="10").context["trial"].orders == 4


def test_a_group_that_is_gone_is_said_on_the_page_and_can_be_kept_or_changed(marketer):
    offer = make.offer(percent="10", audience="segment:777777", is_draft=True, status=ConditionalOffer.SUSPENDED)
    page = reverse(PAGE, args=[offer.pk])
    assert "nobody gets it" in marketer.get(page).content.decode()
    assert typing.send(marketer, page, "conditionaloffer_form", value="11").status_code == 302
    assert ConditionalOffer.objects.get().audience == "segment:777777"
    typing.send(marketer, page, "conditionaloffer_form", audience="signed_in")
    assert ConditionalOffer.objects.get().audience == "signed_in"


def test_tiers_and_segments_can_be_chosen(marketer):
    tier, segment = Tier.objects.create(name="Gold", threshold=100), Segment.objects.create(name="Loyal")
    for key in (f"tier:{tier.pk}", f"segment:{segment.pk}"):
        offer = write(marketer, name_en=key, kind="percent", value="10", audience=key)
        assert offer.group == key
    listed = marketer.get(reverse("admin:offer_conditionaloffer_changelist")).content.decode()
    assert "From this tier on: Gold" in listed
    assert "Segment: Loyal" in listed


@pytest.mark.parametrize(
    ("model", "fields"), [(Tier, {"threshold": 100}), (Segment, {"rules": {"match": "all", "groups": []}})]
)
def test_a_group_that_a_promotion_is_for_cannot_be_deleted(client, model, fields):
    client.force_login(make.staff("owner"))
    group = model.objects.create(name="Gold", **fields)
    offer = make.offer("Tea week", percent="10", audience=f"{model._meta.model_name}:{group.pk}")
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}

    def tries():
        for address, typed in (
            (reverse(f"{name}_delete", args=[group.pk]), {"post": "yes"}),
            (reverse(f"{name}_changelist"), listed),
        ):
            yield client.post(address, typed)

    for answer in tries():
        assert "“Tea week” is for “Gold”" in answer.content.decode()
        assert reverse(PAGE, args=[offer.pk]) in answer.content.decode()
        assert model.objects.exists()
    do(client, offer, "end", _confirmed="1")
    assert [answer.status_code for answer in tries()] == [302, 302]
    assert not model.objects.exists()


# Changing what is live


def test_who_changes_a_live_promotion_is_shown_what_that_does(marketer):
    tea = make.product("Tea", price="20.00")
    offer = write(marketer, kind="percent", value="10")
    for _number in range(2):
        make.basket(tea)
    page = typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", value="25", minimum="50")
    found = page.context["found"]
    assert (found.effect.looked_at, found.effect.before, found.effect.after) == (2, 2, 0)
    assert found.effect.change == Decimal("4.00")
    assert "10" in " ".join(found.changes)
    assert promotion.read(ConditionalOffer.objects.get(pk=offer.pk)).value == 10
    kept = dict.fromkeys(name for name, _value in page.context["kept"])
    again = {name: [value for one, value in page.context["kept"] if one == name] for name in kept}
    assert marketer.post(reverse(PAGE, args=[offer.pk]), {**again, "_confirmed": "1"}).status_code == 302
    assert promotion.read(ConditionalOffer.objects.get(pk=offer.pk)).minimum == 50


def test_other_words_or_another_draft_are_saved_at_once(marketer):
    live, draft = (
        write(marketer, kind="percent", value="10"),
        write(marketer, name_en="d", kind="percent", value="1", state="draft"),
    )
    for offer, typed in ((live, {"name_en": "Tea month"}), (draft, {"value": "2"}), (live, {})):
        answer = typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", **typed)
        assert answer.status_code == 302


def test_ending_asks_first(marketer):
    tea = make.product(price="20.00")
    offer = write(marketer, kind="percent", value="10")
    make.basket(tea)
    asked = do(marketer, offer, "end")
    assert asked.context["found"].effect.change == Decimal("2.00")
    assert state_of(offer) == "live"


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ({"kind": "percent", "value": "20"}, "16.00"),
        ({"kind": "bundle", "value": "100", "buy": "3", "get": "1"}, "15.00"),
        ({"kind": "amount", "value": "6", "minimum": "30"}, "16.00"),
    ],
)
def test_things_that_go_below_their_cost_are_named_before_it_goes_live(marketer, settings, typed, after):
    TaxRate.objects.create(country=settings.SHOP_COUNTRY, rate=Decimal(10), is_included=True)
    dear, cheap, other = (make.product(name, price="20.00") for name in ("Dear", "Cheap", "Other"))
    for one, cost in ((dear, "15.00"), (cheap, "9.00"), (other, "19.99")):
        StockRecord.objects.filter(product=one).update(cost_price=Decimal(cost))
    fields = {"name_en": "Tea week", "state": "on", "without_products": [other.pk], **typed}
    page = typing.send(marketer, "/admin/offer/conditionaloffer/add/", "conditionaloffer_form", **fields)
    assert [(title, one.after) for title, one in page.context["found"].shown_losses] == [("Dear", Decimal(after))]
    assert not ConditionalOffer.objects.exists()
    offer = write(marketer, **{**fields, "state": "draft"})
    assert do(marketer, offer, "resume").context["found"].losses
    assert state_of(offer) == "draft"
    do(marketer, offer, "resume", _confirmed="1")
    assert state_of(offer) == "live"


@pytest.mark.parametrize(
    ("typed", "said"), [({"max_discount": "1"}, "given more than"), ({"max_global_applications": "1"}, "more often than")]
)
def test_a_limit_below_what_orders_have_had_is_refused_in_words(marketer, typed, said):
    offer = write(marketer, kind="percent", value="20")
    for _order in range(2):
        make.order(make.product(price="10.00"))
    answer = typing.send(marketer, reverse(PAGE, args=[offer.pk]), "conditionaloffer_form", **typed)
    assert answer.status_code == 200
    assert said in str(typing.complaints(answer))
