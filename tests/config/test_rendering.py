"""Stored HTML follows the renderer; texts, versions and ticks stay."""

from django.core.management import call_command
from django.utils import timezone

from config.demo.build import build
from course.markdown import RENDERER_VERSION
from course.models import Announcement, Page, Reading, ReadingTick, Section, Week
from quizzes.models import Option, OptionKey, QuestionKey, QuestionVersion, Quiz
from tests.conftest import person


def stored() -> list[object]:
    return [
        list(model.objects.order_by(*order).values_list(*fields))
        for model, order, fields in (
            (Week, ["pk"], ["source", "version", "changed_at", "number", "title", "intro_html", "key_questions", "renderer"]),
            (Section, ["week", "position"], ["heading", "html"]),
            (Reading, ["pk"], ["public_id", "note_html", "section__heading", "added_at"]),
            (Announcement, ["pk"], ["html"]),
            (Page, ["pk"], ["html", "renderer"]),
            (Quiz, ["pk"], ["intro_html", "revision"]),
            (QuestionVersion, ["pk"], ["stem_html"]),
            (Option, ["pk"], ["html"]),
            (OptionKey, ["pk"], ["feedback_html", "feedback_unticked_html"]),
            (QuestionKey, ["pk"], ["general_html", "if_right_html", "if_wrong_html"]),
        )
    ]


def test_rerender_brings_old_html_up_to_the_renderer_of_now(db: None) -> None:
    build(now=timezone.now())
    before = stored()
    reading = Reading.objects.filter(week__number=5)[0]
    ReadingTick.objects.create(reading=reading, person=person("Tess Tick"), at=timezone.now())
    for model, field in (
        (Section, "html"),
        (Reading, "note_html"),
        (Announcement, "html"),
        (QuestionVersion, "stem_html"),
        (Option, "html"),
        (OptionKey, "feedback_html"),
    ):
        model.objects.update(**{field: "<p>old</p>"})
    Week.objects.update(renderer=RENDERER_VERSION - 1, intro_html="<p>old</p>")
    assert stored() != before
    call_command("rerender")
    assert stored() == before
    assert ReadingTick.objects.filter(reading=reading).count() == 1


def test_rerender_with_nothing_behind_changes_nothing(db: None) -> None:
    build(now=timezone.now())
    before = stored()
    call_command("rerender")
    assert stored() == before
