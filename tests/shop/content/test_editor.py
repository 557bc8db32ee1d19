import pytest

from shop.content import editor


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<div>One</div>", "<p>One</p>"),
        ("<div><!--block-->One<br><br>Two<br>three</div>", "<p>One</p><p>Two<br>three</p>"),
        ("<h1>Head</h1><div><br></div>", "<h2>Head</h2>"),
        ("<div>a</div><ul><li>b</li></ul>", "<p>a</p><ul><li>b</li></ul>"),
        ("<p>a<script>x()</script></p>", "<p>a</p>"),
        ('<div style="color:red">a &lt;b&gt;</div>', "<p>a &lt;b&gt;</p>"),
    ],
)
def test_what_the_editor_writes_becomes_clean_paragraphs(typed, kept):
    assert editor.from_editor(typed) == kept


@pytest.mark.parametrize("html", ["<p>One</p><p>Two</p>", "<p>a</p><ul><li>b</li></ul><p>c</p>", "<h2>H</h2><p>x<br>y</p>"])
def test_a_text_that_is_opened_and_saved_stays_as_it_was(html):
    assert editor.from_editor(editor.to_editor(html)) == html
