"""What the front matter of a quiz's text says, put into the fields of the quiz."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from course.models import Week
from quizzes.actions.refusals import RefusedError
from quizzes.enums import QuizKind
from quizzes.formats.front_values import PARTS
from quizzes.formats.model import Never, PartRelease, QuizPurpose, QuizSettings
from quizzes.models import Quiz
from quizzes.rules import WITH_KEY, put_rules, rule_problems, rules_of, settled
from quizzes.walltime import NoSuchTimeError, instant

MAX_TITLE = 150
# Fields of the settings and of the quiz that hold the same value under two names.
_SAME = {
    "counts": "counts",
    "wait": "wait",
    "grace": "grace",
    "access_code": "access_code",
    "layout": "layout",
    "back": "back_allowed",
    "scoring": "scoring",
    "shuffle": "shuffle",
    "shuffle_questions": "shuffle_questions",
    "show_key": "show_key",
}


_AT_ONCE = {PartRelease.IMMEDIATELY.value, PartRelease.WITH_KEY.value}


def apply_settings(quiz: Quiz, settings: QuizSettings) -> None:
    """Put what a front matter says into the fields of a quiz (not saved); what it leaves out stays as it is.

    Raises RefusedError for a time that the course's clock never shows, and for rules that contradict each other.
    """
    if settings == QuizSettings():
        return
    try:
        said = dict(_said(quiz, settings))
    except NoSuchTimeError as error:
        raise RefusedError([str(error)]) from error
    rules = settled(replace(rules_of(quiz), **said))  # type: ignore[arg-type]  # the names are those of the rules
    problems = rule_problems(rules)
    if problems:
        raise RefusedError([*(problem.sentence for problem in problems), "Correct the lines at the top of the text."])
    put_rules(quiz, rules)


def unused_in_practice(settings: QuizSettings) -> list[str]:
    """Return the keys of a front matter that practice does not have; none where the quiz is graded or they say what holds."""
    if settings.purpose in {None, QuizPurpose.GRADED}:
        return []
    shows = [settings.show_key, *(getattr(settings, f"show_{part}") for part in PARTS)]
    said = {
        "time_limit": settings.time_limit,
        "attempts": settings.attempts,
        "wait": settings.wait,
        "late": settings.late,
        "the times of results": any(show is not None and show.value not in _AT_ONCE for show in shows),
    }
    return [name for name, value in said.items() if value]


def _said(quiz: Quiz, settings: QuizSettings) -> Iterator[tuple[str, object]]:
    for name, rule in _SAME.items():
        if (value := getattr(settings, name)) is not None:
            yield rule, getattr(value, "value", value)
    yield from _times(quiz, settings)
    yield from _parts(quiz, settings)
    if settings.title:
        yield "title", settings.title[:MAX_TITLE]
    if settings.week is not None:
        yield "week", Week.objects.filter(course_id=quiz.course_id, number=settings.week).first() or quiz.week
    if settings.attempts is not None:
        yield "attempts_allowed", settings.attempts or None
    if settings.time_limit is not None:
        yield "time_limit", settings.time_limit * 60 or None
    if settings.late is not None:
        yield "late_steps", [list(step) for step in settings.late]
    if settings.purpose is not None:
        yield "kind", QuizKind.GRADED if settings.purpose is QuizPurpose.GRADED else QuizKind.PRACTICE


def _times(quiz: Quiz, settings: QuizSettings) -> Iterator[tuple[str, datetime | None]]:
    zone = quiz.course.tz
    if settings.opens is not None:
        yield "opens_at", instant(settings.opens, zone)
    if settings.due is not None:
        yield "due_at", instant(settings.due, zone)
    if isinstance(settings.closes, Never):
        yield "closes_at", None
    elif end := settings.closes or settings.due:
        # A file that knows one end: what is due then is closed then.
        yield "closes_at", instant(end, zone)


def _parts(quiz: Quiz, settings: QuizSettings) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        said: PartRelease | None = getattr(settings, f"show_{part}")
        # The score and the own answers are shown by themselves; the quiz has no "with the key" for these.
        if said is PartRelease.WITH_KEY and part in {"score", "answers"}:
            yield f"show_{part}", settings.show_key.value if settings.show_key else quiz.show_key
        elif said is not None:
            yield f"show_{part}", WITH_KEY if said is PartRelease.WITH_KEY else said.value
