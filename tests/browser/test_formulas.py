"""Formulas, code and pictures in real pages: drawn under the site's policy, and nothing that they say acts."""

import random
import string
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from course.actions.files import save_file
from course.actions.pages import release_page, save_page
from course.enums import Release
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Quiz
from tests.browser.conftest import PHONE, Demo, axe, sideways
from tests.course.test_pictures import png
from tests.proof import examples

Open = Callable[..., Page]

QUIZ = r"""# Curves

## Which holds for $\int_0^1 x^2\,dx$? {multi}

![Two curves that cross once](files/curves.png)

```python
def area(n):  # a sum
    return sum(x * x for x in range(n)) / n**3
```

$$
\left( \begin{matrix} 1 \\ 2 \\ 3 \\ 4 \\ 5 \end{matrix} \right) \cdot \vec{v} = \sqrt{\frac{a}{b}} + \fcolorbox{red}{white}{$x$}
$$

- [x] $\frac{1}{3}$
  > See [[Notes on curves]]: $x^3/3$.
- [ ] ![One curve](curves.png)
- [ ] `x ** 2`, and $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 = \underbrace{x + x + x + x + x + x + x + x + x + x + x + x}_{long}$

> Because of [[Notes on curves|the rule]].
"""
# Each was an attack on a page that draws formulas, or would be one under rules less strict.
ATTACKS = [
    r"\href{javascript:window.ran=1}{x}", r"\url{javascript:window.ran=1}", r"\includegraphics{https://evil.example/x.png}",
    r"\htmlClass{masthead}{x}", r"\htmlId{content}{x}", r"\htmlStyle{position:fixed}{x}", r"\htmlData{x=y}{x}",
    r"\def\a{\a\a}\a", r"\def\x{\x}\x", r"\edef\a{xx}\edef\a{\a\a}\edef\a{\a\a}\edef\a{\a\a}\a", r"\gdef\frac#1#2{evil}x",
    r"\rule{9999em}{9999em}", r"\kern{-9999em}x", r"\raisebox{9999em}{x}", r"\rule[-9em]{1e9em}{1e9em}",
    r"\text{<img src=x onerror=window.ran=1>}", r"\text{</span><script>window.ran=1</script>}", r"\unicode{x3c}",
    r"\verb|<svg onload=window.ran=1>|", r"\color{red;background:url(//evil.example)}x", r"\textcolor{expression(1)}{x}",
    r"\class{x}{y}", r"\cssId{x}{y}", r"\require{html}", r"\operatorname{\href{data:text/html,x}{y}}", r"\char`\<script\char`\>",
    r"\newcommand{\frac}{x}", r"\begin{array}{" + "c" * 300 + "}x", "{" * 900 + "x" + "}" * 900, r"\sqrt{" * 300 + "}" * 300,
    r"\frac{x}{" * 200 + "}" * 200, r"\overbrace{" * 150 + "x" + "}" * 150, "x^{" * 400 + "x" + "}" * 400,
    "x" * 2001, "\\", "", r"\frac", "^", "_{", r"\begin{matrix}", r"\undefined", "#", "%", "~", "\u202e\u0000",
]  # fmt: skip
DRAW = """async sources => {
    const box = document.createElement('div');
    document.querySelector('main').append(box);
    for (const source of sources) {
        const one = document.createElement('span');
        one.className = 'math';
        one.textContent = source;
        box.append(one);
    }
    document.dispatchEvent(new CustomEvent('htmx:afterSettle'));
}"""
FAULTS = """() => [...document.querySelectorAll('.katex *, .katex')].flatMap(element => [...element.attributes]
    .filter(one => one.name.startsWith('on') || ['href', 'src', 'id'].includes(one.name) || one.name.startsWith('data-'))
    .map(one => `${element.tagName} ${one.name}=${one.value}`))"""


@pytest.fixture
def quiz(demo: Demo) -> Quiz:
    now = timezone.now()
    save_file(course=demo.course, name="Curves.png", content=png(900, 300), person=demo.instructor, now=now)
    notes = save_page(course=demo.course, page=None, title="Notes on curves", source="$x$", now=now)
    release_page(page=notes, state=Release.OPEN, now=now)
    made = new_quiz(course=demo.course, title="Curves", week=None, author=demo.instructor, now=now, text=QUIZ)
    Quiz.objects.filter(pk=made.pk).update(show_key="immediately", attempts_allowed=None)
    return publish_quiz(quiz=Quiz.objects.get(pk=made.pk), now=now)


def drawn(page: Page) -> Page:
    """Wait until no formula waits any more, and the fonts are there."""
    expect(page.locator(":is(.math, .math-display):not([data-math])")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    return page


def test_question_with_formulas_code_and_pictures_is_drawn_on_a_phone(demo: Demo, quiz: Quiz, open_page: Open) -> None:
    attempt = start(quiz=quiz, student=demo.student, now=timezone.now())
    page = drawn(open_page(demo.student, attempt.get_absolute_url(), viewport=PHONE))
    assert page.locator('[data-math="drawn"] .katex').count() == 4
    assert page.locator('[data-math="unreadable"]').count() == 0
    picture = page.get_by_alt_text("Two curves that cross once")
    expect(picture).to_have_js_property("naturalWidth", 900)
    assert page.locator("pre.code .k").first.is_visible()
    assert sideways(page) == 0
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator("[data-wide]").first).to_be_visible()
    assert sideways(page) == 0
    submit(attempt=attempt, known={}, now=timezone.now())
    grade(attempt_id=attempt.pk, now=timezone.now())
    page.goto(f"{demo.url}quizzes/{quiz.slug}/attempts/{attempt.public_id}/result/")
    place = f"{demo.url}pages/notes-on-curves/"
    expect(page.locator(f'.feedback a[href="{place}"]', has_text="the rule")).to_be_visible()
    assert sideways(drawn(page)) == 0


def test_formulas_that_attack_or_are_nonsense_do_nothing(demo: Demo, open_page: Open) -> None:
    rng = random.Random(7)
    signs = [
        *string.printable,
        *(f"\\{name}" for name in ("frac", "left", "right", "def", "sqrt", "text", "begin{matrix}", "over")),
    ]
    nonsense = ["".join(rng.choices(signs, k=rng.randint(1, 40))) for _ in range(examples(100, 1000))]
    page = open_page(demo.student, demo.url)
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name).filter(name => /katex|math/.test(name))"
    )
    assert loaded == []  # a page without a formula fetches nothing for them
    page.evaluate(DRAW, [*ATTACKS, *nonsense])
    drawn(page)
    states = page.evaluate("[...document.querySelectorAll('.math')].map(one => one.dataset.math)")
    assert len(states) == len(ATTACKS) + len(nonsense)
    assert set(states) == {"drawn", "unreadable"}
    assert page.evaluate(FAULTS) == []
    assert page.evaluate("window.ran") is None
    assert page.evaluate("[...document.querySelectorAll('.math')].every(one => one.getBoundingClientRect().height < 3000)")


def test_source_of_a_formula_stays_readable_without_scripts(demo: Demo, quiz: Quiz, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}pages/notes-on-curves/", java_script_enabled=False)
    assert page.locator(".math").inner_text() == "x"
