"""Who presents, under each week in the list of weeks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from course.models import Week
from course.week_rows import Column, Note, register
from presentations.models import Booking

if TYPE_CHECKING:
    from course.access import Membership


@register
def presenters_of_weeks(member: "Membership", weeks: Sequence[Week], now: datetime) -> list[Note]:
    """The presenters of each week in run order. One query."""
    by_session = {week.session_id: week.pk for week in weeks if week.session_id is not None}
    names: dict[int, list[str]] = defaultdict(list)
    bookings = Booking.objects.active().filter(session__in=by_session).select_related("person").order_by("slot__position", "pk")
    for booking in bookings:
        names[by_session[booking.session_id]].append("You" if booking.person_id == member.user.pk else str(booking.person))
    return [Note(week, Column.TALKS, ", ".join(people)) for week, people in names.items()]
