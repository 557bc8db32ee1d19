from shop.imports import texts


def test_scripts_styles_and_foreign_pictures_go() -> None:
    html = '<h1>Tea</h1><p style="color:red" onclick="x()">Good</p><script>bad()</script><img src="https://x.example/p.gif">'
    html += '<a href="javascript:bad()">one</a><a href="https://tea.example">two</a><iframe src="//x"></iframe>'
    clean = texts.rich(html)
    assert "<h2>Tea</h2><p>Good</p>" in clean and 'href="https://tea.example"' in clean
    assert not any(bad in clean for bad in ("script", "style", "onclick", "img", "iframe"))


def test_plain_text_becomes_paragraphs_and_keeps_its_signs() -> None:
    assert texts.rich("Milk & honey\nfor 2 < 3\n\nEnd") == "<p>Milk &amp; honey<br>for 2 &lt; 3</p><p>End</p>"
    assert texts.rich("Milk &amp; honey") == "<p>Milk &amp; honey</p>"


def test_plain_takes_the_words_only() -> None:
    assert texts.plain("<p>Milk &amp;</p><p>honey\u202e\u200b</p>") == "Milk & honey"


def test_an_opening_is_a_sentence_or_whole_words() -> None:
    assert texts.opening("<p>Green tea. And more.</p>") == "Green tea."
    assert texts.opening("word " * 60).endswith("word…") and len(texts.opening("word " * 60)) <= 161


def test_addresses_are_latin_and_stable() -> None:
    assert texts.slug("Чёрный чай «Їжачок»") == "chernyi-chai-izhachok"
    assert texts.slug("Ceai cu șofran") == "ceai-cu-sofran"
    assert texts.slug("緑茶") == texts.slug("緑茶") != texts.slug("紅茶")


def test_long_keys_stay_apart() -> None:
    assert texts.key(["a" * 200, "x"]) != texts.key(["a" * 200, "y"]) and len(texts.key(["a" * 200])) <= 100


def test_attributes_have_names_that_the_database_takes() -> None:
    assert texts.identifier("Shoe size (EU)") == "shoe_size_eu"
    assert texts.identifier("2nd colour").isidentifier() and texts.identifier("サイズ").isidentifier()
