"""The quizzes among the texts of a course."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.text import Truncator

from course.models import Course
from course.text_sources import CourseText, register
from quizzes.content import content_stored
from quizzes.draws import newest
from quizzes.models import QuestionVersion, Quiz, QuizItem


@register
def _quizzes(course: Course) -> Iterable[CourseText]:
    """One query."""
    for quiz in Quiz.objects.filter(course=course).only("title", "slug", "source"):
        quiz.course = course
        yield CourseText(f"Quiz: {quiz.title}", quiz.get_absolute_url(), quiz.source)


@register
def _bank(course: Course) -> Iterable[CourseText]:
    """Questions that stand in no quiz's text, in their newest version. Three queries."""
    asked = QuizItem.objects.filter(version__question=OuterRef("question"))
    found = newest(QuestionVersion.objects.filter(~Exists(asked), question__bank__course=course)).order_by("question")
    for version in found.select_related("question", "key").prefetch_related("options__key"):
        said = content_stored(version)
        texts = [said.stem, said.hint, said.general, said.if_right, said.if_wrong]
        texts += [text for option in said.options for text in (option.text, option.feedback, option.unticked)]
        address = reverse("quizzes:bank_question", args=[course.slug, version.question.public_id])
        title = Truncator(said.stem.partition("\n")[0]).chars(60)
        yield CourseText(f"Question bank: {title}", address, "\n\n".join(texts))
