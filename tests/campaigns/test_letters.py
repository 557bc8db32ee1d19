"""Letters: variables, blocks, the mail that comes of them, and what may be wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.letters import blocks, compiling, lint, posting, variables
from campaigns.models import Link
from shop.forks.voucher.models import Voucher
from shop.mail import envelope, sheets
from shop.mail.models import Message, Sheet
from shop.search import index
from tests import make
from tests.campaigns import letters

pytestmark = pytest.mark.django_db


def content(*parts, subject="New teas"):
    return {"subject": {"en": subject}, "preheader": {}, "blocks": list(parts) or [letters.text("Hello")]}


def mail_of(*parts, customer=None, subject="New teas"):
    return posting.previewed(content(*parts, subject=subject), "en", customer)


def posted(what, *customers, **more):
    edition = posting.Edition("test:1", what, "Autumn teas")
    posts = [posting.Post(one, str(one.pk), timezone.now(), **more) for one in customers]
    with transaction.atomic():
        return posting.write(edition, posts)


def said(message):
    return sheets.filled(message)


# Variables


@pytest.mark.parametrize(
    "written, name, expected",
    [
        ("{{ first_name | there }}", "Ana", "Ana"),
        ("{{ first_name | there }}", "", "there"),
        ("{{first_name|there}}", "", "there"),
        ("{{ first_name }}", "", ""),
        ("{{ first_name | dear friend }}", "", "dear friend"),
    ],
)
def test_a_variable_is_what_is_known_or_what_stands_behind_the_bar(written, name, expected):
    mail = mail_of(letters.text(f"[{written}]"), customer=make.customer(first_name=name))
    assert f"[{expected}]" in mail.text


@pytest.mark.parametrize(
    "written",
    ["{{ password | x }}", "{{ user.password | x }}", "{% debug %}", "{{ first_name|upper }}", "{{ settings }}", "{{ 7*7 }}"],
)
def test_nothing_else_can_be_asked_for(written):
    mail = mail_of(letters.text(f"[{written}]"), customer=make.customer(first_name="Ana"))
    assert "pbkdf2" not in mail.html and "49" not in mail.text.partition("[")[2].partition("]")[0]
    if "{{" in written and "first_name" not in written:
        assert any(finding.is_error for finding in lint.of(content(letters.text(written))))


def test_a_name_is_never_markup_nor_a_template():
    ana = make.customer(first_name="<script>x</script>{{ points }}{% now %}")
    mail = mail_of(
        letters.text("{{ first_name | there }}"), customer=ana, subject="{{ first_name | x }}\r\nBcc: all@example.com"
    )
    assert "<script>" not in mail.html and "&lt;script&gt;" in mail.html
    assert "\n" not in mail.subject and "\r" not in mail.subject


def test_what_somebody_types_cannot_name_a_gap():
    mail = mail_of(letters.text(f"[{sheets.gap('way_out')}]"))
    assert "[way_out]" in mail.text


def test_only_facts_for_customers_have_a_name():
    assert "first_name" in variables.named()
    assert not [name for name in variables.named() if "rfm" in name or "active" in name]


# Languages


def test_who_speaks_a_language_in_which_all_is_written_gets_it_in_that():
    words = letters.text("Hello")
    words["texts"]["uk"] = {"html": "<p>Вітаємо</p>"}
    what = {"subject": {"en": "New", "uk": "Нове"}, "preheader": {}, "blocks": [words]}
    olena, ioana = letters.subscriber(language="uk"), letters.subscriber(language="ro")
    first, second = posted(what, olena, ioana)
    assert (first.language, second.language) == ("uk", "en")
    assert "Вітаємо" in said(first).text and "Hello" in said(second).text
    assert lint.missing_in(what) == ["ru", "ro"]


def test_half_a_translation_is_none():
    what = content(letters.text("Hello"))
    what["subject"]["uk"] = "Нове"
    assert compiling.language_for(what, "uk") == "en"


# Blocks


def test_products_are_shown_with_price_and_led_to():
    product = make.product("Assam")
    index.catch_up()
    mail = mail_of(letters.block(blocks.PRODUCTS, rule="by_hand", ids=[product.pk]))
    assert "Assam" in mail.html and "8.50" in mail.html and product.get_absolute_url() in mail.html


def test_what_is_sold_out_is_left_out():
    product = make.product("Assam", stock=0)
    index.catch_up()
    block = letters.block(blocks.PRODUCTS, rule="by_hand", ids=[product.pk])
    assert "Assam" not in mail_of(block).html
    assert any("sold out" in finding.text for finding in lint.of(content(block)))


def test_each_sees_the_products_of_their_own_last_order_and_others_best_sellers():
    assam, keemun = make.product("Assam"), make.product("Keemun")
    ana, ben = letters.subscriber(), letters.subscriber()
    make.order(assam, email=ana.email)
    make.order(keemun, email=ben.email)
    eva = letters.subscriber()
    index.catch_up()
    block = letters.block(blocks.PRODUCTS, rule="last_order", count=1)
    first, second, third = (said(message) for message in posted(content(block), ana, ben, eva))
    assert "Assam" in first.html and "Keemun" not in first.html
    assert "Keemun" in second.html and "Assam" not in second.html
    assert "Assam" in third.html or "Keemun" in third.html


def test_each_gets_a_voucher_of_their_own_and_the_same_cause_the_same_one():
    ana, ben = letters.subscriber(), letters.subscriber()
    block = letters.block(blocks.VOUCHER, texts={"heading": "A present"}, min_total="30")
    first, second = posted(content(block), ana, ben)
    codes = [message.values[f"b_{block['id']}"][1] for message in (first, second)]
    assert codes[0] != codes[1]
    assert {voucher.owner for voucher in Voucher.objects.all()} == {ana, ben}
    assert all(
        voucher.code in said(message).html
        for voucher, message in zip(Voucher.objects.order_by("pk"), (first, second), strict=True)
    )


def test_the_day_in_the_mail_is_the_last_day_of_the_voucher_however_old_the_letter_is():
    early, late = letters.subscriber(), letters.subscriber()
    what = content(letters.block(blocks.VOUCHER, texts={"heading": "A present"}, days=30))
    when = datetime(2026, 11, 3, 9, tzinfo=UTC)
    for customer, now in ((early, when), (late, when + timedelta(days=10))):
        edition = posting.Edition("test:1", what, "Autumn teas")
        with transaction.atomic():
            (message,) = posting.write(edition, [posting.Post(customer, str(customer.pk), now)], now=now)
        last = timezone.localtime(Voucher.objects.get(owner=customer).end_datetime)
        assert f"until {last:%-d %B %Y}" in said(message).html
    assert Sheet.objects.count() == 1, "one letter, written once"
    assert {one.end_datetime.day for one in Voucher.objects.all()} == {3, 13}


def test_a_voucher_has_its_name_in_the_language_of_the_letter():
    ana = letters.subscriber(language="ro")
    block = letters.block(blocks.VOUCHER, "ro", texts={"heading": "Un cadou"}, value="15")
    posted({"subject": {"ro": "Un cadou"}, "preheader": {}, "blocks": [block]}, ana)
    assert Voucher.objects.get(owner=ana).name == "reducere de 15 %"


def test_points_are_shown_to_who_has_enough():
    block = letters.block(blocks.POINTS, texts={"words": "You have {{ points | 0 }} points."}, at_least=1)
    assert "points." not in mail_of(block, customer=make.customer()).text
    assert "You have 420 points." in mail_of(block).text, "the sample stands in"


def test_a_batch_costs_the_same_for_many(django_assert_max_num_queries):
    make.product("Assam")
    index.catch_up()
    what = content(
        letters.text("{{ first_name | there }}"),
        letters.block(blocks.PRODUCTS, rule="recommended"),
        letters.block(blocks.VOUCHER, texts={"heading": "A present"}),
    )
    people = [letters.subscriber() for _ in range(12)]
    posted(what, *people[:2])
    with django_assert_max_num_queries(32):
        posted(what, *people[2:])


def test_what_an_automation_is_about_fills_its_blocks():
    product = make.product("Assam")
    index.catch_up()
    goods = letters.block(blocks.PRODUCTS, rule="cause")
    button = letters.block(blocks.BUTTON, texts={"label": "Back to it"}, to="cause")
    (message,) = posted(content(goods, button), letters.subscriber(), product_ids=[product.pk], url="/basket/back/abc/")
    assert "Assam" in said(message).html and "Back to it" in said(message).text
    assert Link.objects.filter(sheet=message.sheet, url__contains="/basket/back/abc/").exists()


# Sheets


def test_thousands_share_one_sheet_and_each_has_a_way_out_of_their_own():
    ana, ben = letters.subscriber(), letters.subscriber()
    first, second = posted(content(), ana, ben)
    assert first.sheet == second.sheet and Sheet.objects.count() == 1
    assert first.values["way_out"] != second.values["way_out"]
    assert first.values["way_out"] in said(first).html
    assert first.values["way_out"] in envelope.headers_of(first)["List-Unsubscribe"]


def test_a_letter_leads_to_ones_own_choices_in_its_language(client):
    words = letters.text("Hello")
    words["texts"]["uk"] = {"html": "<p>Вітаємо</p>"}
    (message,) = posted(content(words) | {"subject": {"en": "Teas", "uk": "Чаї"}}, letters.subscriber(language="uk"))
    (path,) = re.findall(r'href="http://[^/]+(/[^"]+/choices/[^"]+)"', said(message).html)
    assert path.startswith("/uk/") and path in said(message).text
    page = client.get(path)
    assert page.status_code == 200 and 'lang="uk"' in page.content.decode()
    assert "Choose what we write about" in mail_of(letters.text("Hello")).html


def test_who_did_not_agree_gets_a_row_that_says_so():
    (message,) = posted(content(), make.customer())
    assert (message.state, bool(message.reason)) == (Message.State.WITHHELD, True)


# Lint


@pytest.mark.parametrize(
    "part, word",
    [
        (lambda: letters.block(blocks.PICTURE), "picture"),
        (lambda: letters.block(blocks.TEXT), "no words"),
        (lambda: letters.text("{{ nonsense }}"), "nonsense"),
        (lambda: letters.text('<a href="/no/such/page/at/all/">x</a>'), "no such page"),
        (lambda: letters.block(blocks.BUTTON, texts={"label": "Go"}, url="/nowhere-at-all/x/y/"), "no such page"),
        (lambda: letters.block(blocks.PRODUCTS, rule="reduced"), "shows none"),
    ],
)
def test_what_is_wrong_keeps_a_letter_from_being_approved(part, word):
    errors = [finding.text for finding in lint.of(content(part())) if finding.is_error]
    assert any(word in text for text in errors), errors


def test_a_letter_that_is_too_heavy_is_an_error():
    heavy = letters.text("x" * 1000 + " ")
    heavy["texts"]["en"]["html"] = "<p>" + "many words " * 12_000 + "</p>"
    assert any("kB" in finding.text for finding in lint.of(content(heavy)) if finding.is_error)


def test_a_long_subject_and_a_link_elsewhere_are_worth_a_word():
    what = content(letters.text('<a href="https://elsewhere.example/">x</a>'), subject="word " * 20)
    texts = [finding.text for finding in lint.of(what) if not finding.is_error]
    assert any("characters" in text for text in texts) and any("elsewhere.example" in text for text in texts)


def test_a_good_letter_has_nothing_but_its_missing_languages():
    assert {finding.language for finding in lint.of(content())} == {"uk", "ru", "ro"}
