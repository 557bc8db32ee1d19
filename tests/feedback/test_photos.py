"""Photos in reviews: who may send which, where they are seen, and that nothing of the file itself stays."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image, ImageFile

from feedback import links, moderation, requests, reviewing
from shop.customers import privacy
from shop.forks.catalogue import pictures
from shop.forks.reviews import photos
from shop.forks.reviews.models import ProductReview, ReviewPhoto
from tests import make
from tests.feedback import make as asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def drawn(kind="JPEG", size=(640, 480), colour="teal", **how):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **how)
    return file.getvalue()


def upload(content=None, name="my photo at home.jpg"):
    return SimpleUploadedFile(name, drawn() if content is None else content, "image/jpeg")


@pytest.fixture
def bought():
    """An order with one thing, the page to review it, and the name of its fields."""
    order = asked.delivered_order(make.product("Assam"))
    request = requests.plan(order, order.customer, order.date_placed)
    return order, f"/your-reviews/{links.token(links.REVIEWS, request)}/", f"line-{order.lines.get().pk}"


def send(client, bought, *files, stars=5, **more):
    _order, path, line = bought
    data = {f"{line}-score": stars, f"{line}-photos": list(files), "name": "Ana"}
    return client.post(path, {**data, **{f"{line}-{name}": value for name, value in more.items()}})


def test_photos_wait_with_their_review_and_are_seen_with_it(client, bought):
    assert send(client, bought, upload(), upload()).status_code == 302
    review = ProductReview.objects.get()
    page = review.product.get_absolute_url()
    assert review.photos.count() == 2
    assert "review-photos" not in client.get(page).content.decode()
    moderation.approve(review, by=make.staff("merchant"))
    shown = client.get(page).content.decode()
    photo = review.photos.first().shown()
    assert f'href="{photo.largest}"' in shown
    assert 'alt="Photo 1 by Ana"' in shown
    assert client.get(photo.largest)["Content-Type"] == "image/webp"
    assert "review-photos" in client.get(f"{page}reviews/").content.decode()


def test_nothing_of_the_file_itself_stays(client, bought):
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "SECRET-CAMERA", "SECRET-COMMENT"
    exif.get_ifd(0x8825)[1] = "N"
    send(client, bought, upload(drawn(exif=exif) + b"<script>SECRET-TAIL</script>", "../../SECRET-NAME.php.jpg"))
    photo = ReviewPhoto.objects.get()
    _folders, files = default_storage.listdir("reviews")
    assert len(files) == 3  # the one that is kept, a smaller one, and one for mails
    for name in files:
        assert b"SECRET" not in default_storage.open(f"reviews/{name}").read()
        assert "SECRET" not in name
    assert not Image.open(photo.picture).getexif()


def test_a_sideways_photo_stands_upright_and_a_huge_one_shrinks():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.open(photos.cleaned(ContentFile(drawn(size=(400, 200), exif=exif))))
    assert turned.size == (200, 400)
    assert Image.open(photos.cleaned(ContentFile(drawn(size=(4000, 2000), exif=exif)))).size == (800, photos.SIDE)
    for how in ({}, {"progressive": True}, {"kind": "PNG"}):
        assert max(Image.open(photos.cleaned(ContentFile(drawn(size=(4000, 3000), **how)))).size) == photos.SIDE


def test_a_large_photo_of_a_phone_is_taken_and_held_at_a_fraction_of_its_size(monkeypatch):
    seen = []
    monkeypatch.setattr(Image.Image, "thumbnail", lambda image, *args: seen.append(image.size))
    photos.cleaned(ContentFile(drawn(size=(8000, 6000))))
    assert seen == [(4000, 3000)]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_whatever_pillow_raises_over_a_broken_file_is_said_in_words():
    chance = random.Random(3)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x011A], exif.get_ifd(0x8825)[2] = 6, "camera", 72.0, (1.0, 2.0, 3.0)
    seeds = [drawn(size=(90, 70), exif=exif), drawn("PNG", (90, 70), exif=exif), drawn("WEBP", (90, 70), exif=exif)]
    refused = 0
    for _time in range(3000):
        broken = bytearray(chance.choice(seeds))
        for _change in range(chance.randint(1, 12)):
            broken[chance.randrange(min(len(broken), chance.choice((60, 300, 9000))))] = chance.randrange(256)
        try:
            photos.cleaned(ContentFile(bytes(broken)))
        except ValidationError:
            refused += 1
    assert 1000 < refused < 3000


@pytest.mark.parametrize(
    "error", [struct.error, zlib.error, TypeError, KeyError, EOFError, MemoryError, Image.DecompressionBombError]
)
@pytest.mark.parametrize("read", [photos.cleaned, pictures.is_picture])
def test_no_error_of_pillow_is_an_error_of_the_shop(monkeypatch, error, read):
    def broken(*args, **how):
        raise error("damaged")

    monkeypatch.setattr(Image, "open", broken)
    with pytest.raises(ValidationError, match="cannot be read"):
        read(ContentFile(drawn()))


def bomb(width, height):
    """A PNG of some bytes that says it is enormous."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def claims(width, height, content):
    """A JPEG that says it is of another size than it is."""
    place = next(at for at in range(len(content)) if content[at] == 0xFF and content[at + 1] in (0xC0, 0xC2))
    return content[: place + 5] + struct.pack(">HH", height, width) + content[place + 9 :]


def with_scans(count):
    """A progressive JPEG whose last scan comes again and again: each costs the decoder a walk over the whole picture."""
    content = drawn(progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + content[-2:]


def with_colours_one_by_one(content):
    """As if there were one scan for each colour, which makes the decoder hold the whole picture."""
    scan = content.index(b"\xff\xda")
    return content[:scan] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + content[scan + 14 :]


@pytest.mark.parametrize(
    "content",
    [
        bomb(6000, 6000),
        bomb(60_000, 60_000),
        bomb(2**31 - 1, 2**31 - 1),
        drawn("GIF"),
        drawn("TIFF"),
        drawn("BMP"),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<html><script>alert(1)</script>",
        b"",
        drawn()[:200],
        drawn("PNG")[:60],
        b"\xff\xd8\xff" + bytes(1000),
        with_scans(60),
    ],
    ids=range(14),
)
def test_what_is_no_photo_is_refused_in_words_and_leaves_nothing(client, bought, content):
    answer = send(client, bought, upload(content))
    assert answer.status_code == 422
    assert not ProductReview.objects.exists()
    assert not default_storage.exists("reviews")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "content",
    [
        bomb(6000, 6000),
        claims(12_000, 11_000, drawn()),
        claims(65_000, 1_000, drawn()),
        claims(8_000, 8_000, drawn(progressive=True)),
        claims(8_000, 8_000, with_colours_one_by_one(drawn())),
    ],
    ids=["a PNG", "one scan", "a strip", "progressive", "colour by colour"],
)
def test_what_would_burst_is_refused_before_it_is_decoded(monkeypatch, content):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("decoded"))
    with pytest.raises(ValidationError, match="too many pixels"):
        photos.cleaned(ContentFile(content))


def test_a_file_that_is_too_heavy_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *args, **more: pytest.fail("opened"))
    with pytest.raises(ValidationError, match="10 MB"):
        photos.cleaned(ContentFile(bytes(photos.HEAVIEST + 1)))


def test_four_photos_at_most_with_those_that_stay(client, bought):
    assert send(client, bought, *[upload() for _n in range(5)]).status_code == 422
    send(client, bought, *[upload() for _n in range(3)])
    assert send(client, bought, upload(), upload()).status_code == 422
    first = ReviewPhoto.objects.first()
    assert send(client, bought, upload(), upload(), without=[first.pk]).status_code == 302
    review = ProductReview.objects.get()
    assert list(review.photos.values_list("position", flat=True)) == [0, 1, 2, 3]
    assert not ReviewPhoto.objects.filter(pk=first.pk).exists()


def test_the_database_knows_of_no_fifth_photo(client, bought):
    send(client, bought, *[upload() for _n in range(4)])
    review = ProductReview.objects.get()
    photos.change(review, [photos.cleaned(ContentFile(drawn()))])
    assert review.photos.count() == 4
    for place in (3, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewPhoto.objects.create(review=review, position=place, picture="x.webp")


def test_a_flood_of_photos_in_one_go_is_refused_before_any_is_opened(client, monkeypatch):
    order = asked.delivered_order(*[make.product(f"Tea {number}") for number in range(4)])
    request = requests.plan(order, order.customer, order.date_placed)
    monkeypatch.setattr(photos, "cleaned", lambda file: pytest.fail("opened"))
    data = {"name": "Ana"}
    for line in order.lines.all():
        data |= {f"line-{line.pk}-score": 5, f"line-{line.pk}-photos": [upload() for _n in range(4)]}
    answer = client.post(f"/your-reviews/{links.token(links.REVIEWS, request)}/", data)
    assert answer.status_code == 422
    assert "At most twelve photos" in answer.content.decode()


def test_photos_without_stars_ask_for_stars(client, bought):
    answer = send(client, bought, upload(), stars="")
    assert answer.status_code == 422
    assert "Choose from one to five stars" in answer.content.decode()


def test_nobody_takes_photos_of_another_review_away(client, bought):
    send(client, bought, upload())
    theirs = ReviewPhoto.objects.get()
    order = asked.delivered_order(make.product("Other"), email="other@example.com")
    request = requests.plan(order, order.customer, order.date_placed)
    other = (order, f"/your-reviews/{links.token(links.REVIEWS, request)}/", f"line-{order.lines.get().pk}")
    send(client, other, upload())
    assert send(client, other, without=[theirs.pk]).status_code == 422
    assert ReviewPhoto.objects.filter(pk=theirs.pk).exists()


def test_where_photos_lie_is_told_once_they_are_shown(client, bought):
    send(client, bought, upload())
    review, path = ProductReview.objects.get(), bought[1]
    waiting = client.get(path).content.decode()
    assert "Photo 1" in waiting
    assert "/media/reviews/" not in waiting
    moderation.approve(review, by=make.staff("merchant"))
    assert "/media/reviews/" in client.get(path).content.decode()


def test_the_form_of_one_product_takes_photos_too(client, bought):
    order, _path, _line = bought
    product = order.lines.get().product
    address = f"{product.get_absolute_url()}reviews/add/?order={order.token}"
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    data = {"score": 4, "body": "Good tea", "name": "Ana", "photos": [upload()]}
    assert client.post(address, data).status_code == 302
    assert ProductReview.objects.get().photos.count() == 1


def test_staff_see_photos_and_take_a_single_one_away(client, bought, django_capture_on_commit_callbacks):
    send(client, bought, upload(), upload())
    review = ProductReview.objects.get()
    one, other = review.photos.all()
    client.force_login(make.staff("support"))
    address = f"/admin/reviews/productreview/{review.pk}/change/"
    assert one.picture.url in client.get(address).content.decode()
    data = {"status": 1, "refusal": "", "reply": "", "photos-TOTAL_FORMS": 2, "photos-INITIAL_FORMS": 2}
    data |= {"photos-0-id": one.pk, "photos-0-review": review.pk, "photos-0-DELETE": "on"}
    data |= {"photos-1-id": other.pk, "photos-1-review": review.pk, "photos-1-alt": "A cup of Assam"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, data).status_code == 302
    assert [photo.alt for photo in review.photos.all()] == ["A cup of Assam"]
    assert not default_storage.exists(one.picture.name)
    assert default_storage.exists(other.picture.name)
    assert 'alt="A cup of Assam"' in client.get(review.product.get_absolute_url()).content.decode()


def test_the_files_go_with_the_review(client, bought, django_capture_on_commit_callbacks):
    send(client, bought, upload())
    with django_capture_on_commit_callbacks(execute=True):
        ProductReview.objects.get().delete()
    assert default_storage.listdir("reviews") == ([], [])


def test_photos_are_handed_over_and_forgotten(client, bought, django_capture_on_commit_callbacks):
    send(client, bought, upload())
    order = bought[0]
    address = ReviewPhoto.objects.get().picture.url
    assert address in privacy.export_json(order.customer)
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(order.customer)
    assert ProductReview.objects.get().score == 5
    assert default_storage.listdir("reviews") == ([], [])


def test_reviews_cost_the_same_however_many_photos_there_are(client, bought, costs_the_same):
    send(client, bought, upload())
    review = ProductReview.objects.get()
    moderation.approve(review, by=make.staff("merchant"))
    page = review.product.get_absolute_url()
    costs_the_same(show=lambda: client.get(page), add_row=lambda: photos.change(review, [photos.cleaned(ContentFile(drawn()))]))


# What a failure leaves


def test_a_failure_after_the_photos_were_written_leaves_no_files(client, bought, monkeypatch):
    def fail(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(reviewing.log, "record", fail)
    with pytest.raises(RuntimeError):
        send(client, bought, upload(), upload())
    assert not ProductReview.objects.exists()
    assert default_storage.listdir("reviews") == ([], [])


def test_a_failure_at_the_second_thing_takes_the_photos_of_the_first_back(client, monkeypatch):
    order = asked.delivered_order(make.product("Assam"), make.product("Cup"))
    request = requests.plan(order, order.customer, order.date_placed)
    kept, calls = reviewing._keep, []

    def fail_at_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError
        kept(*args)

    monkeypatch.setattr(reviewing, "_keep", fail_at_second)
    data = {"name": "Ana"}
    for line in order.lines.all():
        data |= {f"line-{line.pk}-score": 5, f"line-{line.pk}-photos": [upload()]}
    with pytest.raises(RuntimeError):
        client.post(f"/your-reviews/{links.token(links.REVIEWS, request)}/", data)
    assert default_storage.listdir("reviews") == ([], [])


def test_a_photo_of_which_half_was_written_leaves_nothing(client, bought, monkeypatch):
    def fail(*args, **more):
        raise OSError("The disk is full.")

    monkeypatch.setattr(pictures, "_for_mail", fail)
    with pytest.raises(OSError, match="disk"):
        send(client, bought, upload())
    assert default_storage.listdir("reviews") == ([], [])


def test_a_change_that_fails_keeps_the_files_that_it_would_have_taken_away(client, bought, django_capture_on_commit_callbacks):
    send(client, bought, upload())
    photo = ReviewPhoto.objects.get()
    before = default_storage.listdir("reviews")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), photos.saving():
        photos.change(photo.review, [photos.cleaned(ContentFile(drawn()))], [photo.pk])
        raise RuntimeError
    assert default_storage.listdir("reviews") == before
    with django_capture_on_commit_callbacks(execute=True):
        photos.change(photo.review, [photos.cleaned(ContentFile(drawn()))], [photo.pk])
    assert not default_storage.exists(photo.picture.name)
    assert len(default_storage.listdir("reviews")[1]) == 3
