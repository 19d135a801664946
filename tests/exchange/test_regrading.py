"""A folder brings a quiz with another key in other words: what its table says and asks, and what becomes of scores."""

import pytest

from exchange.actions.importing import bring
from exchange.enums import Verdict
from exchange.planning import Choices
from exchange.reports import table_lines
from quizzes.models import Quiz
from tests.conftest import Cast
from tests.exchange.folders import changed, folder
from tests.exchange.test_importing import LATER, again, come_in, taken

PATH = "quizzes/crossing.md"
WHICH = {"q0o1": "1", "q0o2": "2"}
REWORDED = "One attempt saw question 1 in other words: graded again, its result shows the new words."


@pytest.mark.parametrize(("more", "score"), [({"regrade": "yes"}, 100), ({"regrade": "no"}, 50)])
def test_key_changed_in_other_words_is_asked_together_with_which_is_which(cast: Cast, more: dict[str, str], score: int) -> None:
    course = come_in(cast).course
    attempt = taken(cast, course)
    given = changed(PATH, "- [x] a ferry\n- [ ] a lake", "- [ ] a raft\n- [ ] a pond")
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER, rehearse=True)
    (waiting,) = (change for change in outcome.changes if change.asks)
    assert waiting.asks[-1]["words"] == (
        "If this changes the key of graded attempts, are they graded again? Results show the new words then."
    )
    half = bring(course=course, folder=folder(given), choices=Choices(same={PATH: WHICH}), author=None, now=LATER)
    (waiting,) = (change for change in half.changes if change.asks)
    assert [(ask["ref"], REWORDED in waiting.words) for ask in waiting.asks] == [("regrade", True)]
    done = bring(course=course, folder=folder(given), choices=Choices(same={PATH: WHICH | more}), author=None, now=LATER)
    attempt.refresh_from_db()
    assert attempt.score == score
    assert REWORDED in "\n".join(table_lines(done.changes))


def test_key_changed_after_the_words_counts_the_attempts_in_its_table(cast: Cast) -> None:
    course = come_in(cast).course
    attempt = taken(cast, course)
    again(course, changed(PATH, "a ferry", "a raft"))
    given = changed(PATH, "- [x] a ferry", "- [ ] a raft")
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER, rehearse=True)
    assert [(len(change.asks), REWORDED in change.words) for change in outcome.changes if change.path == PATH] == [(1, True)]
    again(course, given, Choices(regrade=True))
    attempt.refresh_from_db()
    assert attempt.score == 100


def test_key_changed_with_an_added_option_says_whose_points_stay(cast: Cast) -> None:
    course = come_in(cast).course
    attempt = taken(cast, course)
    given = changed(PATH, "- [ ] a lake\n", "- [ ] a lake\n- [x] a bridge\n")
    outcome = bring(course=course, folder=folder(given), choices=Choices(regrade=True), author=None, now=LATER)
    (quiz,) = (change for change in outcome.changes if change.path == PATH)
    assert (quiz.asks, quiz.verdict) == ((), Verdict.MERGED)
    assert "One attempt saw question 1 with other options: its points for it stay as they are." in quiz.words
    attempt.refresh_from_db()
    assert (attempt.score, "a bridge" in Quiz.objects.get(course=course).source) == (50, True)
