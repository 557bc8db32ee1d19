from shop.search import facets
from shop.search.counting import Counts
from shop.search.facets import AT_MOST, Label
from shop.search.query import Query


def offered(values, chosen=()):
    query = Query(filters={"maker": list(chosen)})
    shown, _flags = facets.of(Counts(values={"maker": values}), query, {"maker": Label("maker", "Maker", 0)})
    return [choice.value for choice in [*shown[0].at_sight, *shown[0].more]]


def test_of_very_many_values_the_most_common_are_offered():
    values = {f"maker {number}": number for number in range(1, 200)}
    assert offered(values) == [f"maker {number}" for number in range(199, 199 - AT_MOST, -1)]


def test_a_chosen_value_is_offered_however_rare_it_is():
    values = {f"maker {number}": number for number in range(1, 200)}
    assert offered(values, chosen=["maker 2", "gone"])[:2] == ["maker 2", "gone"]


def test_numbers_stand_in_their_order():
    assert offered({"10": 1, "9": 5, "100": 3}) == ["9", "10", "100"]
