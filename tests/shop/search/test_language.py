import pytest

from shop.search import language

FORMS = {
    "en": ["teapot teapots", "candle candles", "brewing brew"],
    "uk": [
        "чай чаю чаєм чаї чаїв чаями",
        "кава кави каву кавою каві",
        "свічка свічки свічку свічок свічками свічці",
        "чашка чашки чашок чашці",
        "чорний чорна чорного чорному чорні чорних",
        "віск воску воском",
        "сіль солі сіллю",
        "лаванда лавандою лавандовий лавандове",
        "шоколад шоколаду шоколадний шоколадна",
        "м’ята м'яти мʼятою",
        "кухоль кухля кухлів",
        "карамель карамелі карамеллю",
    ],
    "ru": [
        "чай чая чаев чаем",
        "свеча свечи свечей",
        "чашка чашки чашек",
        "мёд меда медовый",
        "шоколад шоколадный",
        "чёрный черная",
    ],
    "ro": [
        "ceai ceaiul ceaiuri ceaiului ceaiurilor",
        "cafea cafele cafeaua cafelei",
        "lumânare lumânări lumanarea lumânărilor",
        "ceașcă cești ceasca",
        "săpun săpunuri sapunul",
        "negru neagră negre",
        "verde verzi",
        "ciocolată ciocolate ciocolata",
    ],
}


@pytest.mark.parametrize(("code", "forms"), [(code, forms) for code, some in FORMS.items() for forms in some])
def test_the_forms_of_a_word_have_one_stem(code, forms):
    stems = {language.stem(language.spoken(form)[0], code) for form in forms.split()}
    assert len(stems) == 1, stems


@pytest.mark.parametrize("code", ["uk", "ru", "ro"])
def test_different_words_keep_different_stems(code):
    firsts = [forms.split()[0] for forms in FORMS[code]]
    assert len({language.stem(language.spoken(one)[0], code) for one in firsts}) == len(firsts)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Lămâie", "lamaie"),
        ("ŢARĂ", "tara"),
        ("ȚARĂ", "tara"),
        ("Ёлка", "елка"),
        ("ґанок", "ганок"),
        ("йод", "йод"),
        ("Café", "cafe"),
    ],
)
def test_accents_that_people_leave_out_make_no_difference(typed, folded):
    assert language.fold(typed) == folded


def test_markup_is_not_words():
    assert language.words("<p>Green&nbsp;<b>tea</b></p>") == ["green", "tea"]


def test_a_code_is_found_in_parts_and_as_a_whole():
    assert language.words("Toner TN-2110") == ["toner", "tn", "2110", "tn2110"]


@pytest.mark.parametrize(("typed", "meant"), [("xfq", "чай"), ("rfdf", "кава"), ("еуф", "tea")])
def test_a_forgotten_keyboard_switch_is_understood(typed, meant):
    assert meant in language.retyped(typed)
