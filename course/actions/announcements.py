"""The doors of every change to announcements: draft → scheduled → published, and back while no mail has left."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from course.announcing import KIND, object_key
from course.enums import AnnouncementState
from course.markdown import render
from course.models import Announcement, Course, Week
from notifications.actions import call_back

if TYPE_CHECKING:
    from accounts.models import User


class OverTooSoonError(ValueError):
    """An announcement would be over before it appears; the message says when. Nothing was written."""


class AlreadyMailedError(Exception):
    """What has gone out by mail cannot be taken back; it can be corrected on the page."""


@dataclass(frozen=True, slots=True)
class Text:
    """What an announcement says and where it stands. `title` is one line, `source` Markdown. From `until` on only staff see it."""

    title: str
    source: str
    pinned: bool = False
    week: Week | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """How a draft comes out: `at` a time, or at once if None; by `mail` too, after the hold.

    `backdated`: a time that is over is when it came out, as in a course that was kept elsewhere; else it comes out now.
    """

    at: datetime | None
    mail: bool
    backdated: bool = False


def save_announcement(
    *,
    course: Course,
    announcement: Announcement | None,
    author: "User | None",
    text: Text,
    posting: Posting | None,
    now: datetime,
) -> Announcement:
    """Write an announcement, new if None is given, and return it.

    `posting` brings a draft or a scheduled one out; without it the state stays (a new one is a draft). What is published
    already only changes its text: its time and whether it is mailed stay. Until the mail has left it carries the new text.
    Raises OverTooSoonError.
    """
    with transaction.atomic():
        target = Announcement(course=course, author=author, created_at=now) if announcement is None else _locked(announcement)
        target.title, target.source, target.html = text.title, text.source, render(text.source, page_links=True)
        target.pinned, target.week, target.until, target.changed_at = text.pinned, text.week, text.until, now
        if posting is not None and target.state != AnnouncementState.PUBLISHED:
            _come_out(target, posting, now)
        if target.until is not None and target.publish_at is not None and target.until <= target.publish_at:
            at = f"{target.until.astimezone(course.tz):%Y-%m-%d %H:%M}"
            raise OverTooSoonError(f"it is over ({at}) before it appears — give a later time, or none")
        target.save()
    return target


def _locked(announcement: Announcement) -> Announcement:
    return Announcement.objects.select_for_update().get(pk=announcement.pk)


def _come_out(announcement: Announcement, posting: Posting, now: datetime) -> None:
    later = posting.at is not None and posting.at > now
    announcement.state = AnnouncementState.SCHEDULED if later else AnnouncementState.PUBLISHED
    announcement.publish_at = posting.at if later or (posting.backdated and posting.at) else now
    announcement.mail = posting.mail


def stop_mail(*, announcement: Announcement, now: datetime) -> None:
    """Keep a posted announcement on the page and do not mail it. Raises AlreadyMailedError once mail has left."""
    _call_back(announcement, now, mail=False)


def withdraw(*, announcement: Announcement, now: datetime) -> None:
    """Make a draft of it again: nobody but staff sees it, no mail leaves. Raises AlreadyMailedError once mail has left."""
    _call_back(announcement, now, state=AnnouncementState.DRAFT, publish_at=None)


def _call_back(announcement: Announcement, now: datetime, **changes: object) -> None:
    with transaction.atomic():
        Announcement.objects.filter(pk=announcement.pk).update(changed_at=now, **changes)
        if not call_back(kind=KIND, object_key=object_key(announcement)):
            raise AlreadyMailedError


def delete_draft(*, announcement: Announcement) -> bool:
    """Throw a draft away; return whether it was one. What was ever posted stays."""
    deleted, _ = Announcement.objects.filter(pk=announcement.pk, state=AnnouncementState.DRAFT).delete()
    return bool(deleted)


def publish_due(*, now: datetime) -> int:
    """Publish what is scheduled up to `now`; return how many. Members see it at its time anyway, this settles the state."""
    due = Announcement.objects.filter(state=AnnouncementState.SCHEDULED, publish_at__lte=now)
    return due.update(state=AnnouncementState.PUBLISHED)
