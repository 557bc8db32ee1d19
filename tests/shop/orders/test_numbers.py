"""Order numbers: random, readable, and a wrong one is noticed."""

import pytest

from shop.orders import numbers


def test_numbers_do_not_repeat_and_have_nothing_that_looks_like_something_else():
    made = {numbers.new() for _ in range(2000)}
    assert len(made) == 2000
    assert not set("01ILOU") & set("".join(made))
    assert {len(number) for number in made} == {8}


def test_a_number_is_read_as_people_type_it():
    number = numbers.new()
    assert numbers.read(f" #{number[:4].lower()}-{number[4:]} ") == number


@pytest.mark.parametrize("place", range(8))
def test_one_wrong_character_is_noticed(place):
    number = numbers.new()
    for other in set(numbers.ALPHABET) - {number[place]}:
        assert numbers.read(number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "1", "0000000", "ÄÄÄÄÄÄÄÄ", "'; --", "7" * 100])
def test_what_is_no_number_is_none(text):
    assert numbers.read(text) is None
