"""The column Status of presentations.md: what became of a talk, in the file, on the web, and in the file again."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from course.models import Course
from exchange.actions.exporting import files_of
from exchange.actions.importing import Outcome, bring
from exchange.enums import Copy
from exchange.planning import Choices
from exchange.schedule_table import read_schedule, status_of, with_day
from presentations.actions import SlotError, note_outcome
from presentations.enums import BookingState
from presentations.models import Booking
from tests.conftest import Cast
from tests.exchange.folders import files, folder
from tests.exchange.test_importing import LATER, come_in

TABLE = """\
| Date | Who             | Title | Status   |
|------|-----------------|-------|----------|
| 1/12 | Ines Caballero  | Mud   | ✓        |
| 1/19 | Jonah Whitfield | Clay  | in part  |
"""
AFTER = datetime(2027, 1, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("done", "done"),
        ("**Done!**", "done"),
        ("✓", "done"),
        ("no-show", "no show"),
        ("", ""),
        ("planned", ""),
        ("in part", None),
    ],
)
def test_status_of_a_cell(cell: str, status: str | None) -> None:
    assert status_of(cell) == status


def test_with_day_writes_a_status_only_where_it_is_another_one() -> None:
    schedule = read_schedule(TABLE, [date(2027, 1, 12), date(2027, 1, 19)])
    assert [row.status for row in schedule.rows] == ["done", None]
    assert with_day(schedule, date(2027, 1, 12), [("Ines Caballero", "Mud", "done")]) == TABLE
    missed = with_day(schedule, date(2027, 1, 12), [("Ines Caballero", "Mud", "no show")])
    assert missed == TABLE.replace("✓        |", "no show  |")
    assert with_day(schedule, date(2027, 1, 19), [("Jonah Whitfield", "Clay", "done")]) == TABLE


@pytest.fixture
def course(cast: Cast) -> Course:
    return come_in(cast, files(**{"presentations.md": None})).course


def taken(course: Course, table: str, now: datetime = AFTER) -> Outcome:
    given = folder(files(**{"presentations.md": table}))
    return bring(course=course, folder=given, choices=Choices(), author=None, now=now)


def states(course: Course) -> dict[str, str]:
    found = Booking.objects.active().filter(slot__course=course)
    return dict(found.values_list("person__name", "state"))


def given_out(course: Course) -> str:
    return files_of(course=course, copy=Copy.KEY, now=AFTER)["presentations.md"].decode()


def test_status_means_the_same_in_the_file_on_the_web_and_in_the_file_again(cast: Cast, course: Course, client: Client) -> None:
    taken(course, TABLE)
    assert states(course) == {"Ines Caballero": "presented", "Jonah Whitfield": "confirmed"}
    assert given_out(course) == TABLE
    booking = Booking.objects.select_related("slot", "person").get(person=cast.student)
    note_outcome(booking=booking, state=BookingState.NO_SHOW, now=AFTER)
    missed = TABLE.replace("✓        |", "no show  |")
    assert given_out(course) == missed
    taken(course, missed)
    taken(course, missed.replace("no show  ", "         "))
    assert states(course)["Ines Caballero"] == "confirmed"
    taken(course, missed.replace("no show  ", "presented"))
    assert states(course)["Ines Caballero"] == "presented"


def test_table_without_the_column_leaves_what_is_noted(cast: Cast, course: Course) -> None:
    taken(course, TABLE)
    taken(course, "| Date | Who |\n|---|---|\n| 1/12 | Ines Caballero |\n| 1/19 | Jonah Whitfield |\n")
    assert states(course)["Ines Caballero"] == "presented"


def test_done_before_the_class_has_begun_is_told_and_stays_in_the_file(course: Course) -> None:
    outcome = taken(course, TABLE, datetime(2027, 1, 12, 12, tzinfo=UTC))
    (change,) = (one for one in outcome.changes if one.path == "presentations.md")
    assert [note.code for note in change.notes if "begun" in note.text] == ["W336"]
    assert states(course)["Ines Caballero"] == "confirmed"
    assert given_out(course) == TABLE


def test_note_outcome_of_other_states_is_refused_and_of_a_cancelled_one_is_nothing(cast: Cast, course: Course) -> None:
    taken(course, TABLE)
    booking = Booking.objects.select_related("slot__session").get(person=cast.other_student)
    with pytest.raises(SlotError, match="A talk was given"):
        note_outcome(booking=booking, state=BookingState.CANCELLED, now=AFTER)
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.CANCELLED, cancelled_at=AFTER)
    note_outcome(booking=booking, state=BookingState.PRESENTED, now=AFTER)
    assert "Jonah Whitfield" not in states(course)


@pytest.mark.parametrize(("who", "offered"), [("instructor", True), ("student", False)])
def test_page_of_a_talk_takes_what_became_of_it_from_staff(
    cast: Cast, course: Course, client: Client, who: str, offered: bool
) -> None:
    taken(course, TABLE.replace("✓", " "), LATER)
    booking = Booking.objects.select_related("slot__session", "person").get(person=cast.student)
    session = booking.slot.session
    session.starts_at, session.ends_at = datetime(2026, 1, 12, 18, tzinfo=UTC), datetime(2026, 1, 12, 20, tzinfo=UTC)
    session.save()
    client.force_login(getattr(cast, who))
    url = reverse("presentations:booking_edit", args=[course.slug, booking.slot.public_id, booking.person.public_id])
    assert ('name="outcome"' in client.get(url).content.decode()) is offered
    assert client.post(url, {"title": "Mud", "abstract": "", "link": "", "outcome": "no_show"}).status_code == 303
    assert states(course)["Ines Caballero"] == ("no_show" if offered else "confirmed")
    page = client.get(reverse("presentations:schedule", args=[course.slug])).content.decode()
    assert ("Did not come" in page) is offered
    assert client.post(url, {"title": "Mud", "abstract": "", "link": "", "outcome": "cancelled"}).status_code == (
        422 if offered else 303
    )
