import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Invitation, User
from course.actions.people import (
    Guest,
    LastInstructorError,
    change_role,
    enroll,
    invite_people,
    remove_person,
    restore_person,
)
from course.enums import EnrollmentState, Role
from course.forms.people import MOST, read_line, read_lines
from course.models import Enrollment
from tests.conftest import NOW, PASSWORD, Cast, person

PEOPLE = "/courses/hum240/people/"


def standing(cast: Cast, user: User) -> Enrollment:
    return Enrollment.objects.get(course=cast.course, person=user)


def post(client: Client, name: str, user: User, **data: str) -> str:
    """Post to a page about `user` and return the page it leads to."""
    response = client.post(reverse(f"course:{name}", args=["hum240", user.public_id]), data)
    assert response.status_code == 303
    return client.get(response.headers["Location"].split("#")[0]).content.decode()


def invite(client: Client, people: str, role: str = "student", *, status: int = 303) -> str:
    response = client.post(f"{PEOPLE}invite/", {"people": people, "role": role})
    assert response.status_code == status
    return response.content.decode() if status == 422 else client.get(PEOPLE).content.decode()


# --- reading pasted lines


@pytest.mark.parametrize(
    ("text", "guest"),
    [
        ("ada@example.edu", Guest("ada@example.edu", "")),
        ("  Ada Miller <ADA@Example.edu> ", Guest("ada@example.edu", "Ada Miller")),
        ('"Miller, Ada" <ada@example.edu>,', Guest("ada@example.edu", "Miller, Ada")),
        ("<ada@example.edu>;", Guest("ada@example.edu", "")),
        ("Zoë  Lindqvist <zoe@example.edu>", Guest("zoe@example.edu", "Zoë Lindqvist")),
    ],
)
def test_read_line_with_and_without_a_name_finds_both(text: str, guest: Guest) -> None:
    assert read_line(text) == guest


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "ada@",
        "Ada <>",
        "ada@example.edu, bob@example.edu",
        "<<a@b.example>>",
        "a" * 300 + "@example.edu",
        "Ada\x00 <ada@example.edu>",
        "N" * 151 + " <ada@example.edu>",
        "Ada <ada@example.edu\nBcc: x@example.edu>",
    ],
)
def test_read_line_with_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        read_line(text)


def test_read_lines_bad_ones_are_named_by_number() -> None:
    with pytest.raises(ValidationError) as refused:
        read_lines("ada@example.edu\n\nbob\nAda <ada@example.edu>\ncy@@example.edu\n")
    assert refused.value.messages == [
        "Line 3: “bob” is not an e-mail address",
        "Line 5: “cy@@example.edu” is not an e-mail address",
    ]


def test_read_lines_doubled_address_counts_once() -> None:
    lines = read_lines("Ada <ada@example.edu>\nADA@example.edu\n")
    assert [(line.number, line.guest.name) for line in lines] == [(1, "Ada")]


# --- the page


def test_people_page_shows_everybody_with_role_and_visit(cast: Cast, client: Client) -> None:
    Enrollment.objects.filter(person=cast.student).update(seen_at=NOW - timedelta(hours=1))
    client.force_login(cast.instructor)
    with time_machine.travel(NOW, tick=False):
        page = client.get(PEOPLE).content.decode()
    assert "Two students, one observer, one assistant and one instructor." in page
    assert page.index("Ruth Vandermeer</strong>") < page.index("Teo Marchetti</strong>") < page.index("Ines Caballero</strong>")
    assert "ines.caballero@example.edu" in page
    assert "today, 10:00" in page
    assert "5 of 5 shown" in page
    assert "Silas Strange" not in page


def test_people_page_search_finds_names_and_addresses(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    assert "1 of 5 shown" in client.get(PEOPLE, {"q": "JONAH whit"}).content.decode()
    assert "1 of 5 shown" in client.get(PEOPLE, {"q": "odile.okafor@"}).content.decode()


def test_people_page_search_without_a_match_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = client.get(PEOPLE, {"q": "<b>nobody"}).content.decode()
    assert "Nobody matches “&lt;b&gt;nobody”" in page
    assert "5 people are in the course" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("student", 403),
        ("observer", 403),
        ("stranger", 404),
        ("assistant", 200),
        ("instructor", 200),
        ("admin", 200),
    ],
)
def test_people_page_by_role_answers_as_the_rights_say(cast: Cast, client: Client, role: str, status: int) -> None:
    client.force_login(getattr(cast, role))
    assert client.get(PEOPLE).status_code == status


def test_people_page_assistant_invites_but_gives_no_rights(cast: Cast, client: Client) -> None:
    client.force_login(cast.assistant)
    page = client.get(PEOPLE).content.decode()
    assert "Send invitations" in page
    assert "?change=" not in page
    assert '<option value="instructor">' not in page
    assert '<option value="assistant">' not in page


def test_people_page_admin_reads_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    page = client.get(f"{PEOPLE}?change={cast.student.public_id}").content.decode()
    assert "You look at this course from outside" in page
    assert page.count('method="post"') == 1  # sign out


def test_people_page_costs_the_same_at_two_sizes(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(cast.instructor)
    with django_assert_num_queries(5):
        client.get(PEOPLE)
    guests = [Guest(f"guest{number}@example.edu", "") for number in range(12)]
    invite_people(course=cast.course, guests=guests, role=Role.STUDENT, invited_by=cast.instructor, now=NOW)
    for number in range(12):
        enroll(course=cast.course, person=person(f"More {number}"), role=Role.STUDENT)
    with django_assert_num_queries(5):
        client.get(PEOPLE)


def test_people_page_change_opens_the_form_of_one_person(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = client.get(PEOPLE, {"change": cast.assistant.public_id}).content.decode()
    assert reverse("course:person_role", args=["hum240", cast.assistant.public_id]) in page
    assert '<option value="assistant" selected>' in page
    assert "Remove from the course" in page
    assert "Leave the course" in client.get(PEOPLE, {"change": cast.instructor.public_id}).content.decode()


def test_people_page_change_of_a_stranger_opens_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = client.get(PEOPLE, {"change": cast.stranger.public_id, "removed": cast.stranger.public_id}).content.decode()
    assert "Silas" not in page
    assert "Save the role" not in page


def test_people_page_invited_person_is_listed_apart(cast: Cast, client: Client) -> None:
    invite_people(
        course=cast.course,
        guests=[Guest("noor@example.edu", "Noor")],
        role=Role.STUDENT,
        invited_by=cast.instructor,
        now=NOW - timedelta(days=20),
    )
    client.force_login(cast.instructor)
    page = client.get(PEOPLE).content.decode()
    assert "5 of 5 shown" in page
    assert ">Ended</span>" in page


# --- invitations


def test_invite_new_person_is_enrolled_and_gets_a_letter(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = invite(client, "Noor Haddad <Noor.Haddad@example.edu>")
    assert "Enrolled, the letter is sent: Noor Haddad." in page
    assert "One invitation is not answered yet." in page
    noor = User.objects.get(email="noor.haddad@example.edu")
    assert standing(cast, noor).role == Role.STUDENT
    letter = mail.outbox[0]
    assert letter.to == ["noor.haddad@example.edu"]
    assert letter.reply_to == ["ruth.vandermeer@example.edu"]
    assert letter.subject == "HUM240 Machines That Write: Ruth Vandermeer invites you"
    link = re.search(r"http://testserver(/invitation/[\w-]{43}/)", str(letter.body))
    assert link
    assert link[0] in str(letter.alternatives[0].content)  # type: ignore[attr-defined]  # EmailMultiAlternatives
    assert "Choose your name and a password" in Client().get(link[1]).content.decode()
    assert link[1].split("/")[2] not in page


def test_invite_letter_links_ignore_the_host_header(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    client.post(f"{PEOPLE}invite/", {"people": "noor@example.edu", "role": "student"}, HTTP_HOST="localhost")
    assert "http://testserver/invitation/" in str(mail.outbox[0].body)
    assert "localhost" not in str(mail.outbox[0].body)


def test_invite_person_with_an_account_gets_a_letter_without_secret(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    invite(client, cast.stranger.email, "observer")
    assert standing(cast, cast.stranger).role == Role.OBSERVER
    assert "http://testserver/courses/hum240/" in str(mail.outbox[0].body)
    assert not Invitation.objects.exists()
    cast.stranger.refresh_from_db()
    assert cast.stranger.check_password(PASSWORD)


def test_invite_somebody_here_changes_nothing_and_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = invite(client, f"{cast.assistant.email}\nnew@example.edu")
    assert "Already in the course, nothing changed: teo.marchetti@example.edu." in page
    assert standing(cast, cast.assistant).role == Role.ASSISTANT
    assert [letter.to for letter in mail.outbox] == [["new@example.edu"]]


def test_invite_one_bad_line_stops_all_and_keeps_the_text(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = invite(client, "good@example.edu\nbad", "observer", status=422)
    assert "Line 2: “bad” is not an e-mail address" in page
    assert page.index("error-summary") < page.index("<h1>")
    assert "<title>Error: People" in page
    assert "good@example.edu\nbad</textarea>" in page
    assert '<option value="observer" selected>' in page
    assert not User.objects.filter(email="good@example.edu").exists()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("people", "role", "words"),
    [
        ("", "student", "Enter the e-mail addresses."),
        (" \n ", "student", "Enter the e-mail addresses."),
        ("a@example.edu", "owner", "Select a valid choice"),
        ("\n".join(f"a{number}@example.edu" for number in range(MOST + 1)), "student", "Invite at most 100 at a time"),
    ],
)
def test_invite_bad_form_says_what_to_do(cast: Cast, client: Client, people: str, role: str, words: str) -> None:
    client.force_login(cast.instructor)
    assert words in invite(client, people, role, status=422)


def test_invite_assistant_cannot_make_instructors(cast: Cast, client: Client) -> None:
    client.force_login(cast.assistant)
    invite(client, "friend@example.edu", "instructor", status=422)
    assert not User.objects.filter(email="friend@example.edu").exists()


def test_invite_assistant_cannot_put_back_somebody_removed(cast: Cast, client: Client) -> None:
    remove_person(enrollment=standing(cast, cast.student))
    client.force_login(cast.assistant)
    page = invite(client, cast.student.email, status=422)
    assert "Line 1: ines.caballero@example.edu was removed; only an instructor puts people back" in page
    assert standing(cast, cast.student).state == EnrollmentState.REMOVED


def test_invite_instructor_brings_back_somebody_removed(cast: Cast, client: Client) -> None:
    remove_person(enrollment=standing(cast, cast.student))
    client.force_login(cast.instructor)
    invite(client, cast.student.email, "observer")
    assert (standing(cast, cast.student).state, standing(cast, cast.student).role) == (EnrollmentState.ACTIVE, Role.OBSERVER)


def test_invite_mail_server_silent_keeps_the_people_and_offers_again(cast: Cast, client: Client, settings: Settings) -> None:
    client.force_login(cast.instructor)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    page = invite(client, f"noor@example.edu\n{cast.stranger.email}")
    assert "noor@example.edu is enrolled, the letter could not be sent: the mail server does not answer." in page
    assert "Silas Strange is enrolled, the letter could not be sent" in page
    assert "Not sent</span>" in page
    noor = User.objects.get(email="noor@example.edu")
    assert standing(cast, noor).state == EnrollmentState.ACTIVE
    settings.EMAIL_BACKEND = working
    page = post(client, "person_reinvite", noor)
    assert "the letter is sent: noor@example.edu" in page
    assert "Not sent</span>" not in page


def test_reinvite_new_letter_replaces_the_old_link(cast: Cast, client: Client) -> None:
    client.force_login(cast.assistant)
    invite(client, "noor@example.edu")
    post(client, "person_reinvite", User.objects.get(email="noor@example.edu"))
    first, second = (re.search(r"/invitation/[\w-]+/", str(letter.body)) for letter in mail.outbox)
    assert first
    assert second
    assert Client().get(first[0]).status_code == 410
    assert Client().get(second[0]).status_code == 200


def test_reinvite_somebody_with_an_account_sends_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    assert "needs no invitation" in post(client, "person_reinvite", cast.student)
    assert mail.outbox == []


def test_invitation_withdrawn_leaves_nobody_waiting(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    invite(client, "noor@example.edu")
    noor = User.objects.get(email="noor@example.edu")
    page = post(client, "person_remove", noor)
    assert "noor@example.edu is removed" in page
    assert 'id="pending"' not in page


def test_invite_title_with_a_line_break_stays_one_header(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.instructor.pk).update(name="Ruth\r\nBcc: evil@example.edu")
    client.force_login(cast.instructor)
    client.post(f"{PEOPLE}invite/", {"people": "noor@example.edu", "role": "student"})
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "\n" not in str(mail.outbox[0].subject)


# --- roles and removal


def test_role_changed_counts_at_the_next_request(cast: Cast, client: Client) -> None:
    other = Client()
    other.force_login(cast.assistant)
    assert other.get(PEOPLE).status_code == 200
    client.force_login(cast.instructor)
    assert "Teo Marchetti: Student. It counts from now on." in post(client, "person_role", cast.assistant, role="student")
    assert other.get(PEOPLE).status_code == 403


def test_role_unknown_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    assert "This is no role of a course" in post(client, "person_role", cast.student, role="owner")
    assert standing(cast, cast.student).role == Role.STUDENT


def test_role_of_the_last_instructor_stays(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    page = post(client, "person_role", cast.instructor, role="student")
    assert "Ruth Vandermeer is the only instructor. Make somebody else instructor first; nothing was changed." in page
    assert standing(cast, cast.instructor).role == Role.INSTRUCTOR


def test_role_of_one_of_two_instructors_changes(cast: Cast) -> None:
    change_role(enrollment=standing(cast, cast.assistant), role=Role.INSTRUCTOR)
    change_role(enrollment=standing(cast, cast.instructor), role=Role.OBSERVER)
    assert standing(cast, cast.instructor).role == Role.OBSERVER


def test_role_instructor_removed_before_does_not_count_as_one(cast: Cast) -> None:
    enrollment = standing(cast, cast.assistant)
    change_role(enrollment=enrollment, role=Role.INSTRUCTOR)
    remove_person(enrollment=enrollment)
    with pytest.raises(LastInstructorError):
        remove_person(enrollment=standing(cast, cast.instructor))


def test_remove_last_instructor_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.instructor)
    assert "is the only instructor" in post(client, "person_remove", cast.instructor)
    assert standing(cast, cast.instructor).state == EnrollmentState.ACTIVE


def test_remove_then_undo_brings_the_role_back(cast: Cast, client: Client) -> None:
    removed = Client()
    removed.force_login(cast.assistant)
    client.force_login(cast.instructor)
    page = post(client, "person_remove", cast.assistant)
    assert "Teo Marchetti is removed" in page
    assert "Undo, put them back" in page
    assert removed.get(PEOPLE).status_code == 404
    assert "Teo Marchetti is back: Assistant." in post(client, "person_restore", cast.assistant)
    assert removed.get(PEOPLE).status_code == 200


def test_remove_oneself_leads_out_of_the_course(cast: Cast, client: Client) -> None:
    change_role(enrollment=standing(cast, cast.assistant), role=Role.INSTRUCTOR)
    client.force_login(cast.instructor)
    response = client.post(reverse("course:person_remove", args=["hum240", cast.instructor.public_id]))
    assert response.headers["Location"] == "/courses/"


def test_restore_somebody_present_changes_nothing(cast: Cast) -> None:
    restore_person(enrollment=standing(cast, cast.student))
    assert standing(cast, cast.student).state == EnrollmentState.ACTIVE


def test_enroll_twice_keeps_the_first_role(cast: Cast) -> None:
    assert enroll(course=cast.course, person=cast.student, role=Role.ASSISTANT).role == Role.STUDENT


POSTS = ["person_role", "person_remove", "person_restore", "person_reinvite"]


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize(("role", "status"), [("student", 403), ("observer", 403), ("stranger", 404), ("admin", 403)])
def test_people_posts_without_the_right_change_nothing(cast: Cast, client: Client, name: str, role: str, status: int) -> None:
    client.force_login(getattr(cast, role))
    url = reverse(f"course:{name}", args=["hum240", cast.other_student.public_id])
    assert client.post(url, {"role": "instructor"}).status_code == status
    assert (standing(cast, cast.other_student).role, standing(cast, cast.other_student).state) == (
        Role.STUDENT,
        EnrollmentState.ACTIVE,
    )


@pytest.mark.parametrize("name", ["person_role", "person_remove", "person_restore"])
def test_people_posts_of_an_assistant_about_rights_are_refused(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.assistant)
    url = reverse(f"course:{name}", args=["hum240", cast.student.public_id])
    assert client.post(url, {"role": "observer"}).status_code == 403
    assert standing(cast, cast.student).role == Role.STUDENT


@pytest.mark.parametrize("name", POSTS)
def test_people_posts_about_somebody_of_another_course_are_404(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.instructor)
    url = reverse(f"course:{name}", args=["hum240", cast.stranger.public_id])
    assert client.post(url, {"role": "student"}).status_code == 404
    assert Enrollment.objects.get(person=cast.stranger).role == Role.INSTRUCTOR


@pytest.mark.parametrize("name", POSTS)
def test_people_posts_by_get_are_refused(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.instructor)
    assert client.get(reverse(f"course:{name}", args=["hum240", cast.student.public_id])).status_code == 405
