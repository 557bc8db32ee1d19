"""What merchants write is kept safe and shown whole."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from shop.content.models import Block, Page, Shop
from tests import make

pytestmark = pytest.mark.django_db


def test_there_is_one_shop():
    Shop(name="Teapot Lane").save()
    Shop(name="Kettle Road").save()
    assert Shop.objects.get().name == "Kettle Road"
    with pytest.raises(IntegrityError), transaction.atomic():
        Shop.objects.bulk_create([Shop(pk=2, name="Another")])


def test_a_shop_with_unreadable_colours_is_refused_in_the_form():
    with pytest.raises(ValidationError) as refused:
        Shop(name="Teapot Lane", accent="#ffee99").full_clean()
    assert set(refused.value.message_dict) == {"accent"}


@pytest.mark.parametrize("field", ["body", "body_uk"])
def test_scripts_are_taken_out_of_pages_in_every_language(field):
    page = Page(slug="about", title="About", body="<p>We.</p>")
    setattr(page, field, '<p onclick="x()">Ми<script>alert(1)</script> <a href="javascript:x()">тут</a></p>')
    page.save()
    kept = getattr(Page.objects.get(), field)
    assert "<p>Ми" in kept
    for bad in ("script", "onclick", "javascript"):
        assert bad not in kept


def test_a_block_leads_only_into_the_shop():
    for link in ("https://elsewhere.example/", "//elsewhere.example", "catalogue/"):
        with pytest.raises(ValidationError):
            Block(kind=Block.Kind.HERO, title="Hello", link=link).full_clean()
    Block(kind=Block.Kind.HERO, title="Hello", link="/catalogue/").full_clean()


def test_a_blocks_picture_gets_renditions_and_loses_them_with_the_picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    block = Block(kind=Block.Kind.HERO, title="Hello")
    block.picture.save("hero.jpg", ContentFile(make.photograph(1200, 800)), save=False)
    block.save()
    assert [width for width, _ in block.renditions["sources"]] == [480, 960, 1200]
    block.picture = ""
    block.save()
    assert Block.objects.get().shown() is None
