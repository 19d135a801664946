"""What the course itself shows in the agenda of a week page: its announcements."""

from datetime import datetime
from typing import TYPE_CHECKING

from course.announcing import excerpt
from course.models import Announcement, Week
from course.week_panels import Panel, register

if TYPE_CHECKING:
    from course.access import Membership

EXCERPT = 140


@register
def announcements_panel(member: "Membership", week: Week, now: datetime) -> list[Panel]:
    """The announcements that were linked to this week, as members see them. One query."""
    found = [(one, excerpt(one, EXCERPT)) for one in Announcement.objects.filter(week=week).published(now)]
    if not found:
        return []
    return [Panel(("announcements", "overhead"), "Announcements", "course/announcement_panel.html", {"announcements": found})]
