"""Loading uploads for the person who brought them. What is not theirs does not exist (404)."""

from datetime import datetime

from django.http import Http404

from course.access import Membership
from exchange.models import KEPT_FOR, FolderUpload


def upload_for(member: Membership, public_id: str, now: datetime) -> FolderUpload:
    """Return this person's own upload that is not over a week old (404 otherwise). One query."""
    found = FolderUpload.objects.filter(
        course=member.course, person=member.user, public_id=public_id, created_at__gt=now - KEPT_FOR
    ).first()
    if found is None:
        raise Http404
    return found
