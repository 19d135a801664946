"""A quiz for the printer: the paper tells nothing of the key, the key tells all of it."""

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.actions.authoring import new_quiz
from quizzes.formats import markdown
from quizzes.models import Quiz
from quizzes.paper import paper_questions, total_points
from quizzes.scoring import Policy
from tests.conftest import NOW, Cast

TEXT = """\
# Drift

## What drifts? {#drift points=1.5}

> Look up.

- [x] Sand
  > Ticked: It does.
  > Not ticked: On windy days.
- [!] Snow
- [~] Talk
- [ ] Stone

> Wind moves what is light.
> Incorrect: Try it.

## Some more {draw=2 tags=wind}
"""
OF_THE_KEY = ("It does.", "On windy days.", "Wind moves", "Try it.", "Right", "Wrong", "Key:", "&#10003;")


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Drift", week=None, author=cast.instructor, now=NOW, text=TEXT)


def test_paper_questions_carry_key_and_words() -> None:
    first, second = paper_questions(markdown.parse(TEXT), Policy.EXACT)
    assert [(option.letter, option.right, option.verdict) for option in first.options] == [
        ("A", True, "right"),
        ("B", True, "right for everybody"),
        ("C", False, "as if it did not exist"),
        ("D", False, "wrong"),
    ]
    assert (first.key, first.points) == ("A and B", "1.5 points")
    assert [note.title for note in first.notes] == ["Explanation", "If wrong"]
    assert (second.drawn, second.options) == ("Two questions tagged “wind”, drawn for each student", ())
    assert total_points(markdown.parse(TEXT)) == "3.5"


def test_paper_without_key_says_nothing_of_it(cast: Cast, client: Client, quiz: Quiz) -> None:
    client.force_login(cast.instructor)
    address = reverse("quizzes:quiz_print", args=[cast.course.slug, quiz.slug])
    paper, key = (client.get(address + query).content.decode() for query in ("", "?key=1"))
    article = paper[paper.index("<article") : paper.index("</article")]
    assert [word for word in OF_THE_KEY if word in article] == []
    assert [word for word in OF_THE_KEY if word not in key] == []
    assert "Stone" in article
    assert "Look up." in article
    assert article.count('class="paper-box"') == 4


def test_paper_makes_no_attempt(cast: Cast, client: Client, quiz: Quiz) -> None:
    client.force_login(cast.assistant)
    client.get(reverse("quizzes:quiz_print", args=[cast.course.slug, quiz.slug]))
    assert not quiz.attempts.exists()
