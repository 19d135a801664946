"""The quizzes among the texts of a course."""

from collections.abc import Iterable

from course.models import Course
from course.text_sources import CourseText, register
from quizzes.models import Quiz


@register
def _quizzes(course: Course) -> Iterable[CourseText]:
    """One query."""
    for quiz in Quiz.objects.filter(course=course).only("title", "slug", "source"):
        quiz.course = course
        yield CourseText(f"Quiz: {quiz.title}", quiz.get_absolute_url(), quiz.source)
