"""Points of many customers corrected from a table."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from loyalty import adjusting
from loyalty.models import Entry
from shop.imports.report import CannotImport
from tests import make
from tests.loyalty import make as loyal
from tests.loyalty.make import pots

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:loyalty_account_table")


@pytest.fixture
def ana():
    loyal.programme()
    customer = make.customer(email="ana@example.com")
    loyal.points(customer, 100)
    return customer


@pytest.fixture
def ben(ana):
    return make.customer(email="ben@example.com")


def table(*rows):
    return "\n".join(["email,points,reason", *rows])


def applied(content, *, is_dry=False):
    return adjusting.apply(adjusting.read(content), by=make.staff("owner"), is_dry=is_dry)


def test_all_rows_are_booked_with_who_and_why(ana, ben):
    found = applied(table("Ana@example.com,-30,Given twice", "ben@example.com,50,Sorry for the delay"))
    assert (found.given, found.taken, len(found.customers), found.errors) == (50, 30, 2, [])
    assert (pots(ana), pots(ben)) == ({"available": 70, "reversed": 30}, {"available": 50})
    entry = Entry.objects.get(kind="adjust")
    assert (entry.note, entry.by.is_staff) == ("Sorry for the delay", True)


def test_the_same_file_a_second_time_changes_nothing(ana):
    content = table("ana@example.com,5,Bonus", "ana@example.com,5,Bonus")
    assert applied(content).given == 10
    again = applied("\ufeff" + content.replace(",", ";"))
    assert (again.known, again.given) == (2, 0)
    assert pots(ana) == {"available": 110}


def test_a_trial_finds_the_same_and_books_nothing(ana):
    found = applied(table("ana@example.com,40,Bonus"), is_dry=True)
    assert (found.given, found.errors) == (40, [])
    assert pots(ana) == {"available": 100}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nobody@example.com,5,Bonus", "no customer"),
        ("ana@example.com,0,Bonus", "no number of points"),
        ("ana@example.com,1.5,Bonus", "no number of points"),
        ("ana@example.com,²,Bonus", "no number of points"),
        ("ana@example.com,-+5,Bonus", "no number of points"),
        ("ana@example.com,99999999999999999999,Bonus", "no number of points"),
        ("ana@example.com,5,", "reason"),
        ("ana@example.com,5", "reason"),
        ("ana@example.com,-106,Bonus", "has 105 to spend"),
    ],
)
def test_one_wrong_row_keeps_all_from_being_booked(ana, row, says):
    found = applied(table("ana@example.com,5,Bonus", row))
    ((line, error),) = found.errors
    assert line == 3 and says in error
    assert pots(ana) == {"available": 100}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("email,points\na@b.example,5", "reason"),
        ("email,points,reason", "no rows"),
        (table('a@b.example,5,"Bonus'), "begins on line 2 has a quotation mark that is not closed"),
        (table("a@b.example,5,Late, and broken", "a@b.example,5,Late, again"), "Line 2 has 4 cells.*\nLine 3 has 4 cells"),
        (table(*["a@b.example,5,Bonus"] * 1001), "1001 rows; at most 1000"),
    ],
)
def test_what_is_no_such_table_is_refused(content, says):
    with pytest.raises(CannotImport, match=says):
        adjusting.read(content)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_come_with_any_separator_and_long_reasons(ana, separator):
    rows = [["Reason", "E-mail", "Points"], ['"Given;\r\ntwice, by | mistake"', " ANA@example.com ", "'-30"]]
    content = "\n".join(separator.join(row) for row in rows).replace("E-mail", "EMAIL")
    assert applied(content).taken == 30
    assert Entry.objects.get(kind="take").note == "Given; twice, by | mistake"
    assert applied(content.replace("\r\n", "\n")).known == 1


def test_a_thousand_rows_are_read():
    assert len(adjusting.read(table(*["a@b.example,5,Bonus"] * 1000))) == 1000


def test_nobody_gives_points_to_themselves(ana):
    staff = make.staff("owner")
    make.customer(email=staff.email)
    found = adjusting.apply(adjusting.read(table(f"{staff.email},5,Bonus")), by=staff, is_dry=False)
    assert "themselves" in found.errors[0][1]


def test_the_page_tries_out_and_then_books(client, ana):
    client.force_login(make.staff("merchant"))
    content = table("ana@example.com,40,Bonus")
    tried = client.post(PAGE, {"file": SimpleUploadedFile("points.csv", content.encode())})
    assert "Book it" in tried.content.decode() and pots(ana) == {"available": 100}
    answer = client.post(PAGE, {"content": tried.context["content"], "book": "1"})
    assert answer.status_code == 302 and pots(ana) == {"available": 140}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_the_page_reads_what_spreadsheets_write(admin_client, ana, encoding):
    content = table("ana@example.com,40,Чашка прийшла розбитою").encode(encoding)
    tried = admin_client.post(PAGE, {"file": SimpleUploadedFile("points.csv", content)})
    admin_client.post(PAGE, {"content": tried.context["content"], "book": "1"})
    assert Entry.objects.get(kind="adjust").note == "Чашка прийшла розбитою"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"nonsense", b"PK\x03\x04", b"a\0b", table('a,5,"').encode()])
def test_a_file_that_cannot_be_read_is_explained(admin_client, content):
    answer = admin_client.post(PAGE, {"file": SimpleUploadedFile("points.csv", content)})
    assert answer.status_code == 200 and answer.context["form"].errors


@pytest.mark.parametrize("role", ["support", "marketer"])
def test_it_is_the_merchants_and_the_owners(client, role):
    client.force_login(make.staff(role))
    assert client.get(PAGE).status_code == 403
