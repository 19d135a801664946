"""The presenters of a week, in their place in the agenda; staff assign them there."""

from datetime import datetime
from typing import TYPE_CHECKING

from course.models import Week
from course.week_panels import Panel, register
from presentations.access import presenters
from presentations.schedule import cells_of

if TYPE_CHECKING:
    from course.access import Membership


@register
def presentations_panel(member: "Membership", week: Week, now: datetime) -> list[Panel]:
    """Who presents in the class of this week, in run order. Two queries; a third for staff while a place is free."""
    if week.session is None:
        return []
    week.session.course = member.course
    cells = cells_of(member, week.session, now)
    if not cells:
        return []
    context = {
        "cells": cells,
        "presenters": presenters(member.course) if member.may_plan and any(cell.free for cell in cells) else [],
    }
    return [Panel(("presentations",), "Presentations", "presentations/week_panel.html", context)]
