import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course import agenda
from course.actions.people import note_visit
from course.agenda import Item, Urgency, in_class
from course.enums import AnnouncementState, Release, Role
from course.models import Announcement, Course, CourseSession, Enrollment, Reading, ReadingTick, Section, Week
from course.news import since_words
from notifications.enums import DeliveryState
from notifications.models import Delivery, Notice
from tests.conftest import NOW, Cast, person

NOW_URL = "/courses/hum240/"


@pytest.fixture(autouse=True)
def only_own_agenda(monkeypatch: pytest.MonkeyPatch) -> None:
    """The landing page with what `course` itself registers: other apps' items have tests of their own."""
    monkeypatch.setattr(agenda, "_sources", [one for one in agenda._sources if one.__module__ == "course.own_agenda"])


def page(client: Client, user: User, at: datetime = NOW) -> str:
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        response = client.get(NOW_URL)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def week_of(cast: Cast, number: int = 6, **fields: object) -> Week:
    fields = {
        "session": cast.session,
        "state": Release.OPEN,
        "title": "The Next Word",
        "changed_at": NOW - timedelta(days=30),
    } | fields
    return Week.objects.create(course=cast.course, slug=f"week-{number}", number=number, **fields)


def add_readings(week: Week, *minutes: int | None, optional: bool = False) -> list[Reading]:
    first = week.readings.count()
    return [
        Reading.objects.create(
            week=week,
            position=first + place,
            line=first + place,
            title=f"Text {first + place}",
            url="https://example.edu/text",
            seconds=length and length * 60,
            optional=optional,
            added_at=NOW - timedelta(days=30),
        )
        for place, length in enumerate(minutes)
    ]


def tick(user: User, *readings: Reading) -> None:
    for one in readings:
        ReadingTick.objects.create(reading=one, person=user, at=NOW)


def test_home_one_course_leads_into_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    response = client.get("/")
    assert response.headers["Location"] == reverse("course:now", args=["hum240"])


def test_home_two_courses_leads_to_the_list(cast: Cast, client: Client) -> None:
    Enrollment.objects.create(course=cast.twin, person=cast.student, role=Role.OBSERVER)
    client.force_login(cast.student)
    text = client.get("/", follow=True).content.decode()
    assert "HUM240 Machines That Write" in text
    assert "TWIN Machines That Write" in text
    assert "Observer" in text


def test_courses_of_nobody_says_how_to_get_in(cast: Cast, client: Client) -> None:
    client.force_login(person("Lone Wolf"))
    text = client.get("/", follow=True).content.decode()
    assert "Your courses will be listed here" in text
    assert "lone.wolf@example.edu" in text


def test_courses_admin_sees_all_and_the_way_to_the_administration(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    text = client.get("/", follow=True).content.decode()
    assert "HUM240" in text
    assert "TWIN" in text
    assert "You look in as admin" in text
    assert 'href="/admin/"' in text


def test_courses_list_shows_no_course_of_others(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert "TWIN" not in client.get("/courses/").content.decode()


def test_courses_list_costs_the_same_for_one_and_for_many(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(cast.student)
    with django_assert_num_queries(4):
        client.get("/courses/")
    for number in range(5):
        course = Course.objects.create(slug=f"c{number}", code=f"C{number}", title="More", term=cast.course.term, zone="UTC")
        Enrollment.objects.create(course=course, person=cast.student, role=Role.STUDENT)
    with django_assert_num_queries(4):
        client.get("/courses/")


def test_now_class_today_is_the_answer_in_the_course_s_zone(cast: Cast, client: Client) -> None:
    week_of(cast)
    text = page(client, cast.student)
    assert "<h1>Class is today, 13:00\u201315:40</h1>" in text
    assert "Today, 13:00</time> · in 2 h" in text
    assert "Week 6: The Next Word." in text
    assert "Alder 208" in text


def test_now_person_with_a_zone_reads_times_in_it(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.student.pk).update(zone="Europe/Madrid")
    text = page(client, cast.student)
    assert "Class is tonight, 20:00\u201322:40" in text
    assert "All times are Madrid time." in text


def test_now_class_runs_is_the_answer_until_it_ends(cast: Cast, client: Client) -> None:
    week_of(cast)
    assert "<h1>Class is on until 15:40</h1>" in page(client, cast.student, cast.session.starts_at)
    assert "Class is on" not in page(client, cast.student, cast.session.ends_at)


def test_now_reading_left_comes_before_class(cast: Cast, client: Client) -> None:
    readings = add_readings(week_of(cast), 20, 30)
    add_readings(readings[0].week, 49, optional=True)
    tick(cast.student, readings[0])
    text = page(client, cast.student)
    assert "<h1>30 min of reading are left before class today</h1>" in text
    assert "30 of 50 required minutes are left before class today." in text
    assert "Text 1" in text
    assert "Text 0" not in text
    assert text.count('class="ruler-read"') == 2  # one bar and its key
    assert text.count('class="ruler-left"') == 2
    assert text.count('class="ruler-optional"') == 2


def test_now_all_read_says_so_and_class_is_the_answer(cast: Cast, client: Client) -> None:
    tick(cast.student, *add_readings(week_of(cast), 20, 30))
    text = page(client, cast.student)
    assert "<h1>Class is today" in text
    assert "You have read everything that is required before class today." in text


def test_now_ticks_of_others_do_not_count(cast: Cast, client: Client) -> None:
    tick(cast.other_student, *add_readings(week_of(cast), 20))
    assert "20 min of reading are left" in page(client, cast.student)


def test_now_readings_without_times_are_counted_as_texts(cast: Cast, client: Client) -> None:
    add_readings(week_of(cast), None, None)
    text = page(client, cast.student)
    assert "<h1>Two texts are left before class today</h1>" in text
    assert "2 required texts are left before class today." in text
    assert "no time given" in text


def test_now_reading_assigned_to_another_class_moves_there(cast: Cast, client: Client) -> None:
    later = CourseSession.objects.create(
        course=cast.course,
        starts_at=NOW + timedelta(days=7),
        ends_at=NOW + timedelta(days=7, hours=2),
    )
    mine, moved = add_readings(week_of(cast), 20, 30)
    Reading.objects.filter(pk=moved.pk).update(read_by=later)
    early = add_readings(week_of(cast, 7, session=later), 40)
    Reading.objects.filter(pk=early[0].pk).update(read_by=cast.session, title="Early text")
    text = page(client, cast.student)
    assert "60 of 60 required minutes are left" in text
    assert "Early text" in text
    assert mine.title in text
    assert ">Text 1<" not in text


def test_now_reading_removed_from_the_text_is_gone(cast: Cast, client: Client) -> None:
    (gone,) = add_readings(week_of(cast), 20)
    Reading.objects.filter(pk=gone.pk).update(removed=True)
    assert "min of reading" not in page(client, cast.student)


def test_now_draft_week_does_not_exist_for_students(cast: Cast, client: Client) -> None:
    add_readings(week_of(cast, state=Release.DRAFT, title="Secret Title"), 20)
    text = page(client, cast.student)
    assert "Secret Title" not in text
    assert "Text 0" not in text
    assert "Class is today" in text


def test_now_scheduled_week_appears_at_its_time(cast: Cast, client: Client) -> None:
    week_of(cast, state=Release.SCHEDULED, opens_at=NOW, title="Secret Title")
    assert "Secret Title" not in page(client, cast.student, NOW - timedelta(seconds=1))
    assert "Secret Title" in page(client, cast.student, NOW)


def test_now_observer_reads_without_ticks(cast: Cast, client: Client) -> None:
    add_readings(week_of(cast), 20)
    text = page(client, cast.observer)
    assert "20 min required before class today." in text
    assert "min read<" not in text
    assert "reading are left" not in text


def test_now_instructor_sees_what_waits(cast: Cast, client: Client) -> None:
    week_of(cast, to_fill=[[3, "Coming"], [9, "TBD"]])
    later = CourseSession.objects.create(
        course=cast.course,
        starts_at=NOW + timedelta(days=6),
        ends_at=NOW + timedelta(days=6, hours=2),
    )
    week_of(cast, 7, session=later, state=Release.DRAFT, title="Copies")
    text = page(client, cast.instructor)
    assert "<h1>Week 6 has two lines to fill</h1>" in text
    assert "Students read it already; they do not see these lines." in text
    assert text.count('class="button"') == 1
    assert "Waits for you" in text
    assert f'href="{reverse("course:week_edit", args=["hum240", "week-6"])}"' in text
    assert "Week 7 is not open to students yet" in text
    assert "Its class is Tue 13 Oct, 11:00</time> · in 6 days" in text
    assert "Waits for you" not in page(client, cast.student)


def test_now_instructor_with_nothing_waiting_reads_when_class_is(cast: Cast, client: Client) -> None:
    week_of(cast)
    text = page(client, cast.instructor)
    assert "<h1>Class is today, 13:00\u201315:40</h1>" in text
    assert "Waits for you" not in text


def test_now_work_for_staff_stands_in_the_order_of_its_dates(cast: Cast, client: Client) -> None:
    week_of(cast)
    late = Item("quiz", "Late work", "", NOW + timedelta(hours=3), "/l/", Urgency.WAITS, "", "Do it")
    early = Item("quiz", "Early work", "", NOW + timedelta(hours=1), "/e/", Urgency.WAITS, "", "Do it")
    undated = Item("quiz", "Undated work", "", None, "/u/", Urgency.WAITS, "", "Do it")
    agenda.register(lambda *_: [undated, late, early])
    text = page(client, cast.instructor)
    assert "<h1>Early work</h1>" in text
    assert text.index("Late work") < text.index("Undated work")


def test_now_lines_to_fill_are_due_when_the_week_opens(cast: Cast, client: Client) -> None:
    week_of(cast, to_fill=[[1, "Coming"]], state=Release.SCHEDULED, opens_at=NOW + timedelta(minutes=30))
    text = page(client, cast.instructor)
    assert "<h1>Week 6 has one line to fill</h1>" in text
    assert "It opens to students today, 11:30</time> · in 30 min" in text
    assert "Students read it already" not in text


def test_now_draft_far_from_its_class_does_not_wait_yet(cast: Cast, client: Client) -> None:
    CourseSession.objects.filter(pk=cast.session.pk).update(starts_at=NOW + timedelta(days=8), ends_at=NOW + timedelta(days=9))
    week_of(cast, state=Release.DRAFT)
    assert "is not open to students yet" not in page(client, cast.instructor)


def test_now_instructor_sees_tonight_in_class_order(cast: Cast, client: Client) -> None:
    week = week_of(cast)
    for place, (heading, html, empty) in enumerate(
        [
            ("IN CLASS", "", False),
            ("NEWS", "<p>x</p>", False),
            ("EXTRAS", "", True),
            ("CODE REVIEW", "<p>y</p>", False),
        ]
    ):
        Section.objects.create(
            week=week,
            position=place,
            line=place,
            level=3,
            heading=heading,
            group="in_class",
            kind="other",
            placeholder_only=empty,
            html=html,
        )
    text = page(client, cast.instructor)
    assert text.index(">News</p></li>") < text.index(">Code review</p></li>")
    assert "Extras" not in text
    assert "13:00\u201315:40 in Alder 208." in text


def test_now_course_without_weeks_tells_staff_what_to_do_first(cast: Cast, client: Client) -> None:
    CourseSession.objects.all().delete()
    text = page(client, cast.instructor)
    assert "<h1>This course has no weeks yet</h1>" in text
    assert reverse("course:week_import", args=["hum240"]) in text


def test_now_course_without_weeks_tells_students_to_wait(cast: Cast, client: Client) -> None:
    CourseSession.objects.all().delete()
    text = page(client, cast.student)
    assert "<h1>The course has not begun</h1>" in text
    assert "No dates are set yet." in text


def test_now_after_the_last_class_nothing_is_due(cast: Cast, client: Client) -> None:
    week_of(cast)
    text = page(client, cast.student, NOW + timedelta(days=2))
    assert "<h1>Nothing is due</h1>" in text
    assert "Week 6: The Next Word" in text


def test_now_admin_looks_in_and_writes_nothing(cast: Cast, client: Client) -> None:
    week_of(cast, to_fill=[[1, "Coming"]])
    text = page(client, cast.admin)
    assert "You look at this course from outside" in text
    assert "Week 6 has one line to fill" in text
    assert reverse("course:week_edit", args=["hum240", "week-6"]) not in text


def test_now_stranger_gets_404(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    assert client.get(NOW_URL).status_code == 404


def test_now_item_of_an_app_that_is_open_is_the_answer(cast: Cast, client: Client) -> None:
    week_of(cast)
    quiz = Item(
        "quiz",
        "The Week 6 quiz is open until 12:30",
        "Week 6 quiz closes",
        NOW + timedelta(hours=1, minutes=30),
        "/quiz/",
        Urgency.OPEN,
        "Eight questions.",
        "Go to the quiz",
    )
    second = Item("quiz", "Another one", "Another", NOW + timedelta(days=2), "/other/", Urgency.OPEN, "", "Go there")
    agenda.register(lambda *_: [second, quiz])
    text = page(client, cast.student)
    assert "<h1>The Week 6 quiz is open until 12:30</h1>" in text
    assert "Today, 12:30</time> · in 1 h 30 min" in text
    assert text.count('class="button"') == 1
    assert "After that" in text
    assert 'href="/other/">Go there<' in text
    assert "Week 6 quiz closes" not in text


def test_now_answer_says_what_happens_at_its_time_and_has_one_more_link(cast: Cast, client: Client) -> None:
    closes = NOW + timedelta(hours=1)
    quiz = Item(
        "quiz",
        "A quiz",
        "",
        closes,
        "/q/",
        Urgency.OPEN,
        action="Go",
        at_words="Closes",
        note="practice",
        more="Why",
        more_url="/w/",
    )
    agenda.register(lambda *_: [quiz])
    text = page(client, cast.student)
    assert "Closes today, 12:00</time> · in 1 h · practice</p>" in text
    assert '<a href="/w/">Why</a>' in text


def test_now_work_that_waits_says_its_time_once(cast: Cast, client: Client) -> None:
    first = Item("quiz", "First", "", NOW + timedelta(hours=1), "/f/", Urgency.WAITS, "", "Do it")
    told = Item("quiz", "Told", "", NOW + timedelta(hours=2), "/t/", Urgency.WAITS, "", "Do it", at_words="Closes")
    agenda.register(lambda *_: [first, told])
    assert page(client, cast.instructor).count("Closes today, 13:00") == 1


def in_this_class(cast: Cast, title: str, *lines: str, place: str = "quiz", meeting: int | None = None) -> None:
    item = in_class(meeting=meeting or cast.session.pk, title=title, url="/x/", places=(place, "overhead"), lines=lines)
    agenda.register(lambda *_: [item])


@pytest.mark.parametrize("who", ["student", "instructor"])
def test_now_tonight_has_what_apps_put_into_this_class_in_class_order(cast: Cast, client: Client, who: str) -> None:
    week = week_of(cast)
    for position, (heading, kind) in enumerate([("OVERHEAD", "overhead"), ("PRESENTATIONS", "presentations"), ("NEWS", "news")]):
        Section.objects.create(
            week=week,
            position=position,
            line=position,
            level=3,
            heading=heading,
            group="in_class",
            kind=kind,
            placeholder_only=False,
            html="<p>x</p>",
        )
    later = CourseSession.objects.create(
        course=cast.course, starts_at=NOW + timedelta(days=7), ends_at=NOW + timedelta(days=7, hours=2)
    )
    in_this_class(cast, "Presentations", "Jonah <b>", "Zoë", place="presentations")
    in_this_class(cast, "Week 6 quiz", "Open until 17:30")
    in_this_class(cast, "Week 7 quiz", "Opens later", meeting=later.pk)
    text = page(client, getattr(cast, who))
    agenda_part = text[text.index('id="now-meeting"') :]
    order = [agenda_part.index(one) for one in ("Week 6 quiz", "Open until 17:30", "Overhead", "Presentations", "News")]
    assert order == sorted(order)
    assert "Jonah &lt;b&gt;<br>Zoë" in text
    assert "Week 7 quiz" not in text


def test_now_in_class_items_stand_in_no_other_list(cast: Cast, client: Client) -> None:
    in_this_class(cast, "Week 6 quiz", "Open until 17:30")
    assert page(client, cast.student).count("Week 6 quiz") == 1


def planned(
    cast: Cast, kind: str, key: str, at: datetime, *people: User, due: datetime | None = None, version: str = "1"
) -> list[Delivery]:
    notice, _ = Notice.objects.get_or_create(kind=kind, object_key=key, version=version)
    return [Delivery.objects.create(notice=notice, person=one, planned_at=at, due_at=due or at) for one in people]


def mail_of(text: str) -> str:
    part = text[text.index('id="now-mail"') :]
    return part[: part.index("</section>")]


def test_now_staff_see_the_mail_that_will_go_out(cast: Cast, client: Client) -> None:
    story = f"announcement:{announce(cast, 'Room change', NOW).pk}"
    mine, other = f"session:{cast.session.pk}", "announcement:999999"
    soon, tomorrow = NOW + timedelta(minutes=7), NOW + timedelta(days=1)
    planned(cast, "announcement", story, soon, cast.student, cast.other_student, cast.assistant)
    planned(cast, "announcement", story, tomorrow, cast.student, version="2")
    planned(cast, "reading_due", mine, tomorrow, cast.student, cast.other_student)
    planned(cast, "announcement", other, soon, cast.observer)
    planned(cast, "quiz_due", mine, soon, cast.student)  # a session's key under another kind is another object
    text = mail_of(page(client, cast.instructor))
    assert re.findall(r">([^<>]+)</time><p>([^<]+)<", text) == [
        ("11:07", "Announcement, 3 people"),
        ("8 Oct", "Announcement, 1 person, at 11:00"),
        ("8 Oct", "Reading reminder, at 11:00"),
    ]
    assert "now-mail" not in page(client, cast.student)
    assert "now-mail" not in page(client, cast.observer)


def test_now_mail_of_another_course_does_not_show(cast: Cast, client: Client) -> None:
    theirs = Announcement.objects.create(course=cast.twin, title="Theirs", publish_at=NOW)
    planned(cast, "announcement", f"announcement:{theirs.pk}", NOW + timedelta(minutes=5), cast.stranger)
    assert "None in the next two days." in mail_of(page(client, cast.instructor))


def test_now_mail_that_left_or_will_not_go_does_not_show(cast: Cast, client: Client) -> None:
    story = f"announcement:{announce(cast, 'Room change', NOW).pk}"
    sent, skipped = planned(cast, "announcement", story, NOW, cast.student, cast.other_student)
    Delivery.objects.filter(pk=sent.pk).update(state=DeliveryState.SENT, sent_at=NOW)
    Delivery.objects.filter(pk=skipped.pk).update(state=DeliveryState.SKIPPED)
    assert "None in the next two days." in mail_of(page(client, cast.instructor))


def test_now_mail_tried_again_stays_one_line(cast: Cast, client: Client) -> None:
    story = f"announcement:{announce(cast, 'Room change', NOW).pk}"
    for minutes, one in ((1, cast.student), (2, cast.other_student)):
        planned(cast, "announcement", story, NOW, one, due=NOW + timedelta(minutes=minutes))
    assert "11:01</time><p>Announcement, 2 people<" in mail_of(page(client, cast.instructor))


def test_now_item_done_leaves_the_answer(cast: Cast, client: Client) -> None:
    done = Item("quiz", "Done quiz", "Done quiz", NOW + timedelta(hours=1), "/quiz/", Urgency.OPEN, done=True)
    agenda.register(lambda *_: [done])
    text = page(client, cast.student)
    assert "Done quiz" not in text


def test_now_dates_come_in_order_and_not_twice(cast: Cast, client: Client) -> None:
    far = Item("talk", "You present", "You present", NOW + timedelta(days=9), "/t/", Urgency.QUIET)
    near = Item("quiz", "Quiz opens", "Week 7 quiz opens", NOW + timedelta(days=5), "/q/", Urgency.QUIET)
    past = Item("quiz", "Long ago", "Long ago", NOW - timedelta(days=5), "/p/", Urgency.QUIET)
    agenda.register(lambda *_: [far, near, past])
    text = page(client, cast.student)
    assert text.index("Week 7 quiz opens") < text.index("You present")
    assert "Long ago" not in text


def announce(cast: Cast, title: str, at: datetime, **fields: object) -> Announcement:
    fields = {"state": AnnouncementState.PUBLISHED, "html": "<p>Room &amp; time &lt;b&gt;</p>"} | fields
    return Announcement.objects.create(course=cast.course, title=title, publish_at=at, author=cast.instructor, **fields)


def test_now_news_are_what_happened_since_the_last_visit(cast: Cast, client: Client) -> None:
    Enrollment.objects.filter(person=cast.student).update(seen_at=NOW - timedelta(days=2))
    announce(cast, "Room change", NOW - timedelta(days=1))
    announce(cast, "Old story", NOW - timedelta(days=3))
    announce(cast, "Pinned story", NOW - timedelta(days=30), pinned=True)
    announce(cast, "Not yet", NOW + timedelta(hours=1), state=AnnouncementState.SCHEDULED)
    announce(cast, "Never", NOW - timedelta(hours=1), state=AnnouncementState.DRAFT)
    week_of(cast, changed_at=NOW - timedelta(hours=3))
    text = page(client, cast.student)
    assert "Since Monday" in text
    assert text.index("Pinned story") < text.index("Week 6 changed") < text.index("Room change")
    assert "Room &amp; time &lt;b&gt;" in text
    for hidden in ("Old story", "Not yet", "Never"):
        assert hidden not in text


def test_now_new_readings_are_marked_and_counted(cast: Cast, client: Client) -> None:
    Enrollment.objects.filter(person=cast.student).update(seen_at=NOW - timedelta(days=2))
    old, new = add_readings(week_of(cast, changed_at=NOW - timedelta(hours=3)), 20, 30)
    Reading.objects.filter(pk=new.pk).update(added_at=NOW - timedelta(hours=3))
    text = page(client, cast.student)
    assert text.count(">New</span>") == 1
    assert "One reading was added." in text
    assert old.title in text


def test_now_week_opened_since_is_news(cast: Cast, client: Client) -> None:
    Enrollment.objects.filter(person=cast.student).update(seen_at=NOW - timedelta(days=2))
    week_of(cast, state=Release.SCHEDULED, opens_at=NOW - timedelta(hours=5))
    assert "Week 6 is open" in page(client, cast.student)


def test_now_first_visit_has_the_latest_announcements(cast: Cast, client: Client) -> None:
    announce(cast, "Welcome", NOW - timedelta(days=30))
    text = page(client, cast.student)
    assert 'id="now-news">News<' in text
    assert "Welcome" in text


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(days=1), "Since yesterday"),
        (timedelta(days=3), "Since Sunday"),
        (timedelta(days=25), "Since 12 Sep"),
    ],
)
def test_since_words_name_the_day_as_people_do(ago: timedelta, words: str) -> None:
    assert since_words(NOW - ago, NOW) == words


def test_visit_is_noted_at_most_once_an_hour(cast: Cast) -> None:
    enrollment = Enrollment.objects.get(person=cast.student)
    for minutes, seen in ((0, 0), (59, 0), (61, 61), (62, 61)):
        note_visit(enrollment=enrollment, now=NOW + timedelta(minutes=minutes))
        enrollment.refresh_from_db()
        assert enrollment.seen_at == NOW + timedelta(minutes=seen)


def test_visit_noted_by_another_tab_is_not_moved_back(cast: Cast) -> None:
    stale = Enrollment.objects.get(person=cast.student)
    note_visit(enrollment=Enrollment.objects.get(person=cast.student), now=NOW + timedelta(minutes=5))
    note_visit(enrollment=stale, now=NOW)
    stale.refresh_from_db()
    assert stale.seen_at == NOW + timedelta(minutes=5)


def fill(cast: Cast, times: int) -> None:
    """Weeks with sessions, readings, sections and news: `times` of each."""
    for number in range(1, times + 1):
        starts = NOW + timedelta(days=7 * number)
        session = CourseSession.objects.create(course=cast.course, starts_at=starts, ends_at=starts + timedelta(hours=2))
        week = week_of(cast, 20 + number, session=session, to_fill=[[1, "x"]], changed_at=NOW - timedelta(minutes=number))
        add_readings(week, 10, 20, None)
        story = announce(cast, f"Story {number}", NOW - timedelta(minutes=number))
        planned(cast, "announcement", f"announcement:{story.pk}", NOW + timedelta(minutes=number), cast.student, cast.observer)
        Section.objects.create(
            week=week,
            position=1,
            line=1,
            level=3,
            heading="News",
            group="in_class",
            kind="news",
            placeholder_only=False,
            html="<p>x</p>",
        )


@pytest.mark.parametrize(("role", "queries"), [("student", 7), ("observer", 7), ("instructor", 7), ("admin", 8)])
def test_now_costs_the_same_at_two_sizes(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    role: str,
    queries: int,
) -> None:
    CourseSession.objects.all().delete()
    Enrollment.objects.update(seen_at=NOW - timedelta(minutes=30))
    user: User = getattr(cast, role)
    client.force_login(user)
    with time_machine.travel(NOW, tick=False):
        fill(cast, 1)
        with django_assert_num_queries(queries):
            client.get(NOW_URL)
        for week in Week.objects.all():
            week.delete()
        CourseSession.objects.all().delete()
        fill(cast, 6)
        with django_assert_num_queries(queries):
            client.get(NOW_URL)


def test_now_first_look_of_the_hour_costs_one_more(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(cast.student)
    CourseSession.objects.all().delete()
    fill(cast, 2)
    with time_machine.travel(NOW, tick=False), django_assert_num_queries(8):
        client.get(NOW_URL)


def test_now_week_without_a_class_is_seen_too(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Enrollment.objects.filter(person=cast.student).update(seen_at=NOW - timedelta(days=2))
    week_of(cast, 3, session=None, changed_at=NOW - timedelta(hours=3))
    assert "Week 3 changed" in page(client, cast.student)
    CourseSession.objects.all().delete()
    text = page(client, cast.student)
    assert "<h1>Nothing is due</h1>" in text
    assert "Week 3: The Next Word" in text


def test_now_next_class_stands_in_the_margin_once(cast: Cast, client: Client) -> None:
    week_of(cast)
    agenda.register(lambda *_: [Item("quiz", "A quiz", "A quiz", NOW + timedelta(hours=1), "/q/", Urgency.OPEN)])
    text = page(client, cast.student)
    assert "Today, 13:00\u201315:40" in text
    assert "Class: The Next Word" not in text
