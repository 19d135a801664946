"""A quiz as one file in the native format: its text, with dates and rules on top (formats.md 3.4)."""

import json
from collections.abc import Iterator
from datetime import datetime

from quizzes.enums import ShowKey
from quizzes.formats import markdown
from quizzes.models import Quiz
from quizzes.quiztext import with_settings

_SHOW_KEY = {
    ShowKey.IMMEDIATELY: "immediately",
    ShowKey.AFTER_DUE: "after_due",
    ShowKey.ON_RELEASE: "on_release",
    ShowKey.NEVER: "never",
}


def native_file(quiz: Quiz) -> str:
    """Return the text of a quiz with its settings as front matter; importing it again gives the same quiz.

    Times are on the course's clock, as they are typed.
    """
    return with_settings(quiz.source, _settings(quiz))


def _settings(quiz: Quiz) -> Iterator[str]:
    parsed = markdown.parse(quiz.source)
    if parsed.title != quiz.title:
        # A JSON string is a YAML string: quotes and colons in a title cannot break the file.
        yield f"title: {json.dumps(quiz.title, ensure_ascii=False)}"
    if quiz.week is not None and quiz.week.number is not None:
        yield f"week: {quiz.week.number}"
    if parsed.settings.purpose is None:
        yield f"kind: {quiz.kind}"
    yield f"scoring: {quiz.scoring}"
    yield f"attempts: {quiz.attempts_allowed or 0}"
    yield f"shuffle: {'true' if quiz.shuffle else 'false'}"
    yield from _times(quiz)
    yield f"show_key: {_SHOW_KEY[ShowKey(quiz.show_key)]}"


def _times(quiz: Quiz) -> Iterator[str]:
    def wall(value: datetime) -> str:
        return f"{value.astimezone(quiz.course.tz):%Y-%m-%d %H:%M}"

    if quiz.opens_at:
        yield f"opens: {wall(quiz.opens_at)}"
    if end := quiz.closes_at or quiz.due_at:
        yield f"due: {wall(end)}"
    if quiz.time_limit:
        yield f"time_limit: {quiz.time_limit // 60}"
