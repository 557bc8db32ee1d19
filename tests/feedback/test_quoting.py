"""What is new in an answer."""

import pytest

from feedback.quoting import LONGEST, new_words
from feedback.reply_address import MARK

LINE = f"{MARK} Write above this line to answer {MARK}"
NEW = "The lid is broken.\n\nCan you send another?"

GMAIL = f"{NEW}\n\nOn Sun, Nov 22, 2026 at 10:00 AM Teapot Lane <shop@example.com>\nwrote:\n\n> {LINE}\n>\n> Hello Ana\n> ..."
APPLE = f"{NEW}\n\n> On 22 Nov 2026, at 10:00, Teapot Lane <shop@example.com> wrote:\n> \n> {LINE}\n> \n> Hello"
OUTLOOK = (
    f"{NEW}\n\n________________________________\nFrom: Teapot Lane <shop@example.com>\nSent: Sunday, November 22, 2026 10:00\n"
    f"To: Ana <ana@example.com>\nSubject: [C-7K2MXQ] Hello\n\n{LINE}\n\nHello Ana, we are sorry.\n\nThe shop"
)
ROMANIAN = f"{NEW}\n\nÎn dum., 22 nov. 2026 la 10:00, Teapot Lane <shop@example.com> a scris:\n\n> {LINE}\n> Bună"
UKRAINIAN = f"{NEW}\n\nнд, 22 лист. 2026 р. о 10:00 Teapot Lane <shop@example.com> пише:\n\n> {LINE}\n> Вітаємо"
GERMAN_OUTLOOK = (
    f"{NEW}\n\n-----\nVon: Teapot Lane <shop@example.com>\nGesendet: Sonntag, 22. November 2026 10:00\n\n{LINE}\nHallo"
)


@pytest.mark.parametrize("mail", [GMAIL, APPLE, OUTLOOK, ROMANIAN, UKRAINIAN, GERMAN_OUTLOOK, f"{NEW}\n\n{LINE}\nHello"])
def test_what_stands_above_the_marked_line_is_new_and_its_announcement_is_not(mail):
    assert new_words(mail, MARK) == NEW
    assert new_words(mail.replace("\n", "\r\n"), MARK) == NEW


def test_a_quotation_without_the_line_ends_where_its_marks_begin():
    assert new_words(f"{NEW}\n\nOn 22 Nov 2026, Shop <a@b.example> wrote:\n> Hello\n> you\n", MARK) == NEW


def test_an_answer_between_the_lines_is_kept_whole():
    mail = f"On Sunday at 10:00 the shop wrote:\n> {LINE}\n> Which colour?\nBlue.\n> Which size?\nThe small one."
    assert "Blue." in new_words(mail, MARK)
    assert "The small one." in new_words(mail, MARK)


def test_a_mail_in_which_all_is_quoted_is_kept_whole():
    assert new_words(f"> {LINE}\n> Hello", MARK) == f"> {LINE}\n> Hello"


def test_words_that_only_look_like_an_announcement_stay():
    assert new_words("I would like two things:", MARK) == "I would like two things:"
    assert new_words("Order: 100012\nColour: blue", MARK) == "Order: 100012\nColour: blue"


def test_characters_that_hide_or_turn_words_round_go():
    assert new_words("pay \u202eeltit\u202c\u200b \x00now\x1b[2J\ufeff", MARK) == "pay eltit now[2J"
    assert new_words("half \ud83d a pair", MARK) == "half ? a pair"


def test_a_book_is_cut():
    assert len(new_words("word " * 9000, MARK)) == LONGEST
