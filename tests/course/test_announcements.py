"""Announcements: writing them, their states, who sees them, and what may be called back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from accounts.models import User
from course.access import RIGHTS, Membership
from course.actions.announcements import (
    AlreadyMailedError,
    Posting,
    Text,
    publish_due,
    save_announcement,
    stop_mail,
    withdraw,
)
from course.enums import AnnouncementState, Role
from course.models import Announcement, Week
from course.week_panels import panels_for
from notifications import actions
from notifications.enums import DeliveryState
from notifications.models import Delivery
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(cast: Cast, name: str, *more: str) -> str:
    return reverse(f"course:{name}", args=[cast.course.slug, *more])


def post(cast: Cast, title: str = "Room change", *, days: float = 0, mail: bool = True, pinned: bool = False) -> Announcement:
    at = NOW + timedelta(days=days)
    return save_announcement(
        course=cast.course,
        announcement=None,
        author=cast.instructor,
        text=Text(title, "We meet **upstairs** & early.", pinned),
        posting=Posting(at=at, mail=mail),
        now=min(at, NOW),
    )


def form(**change: object) -> dict[str, object]:
    return {"title": "Room change", "source": "We meet **upstairs**.", "when": "now", "do": "mail"} | change


def test_list_empty_says_so(cast: Cast) -> None:
    assert "No announcements yet" in signed_in(cast.student).get(url(cast, "announcements")).content.decode()


def test_new_post_and_mail_publishes_and_plans_letters(cast: Cast) -> None:
    answer = signed_in(cast.instructor).post(url(cast, "announcement_new"), form(pinned="on"), follow=True)
    body = answer.content.decode()
    one = Announcement.objects.get()
    assert answer.redirect_chain == [(one.get_absolute_url(), 303)]
    assert (one.state, one.publish_at, one.pinned, one.mail, one.author) == (
        AnnouncementState.PUBLISHED,
        NOW,
        True,
        True,
        cast.instructor,
    )
    assert "It is on the page. The mail leaves Wed 7 Oct, 11:10; until then you can change or stop it." in body
    assert "<strong>upstairs</strong>" in signed_in(cast.student).get(url(cast, "announcements")).content.decode()


def test_new_page_counts_who_gets_mail_before_sending(cast: Cast) -> None:
    actions.unsubscribe(person=cast.other_student, kind="announcement", now=NOW)
    body = signed_in(cast.instructor).get(url(cast, "announcement_new")).content.decode()
    assert "Post and mail to 3" in body
    assert "2 students, 1 assistant, 1 observer" in body
    assert "Three people get mail, one does not" in body
    assert "Jonah Whitfield turned these mails off." in body


def test_new_without_mail_plans_nothing(cast: Cast) -> None:
    signed_in(cast.instructor).post(url(cast, "announcement_new"), form(do="post"))
    actions.plan(now=NOW)
    assert Announcement.objects.get().mail is False
    assert not Delivery.objects.exists()


def test_new_as_draft_is_seen_by_staff_only(cast: Cast) -> None:
    signed_in(cast.instructor).post(url(cast, "announcement_new"), form(do="draft"))
    one = Announcement.objects.get()
    assert one.state == AnnouncementState.DRAFT
    student = signed_in(cast.student)
    assert student.get(one.get_absolute_url()).status_code == 404
    assert "Room change" not in student.get(url(cast, "announcements")).content.decode()
    assert "Not out yet" in signed_in(cast.assistant).get(url(cast, "announcements")).content.decode()
    assert signed_in(cast.admin).get(one.get_absolute_url()).status_code == 200


def test_new_on_a_date_is_scheduled_in_local_time(cast: Cast) -> None:
    answer = signed_in(cast.instructor).post(
        url(cast, "announcement_new"),
        form(when="later", date="2026-10-09", time="08:00"),
        follow=True,
    )
    one = Announcement.objects.get()
    assert one.state == AnnouncementState.SCHEDULED
    assert one.publish_at is not None
    assert one.publish_at.isoformat() == "2026-10-09T13:00:00+00:00"  # eight in Chicago
    assert "It appears Fri 9 Oct, 08:00." in answer.content.decode()


def test_scheduled_shows_at_its_time_and_sweep_settles_the_state(cast: Cast, time_machine: TimeMachineFixture) -> None:
    one = post(cast, days=1)
    student = signed_in(cast.student)
    assert student.get(one.get_absolute_url()).status_code == 404
    assert publish_due(now=NOW) == 0
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    student = signed_in(cast.student)
    assert student.get(one.get_absolute_url()).status_code == 200
    assert publish_due(now=NOW + timedelta(days=1)) == 1
    assert publish_due(now=NOW + timedelta(days=1)) == 0
    one.refresh_from_db()
    assert one.state == AnnouncementState.PUBLISHED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "x" * 151}, "at most 150 characters"),
        ({"source": " "}, "Write the message."),
        ({"source": "a\0b"}, "Null characters are not allowed."),
        ({"when": "later", "date": "", "time": ""}, "Say on which day"),
        ({"when": "later", "date": "2026-10-01", "time": "08:00"}, "This time is over."),
        ({"when": "later", "date": "2026-11-01", "time": "01:30"}, "The clocks change in that night"),
        ({"when": "later", "date": "30 Sept", "time": "08:00"}, "Enter a valid date."),
    ],
)
def test_new_bad_form_answers_422_and_keeps_it(cast: Cast, change: dict[str, object], said: str) -> None:
    answer = signed_in(cast.instructor).post(url(cast, "announcement_new"), form(pinned="on") | change)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert said in body
    assert body.index("error-summary") < body.index("<h1>")
    if "source" not in change:
        assert "We meet **upstairs**." in body
    assert not Announcement.objects.exists()


def test_title_with_line_breaks_becomes_one_line(cast: Cast) -> None:
    signed_in(cast.instructor).post(url(cast, "announcement_new"), form(title="Room\r\nBcc: all@example.edu\u2028change"))
    assert Announcement.objects.get().title == "Room Bcc: all@example.edu change"


def test_preview_renders_and_saves_nothing(cast: Cast) -> None:
    client = signed_in(cast.instructor)
    body = client.post(url(cast, "announcement_preview"), form(source="*so* <script>x</script>")).content.decode()
    assert "<em>so</em>" in body
    assert "<script>x" not in body
    assert "<html" not in body
    whole = client.post(url(cast, "announcement_new"), form(do="preview"))
    assert whole.status_code == 200
    assert "<strong>upstairs</strong>" in whole.content.decode()
    assert not Announcement.objects.exists()


def test_edit_published_keeps_time_and_state(cast: Cast) -> None:
    one = post(cast, days=-1)
    client = signed_in(cast.assistant)
    assert 'value="Room change"' in client.get(url(cast, "announcement_edit", one.public_id)).content.decode()
    client.post(url(cast, "announcement_edit", one.public_id), form(title="Room change, corrected", do="save"))
    one.refresh_from_db()
    assert (one.title, one.publish_at, one.state) == (
        "Room change, corrected",
        NOW - timedelta(days=1),
        AnnouncementState.PUBLISHED,
    )
    assert one.author == cast.instructor


def test_edit_scheduled_keeps_schedule_with_save_and_moves_with_post(cast: Cast) -> None:
    one = post(cast, days=1)
    client = signed_in(cast.instructor)
    client.post(
        url(cast, "announcement_edit", one.public_id),
        form(title="Other", do="draft", when="later", date="2026-10-20", time="09:00"),
    )
    one.refresh_from_db()
    assert (one.title, one.publish_at) == ("Other", NOW + timedelta(days=1))
    client.post(url(cast, "announcement_edit", one.public_id), form(when="later", date="2026-10-20", time="09:00"))
    one.refresh_from_db()
    assert one.publish_at is not None
    assert one.publish_at.isoformat() == "2026-10-20T14:00:00+00:00"


def test_back_to_draft_before_mail_takes_the_letters_back(cast: Cast) -> None:
    one = post(cast)
    actions.plan(now=NOW)
    assert Delivery.objects.filter(state=DeliveryState.PLANNED).count() == 4
    answer = signed_in(cast.instructor).post(url(cast, "announcement_call_back", one.public_id), {"do": "draft"}, follow=True)
    assert "It is a draft again" in answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.publish_at) == (AnnouncementState.DRAFT, None)
    actions.plan(now=NOW)
    assert set(Delivery.objects.values_list("state", "reason")) == {(DeliveryState.SKIPPED, "withdrawn")}


def test_stop_mail_keeps_it_on_the_page(cast: Cast) -> None:
    one = post(cast)
    actions.plan(now=NOW)
    signed_in(cast.instructor).post(url(cast, "announcement_call_back", one.public_id), {"do": "stop"})
    actions.plan(now=NOW)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SKIPPED}
    body = signed_in(cast.instructor).get(one.get_absolute_url()).content.decode()
    assert "Not mailed" in body
    assert signed_in(cast.student).get(one.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("do", ["draft", "stop"])
def test_call_back_once_mail_left_is_refused(cast: Cast, do: str) -> None:
    one = post(cast)
    actions.plan(now=NOW)
    actions.claim_due(now=NOW + timedelta(minutes=10), limit=1)
    answer = signed_in(cast.instructor).post(url(cast, "announcement_call_back", one.public_id), {"do": do}, follow=True)
    assert "Too late: mail has left already." in answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.mail) == (AnnouncementState.PUBLISHED, True)
    assert Delivery.objects.filter(state=DeliveryState.PLANNED).count() == 3
    for action in (withdraw, stop_mail):
        with pytest.raises(AlreadyMailedError):
            action(announcement=one, now=NOW)


def test_delete_draft_goes_posted_stays(cast: Cast) -> None:
    one = save_announcement(
        course=cast.course,
        announcement=None,
        author=cast.instructor,
        text=Text("T", "x"),
        posting=None,
        now=NOW,
    )
    client = signed_in(cast.instructor)
    assert (
        "The draft is gone."
        in client.post(url(cast, "announcement_call_back", one.public_id), {"do": "delete"}, follow=True).content.decode()
    )
    posted = post(cast)
    client.post(url(cast, "announcement_call_back", posted.public_id), {"do": "delete"})
    assert list(Announcement.objects.all()) == [posted]


def test_writing_by_others_forbidden(cast: Cast) -> None:
    one = post(cast)
    for person, code in ((cast.student, 403), (cast.observer, 403), (cast.admin, 403), (cast.stranger, 404)):
        client = signed_in(person)
        assert client.get(url(cast, "announcement_new")).status_code == code
        assert client.get(url(cast, "announcement_edit", one.public_id)).status_code == code
        assert client.post(url(cast, "announcement_new"), form()).status_code == code
        assert client.post(url(cast, "announcement_preview"), form()).status_code == code
        assert client.post(url(cast, "announcement_call_back", one.public_id), {"do": "draft"}).status_code == code
    assert Announcement.objects.count() == 1


def test_announcement_of_other_course_is_not_found(cast: Cast) -> None:
    one = post(cast)
    assert signed_in(cast.stranger).get(reverse("course:announcement", args=["twin", one.public_id])).status_code == 404
    assert signed_in(cast.student).get(url(cast, "announcement", "nosuchthing1")).status_code == 404


def test_list_pinned_first_then_newest_rest_shortened(cast: Cast) -> None:
    for number in range(4):
        post(cast, f"Talk {number}", days=-1 - number, pinned=number == 3)
    body = signed_in(cast.student).get(url(cast, "announcements")).content.decode()
    assert [body.index(f"Talk {number}") for number in (3, 0, 1, 2)] == sorted(
        body.index(f"Talk {number}") for number in range(4)
    )
    assert body.count("<strong>upstairs</strong>") == 2
    assert "We meet upstairs &amp; early." in body
    assert "Four so far" in body


def test_list_says_what_was_mailed_to_me(cast: Cast) -> None:
    post(cast)
    actions.plan(now=NOW)
    Delivery.objects.filter(person=cast.student).update(state=DeliveryState.SENT, sent_at=NOW)
    assert "also mailed to you" in signed_in(cast.student).get(url(cast, "announcements")).content.decode()
    assert "also mailed to you" not in signed_in(cast.observer).get(url(cast, "announcements")).content.decode()


def test_week_panel_shows_published_announcements_of_the_week(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    week = Week.objects.create(course=cast.course, slug="w5", number=5, title="The Next Word")
    Announcement.objects.update_or_create(pk=post(cast).pk, defaults={"week": week})
    Announcement.objects.update_or_create(pk=post(cast, "Later", days=2).pk, defaults={"week": week})
    member = Membership(cast.course, cast.student, None, RIGHTS[Role.STUDENT])
    panels = [one for one in panels_for(member, week, NOW) if one.title == "Announcements"]
    assert len(panels) == 1
    assert [one.title for one, _ in panels[0].context["announcements"]] == ["Room change"]  # type: ignore[attr-defined]  # the list in it
    assert Path("templates", panels[0].template).exists()


def test_list_queries_same_at_two_sizes(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for who, count in (("student", 5), ("instructor", 6)):
        Announcement.objects.all().delete()
        client = signed_in(getattr(cast, who))
        post(cast)
        with django_assert_num_queries(count):  # session, user, membership, announcements, what was mailed; staff: drafts
            client.get(url(cast, "announcements"))
        for number in range(5):
            post(cast, f"More {number}", days=-number - 1)
            post(cast, f"Later {number}", days=number + 1)
        actions.plan(now=NOW)
        with django_assert_num_queries(count):
            client.get(url(cast, "announcements"))
