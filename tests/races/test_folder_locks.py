"""What works beside an import of a folder waits for it in one order, never in a circle; and a copy tells only what it holds."""

from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from course.actions.weeks import save_week
from course.models import Course
from exchange import views
from exchange.actions.exporting import files_of
from exchange.actions.importing import Outcome, bring
from exchange.folder import read_archive
from exchange.planning import Choices
from presentations import actions as slots
from presentations.enums import SlotKind
from quizzes.actions import imports
from quizzes.actions.imports import replace_quiz
from quizzes.formats.detect import parse_quiz
from quizzes.models import Quiz
from tests.conftest import Cast
from tests.exchange.folders import FILES, folder
from tests.races.test_folder import EDITED, GIVEN, LATER, NOW, QUIZ, WEEK, Meanwhile, make_course, web_quiz

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_folder_downloaded_while_a_week_is_saved_takes_nothing_back(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy has the text from before: brought back, it must not count as a change."""
    week = save_week(course=cast.course, week=None, text=FILES[WEEK], author=None, now=NOW)
    later = FILES[WEEK].replace("[Arches]", "[Web]")
    whole: Callable[..., dict[str, bytes]] = files_of

    def written(*args: object, **kwargs: object) -> dict[str, bytes]:
        files = whole(*args, **kwargs)
        save_week(course=cast.course, week=week, text=later, author=None, now=LATER)
        return files

    client.force_login(cast.instructor)
    with monkeypatch.context() as patched:
        patched.setattr(views, "files_of", written)
        content = client.post(reverse("exchange:folder_download", args=[cast.course.slug]), {"copy": "key"}).content
    bring(course=cast.course, folder=read_archive(content), choices=Choices(), author=None, now=LATER)
    week.refresh_from_db()
    assert week.source == later


# --- who holds one thing and wants another


def against_an_import(monkeypatch: pytest.MonkeyPatch, course: Course, module: ModuleType, name: str) -> Meanwhile:
    """Let an import begin when a work has taken its first lock and calls this function; return the import."""
    meanwhile, call = Meanwhile(partial(bring_edited, course)), getattr(module, name)

    def called(*args: object, **kwargs: object) -> object:
        if meanwhile.thread is None:
            meanwhile.begin()
        return call(*args, **kwargs)

    monkeypatch.setattr(module, name, called)
    return meanwhile


def bring_edited(course: Course) -> Outcome:
    given = EDITED | {"presentations.md": FILES["presentations.md"].encode()}
    return bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER)


def test_quiz_replaced_by_a_paste_against_an_import_waits_in_no_circle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(cast)
    quiz = Quiz.objects.get(course=course)
    parsed = replace(parse_quiz(GIVEN[QUIZ], filename="crossing.md"), notes="Some notes.\n")
    with monkeypatch.context() as patched:
        meanwhile = against_an_import(patched, course, imports, "imported_text")
        replace_quiz(
            quiz=quiz,
            base=quiz.revision,
            source=GIVEN[QUIZ].decode(),
            parsed=parsed,
            title="",
            author=None,
            now=LATER,
            decisions={},
            same={},
            regrade=False,
        )
    assert isinstance(meanwhile.end(), Outcome), meanwhile.result


def test_quiz_text_saved_takes_its_quiz_alone_and_not_the_course(cast: Cast) -> None:
    """Who holds the course, as an import does, may want that quiz next."""
    course = make_course(cast)
    saving = Meanwhile(web_quiz(course))
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        saving.begin()
        assert saving.thread is not None
        assert not saving.thread.is_alive()
    assert isinstance(saving.end(), Quiz)


def test_places_added_against_an_import_wait_in_no_circle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(cast)
    session = course.sessions.order_by("starts_at")[1]  # of the talk in the folder
    with monkeypatch.context() as patched:
        meanwhile = against_an_import(patched, course, slots, "Max")
        slots.add_slots(sessions=[session], kind=SlotKind.PAPER, minutes=15, capacity=1, count=1)
    assert isinstance(meanwhile.end(), Outcome), meanwhile.result
