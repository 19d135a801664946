"""The public copy of a quiz that came in another format than the native one has no key, and an edit of it keeps the key."""

from collections.abc import Iterator

import pytest

from course.models import Course
from exchange.actions.exporting import files_of
from exchange.enums import Copy, Verdict
from exchange.models import FolderFile
from quizzes.actions.authoring import save_quiz_text
from quizzes.enums import QuizState
from quizzes.formats import markdown
from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuiz
from quizzes.models import Quiz
from tests.conftest import Cast
from tests.exchange.folders import COURSE, changed
from tests.exchange.test_importing import LATER, NOW, again, come_in, out
from tests.quizzes.formats.pasted import PASTED, REVIEW
from tests.quizzes.formats.pasted_dialects import DIALECTS
from tests.quizzes.formats.test_relatives import RELATIVES

HIDDEN = """\
## Question 1

What do bees gather?

- A. Sand
- B. Nectar
- C. Both

<details>
<summary>Answer</summary>

**Answer:** B

Sand is dry.
</details>
"""
QUIZDOWN_PAGE = """\
Some page.

<!-- quizdown:start -->
### Which one?

1. [x] a
    > that one
1. [ ] b
<!-- quizdown:end -->

And below.
"""
TYPED_ANSWER = "1. What do bees gather?\nA. Sand\nB. Nectar\nC. Both\nAnswer: B\nExplanation: Sand is dry.\n"
TEXTS = (
    {name: text for name, (text, _) in RELATIVES.items()}
    | {name: text for name, (text, _) in DIALECTS.items()}
    | {
        "a review": REVIEW,
        "a review below notes": PASTED,
        "hidden": HIDDEN,
        "a page": QUIZDOWN_PAGE,
        "typed answers": TYPED_ANSWER,
    }
)
PATHS = {f"quizzes/q{number:02}.md": name for number, name in enumerate(TEXTS)}


def course_of(cast: Cast, *names: str) -> Course:
    """Return a course with a published quiz in each of these formats."""
    given = {place_of(name): TEXTS[name].encode() for name in names} | {"course.yaml": COURSE.encode()}
    outcome = come_in(cast, given)
    assert not outcome.refused
    quizzes = Quiz.objects.filter(course=outcome.course)
    assert len(quizzes) == len(names)
    quizzes.update(state=QuizState.PUBLISHED, published_at=NOW, opens_at=None)
    return outcome.course


def place_of(name: str) -> str:
    return next(path for path, one in PATHS.items() if one == name)


def told(quiz: ParsedQuiz) -> Iterator[str]:
    """Return what a text says about the answers to its questions."""
    for question in quiz.questions:
        said = question.feedback
        yield from (one for one in (said.general, said.correct, said.incorrect, said.hint) if one)
        for option in question.options:
            yield from (one for one in (option.feedback, option.feedback_unticked) if one)


def leaks(text: str, original: str) -> list[str]:
    """Return what a text says of the key of the `original`, read in each way."""
    found = []
    for format_ in ("auto", "markdown", "review"):
        quiz = parse_quiz(text.encode(), format=format_)
        found += [option.text for question in quiz.questions for option in question.options if option.correct or option.mark]
        found += told(quiz)
    asked = markdown.parse(text)
    visible = {line.strip() for question in asked.questions for line in question.stem.splitlines()}
    visible |= {line.strip() for question in asked.questions for option in question.options for line in option.text.splitlines()}
    secrets = {line.strip() for one in told(parse_quiz(original.encode())) for line in one.splitlines()} - visible
    return found + [one for one in secrets if len(one) > 2 and one in text]


def test_public_copy_of_a_quiz_in_another_format_asks_the_same_and_has_no_key(cast: Cast) -> None:
    course = course_of(cast, *TEXTS)
    public = files_of(course=course, copy=Copy.PUBLIC, now=LATER)
    own = out(course)
    for path, name in PATHS.items():
        text = public[path].decode()
        assert own[path].decode() == TEXTS[name]
        assert leaks(TEXTS[name], TEXTS[name]), f"{name}: the text itself has a key, and it is seen"
        assert (name, leaks(text, TEXTS[name])) == (name, [])
        asked = [(one.stem, [option.text for option in one.options]) for one in parse_quiz(TEXTS[name].encode()).questions]
        shown = [(one.stem, [option.text for option in one.options]) for one in markdown.parse(text).questions]
        assert (name, shown) == (name, asked)


def test_public_copy_of_quizzes_in_other_formats_changes_nothing_coming_back(cast: Cast) -> None:
    course = course_of(cast, *TEXTS)
    before = out(course)
    verdicts = again(course, out(course, Copy.PUBLIC))
    assert {verdicts[path] for path in PATHS} == {Verdict.SAME}
    assert out(course) == before


def right(path: str) -> list[tuple[str, bool]]:
    """Return the options of the quiz at a path, and whether they are right."""
    stored = Quiz.objects.get(pk=FolderFile.objects.get(path=path).ref).source
    return [(one.text, bool(one.correct)) for question in markdown.parse(stored).questions for one in question.options]


KEY = [("Sand", False), ("Nectar", True), ("Both", False)]


@pytest.mark.parametrize("name", ["typed answers", "hidden"])
def test_public_copy_of_a_quiz_in_another_format_takes_an_edit_and_keeps_the_key(cast: Cast, name: str) -> None:
    course, path = course_of(cast, name), place_of(name)
    assert right(path) == KEY
    public = changed(path, "gather?", "gather today?", out(course, Copy.PUBLIC))
    assert again(course, {path: public[path]})[path] == Verdict.MERGED
    assert right(path) == KEY
    kept = out(course)[path].decode()
    assert "gather today?" in kept
    assert [one.key for one in parse_quiz(kept.encode()).questions] == [{1}]


def test_public_copy_of_before_a_change_here_takes_nothing_back(cast: Cast) -> None:
    course, path = course_of(cast, "typed answers"), place_of("typed answers")
    old = out(course, Copy.PUBLIC)
    quiz = Quiz.objects.get(pk=FolderFile.objects.get(path=path).ref)
    save_quiz_text(quiz=quiz, text=quiz.source.replace("Both", "Both of them"), author=None, now=LATER)
    before = out(course)
    assert again(course, {path: old[path]})[path] == Verdict.REFUSED
    assert again(course, {path: out(course, Copy.PUBLIC)[path]})[path] == Verdict.SAME
    assert out(course) == before
