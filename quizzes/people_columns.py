"""The list of people says who has more time, and leads to where it is set. Staff only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.models import User
from course.people_columns import Cell, Column, register
from quizzes.models import Accommodation
from quizzes.wording import counted, listed

if TYPE_CHECKING:
    from course.access import Membership

FOOT = "Accommodations show to the staff of this course. Students learn their own times, and nobody else’s."


@register
def accommodations(member: "Membership", students: Sequence[User]) -> Column:
    """Return each student's accommodation in quizzes, in short. One query."""
    given = {one.student_id: one for one in Accommodation.objects.filter(course=member.course)}
    return Column("Accommodation", {one.pk: _cell(member, one, given.get(one.pk)) for one in students}, FOOT)


def _cell(member: "Membership", student: User, given: Accommodation | None) -> Cell:
    url = reverse("quizzes:accommodation", args=[member.course.slug, student.public_id]) if member.may_plan else ""
    if given is None:
        return Cell("Give more time" if url else "", url, hidden=f" to {student}")
    return Cell(terms_words(given), url, tag=True, hidden=f" of {student}, change")


def terms_words(given: Accommodation) -> str:
    """Return an accommodation in short: "Time x 1.5", "No time limit, two days more"."""
    parts = ["No time limit"] if given.no_limit else [f"Time × {given.factor.normalize():f}"] if given.factor != 1 else []
    parts += [f"{counted(given.extra_days, 'day')} more"] if given.extra_days else []
    words = listed(parts)
    return words[:1].upper() + words[1:]
