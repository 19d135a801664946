"""Announcements that are over at some time: on the web, in a file, and both meaning the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from course.actions.announcements import OverTooSoonError, Posting, Text, save_announcement
from course.enums import Release
from course.models import Announcement, Week
from exchange.actions.exporting import files_of
from exchange.actions.importing import bring
from exchange.announcement_file import read_announcement
from exchange.enums import Copy, Verdict
from exchange.folder import Folder
from exchange.planning import Choices
from notifications import actions
from notifications.enums import DeliveryState
from notifications.models import Delivery
from tests.conftest import NOW, Cast
from tests.course.test_announcements import form, signed_in, url

HOUR = timedelta(hours=1)
PATH = "announcements/2026-01-05-room.md"
FILE = "---\ntitle: Room\npublish: 2026-01-05 09:00\nuntil: 2026-01-09   # Friday\n---\n\nUpstairs.\n"


def posted(cast: Cast, *, until: datetime | None, week: Week | None = None, mailed: bool = False) -> Announcement:
    return save_announcement(
        course=cast.course,
        announcement=None,
        author=cast.instructor,
        text=Text("Room change", "Upstairs.", pinned=True, week=week, until=until),
        posting=Posting(at=None, mail=mailed),
        now=timezone.now() - 2 * HOUR,
    )


@pytest.mark.parametrize(("hours", "seen"), [(1, True), (-1, False)])
def test_announcement_is_on_every_page_until_it_is_over(cast: Cast, hours: int, seen: bool) -> None:
    week = Week.objects.create(course=cast.course, slug="w", title="Chairs", number=1, state=Release.OPEN)
    one = posted(cast, until=timezone.now() + hours * HOUR, week=week)
    student = signed_in(cast.student)
    assert student.get(one.get_absolute_url()).status_code == (200 if seen else 404)
    for address in (url(cast, "announcements"), cast.course.get_absolute_url(), week.get_absolute_url()):
        assert ("Room change" in student.get(address).content.decode()) is seen
    staff = signed_in(cast.instructor)
    assert ("Over since" in staff.get(one.get_absolute_url()).content.decode()) is not seen
    assert (">Over</h2>" in staff.get(url(cast, "announcements")).content.decode()) is not seen
    assert "Not out yet" not in staff.get(url(cast, "announcements")).content.decode()


def test_mail_of_an_announcement_that_is_over_does_not_leave(cast: Cast) -> None:
    one = posted(cast, until=timezone.now() + HOUR, mailed=True)
    assert one.publish_at is not None
    actions.plan(now=one.publish_at)
    Announcement.objects.update(until=one.publish_at + timedelta(minutes=5))
    later = one.publish_at + timedelta(minutes=11)
    for delivery in actions.claim_due(now=later, limit=9):
        actions.send_one(delivery=delivery, now=later, backend=EmailBackend())
    assert mail.outbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SKIPPED}


@pytest.mark.parametrize(
    ("fields", "until", "error"),
    [
        ({}, None, ""),
        ({"until_date": "2030-01-09"}, datetime(2030, 1, 10, 6, tzinfo=UTC), ""),
        ({"until_date": "2030-01-09", "until_time": "12:30"}, datetime(2030, 1, 9, 18, 30, tzinfo=UTC), ""),
        ({"until_time": "12:30"}, None, "Say until which day"),
        ({"until_date": "2020-01-09"}, None, "It would be over before it appears."),
        ({"until_date": "2030-01-09", "when": "later", "date": "2030-02-01"}, None, "It would be over before it appears."),
        ({"until_date": "2030-03-10", "until_time": "02:30"}, None, "The clocks change in that night"),
    ],
)
def test_form_takes_a_last_day_or_time(cast: Cast, fields: dict[str, str], until: datetime | None, error: str) -> None:
    answer = signed_in(cast.instructor).post(url(cast, "announcement_new"), form(do="post") | fields)
    assert answer.status_code == (422 if error else 303)
    assert not error or error in answer.content.decode()
    assert list(Announcement.objects.values_list("until", flat=True)) == ([] if error else [until])


def test_form_of_a_published_one_shows_its_last_time_and_takes_it_off_at_once(cast: Cast) -> None:
    one = posted(cast, until=datetime(2030, 1, 9, 18, 30, tzinfo=UTC))
    staff = signed_in(cast.instructor)
    page = staff.get(url(cast, "announcement_edit", one.public_id)).content.decode()
    assert 'value="2030-01-09"' in page
    assert 'value="12:30"' in page
    Announcement.objects.update(until=datetime(2030, 1, 10, 6, tzinfo=UTC))  # the end of the ninth in Chicago
    page = staff.get(url(cast, "announcement_edit", one.public_id)).content.decode()
    assert 'value="2030-01-09"' in page
    assert 'value="00:00"' not in page
    ended = timezone.localtime(timezone.now(), cast.course.tz).replace(second=0, microsecond=0)
    fields = {"until_date": f"{ended:%Y-%m-%d}", "until_time": f"{ended:%H:%M}", "do": "save"}
    assert staff.post(url(cast, "announcement_edit", one.public_id), form() | fields).status_code == 303
    one.refresh_from_db()
    assert one.until == ended


def test_over_before_it_appears_is_refused_by_the_door_and_by_the_database(cast: Cast) -> None:
    with pytest.raises(OverTooSoonError, match="is over"):
        posted(cast, until=timezone.now() - 3 * HOUR)
    one = posted(cast, until=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=one.pk).update(until=one.publish_at)


@pytest.mark.parametrize(
    ("line", "until", "notes"),
    [
        ("until: 2026-01-09", "2026-01-10 00:00", []),
        ("until: 2026-01-09 12:00", "2026-01-09 12:00", []),
        ("until:", None, []),
        ("until: Friday", None, ["E202"]),
        ("until: 2026-01-05 09:00", "2026-01-05 09:00", ["E204"]),
    ],
)
def test_file_says_until_when(line: str, until: str | None, notes: list[str]) -> None:
    said = read_announcement(FILE.replace("until: 2026-01-09   # Friday", line), PATH)
    found = said.until and said.until.isoformat(" ", "minutes")
    assert (found, [(note.code, note.line) for note in said.notes]) == (until, [(code, 4) for code in notes])


def taken(cast: Cast, text: str) -> Verdict:
    outcome = bring(course=cast.course, folder=Folder({PATH: text.encode()}), choices=Choices(), author=None, now=NOW)
    return next(Verdict(change.verdict) for change in outcome.changes if change.path == PATH)


def given(cast: Cast) -> str:
    return files_of(course=cast.course, copy=Copy.KEY, now=NOW)[PATH].decode()


def test_until_means_the_same_in_the_file_on_the_web_and_in_the_file_again(cast: Cast, client: Client) -> None:
    assert taken(cast, FILE) == Verdict.NEW
    one = Announcement.objects.get()
    assert one.until == datetime(2026, 1, 10, 6, tzinfo=UTC)  # the end of that day in Chicago
    assert given(cast) == FILE
    text = Text(one.title, one.source, until=datetime(2026, 1, 8, 18, tzinfo=UTC))
    save_announcement(course=cast.course, announcement=one, author=None, text=text, posting=None, now=NOW)
    ended = FILE.replace("until: 2026-01-09   #", "until: 2026-01-08 12:00   #")
    assert given(cast) == ended
    assert taken(cast, FILE) == Verdict.ONLY_HERE
    assert taken(cast, ended.replace("Upstairs", "Downstairs")) in {Verdict.CHANGED, Verdict.MERGED}
    assert given(cast) == ended.replace("Upstairs", "Downstairs")
    assert taken(cast, given(cast).replace("until: 2026-01-08 12:00   # Friday\n", "")) != Verdict.REFUSED
    assert list(Announcement.objects.values_list("until", flat=True)) == [None]
    assert taken(cast, given(cast).replace("publish", "until: 2026-01-04\npublish")) == Verdict.REFUSED
