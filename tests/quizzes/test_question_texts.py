"""How the texts of questions are cut for headings, labels and summary lines."""

import pytest

from course.markdown import render
from quizzes.templatetags.quizpage import headline, inline, lead, rest


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Is $a < b$ or *not* & why?\n\nMore.", 'Is <span class="math">a &lt; b</span> or not &amp; why?'),
        ("Look: ![A board](x.png)", "Look:"),
        ("$$\nx\n$$", '<span class="math">x</span>'),
        ("1. <b>\n2. [y](https://e.example/)", "&lt;b&gt;\ny"),
        ("```py\nx < 1\n```", "x &lt; 1"),
        ("", ""),
    ],
)
def test_headline_of_a_text_keeps_words_and_formulas(source: str, shown: str) -> None:
    assert headline(render(source)) == shown


def test_text_of_a_question_is_cut_at_whole_elements() -> None:
    html = render("Which $x$?\n\n```py\nx\n```")
    assert lead(html) == 'Which <span class="math">x</span>?'
    assert rest(html).startswith('<pre class="code">')
    assert lead(rest(html)) == ""
    assert inline(render("![A](x.png)")) == '<img src="x.png" alt="A">'
