"""A quiz is published while a question leaves the pool that it draws from. The control takes the lock away and goes wrong."""

from collections.abc import Callable
from threading import Barrier

import pytest

from quizzes.actions import publishing, storing_draws
from quizzes.actions.authoring import new_quiz
from quizzes.actions.bank import add_question, tag_question
from quizzes.actions.refusals import RefusedError
from quizzes.draws import short_quizzes
from quizzes.enums import QuizState
from quizzes.models import Quiz
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.races.test_attempts import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def publish_against_untag(cast: Cast, tag: str) -> list[object]:
    """Publish a quiz that draws the only question of a tag while that question loses the tag; return what became of both."""
    text = f"## What is {tag}?\n\n- [x] this\n- [ ] that\n"
    question = add_question(course=cast.course, text=text, tags=[tag], author=None, now=NOW)
    draw = f"## Draw {{draw=1 tags={tag}}}\n"
    quiz = new_quiz(course=cast.course, title=tag, week=None, author=None, now=NOW, text=draw)
    return together(
        [
            lambda: publishing.publish_quiz(quiz=quiz, now=NOW),
            lambda: tag_question(question=question, tags=(), author=None, now=NOW),
        ]
    )


def test_publish_and_untag_at_once_never_leave_a_published_quiz_short(cast: Cast) -> None:
    for round_number in range(examples(3, 50)):
        results = publish_against_untag(cast, f"t{round_number}")
        assert [type(one) for one in results if isinstance(one, Exception)] == [RefusedError]
        assert short_quizzes(cast.course, NOW) == []


def test_control_publish_and_untag_at_once_without_the_lock_go_wrong(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def then_wait(look: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def looked(*args: object) -> list[str]:
            found = look(*args)
            both.wait(30)  # until the other has looked, too
            return found

        return looked

    for module, look in ((publishing, "publish_problems"), (storing_draws, "short_quizzes")):
        monkeypatch.setattr(module, "hold_pools", lambda _: None)
        monkeypatch.setattr(module, look, then_wait(getattr(module, look)))
    results = publish_against_untag(cast, "t")
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Quiz.objects.get().state == QuizState.PUBLISHED
    assert short_quizzes(cast.course, NOW) != []
