"""The schedule page and every change on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from accounts.models import User
from course.enums import Release
from course.models import CourseSession, Week
from presentations import actions
from presentations.enums import BookingState, SlotKind
from presentations.models import Booking, Slot
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]


@pytest.fixture(autouse=True)
def clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def open_as() -> Open:
    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def later(cast: Cast) -> CourseSession:
    begins = NOW + timedelta(days=7, hours=2)
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + timedelta(hours=2))
    Week.objects.create(course=cast.course, slug="w7", number=7, title="Voice and Style", session=session, state=Release.OPEN)
    return session


@pytest.fixture
def slot(cast: Cast, later: CourseSession) -> Slot:
    return actions.add_slots(sessions=[later], kind=SlotKind.PAPER, minutes=15, capacity=1, count=1)[0]


def url(name: str, slot: Slot, *more: str) -> str:
    return reverse(f"presentations:{name}", args=[slot.course.slug, slot.public_id, *more])


def page(cast: Cast) -> str:
    return reverse("presentations:schedule", args=[cast.course.slug])


def test_schedule_student_open_slot_offers_claim(cast: Cast, slot: Slot, open_as: Open) -> None:
    body = open_as(cast.student).get(page(cast)).content.decode()
    assert body.count(f'action="{url("claim", slot)}"') == 2  # once in the table, once in the list of the same page
    assert "Week 7" in body
    assert "Voice and Style" in body
    assert "Assign" not in body
    assert url("slot_delete", slot) not in body


def test_schedule_week_not_open_title_shows_to_staff_only(cast: Cast, slot: Slot, open_as: Open) -> None:
    Week.objects.update(state=Release.DRAFT)
    assert "Voice and Style" not in open_as(cast.student).get(page(cast)).content.decode()
    assert "Voice and Style" in open_as(cast.instructor).get(page(cast)).content.decode()


def test_schedule_without_slots_says_so(cast: Cast, open_as: Open) -> None:
    body = open_as(cast.student).get(page(cast)).content.decode()
    assert "No places to present yet" in body
    assert "<table" not in body


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (SlotKind.PAPER, "You have paper talks on Wed 14 Oct and Wed 21 Oct."),
        (SlotKind.DEMO, "You have a paper talk on Wed 14 Oct and a project demo on Wed 21 Oct."),
    ],
)
def test_schedule_student_with_two_places_reads_one_sentence(
    cast: Cast, slot: Slot, open_as: Open, second: SlotKind, words: str
) -> None:
    begins = slot.session.starts_at + timedelta(days=7)
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + timedelta(hours=2))
    other = actions.add_slots(sessions=[session], kind=second, minutes=15, capacity=1, count=1)[0]
    for place in (other, slot):
        actions.claim(slot=place, person=cast.student, now=NOW)
    body = open_as(cast.student).get(page(cast)).content.decode()
    assert words in body
    assert body.count("You have ") == 1


def test_schedule_place_of_a_past_class_is_not_said_to_come(
    cast: Cast, slot: Slot, open_as: Open, time_machine: TimeMachineFixture
) -> None:
    actions.claim(slot=slot, person=cast.student, now=NOW)
    assert "You have a paper talk on Wed 14 Oct." in open_as(cast.student).get(page(cast)).content.decode()
    time_machine.move_to(slot.session.ends_at, tick=False)
    assert "You have " not in open_as(cast.student).get(page(cast)).content.decode()


def test_claim_by_form_is_mine_and_can_be_undone(cast: Cast, slot: Slot, open_as: Open) -> None:
    client = open_as(cast.student)
    answer = client.post(url("claim", slot), follow=True)
    assert answer.redirect_chain == [(page(cast), 303)]
    body = answer.content.decode()
    assert "is yours" in body
    assert body.count(">Undo<") == 2
    booking = Booking.objects.get()
    assert (booking.person, booking.session, booking.made_at) == (cast.student, slot.session, NOW)
    body = client.post(url("undo", slot), follow=True).content.decode()
    assert "It is open again" in body
    slot.refresh_from_db()
    booking.refresh_from_db()
    assert (slot.taken, booking.state, booking.cancelled_at) == (0, BookingState.CANCELLED, NOW)


def test_claim_by_htmx_answers_schedule_part_with_message(cast: Cast, slot: Slot, open_as: Open) -> None:
    answer = open_as(cast.student).post(url("claim", slot), headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.lstrip().startswith('<div id="schedule"')
    assert "<html" not in body
    assert 'hx-swap-oob="innerHTML:#messages"' in body
    assert "is yours" in body


def test_claim_too_late_says_who_was_faster(cast: Cast, slot: Slot, open_as: Open) -> None:
    actions.claim(slot=slot, person=cast.other_student, now=NOW)
    body = open_as(cast.student).post(url("claim", slot), headers={"HX-Request": "true"}).content.decode()
    assert "Jonah Whitfield was faster: every place here is taken." in body
    assert url("claim", slot) not in body
    assert Booking.objects.count() == 1


def test_claim_second_place_of_class_refused(cast: Cast, slot: Slot, later: CourseSession, open_as: Open) -> None:
    other = actions.add_slots(sessions=[later], kind=SlotKind.DEMO, minutes=20, capacity=2, count=1)[0]
    actions.claim(slot=slot, person=cast.student, now=NOW)
    client = open_as(cast.student)
    assert url("claim", other) not in client.get(page(cast)).content.decode()
    assert "one place per person and class" in client.post(url("claim", other), follow=True).content.decode()
    other.refresh_from_db()
    assert other.taken == 0


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [(timedelta(hours=1), None, "not opened yet"), (None, timedelta(0), "Claiming is over")],
)
def test_claim_outside_window_refused(
    cast: Cast,
    slot: Slot,
    open_as: Open,
    opens: timedelta | None,
    closes: timedelta | None,
    said: str,
) -> None:
    Slot.objects.update(opens_at=opens and NOW + opens, closes_at=None if closes is None else NOW + closes)
    assert said in open_as(cast.student).post(url("claim", slot), follow=True).content.decode()
    assert not Booking.objects.exists()


def test_claim_after_class_began_refused(cast: Cast, slot: Slot) -> None:
    with pytest.raises(actions.SlotError, match="has begun"):
        actions.claim(slot=slot, person=cast.student, now=slot.session.starts_at)


def test_claim_slot_removed_meanwhile_says_so(cast: Cast, slot: Slot) -> None:
    Slot.objects.all().delete()
    with pytest.raises(actions.SlotError, match="no longer offered"):
        actions.claim(slot=slot, person=cast.student, now=NOW)


@pytest.mark.parametrize(
    ("closes", "after", "allowed"),
    [
        (None, timedelta(days=6), True),  # claiming stays open until the class
        (timedelta(minutes=1), timedelta(minutes=9), True),  # ten minutes hold past the close
        (timedelta(minutes=1), timedelta(minutes=10), False),
        (timedelta(days=2), timedelta(days=2), False),
    ],
)
def test_undo_own_claim_holds_while_open_and_ten_minutes(
    cast: Cast,
    slot: Slot,
    closes: timedelta | None,
    after: timedelta,
    *,
    allowed: bool,
) -> None:
    slot.closes_at = None if closes is None else NOW + closes
    slot.save()
    booking = actions.claim(slot=slot, person=cast.student, now=NOW)
    assert actions.can_undo(booking, cast.student, NOW + after) is allowed
    if allowed:
        actions.undo(booking=booking, person=cast.student, now=NOW + after)
        actions.undo(booking=booking, person=cast.student, now=NOW + after)
    else:
        with pytest.raises(actions.SlotError, match="Ask your instructor"):
            actions.undo(booking=booking, person=cast.student, now=NOW + after)
    slot.refresh_from_db()
    assert slot.taken == (0 if allowed else 1)


def test_undo_assigned_place_refused(cast: Cast, slot: Slot, open_as: Open) -> None:
    actions.assign(slot=slot, person=cast.student, by=cast.instructor, now=NOW)
    client = open_as(cast.student)
    assert url("undo", slot) not in client.get(page(cast)).content.decode()
    assert "Ask your instructor" in client.post(url("undo", slot), follow=True).content.decode()
    assert Booking.objects.active().count() == 1


def test_undo_of_nobodys_place_is_not_found(cast: Cast, slot: Slot, open_as: Open) -> None:
    assert open_as(cast.student).post(url("undo", slot)).status_code == 404


@pytest.mark.parametrize(
    "typed", ["Ines Caballero", "inés caballero", "cab", "CABALLERO, ines".replace(",", ""), "ines.caballero@example.edu"]
)
def test_assign_clear_name_books(cast: Cast, slot: Slot, open_as: Open, typed: str) -> None:
    body = open_as(cast.instructor).post(url("assign", slot), {"who": typed}, follow=True).content.decode()
    assert "Ines Caballero presents on Wed 14 Oct." in body
    assert Booking.objects.get().person == cast.student


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a name."),
        ("Zebra", "Nobody in this course is called"),
        ("Silas Strange", "Nobody in this course"),
        ("Ruth", "Nobody"),
    ],
)
def test_assign_unknown_name_answers_422_and_keeps_it(cast: Cast, slot: Slot, open_as: Open, typed: str, said: str) -> None:
    answer = open_as(cast.instructor).post(url("assign", slot), {"who": typed})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert said in body
    assert f'value="{typed}" aria-invalid="true"' in body
    assert body.index("error-summary") < body.index("<h1>")
    assert not Booking.objects.exists()


def test_assign_ambiguous_name_lists_candidates_that_work(cast: Cast, slot: Slot, open_as: Open) -> None:
    User.objects.filter(pk=cast.other_student.pk).update(name="Ines Whitfield")
    client = open_as(cast.instructor)
    answer = client.post(url("assign", slot), {"who": "ines"}, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "2 people match" in body
    assert f'name="who" value="{cast.other_student.email}"' in body
    client.post(url("assign", slot), {"who": cast.other_student.email})
    assert Booking.objects.get().person == cast.other_student


def test_assign_full_slot_refused(cast: Cast, slot: Slot, open_as: Open) -> None:
    actions.claim(slot=slot, person=cast.student, now=NOW)
    body = open_as(cast.instructor).post(url("assign", slot), {"who": "Jonah"}, follow=True).content.decode()
    assert "every place here is taken" in body
    assert Booking.objects.count() == 1


def test_assign_somebody_who_is_no_student_refused(cast: Cast, slot: Slot) -> None:
    with pytest.raises(actions.SlotError, match="not a student"):
        actions.assign(slot=slot, person=cast.stranger, by=cast.instructor, now=NOW)


def test_assign_from_week_page_goes_back_there(cast: Cast, slot: Slot, open_as: Open) -> None:
    answer = open_as(cast.instructor).post(url("assign", slot), {"who": "Jonah", "back": "week"})
    assert (answer.status_code, answer["Location"]) == (303, "/courses/hum240/weeks/w7/")


def test_unassign_frees_the_place_and_is_idempotent(cast: Cast, slot: Slot, open_as: Open) -> None:
    booking = actions.assign(slot=slot, person=cast.student, by=cast.instructor, now=NOW)
    answer = open_as(cast.instructor).post(url("unassign", slot, cast.student.public_id), follow=True)
    assert "no longer presents there" in answer.content.decode()
    actions.unassign(booking=booking, now=NOW)
    slot.refresh_from_db()
    assert (slot.taken, slot.bookings.active().count()) == (0, 0)


def test_slots_add_to_two_classes_appends_in_order(cast: Cast, slot: Slot, later: CourseSession, open_as: Open) -> None:
    data = {
        "sessions": [later.pk, cast.session.pk],
        "kind": "demo",
        "minutes": "20",
        "capacity": "2",
        "count": "2",
        "opens_at": "2026-10-08T09:00",
        "closes_at": "2026-10-09T18:00",
    }
    target = reverse("presentations:slots_add", args=[cast.course.slug])
    answer = open_as(cast.instructor).post(target, data, follow=True)
    assert "4 places are added." in answer.content.decode()
    assert list(Slot.objects.filter(session=later).order_by("position").values_list("position", "kind", "capacity")) == [
        (1, "paper", 1),
        (2, "demo", 2),
        (3, "demo", 2),
    ]
    added = Slot.objects.filter(session=cast.session).first()
    assert added is not None
    assert added.opens_at is not None
    assert added.opens_at.isoformat() == "2026-10-08T14:00:00+00:00"  # nine in Chicago


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sessions": []}, "Choose at least one class."),
        ({"count": "13"}, "less than or equal to 12"),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"closes_at": "2026-10-08T09:00"}, "Claiming must end after it begins."),
    ],
)
def test_slots_add_bad_form_answers_422_and_keeps_it(
    cast: Cast,
    later: CourseSession,
    open_as: Open,
    change: dict[str, object],
    said: str,
) -> None:
    data: dict[str, object] = {
        "sessions": [later.pk],
        "kind": "demo",
        "minutes": "27",
        "capacity": "1",
        "count": "1",
        "opens_at": "2026-10-08T09:00",
    }
    answer = open_as(cast.instructor).post(reverse("presentations:slots_add", args=[cast.course.slug]), data | change)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert said in body
    assert 'value="27"' in body
    assert not Slot.objects.exists()


def test_slots_add_class_of_other_course_refused(cast: Cast, open_as: Open) -> None:
    foreign = CourseSession.objects.create(course=cast.twin, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    data = {"sessions": [foreign.pk], "kind": "demo", "minutes": "20", "capacity": "1", "count": "1"}
    assert open_as(cast.instructor).post(reverse("presentations:slots_add", args=[cast.course.slug]), data).status_code == 422
    assert not Slot.objects.exists()


def test_slot_delete_empty_goes_booked_stays(cast: Cast, slot: Slot, open_as: Open) -> None:
    client = open_as(cast.instructor)
    booking = actions.claim(slot=slot, person=cast.student, now=NOW)
    assert "Take them out first" in client.post(url("slot_delete", slot), follow=True).content.decode()
    assert Slot.objects.exists()
    actions.unassign(booking=booking, now=NOW)
    assert "The place is removed." in client.post(url("slot_delete", slot), follow=True).content.decode()
    assert not Slot.objects.exists()
    actions.delete_slot(slot=slot)


def test_slot_move_changes_run_order_and_stops_at_the_ends(cast: Cast, later: CourseSession, open_as: Open) -> None:
    first, second, third = actions.add_slots(sessions=[later], kind=SlotKind.PAPER, minutes=15, capacity=1, count=3)
    client = open_as(cast.instructor)

    def order() -> list[int]:
        return list(Slot.objects.order_by("position").values_list("pk", flat=True))

    client.post(url("slot_move", third), {"to": "earlier"})
    assert order() == [first.pk, third.pk, second.pk]
    client.post(url("slot_move", first), {"to": "earlier"})
    assert order() == [first.pk, third.pk, second.pk]
    client.post(url("slot_move", first), {"to": "later"})
    assert order() == [third.pk, first.pk, second.pk]
    actions.delete_slot(slot=second)
    actions.move_slot(slot=second, up=True)
    assert order() == [third.pk, first.pk]


def test_booking_edit_by_presenter_shows_on_schedule(cast: Cast, slot: Slot, open_as: Open) -> None:
    actions.claim(slot=slot, person=cast.student, now=NOW)
    client = open_as(cast.student)
    target = url("booking_edit", slot, cast.student.public_id)
    assert client.get(target).status_code == 200
    data = {"title": "Style as\n a Fingerprint", "abstract": "Two\nlines", "link": "papers.example.edu/style"}
    body = client.post(target, data, follow=True).content.decode()
    assert "Style as a Fingerprint" in body
    assert 'href="https://papers.example.edu/style"' in body


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://files.example.edu/a", "no address at all"])
def test_booking_edit_bad_link_answers_422_and_keeps_it(cast: Cast, slot: Slot, open_as: Open, link: str) -> None:
    actions.claim(slot=slot, person=cast.student, now=NOW)
    target = url("booking_edit", slot, cast.student.public_id)
    answer = open_as(cast.instructor).post(target, {"title": "Kept", "abstract": "", "link": link})
    assert answer.status_code == 422
    assert 'value="Kept"' in answer.content.decode()
    assert Booking.objects.get().title == ""


def test_booking_edit_by_another_student_forbidden(cast: Cast, slot: Slot, open_as: Open) -> None:
    actions.claim(slot=slot, person=cast.student, now=NOW)
    target = url("booking_edit", slot, cast.student.public_id)
    for person, code in (
        (cast.other_student, 403),
        (cast.observer, 403),
        (cast.admin, 403),
        (cast.stranger, 404),
        (cast.assistant, 200),
    ):
        assert open_as(person).get(target).status_code == code


@pytest.mark.parametrize("name", ["claim", "undo"])
def test_student_changes_by_staff_or_observer_forbidden(cast: Cast, slot: Slot, open_as: Open, name: str) -> None:
    for person, code in ((cast.instructor, 403), (cast.observer, 403), (cast.admin, 403), (cast.stranger, 404)):
        assert open_as(person).post(url(name, slot)).status_code == code


@pytest.mark.parametrize("name", ["assign", "slot_move", "slot_delete"])
def test_staff_changes_by_others_forbidden(cast: Cast, slot: Slot, open_as: Open, name: str) -> None:
    for person, code in ((cast.student, 403), (cast.observer, 403), (cast.admin, 403), (cast.stranger, 404)):
        assert open_as(person).post(url(name, slot)).status_code == code
    assert Slot.objects.get().taken == 0


def test_slot_of_other_course_is_not_found(cast: Cast, slot: Slot, open_as: Open) -> None:
    Slot.objects.update(course=cast.twin)
    assert open_as(cast.student).post(url("claim", slot)).status_code == 404


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_schedule_queries_same_at_two_sizes(
    cast: Cast,
    later: CourseSession,
    slot: Slot,
    open_as: Open,
    who: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = open_as(getattr(cast, who))
    count = {"student": 6, "instructor": 7}[who]  # session, user, membership, classes, slots, bookings; staff: people
    with django_assert_num_queries(count):
        client.get(page(cast))
    begins = NOW + timedelta(days=14)
    more = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + timedelta(hours=2))
    slots = actions.add_slots(sessions=[later, more], kind=SlotKind.DEMO, minutes=20, capacity=2, count=3)
    actions.assign(slot=slots[0], person=cast.student, by=cast.instructor, now=NOW)
    actions.assign(slot=slots[3], person=cast.other_student, by=cast.instructor, now=NOW)
    with django_assert_num_queries(count):
        client.get(page(cast))
