"""A week's page, its ticks and release, and the list of weeks, as each person of the cast sees them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course import week_panels
from course.access import Membership
from course.actions.weeks import release_week, save_week, tick_reading
from course.enums import Release
from course.models import Announcement, CourseSession, Reading, ReadingTick, Week
from course.week_panels import Panel
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT, long_text

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

LATER = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_week(cast: Cast, text: str = TEXT, state: Release = Release.OPEN, session: CourseSession | None = None) -> Week:
    week = save_week(course=cast.course, week=None, text=text, author=cast.instructor, now=NOW, session=session)
    if state == Release.DRAFT:
        return week
    return release_week(week=week, state=state, opens_at=LATER if state == Release.SCHEDULED else None, now=NOW)


@pytest.fixture
def week(cast: Cast) -> Week:
    return make_week(cast, session=cast.session)


def seen_by(client: Client, person: User, path: str) -> str:
    client.force_login(person)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, person: User, path: str, **data: str) -> "Response":
    client.force_login(person)
    return client.post(path, data)


# --- the page


def test_week_open_student_sees_what_is_filled_and_no_placeholders(client: Client, cast: Cast, week: Week) -> None:
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert "The Columnist Who Was Never Hired" in page
    assert "49 min required, 25 min optional" in page
    assert "The course asks for at most 2 h 30 min a week." in page
    assert "Today, 13:00" in page
    assert "In class today" in page
    for hidden in ("Coming", "Extras", "Coding", "Student #1", "to fill", "Edit this page", "Draft"):
        assert hidden not in page, hidden


def test_week_what_stands_beside_the_key_questions_is_shown_once(client: Client, cast: Cast) -> None:
    text = "# Week 5: Beside\n\n## KEY QUESTIONS\n\nThink before class.\n\n1. Why?\n\n### Hints\n\n* Look back\n\n---\n"
    week = make_week(cast, text)
    assert [(one.group, one.heading) for one in week.sections.all()] == [
        ("key_questions", "KEY QUESTIONS"),
        ("key_questions", "Hints"),
    ]
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert [page.count(words) for words in ("Think before class.", "Why?", "Look back", "<h3>Hints</h3>")] == [1, 1, 1, 1]


def test_week_content_is_fenced_from_htmx(client: Client, cast: Cast, week: Week) -> None:
    page = seen_by(client, cast.student, week.get_absolute_url())
    for words in (
        "A language model bets on words.",
        "What does a writer know",
        "Oona Pereira",
        "Surprise, probability",
        "The dice sheet",
    ):
        before = page[: page.index(words)]
        assert "hx-disable" in before[before.rindex("<div") - 200 :], words


def test_week_hostile_text_is_shown_as_text(client: Client, cast: Cast) -> None:
    text = "# Week 5: <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n## READINGS\n\n* [<b>x</b>](javascript:alert(1)) <i hx-get=/>\n"
    week = make_week(cast, text)
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "<i hx-get" not in page


def test_week_draft_staff_sees_state_release_and_lines_to_fill(client: Client, cast: Cast) -> None:
    week = make_week(cast, state=Release.DRAFT)
    page = seen_by(client, cast.instructor, week.get_absolute_url())
    assert "Students do not see this." in page
    assert "Open now" in page
    assert "4 lines to fill" in page
    assert f'/weeks/5/edit/#line-{week.to_fill[0][0]}"' in page
    assert "Back to draft" not in page


def test_week_draft_admin_looks_but_gets_no_controls(client: Client, cast: Cast) -> None:
    week = make_week(cast, state=Release.DRAFT)
    page = seen_by(client, cast.admin, week.get_absolute_url())
    assert "4 lines to fill" in page
    assert "Open now" not in page
    assert "Edit this page" not in page
    assert 'type="checkbox"' not in page


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        ("student", Release.DRAFT, 404),
        ("student", Release.SCHEDULED, 404),
        ("student", Release.OPEN, 200),
        ("observer", Release.DRAFT, 404),
        ("observer", Release.OPEN, 200),
        ("assistant", Release.DRAFT, 200),
        ("instructor", Release.SCHEDULED, 200),
        ("admin", Release.DRAFT, 200),
        ("stranger", Release.OPEN, 404),
    ],
)
def test_week_state_decides_who_sees_it(client: Client, cast: Cast, who: str, state: Release, status: int) -> None:
    week = make_week(cast, state=state)
    client.force_login(getattr(cast, who))
    assert client.get(week.get_absolute_url()).status_code == status


def test_week_scheduled_opens_by_itself(client: Client, cast: Cast) -> None:
    week = make_week(cast, state=Release.SCHEDULED)
    with time_machine.travel(LATER, tick=False):
        client.force_login(cast.student)
        assert client.get(week.get_absolute_url()).status_code == 200


def test_week_reading_of_another_session_says_its_date(client: Client, cast: Cast, week: Week) -> None:
    other = CourseSession.objects.create(course=cast.course, starts_at=LATER, ends_at=LATER + timedelta(hours=2))
    Reading.objects.filter(title__startswith="Guessing").update(read_by=other)
    Reading.objects.filter(title__startswith="Twelve").update(read_by=cast.session)
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert page.count("Read by <time") == 1
    assert "Wed 14 Oct</time>" in page


def test_week_near_ones_are_linked_only_when_open(client: Client, cast: Cast, week: Week) -> None:
    make_week(cast, "# Week 4: Four\n")
    make_week(cast, "# Week 6: Six\n", state=Release.DRAFT)
    student = seen_by(client, cast.student, week.get_absolute_url())
    assert 'rel="prev">Week 4: Four' in student
    assert "Week 6: Six" not in student
    assert '6<span class="visually-hidden">, not open yet</span>' in student
    assert 'rel="next">Week 6: Six' in seen_by(client, cast.instructor, week.get_absolute_url())


def test_week_all_placeholders_says_what_will_be_here(client: Client, cast: Cast) -> None:
    week = make_week(cast, "# Week 5: Later\n\n## READINGS\n\n* Coming\n")
    assert "Nothing for you to do." in seen_by(client, cast.student, week.get_absolute_url())
    assert "Fill the page" in seen_by(client, cast.instructor, week.get_absolute_url())


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(member: Membership, week: Week, now: object) -> list[Panel]:
        return [
            Panel(("presentations",), "Presentations", "course/week_state.html", {"thing": week}),
            Panel(("quiz", "overhead"), "Week 5 quiz", "course/week_state.html", {"thing": week}),
            Panel(("tools",), "A tool", "course/week_state.html", {"thing": week}),
        ]

    monkeypatch.setattr(week_panels, "_shows", [show])


@pytest.mark.usefixtures("panels")
def test_week_panels_stand_in_their_places(client: Client, cast: Cast, week: Week) -> None:
    page = seen_by(client, cast.student, week.get_absolute_url())
    titles = [part.split("</h3>")[0] for part in page.split('<h3 class="agenda-title">')[1:]]
    assert titles == ["Week 5 quiz", "Presentations", "Concepts", "A tool"]


@pytest.mark.parametrize(("readings", "sections"), [(1, 1), (30, 6)])
def test_week_any_size_student_takes_the_same_queries(
    client: Client,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
    readings: int,
    sections: int,
) -> None:
    monkeypatch.setattr(week_panels, "_shows", [])  # each app counts the queries of its own panel
    week = make_week(cast, long_text(readings, sections), session=cast.session)
    for number in range(6, 6 + sections):
        make_week(cast, f"# Week {number}: W\n")
    for reading in week.readings.all()[: readings * sections // 2]:
        tick_reading(reading=reading, person=cast.student, now=NOW)
    client.force_login(cast.student)
    for queries in (7, 6):  # the first look notes what was read
        with django_assert_num_queries(queries):
            client.get(week.get_absolute_url())
    client.force_login(cast.instructor)
    with django_assert_num_queries(6):
        client.get(week.get_absolute_url())


@pytest.mark.parametrize("size", [1, 3])
def test_week_with_the_panels_of_all_apps_takes_at_most_twelve_queries(client: Client, cast: Cast, week: Week, size: int) -> None:
    from django.db import connection  # the one place that counts with the real panels
    from django.test.utils import CaptureQueriesContext

    for number in range(size):
        Announcement.objects.create(course=cast.course, title=f"A{number}", week=week, state="published", publish_at=NOW)
    client.force_login(cast.student)
    with CaptureQueriesContext(connection) as counted:
        client.get(week.get_absolute_url())
    assert len(counted) <= 12


# --- ticks


def tick_path(week: Week) -> str:
    return f"/courses/hum240/readings/{week.readings.all()[0].public_id}/tick/"


def test_tick_without_javascript_goes_back_to_the_reading(client: Client, cast: Cast, week: Week) -> None:
    response = post(client, cast.student, tick_path(week), read="on")
    assert response.status_code == 303
    assert response["Location"] == f"/courses/hum240/weeks/5/#reading-{week.readings.all()[0].public_id}"
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert page.count(" checked") == 1
    assert "14 min read" in page


def test_tick_by_htmx_answers_with_the_sums_only(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.student)
    response = client.post(tick_path(week), {"read": "on"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert page.strip().startswith('<div id="reading-sums" hx-swap-oob="true">')
    assert "14 min read" in page
    assert "35 min to read" in page
    assert 'class="ruler-read" x="0.0"' in page
    assert "checkbox" not in page


def test_tick_taken_back_is_gone(client: Client, cast: Cast, week: Week) -> None:
    post(client, cast.student, tick_path(week), read="on")
    post(client, cast.student, tick_path(week))
    assert not ReadingTick.objects.exists()


def test_tick_of_somebody_else_is_never_shown(client: Client, cast: Cast, week: Week) -> None:
    post(client, cast.other_student, tick_path(week), read="on")
    for person in (cast.student, cast.instructor, cast.admin, cast.observer):
        assert "checked" not in seen_by(client, person, week.get_absolute_url())


@pytest.mark.parametrize(
    ("who", "status"), [("observer", 403), ("instructor", 403), ("assistant", 403), ("admin", 403), ("stranger", 404)]
)
def test_tick_by_anybody_but_students_is_refused(client: Client, cast: Cast, week: Week, who: str, status: int) -> None:
    assert post(client, getattr(cast, who), tick_path(week), read="on").status_code == status
    assert not ReadingTick.objects.exists()


def test_tick_of_a_draft_week_does_not_exist(client: Client, cast: Cast) -> None:
    assert post(client, cast.student, tick_path(make_week(cast, state=Release.DRAFT)), read="on").status_code == 404


@pytest.mark.parametrize("readings", [1, 40])
def test_tick_any_size_takes_the_same_queries(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, readings: int
) -> None:
    week = make_week(cast, long_text(readings))
    path = tick_path(week)
    client.force_login(cast.student)
    with django_assert_num_queries(9):
        client.post(path, {"read": "on"}, headers={"HX-Request": "true"})


# --- release, assignment, download


def test_release_open_by_instructor_shows_the_week(client: Client, cast: Cast) -> None:
    week = make_week(cast, state=Release.DRAFT)
    response = post(client, cast.instructor, "/courses/hum240/weeks/5/release/", state="open")
    assert response.status_code == 303
    week.refresh_from_db()
    assert week.state == Release.OPEN
    assert "Week 5: The Next Word is open to students." in seen_by(client, cast.instructor, week.get_absolute_url())


def test_release_scheduled_reads_the_time_in_the_zone_of_the_course(client: Client, cast: Cast) -> None:
    week = make_week(cast, state=Release.DRAFT)
    post(client, cast.instructor, "/courses/hum240/weeks/5/release/", state="scheduled", opens_at="2026-10-12T09:00")
    week.refresh_from_db()
    assert week.opens_at is not None
    assert week.opens_at.isoformat() == "2026-10-12T14:00:00+00:00"
    assert week.state == Release.SCHEDULED


@pytest.mark.parametrize("opens_at", ["", "2026-10-01T09:00", "tomorrow"])
def test_release_scheduled_in_the_past_says_so_and_changes_nothing(client: Client, cast: Cast, opens_at: str) -> None:
    week = make_week(cast, state=Release.DRAFT)
    response = post(client, cast.instructor, "/courses/hum240/weeks/5/release/", state="scheduled", opens_at=opens_at)
    page = response.content.decode()
    assert response.status_code == 422
    assert "error-summary" in page
    assert f'value="{opens_at}"' in page or not opens_at
    week.refresh_from_db()
    assert week.state == Release.DRAFT


@pytest.mark.parametrize(("who", "status"), [("student", 403), ("admin", 403), ("stranger", 404), ("assistant", 303)])
def test_release_is_for_planners(client: Client, cast: Cast, week: Week, who: str, status: int) -> None:
    assert post(client, getattr(cast, who), "/courses/hum240/weeks/5/release/", state="draft").status_code == status


def test_assign_offers_the_sessions_of_all_weeks_and_keeps_the_chosen_one(client: Client, cast: Cast, week: Week) -> None:
    sessions = [
        CourseSession.objects.create(
            course=cast.course, starts_at=LATER + timedelta(days=days), ends_at=LATER + timedelta(days=days, hours=2)
        )
        for days in range(2)
    ]
    make_week(cast, "# Week 6: Six\n", session=sessions[0])
    Reading.objects.filter(title__startswith="Guessing").update(read_by=sessions[1])
    page = seen_by(client, cast.instructor, week.get_absolute_url())
    for session in (cast.session, *sessions):
        assert page.count(f'<option value="{session.pk}"') == 3
    assert page.count(f'<option value="{sessions[1].pk}" selected>') == 1


def test_assign_by_instructor_is_shown_to_students(client: Client, cast: Cast, week: Week) -> None:
    other = CourseSession.objects.create(course=cast.course, starts_at=LATER, ends_at=LATER + timedelta(hours=2))
    reading = week.readings.all()[0]
    response = post(client, cast.instructor, f"/courses/hum240/readings/{reading.public_id}/assign/", read_by=str(other.pk))
    assert response.status_code == 303
    reading.refresh_from_db()
    assert reading.read_by == other


def test_assign_to_a_session_of_another_course_says_so(client: Client, cast: Cast, week: Week) -> None:
    foreign = CourseSession.objects.create(course=cast.twin, starts_at=LATER, ends_at=LATER + timedelta(hours=2))
    reading = week.readings.all()[0]
    post(client, cast.instructor, f"/courses/hum240/readings/{reading.public_id}/assign/", read_by=str(foreign.pk))
    assert Reading.objects.get(pk=reading.pk).read_by is None
    assert "not in the course any more" in seen_by(client, cast.instructor, week.get_absolute_url())


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT.rstrip()])
def test_download_is_the_text_byte_for_byte(client: Client, cast: Cast, text: str) -> None:
    make_week(cast, text)
    client.force_login(cast.instructor)
    response = client.get("/courses/hum240/weeks/5/file/")
    assert response.content == text.encode()
    assert response["Content-Disposition"] == 'attachment; filename="week-5.md"'
    client.force_login(cast.student)
    assert client.get("/courses/hum240/weeks/5/file/").status_code == 403


# --- the list


def test_weeks_list_student_sees_titles_of_all_and_links_to_open_ones(client: Client, cast: Cast, week: Week) -> None:
    make_week(cast, "# Week 6: Reading with Machines\n", state=Release.SCHEDULED)
    make_week(cast, "# Week 7: Voice and Style\n", state=Release.DRAFT)
    page = seen_by(client, cast.student, "/courses/hum240/weeks/")
    assert "<h1>Three weeks</h1>" in page
    assert "Week 5 is open. Week 6 opens Wed 14 Oct, 11:00." in page
    assert '<a href="/courses/hum240/weeks/5/">The Next Word</a>' in page
    assert "Opens Wed 14 Oct" in page
    assert "Voice and Style" in page
    assert "/weeks/6/" not in page
    assert "/weeks/7/" not in page
    assert "Readings so far: 49 min required, of which you ticked 0 min." in page
    assert "Add a week" not in page


def test_weeks_list_current_week_is_marked_once(client: Client, cast: Cast, week: Week) -> None:
    make_week(cast, "# Week 6: Six\n")
    page = seen_by(client, cast.student, "/courses/hum240/weeks/")
    assert page.count('data-state="current"') == 1
    assert "Wed 7 Oct</time> · today" in page


def test_weeks_list_empty_says_what_will_be_here(client: Client, cast: Cast) -> None:
    assert "Nothing for you to do." in seen_by(client, cast.student, "/courses/hum240/weeks/")
    staff = seen_by(client, cast.instructor, "/courses/hum240/weeks/")
    assert "Import a week" in staff
    assert "Add a week" in staff
    assert "Add a week" not in seen_by(client, cast.admin, "/courses/hum240/weeks/")


@pytest.mark.parametrize("size", [1, 14])
def test_weeks_list_any_size_takes_the_same_queries(
    client: Client,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
    size: int,
) -> None:
    monkeypatch.setattr("course.week_rows._tells", [])
    for number in range(1, size + 1):
        make_week(cast, TEXT.replace("Week 5", f"Week {number}"))
    client.force_login(cast.student)
    with django_assert_num_queries(5):
        client.get("/courses/hum240/weeks/")
    client.force_login(cast.instructor)
    with django_assert_num_queries(5):
        client.get("/courses/hum240/weeks/")
