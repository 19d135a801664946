"""`[[Title]]` in announcements and in what a quiz asks: a link to the text of that title, for who may read it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from course.actions.announcements import Posting, Text, save_announcement
from course.actions.pages import release_page, save_page
from course.away_from_pages import beginning, for_letter
from course.enums import Release
from course.markdown import render
from course.models import Announcement, Page
from course.page_links import linked
from quizzes.actions.attempts import start
from quizzes.actions.authoring import new_quiz
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Quiz
from tests.conftest import NOW, Cast
from tests.course.test_pictures import PIECES, PUT_IN, read
from tests.proof import examples

NOTES = {"notes": "/n/"}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("See [[Notes]].", 'See <a href="/n/">Notes</a>.'),
        ("See [[notes#Part|them]].", 'See <a href="/n/">them</a>.'),
        ("What is x[[1, 2]]?", "What is x[[1, 2]]?"),
        ("[[a|b]] and [[ c ]]", "[[a|b]] and [[ c ]]"),
        ("[[<b>]] &amp; [[R&D]]", "[[&lt;b&gt;]] &amp; [[R&amp;D]]"),
        ("![[1]] ![[paper.pdf]]", "![[1]] ![[paper.pdf]]"),
        ("`[[Notes]]`", "<code>[[Notes]]</code>"),
        ("[[04:10]]", "[[04:10]]"),
    ],
)
def test_linked_in_a_question_leads_there_or_stays_as_typed(source: str, shown: str) -> None:
    html = render(source, page_links=True, unknown_as_typed=True)
    assert linked(html, NOTES) == linked(html, NOTES, tell=True) == f"<p>{shown}</p>\n"


def test_picture_by_its_name_in_a_question_is_one() -> None:
    assert '<img src="board.png" alt="A board">' in render("![[board.png|A board]]", page_links=True, unknown_as_typed=True)


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
@settings(max_examples=examples(20, 10_000), deadline=None)
def test_links_in_questions_add_nothing_else(text: str) -> None:
    html = render(text, page_links=True, unknown_as_typed=True)
    before, after = read(html), read(linked(html, {"notes": "/notes/"}))
    assert after.found - before.found <= PUT_IN
    assert after.tags - before.tags <= {"a"}


def test_letter_and_beginning_of_a_text_have_the_words_alone() -> None:
    html = render("See [[Notes|the notes]], [the plan](../docs/plan.pdf) & [a place](https://example.org).", page_links=True)
    assert for_letter(html) == (
        '<p>See the notes, the plan &amp; <a href="https://example.org" rel="noopener noreferrer nofollow">a place</a>.</p>\n'
    )
    assert beginning(html) == "See the notes, the plan & a place."


@pytest.fixture
def notes(cast: Cast) -> Page:
    page = save_page(course=cast.course, page=None, title="Notes", source="One.", now=NOW)
    return release_page(page=page, state=Release.OPEN, now=NOW)


def test_announcement_links_on_its_page_and_says_words_in_lists(client: Client, cast: Cast, notes: Page) -> None:
    one = save_announcement(
        course=cast.course,
        announcement=None,
        author=cast.instructor,
        text=Text("Room", "Read [[Notes|what we said]] and [[Nowhere]].", pinned=True),
        posting=Posting(None, mail=True),
        now=NOW,
    )
    client.force_login(cast.student)
    link = f'Read <a href="{notes.get_absolute_url()}">what we said</a> and Nowhere.'
    assert link in client.get(one.get_absolute_url()).content.decode()
    assert "Read what we said and Nowhere." in client.get(cast.course.get_absolute_url()).content.decode()
    Page.objects.filter(pk=notes.pk).update(state=Release.DRAFT)
    assert "Read what we said and Nowhere." in client.get(one.get_absolute_url()).content.decode()


def test_preview_of_an_announcement_links(client: Client, cast: Cast, notes: Page) -> None:
    client.force_login(cast.instructor)
    url = reverse("course:announcement_preview", args=[cast.course.slug])
    html = client.post(url, {"title": "x", "source": "[[Notes]]"}, headers={"HX-Request": "true"}).content.decode()
    assert f'<a href="{notes.get_absolute_url()}">Notes</a>' in html
    assert not Announcement.objects.exists()


def test_stem_of_a_running_quiz_links_to_what_is_open_and_keeps_other_brackets(client: Client, cast: Cast, notes: Page) -> None:
    text = "After [[Notes]]:\n\n## What is a[[1]] in [[Notes]]?\n\n> See [[notes]].\n\n- [x] [[1]]\n- [ ] [[Notes]]\n"
    quiz = new_quiz(course=cast.course, title="Lists", week=None, author=None, now=NOW, text=f"# Lists\n\n{text}")
    publish_quiz(quiz=Quiz.objects.get(pk=quiz.pk), now=NOW)
    attempt = start(quiz=quiz, student=cast.student, now=timezone.now())
    client.force_login(cast.student)
    html = client.get(attempt.get_absolute_url()).content.decode()
    link = f'<a href="{notes.get_absolute_url()}">'
    assert f"What is a[[1]] in {link}Notes</a>?" in html
    assert f"See {link}notes</a>." in html
    assert html.count("[[1]]") == 2
    assert html.count("[[Notes]]") == 1  # an option is there to be ticked
    assert html.count(link) == 2
    client.force_login(cast.instructor)
    assert (
        f"After {link}Notes</a>:"
        in client.get(reverse("quizzes:quiz_print", args=[cast.course.slug, quiz.slug])).content.decode()
    )
