"""What presentations show on other pages: the week page, the list of weeks, the landing page's dates."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.access import RIGHTS, Membership
from course.actions.weeks import release_week, save_week
from course.agenda import Urgency
from course.enums import Release, Role
from course.models import CourseSession, Week
from presentations import actions
from presentations.agenda import presentation_items
from presentations.enums import SlotKind
from presentations.models import Booking, Slot
from presentations.names import matches
from presentations.week_panels import presentations_panel
from presentations.week_rows import presenters_of_weeks
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db


def member(cast: Cast, person: User, role: Role) -> Membership:
    return Membership(cast.course, person, None, RIGHTS[role])


@pytest.fixture
def week(cast: Cast) -> Week:
    begins = NOW + timedelta(days=7)
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + timedelta(hours=2))
    return Week.objects.create(course=cast.course, slug="w7", number=7, title="Voice", session=session, state=Release.OPEN)


@pytest.fixture
def slots(week: Week) -> list[Slot]:
    assert week.session is not None
    return actions.add_slots(sessions=[week.session], kind=SlotKind.PAPER, minutes=15, capacity=1, count=2)


def test_week_panel_without_slots_or_class_is_absent(cast: Cast, week: Week) -> None:
    student = member(cast, cast.student, Role.STUDENT)
    assert presentations_panel(student, week, NOW) == []
    week.session = None
    assert presentations_panel(student, week, NOW) == []


def test_week_panel_shows_presenters_in_run_order_and_staff_can_assign(
    cast: Cast,
    week: Week,
    slots: list[Slot],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    actions.claim(slot=slots[1], person=cast.student, now=NOW)
    with django_assert_num_queries(2):
        panel = presentations_panel(member(cast, cast.other_student, Role.STUDENT), week, NOW)[0]
    cells = panel.context["cells"]
    assert isinstance(cells, list)
    assert [[holder.name for holder in cell.holders] for cell in cells] == [[], ["Ines Caballero"]]
    assert panel.context["presenters"] == []
    with django_assert_num_queries(3):
        staff = presentations_panel(member(cast, cast.instructor, Role.INSTRUCTOR), week, NOW)[0]
    assert staff.context["presenters"] == [cast.student, cast.other_student]


def test_week_rows_name_presenters_and_me(cast: Cast, week: Week, slots: list[Slot]) -> None:
    for slot, person in zip(slots, (cast.other_student, cast.student), strict=True):
        actions.assign(slot=slot, person=person, by=cast.instructor, now=NOW)
    notes = presenters_of_weeks(member(cast, cast.student, Role.STUDENT), [week], NOW)
    assert [(note.week, note.text) for note in notes] == [(week.pk, "Jonah Whitfield, You")]


def test_agenda_student_without_place_is_told_to_claim(cast: Cast, slots: list[Slot]) -> None:
    student = member(cast, cast.student, Role.STUDENT)
    item = presentation_items(student, NOW)[0]
    assert (item.title, item.urgency) == ("2 places to present are open", Urgency.NEXT)
    Slot.objects.filter(pk=slots[0].pk).update(closes_at=NOW + timedelta(days=1))
    item = presentation_items(student, NOW)[0]
    assert (item.urgency, item.at) == (Urgency.OPEN, NOW + timedelta(days=1))
    Slot.objects.all().update(closes_at=NOW)
    assert presentation_items(student, NOW) == []


def test_agenda_presenter_sees_her_date_until_it_is_over(cast: Cast, week: Week, slots: list[Slot]) -> None:
    actions.claim(slot=slots[0], person=cast.student, now=NOW)
    student = member(cast, cast.student, Role.STUDENT)
    items = presentation_items(student, NOW)
    assert [(item.kind, item.done) for item in items] == [("presentation", False)]
    assert presentation_items(student, NOW + timedelta(days=8))[0].done
    assert presentation_items(member(cast, cast.observer, Role.OBSERVER), NOW) == []


def test_agenda_staff_see_open_places_of_two_weeks(cast: Cast, slots: list[Slot]) -> None:
    staff = member(cast, cast.instructor, Role.INSTRUCTOR)
    assert [item.short for item in presentation_items(staff, NOW)] == ["2 open to present"]
    actions.claim(slot=slots[0], person=cast.student, now=NOW)
    assert [item.title.split(" on ")[0] for item in presentation_items(staff, NOW)] == ["One place is open"]
    actions.claim(slot=slots[1], person=cast.other_student, now=NOW)
    assert presentation_items(staff, NOW) == []
    assert presentation_items(staff, NOW - timedelta(days=10)) == []


def test_landing_agenda_names_who_presents_in_its_place(cast: Cast, client: Client) -> None:
    text = "# Week 6: Reading\n\n## IN-CLASS EXERCISES\n\n### PRESENTATIONS\n\n* Two talks\n\n### NEWS\n\n* One\n"
    week = save_week(course=cast.course, week=None, text=text, author=None, now=NOW, session=cast.session)
    release_week(week=week, state=Release.OPEN, now=NOW)
    slot = actions.add_slots(sessions=[cast.session], kind=SlotKind.PAPER, minutes=15, capacity=1, count=1)[0]
    actions.assign(slot=slot, person=cast.student, by=cast.instructor, now=NOW)
    for who, words in (
        (cast.instructor, "Ines Caballero"),
        (cast.student, "You"),
        (cast.observer, "Ines Caballero"),
        (cast.admin, "Ines Caballero"),
    ):
        client.force_login(who)
        with time_machine.travel(NOW, tick=False):
            page = client.get("/courses/hum240/").content.decode()
        assert re.search(rf"<li>(<p [^>]+>)?Presentations(</p>)?<p [^>]+>{words}</p></li><li>(<p [^>]+>)?News", page)


def test_landing_agenda_tells_titles_of_talks_to_those_who_run_the_class(cast: Cast, client: Client) -> None:
    slots = actions.add_slots(sessions=[cast.session], kind=SlotKind.PAPER, minutes=15, capacity=1, count=2)
    for slot, person in zip(slots, (cast.student, cast.other_student), strict=True):
        actions.assign(slot=slot, person=person, by=cast.instructor, now=NOW)
    Booking.objects.filter(person=cast.student).update(title="Who Finishes?")
    for who, words in (
        (cast.instructor, "Ines Caballero: Who Finishes?<br>Jonah Whitfield"),
        (cast.other_student, "Ines Caballero, You"),
    ):
        client.force_login(who)
        with time_machine.travel(NOW, tick=False):
            assert f">{words}</p>" in client.get("/courses/hum240/").content.decode()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jonah", [0]),
        ("whit jo", [0]),
        ("JONÁH  whitfield", [0]),
        ("o", [2]),
        ("smith", [1]),
        ("", []),
        ("onah", []),
        ("jo", [0, 1]),
    ],
)
def test_names_match_by_the_beginnings_of_words(typed: str, found: list[int]) -> None:
    assert matches(typed, ["Jonah Whitfield", "Jo Anders-Smith", "Zoë Okafor"]) == found
