"""A quiz as one file in the native format: its text, with dates and rules on top (formats.md 3.4, docs/quiz-files.md)."""

import json
from collections.abc import Iterator

from quizzes.enums import QuizKind
from quizzes.formats import markdown
from quizzes.formats.front_values import PARTS, write_late
from quizzes.models import Quiz
from quizzes.quiztext import with_settings


def native_file(quiz: Quiz) -> str:
    """Return the text of a quiz with its settings as front matter; importing it again gives the same quiz.

    Times are on the course's clock, as they are typed; with their offset if one of them comes twice that day.
    """
    return with_settings(quiz.source, settings_lines(quiz))


def settings_lines(quiz: Quiz) -> Iterator[str]:
    """Return the settings of a quiz as lines of front matter, "due: 2026-10-07 17:30", each key once."""
    parsed = markdown.parse(quiz.source)
    if parsed.title != quiz.title:
        yield f"title: {_quoted(quiz.title)}"
    if quiz.week is not None and quiz.week.number is not None:
        yield f"week: {quiz.week.number}"
    if parsed.settings.purpose is None:
        yield f"kind: {quiz.kind}"
    yield f"scoring: {quiz.scoring}"
    if quiz.kind != QuizKind.PRACTICE:
        yield from _limits(quiz)
    yield f"shuffle: {_yes(quiz.shuffle)}"
    yield f"shuffle_questions: {_yes(quiz.shuffle_questions)}"
    yield f"layout: {quiz.layout}"
    yield f"back: {_yes(quiz.back_allowed)}"
    if quiz.access_code:
        yield f"access_code: {_quoted(quiz.access_code)}"
    yield from _times(quiz)
    if quiz.kind != QuizKind.PRACTICE:
        yield from _review(quiz)


def _limits(quiz: Quiz) -> Iterator[str]:
    """What practice does not have."""
    yield f"attempts: {quiz.attempts_allowed or 0}"
    yield f"counts: {quiz.counts}"
    if quiz.wait:
        yield f"wait: {quiz.wait}"
    if quiz.time_limit:
        yield f"time_limit: {quiz.time_limit // 60}"
    yield f"grace: {quiz.grace}"
    if quiz.late_steps:
        yield f"late: {write_late(tuple((minutes, percent) for minutes, percent in quiz.late_steps))}"


def _review(quiz: Quiz) -> Iterator[str]:
    yield f"show_key: {quiz.show_key}"
    for part in PARTS:
        yield f"show_{part}: {getattr(quiz, f'show_{part}') or 'with_key'}"


def _times(quiz: Quiz) -> Iterator[str]:
    zone = quiz.course.tz
    moments = {"opens": quiz.opens_at, "due": quiz.due_at, "closes": quiz.closes_at}
    if quiz.closes_at == quiz.due_at:
        del moments["closes"]  # a file that knows one end closes when it is due
    local = {name: at.astimezone(zone) for name, at in moments.items() if at}
    twice = any(at.fold for at in local.values())
    for name, at in local.items():
        seconds = f":{at:%S}" if at.second else ""
        yield f"{name}: {at:%Y-%m-%d %H:%M}{seconds}{at.strftime('%z') if twice else ''}"
    if quiz.due_at and not quiz.closes_at:
        yield "closes: never"


def _quoted(text: str) -> str:
    """Return a text as a JSON string, which is a YAML string too: quotes and colons cannot break the file."""
    return json.dumps(text, ensure_ascii=False)


def _yes(value: bool) -> str:
    return "true" if value else "false"
