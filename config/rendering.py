"""Stored HTML that is brought up to the renderer of now. It lies in every app's tables, so this stands above them all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Manager

from course.actions.weeks import rerender_week
from course.markdown import RENDERER_VERSION, render
from course.models import Announcement, Page, Week
from quizzes.formats import markdown
from quizzes.models import Option, OptionKey, QuestionKey, QuestionVersion, Quiz
from quizzes.question_html import asked_html, option_html, reasons_html

Source = Callable[[str], str]


def _page(source: str) -> str:
    return render(source, page_links=True)


def _intro(source: str) -> str:
    return asked_html(markdown.parse(source).intro)


# What people call it, its rows, the field with the text, the field with its HTML, how the one becomes the other.
PLACES: tuple[tuple[str, Manager[Any], str, str, Source], ...] = (
    ("pages", Page.objects, "source", "html", _page),
    ("announcements", Announcement.objects, "source", "html", _page),
    ("introductions of quizzes", Quiz.objects, "source", "intro_html", _intro),
    ("questions", QuestionVersion.objects, "stem", "stem_html", asked_html),
    ("hints", QuestionVersion.objects, "hint", "hint_html", asked_html),
    ("options", Option.objects, "text", "html", option_html),
    ("feedback", QuestionKey.objects, "general", "general_html", reasons_html),
    ("feedback", QuestionKey.objects, "if_right", "if_right_html", reasons_html),
    ("feedback", QuestionKey.objects, "if_wrong", "if_wrong_html", reasons_html),
    ("feedback", OptionKey.objects, "feedback", "feedback_html", reasons_html),
    ("feedback", OptionKey.objects, "feedback_unticked", "feedback_unticked_html", reasons_html),
)


def rerender(*, now: datetime) -> dict[str, int]:
    """Render everything stored again and return how much of each kind changed. Texts, versions and times stay as they are."""
    changed = {"weeks": _weeks(now)}
    for name, rows, text, html, made in PLACES:
        changed[name] = changed.get(name, 0) + _fields(rows, text, html, made)
    Page.objects.update(renderer=RENDERER_VERSION)
    return changed


def _weeks(now: datetime) -> int:
    behind = list(Week.objects.exclude(renderer=RENDERER_VERSION).order_by("pk"))
    for week in behind:
        rerender_week(week=week, now=now)
    return len(behind)


def _fields(rows: Manager[Any], text: str, html: str, made: Source) -> int:
    count = 0
    for pk, source, before in list(rows.order_by("pk").values_list("pk", text, html)):
        after = made(source)
        if after != before:
            # Only while the text is still this one: who saves meanwhile has rendered it already.
            count += rows.filter(pk=pk, **{text: source}).update(**{html: after})
    return count
