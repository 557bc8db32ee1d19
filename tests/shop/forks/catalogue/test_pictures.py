"""Pictures become small files once, whatever was uploaded."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.forks.catalogue import pictures
from shop.forks.catalogue.models import ProductImage
from shop.forks.catalogue.pictures import Picture
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _image(file: bytes, name: str = "assam.jpg") -> ProductImage:
    image = ProductImage(product=make.product())
    image.original.save(name, ContentFile(file), save=False)
    image.save()
    return ProductImage.objects.get(pk=image.pk)


def test_an_upload_gets_renditions_no_wider_than_itself():
    image = _image(make.photograph(700, 875))
    assert [width for width, _ in image.renditions["sources"]] == [320, 640, 700]
    for width, name in image.renditions["sources"]:
        with default_storage.open(name) as file, Image.open(file) as opened:
            assert (opened.format, opened.width) == ("WEBP", width)


def test_another_file_gets_renditions_of_its_own():
    image = _image(make.photograph(640, 800))
    image.original.save("ceylon.jpg", ContentFile(make.photograph(300, 300)), save=False)
    image.save()
    assert ProductImage.objects.get(pk=image.pk).renditions["width"] == 300


def test_a_small_webp_is_shown_as_it_is():
    image = _image(make.photograph(640, 800, kind="WEBP"), "assam.webp")
    assert image.renditions["sources"][-1] == [640, image.original.name]


def test_a_page_gets_sizes_words_and_the_ground():
    shown = _image(make.photograph(640, 800, "#d9b8a2")).shown("Assam")
    assert (shown.width, shown.height, shown.alt) == (640, 800, "Assam")
    assert shown.srcset.count("w,") == 1
    assert shown.ground_class == "ground-clay"


def test_a_turned_photograph_is_put_upright_and_loses_what_the_camera_wrote():
    camera = Image.Exif()
    camera[0x0112] = 6
    camera[0x010F] = "Camera of Ana"
    written = BytesIO()
    Image.new("RGB", (800, 400), "#445566").save(written, "JPEG", exif=camera)
    image = _image(written.getvalue())
    assert (image.renditions["width"], image.renditions["height"]) == (400, 800)
    with default_storage.open(image.renditions["sources"][-1][1]) as file, Image.open(file) as opened:
        assert not opened.getexif()


@pytest.mark.parametrize(
    "file", [b"", b"<svg onload=alert(1)>", b"GIF89a", make.photograph()[:300], b"\x89PNG\r\n\x1a\n" + bytes(50)]
)
def test_what_is_no_picture_is_refused_with_words(file):
    with pytest.raises(ValidationError):
        pictures.is_picture(SimpleUploadedFile("assam.jpg", file))


def test_a_huge_picture_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 1000)
    with pytest.raises(ValidationError):
        pictures.is_picture(SimpleUploadedFile("assam.jpg", make.photograph(100, 100)))


def test_every_ground_has_its_class_in_the_stylesheet():
    with open("static/css/tokens.css") as file:
        stylesheet = file.read()
    for name, colour in pictures.GROUNDS.items():
        assert f".ground-{name} {{ background-color: {colour}; }}" in stylesheet


def test_without_renditions_there_is_no_picture():
    assert Picture.of({}, "Assam") is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_mail_gets_a_small_jpeg(kind):
    """Outlook on Windows shows no WebP."""
    image = _image(make.photograph(700, 800, kind=kind), f"assam.{kind.lower()}")
    with default_storage.open(image.renditions["mail"]) as file, Image.open(file) as opened:
        assert (opened.format, opened.mode, opened.width) == ("JPEG", "RGB", pictures.MAIL_WIDTH)
    assert image.shown().in_mail.endswith(".mail.jpg")
    pictures.forget(image.renditions)
    assert not default_storage.exists(image.renditions["mail"])


def test_what_is_see_through_stands_on_its_ground_in_a_mail():
    written = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(written, "PNG")
    image = _image(written.getvalue(), "ghost.png")
    with default_storage.open(image.renditions["mail"]) as file, Image.open(file) as opened:
        red, green, blue = opened.getpixel((100, 100))
    assert min(red, green, blue) > 180, "black where the paper should be"


def test_renditions_of_before_still_give_a_picture_for_mails():
    assert pictures.Picture.of({"width": 9, "height": 9, "sources": [[9, "a.9.webp"]]}, "").in_mail.endswith("a.9.webp")
