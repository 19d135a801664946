"""The form view of a quiz: the same text, whichever way one looks at it, and no button loses what is typed."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.form_fields import MOST_FIELDS, pressed, shown_form, typed
from quizzes.formats.form_edits import fields_of
from quizzes.models import Quiz
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Week 6 quiz", week=None, author=cast.instructor, now=NOW, text=QUIZ)


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


def at(quiz: Quiz, name: str = "quizzes:quiz_form") -> str:
    return reverse(name, args=[quiz.course.slug, quiz.slug])


def sent(page: str) -> dict[str, str]:
    """What a browser would send of the editor's form, with its newlines, without a button."""
    form = page[page.index('name="base"') - 30 : page.index('class="editor-bar"')]
    data = {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)}
    areas = re.findall(r'<textarea class="textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    data |= {name: unescape(value) for name, value in areas}
    data |= dict(re.findall(r'<input class="text-input"[^>]* name="([^"]+)" value="([^"]*)"', form))
    data |= dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)" checked', form), "on")
    for name, choices in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', choices) or re.search(r'value="([^"]*)"', choices)
        data[name] = chosen[1] if chosen else ""
    return {name: value.replace("\n", "\r\n") for name, value in data.items()}


def page_of(answer: Any) -> str:
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def test_form_saved_untouched_changes_nothing(staff: Client, quiz: Quiz) -> None:
    data = sent(page_of(staff.get(at(quiz))))
    assert data["q0-o0-feedback"] == "Near in that space means used in similar company."
    answer = staff.post(at(quiz), data | {"do": "save"})
    assert (answer.status_code, answer["Location"]) == (303, at(quiz))
    quiz.refresh_from_db()
    assert (quiz.source, quiz.revision) == (QUIZ, 1)


def test_form_field_saved_changes_only_its_line(staff: Client, quiz: Quiz) -> None:
    data = sent(page_of(staff.get(at(quiz)))) | {"q1-o1-text": "The tone.", "q1-points": "2", "do": "save"}
    staff.post(at(quiz), data)
    quiz.refresh_from_db()
    head = "## What can a summary lose?"
    assert quiz.source == QUIZ.replace("The voice.", "The tone.").replace(head, head + " {points=2}")


def test_form_buttons_keep_what_is_typed_and_save_nothing(staff: Client, quiz: Quiz) -> None:
    data = sent(page_of(staff.get(at(quiz)))) | {"q0-stem": "What is compared?", "do": "down 0"}
    data = sent(page_of(staff.post(at(quiz), data)))
    assert (data["q1-stem"], data["q0-stem"]) == ("What is compared?", "What can a summary lose?")
    data = sent(page_of(staff.post(at(quiz), data | {"q0-o2-text": "Its length.", "do": "up-option 0 2"})))
    assert [data[f"q0-o{place}-text"] for place in range(3)] == [
        "The order in which things are revealed.",
        "Its length.",
        "The voice.",
    ]
    data = sent(page_of(staff.post(at(quiz), data | {"do": "add"})))
    assert data["q3-stem"] == data["q3-o2-text"] == ""
    quiz.refresh_from_db()
    assert quiz.source == QUIZ


def test_form_to_text_and_back_keeps_what_is_typed(staff: Client, quiz: Quiz) -> None:
    data = sent(page_of(staff.get(at(quiz)))) | {"q2-stem": "How near?"}
    page = page_of(staff.post(at(quiz, "quizzes:quiz_preview"), data))
    assert QUIZ.replace("How near are two texts that share no word?", "How near?") in unescape(page)
    assert "Edit in a form" in page
    back = page_of(staff.post(at(quiz), {"base": "1", "text": QUIZ.replace("The voice.", "The tone.")}))
    assert sent(back)["q1-o1-text"] == "The tone."


def test_form_five_questions_in_three_clicks_and_typing(staff: Client, cast: Cast) -> None:
    made = staff.post(reverse("quizzes:quiz_new", args=["hum240"]), {"title": "Five", "week": "", "view": "form"})
    data = sent(page_of(staff.get(made["Location"])))
    assert [data[f"q{place}-stem"] for place in range(5)] == [""] * 5
    for place in range(5):
        data |= {f"q{place}-stem": f"Which is number {place}?", f"q{place}-o1-right": "on"}
        data |= {f"q{place}-o{option}-text": f"Number {option}" for option in range(3)}
    quiz = Quiz.objects.get(slug="five")
    assert staff.post(at(quiz, "quizzes:quiz_publish"), data).status_code == 303
    quiz.refresh_from_db()
    assert quiz.state == "published"
    assert quiz.source.startswith("## Which is number 0?\n\n- [ ] Number 0\n- [x] Number 1\n- [ ] Number 2\n\n## Which is")
    assert quiz.items.count() == 5


def test_form_refused_comes_back_as_a_form_with_what_was_typed(staff: Client, quiz: Quiz, cast: Cast) -> None:
    data = sent(page_of(staff.get(at(quiz)))) | {"q0-stem": "Mine?", "q1-points": "many", "do": "save"}
    answer = staff.post(at(quiz), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Question 2: “many” are no points. Write 1, 0.5 or 2." in page
    assert sent(page)["q0-stem"] == "Mine?"
    save_quiz_text(quiz=quiz, text=QUIZ + "\nTheirs.\n", author=cast.assistant, now=NOW)
    conflict = staff.post(at(quiz), data | {"q1-points": ""})
    assert conflict.status_code == 409
    assert sent(conflict.content.decode())["q0-stem"] == "Mine?"


def test_form_preview_of_the_fields_is_the_fragment(staff: Client, quiz: Quiz) -> None:
    data = sent(page_of(staff.get(at(quiz)))) | {"q0-stem": "Only typed?"}
    page = page_of(staff.post(at(quiz, "quizzes:quiz_preview"), data, headers={"HX-Request": "true"}))
    assert "Only typed?" in page
    assert "<html" not in page


def test_form_of_a_quiz_too_long_for_it_says_so(staff: Client, cast: Cast) -> None:
    text = "\n".join(f"## Q{n}?\n\n- [x] a\n- [ ] b\n" for n in range(MOST_FIELDS // 19 + 1))
    quiz = new_quiz(course=cast.course, title="Long", week=None, author=None, now=NOW, text=text)
    assert shown_form(text) is None
    assert "too long for one form" in page_of(staff.get(at(quiz)))


@pytest.mark.parametrize("button", ["up", "up x", "add 1", "nothing", "delete-option 0 77", "up 99999", "", "delete \u0661"])
def test_form_button_that_is_none_changes_nothing(button: str) -> None:
    assert pressed(QUIZ, button) == QUIZ


def test_form_without_fields_gives_the_text_it_carries() -> None:
    assert typed(QUIZ, {}) == QUIZ


@pytest.mark.parametrize(
    ("button", "order"), [("move 0 2", "120"), ("move 2 0", "201"), ("move 1 1", "012"), ("move 1 9", "021"), ("move 9 0", "012")]
)
def test_form_question_dragged_to_a_place_stands_there(button: str, order: str) -> None:
    stems = [one.stem for one in fields_of(QUIZ)]
    assert [one.stem for one in fields_of(pressed(QUIZ, button))] == [stems[int(place)] for place in order]
