"""The admin: every page of every model opens with data, records refuse every change, lists cost the same at any size."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.forms import DateField, SplitDateTimeField
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin_base import ReadOnlyAdmin
from accounts.models import Invitation, User
from accounts.years import check_year
from course.enums import AnnouncementState, Release, Role
from course.models import (
    Announcement,
    Course,
    CourseFile,
    CourseSession,
    Enrollment,
    ImportDraft,
    Page,
    PageVersion,
    Reading,
    ReadingTick,
    Section,
    Week,
    WeekRead,
    WeekVersion,
)
from exchange.enums import FileKind
from exchange.models import FolderFile, FolderUpload
from notifications.models import Delivery, Heartbeat, Notice, Unsubscribe
from presentations.models import Booking, Slot
from quizzes.enums import AttemptState, GradeCause, QuestionKind, QuizState, SaveOutcome
from quizzes.models import (
    Accommodation,
    AnswerLog,
    Attempt,
    AttemptQuestion,
    Bank,
    GradeRecord,
    Option,
    OptionKey,
    Question,
    QuestionVersion,
    Quiz,
    QuizDraw,
    QuizException,
    QuizItem,
    Response,
    Tag,
)
from tests.conftest import NOW, Cast, make_course, person

if TYPE_CHECKING:
    from django.contrib.admin.options import ModelAdmin

OURS = {"accounts", "course", "exchange", "quizzes", "presentations", "notifications"}
REGISTERED: list[tuple[type[Model], "ModelAdmin[Model]"]] = sorted(
    ((model, model_admin) for model, model_admin in admin.site._registry.items()),
    key=lambda pair: pair[0]._meta.label,
)
READ_ONLY = [model for model, model_admin in REGISTERED if isinstance(model_admin, ReadOnlyAdmin)]
# Shown inside another model's page.
INLINE = {Section, QuizItem, QuizDraw, Option, OptionKey, AttemptQuestion, GradeRecord}


def populate(cast: Cast, first: int, last: int) -> None:
    """Add rows number `first` to `last` (exclusive) of everything, each with people and parents of its own."""
    for n in range(first, last):
        _populate_one(cast, n)


def _populate_one(cast: Cast, n: int) -> None:
    course = make_course(f"course{n}", cast.course.term)
    who = person(f"Person Number{n}")
    Invitation.objects.create(
        user=who,
        invited_by=cast.instructor,
        token_hash=f"{n:064}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    Enrollment.objects.create(course=course, person=who, role=Role.STUDENT)
    session = CourseSession.objects.create(course=course, starts_at=NOW, ends_at=NOW + timedelta(hours=2))
    week = Week.objects.create(course=course, slug="one", number=1, title="One", state=Release.OPEN, session=session)
    WeekVersion.objects.create(week=week, number=1, source="# One", author=who, created_at=NOW)
    section = Section.objects.create(
        week=week, position=1, line=1, level=1, heading="Read", group="", kind="", placeholder_only=False
    )
    Reading.objects.create(week=week, section=section, position=1, line=2, title="A text", read_by=session)
    page = Page.objects.create(course=course, slug="page", title="Syllabus", week=week)
    PageVersion.objects.create(page=page, number=1, title="Syllabus", author=who, created_at=NOW)
    CourseFile.objects.create(
        course=course, name="board.png", kind="image/png", width=1, height=1, size=1, content=b"x", added_by=who, added_at=NOW
    )
    Announcement.objects.create(
        course=course,
        title="Welcome",
        author=who,
        state=AnnouncementState.PUBLISHED,
        publish_at=NOW,
        week=week,
    )
    ImportDraft.objects.create(course=course, person=who, kind="week", created_at=NOW)
    FolderFile.objects.create(course=course, path="weeks/01.md", kind=FileKind.WEEK, ref="1", base=b"x", exchanged_at=NOW)
    FolderUpload.objects.create(course=course, person=who, filename="course.zip", content=b"x", created_at=NOW)
    _populate_quiz(course, week, who)
    slot = Slot.objects.create(course=course, session=session, taken=1)
    Booking.objects.create(slot=slot, person=who, made_by=cast.instructor)
    notice = Notice.objects.create(kind="quiz_due", object_key=f"quiz:{n}", version="1")
    Delivery.objects.create(notice=notice, person=who, planned_at=NOW, due_at=NOW)
    Unsubscribe.objects.create(person=who, kind="quiz_due")
    Heartbeat.objects.create(name=f"worker{n}", at=NOW)


def _populate_quiz(course: Course, week: Week, who: User) -> None:
    bank = Bank.objects.create(course=course)
    version = QuestionVersion.objects.create(
        question=Question.objects.create(bank=bank, slug="first"),
        number=1,
        kind=QuestionKind.MULTI,
        stem="Which?",
        author=who,
    )
    option = Option.objects.create(version=version, position=1, text="This")
    OptionKey.objects.create(option=option, correct=True)
    quiz = Quiz.objects.create(course=course, slug="quiz", title="Quiz", week=week, state=QuizState.PUBLISHED)
    QuizItem.objects.create(quiz=quiz, position=1, version=version)
    attempt = Attempt.objects.create(
        quiz=quiz,
        student=who,
        number=1,
        quiz_revision=1,
        started_at=NOW,
        state=AttemptState.SUBMITTED,
        submitted_at=NOW,
    )
    tag = Tag.objects.create(bank=bank, name="history")
    QuizDraw.objects.create(quiz=quiz, position=2, tag=tag, count=1)
    Accommodation.objects.create(course=course, student=who, factor="1.50", set_at=NOW)
    QuizException.objects.create(quiz=quiz, student=who, attempts_allowed=2, set_at=NOW)
    GradeRecord.objects.create(attempt=attempt, cause=GradeCause.FIRST, score=0, at=NOW)
    drawn = AttemptQuestion.objects.create(
        attempt=attempt,
        position=1,
        version=version,
        option_order=[option.public_id],
        points=100,
        scoring="exact",
    )
    Response.objects.create(
        question=drawn,
        chosen=[option.public_id],
        save_number=1,
        tab="t",
        counter=1,
        request_id="r",
        saved_at=NOW,
    )
    AnswerLog.objects.create(
        attempt=attempt,
        question=drawn,
        save_number=1,
        outcome=SaveOutcome.STORED,
        chosen=[option.public_id],
        tab="t",
        counter=1,
        base=0,
        request_id="r",
        at=NOW,
    )


@pytest.fixture
def full(cast: Cast, client: Client) -> Cast:
    populate(cast, 0, 1)
    client.force_login(cast.admin)
    return cast


def url(model: type[Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def test_admin_has_every_model_but_what_readers_note_for_themselves() -> None:
    from django.apps import apps

    ours = {model for app in OURS for model in apps.get_app_config(app).get_models()}
    assert ours - set(admin.site._registry) - INLINE == {
        ReadingTick,
        WeekRead,
        *(model for model in ours if model.__name__ == "QuestionKey"),
    }


def test_admin_pages_with_data_open(full: Cast, client: Client) -> None:
    for model, made in REGISTERED:
        page = client.get(url(model, "changelist"), {"_facets": "True"})
        assert page.status_code == 200, model
        reason = getattr(made, "reason", "")
        assert not reason or reason.split("'")[0] in page.text
        may_add = made.has_add_permission(page.wsgi_request)
        assert client.get(url(model, "add")).status_code == (200 if may_add else 403), model
        rows = model._default_manager.all()[:2]
        assert rows or model._meta.app_label not in OURS
        for row in rows:
            form = client.get(url(model, "change", row.pk))
            assert form.status_code == 200, model
            assert "<script>" not in form.text
            assert not re.search(r"<[^>]+ (style|onclick)=", form.text)


def test_admin_search_finds_nothing_without_failing(full: Cast, client: Client) -> None:
    for model, made in REGISTERED:
        if made.search_fields:
            assert client.get(url(model, "changelist"), {"q": "no such thing"}).status_code == 200, model


def test_record_posted_to_is_refused_and_stays(full: Cast, client: Client) -> None:
    for model in READ_ONLY:
        row = model._default_manager.all()[0]
        before = model._default_manager.filter(pk=row.pk).values().get()
        for path in (url(model, "add"), url(model, "change", row.pk), url(model, "delete", row.pk)):
            assert client.post(path, {"post": "yes"}).status_code == 403, path
        client.post(
            url(model, "changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )
        assert model._default_manager.filter(pk=row.pk).values().get() == before


def test_records_of_grades_and_mail_are_all_read_only() -> None:
    assert {Attempt, Response, AnswerLog, Delivery, Notice, QuestionVersion, WeekVersion, PageVersion, Booking} <= set(READ_ONLY)


def test_course_with_attempts_deleted_is_refused(full: Cast, client: Client) -> None:
    course = Attempt.objects.get().quiz.course
    client.post(url(Course, "delete", course.pk), {"post": "yes"})
    assert Course.objects.filter(pk=course.pk).exists()


def test_quiz_with_attempts_is_closed_and_without_open(full: Cast, client: Client) -> None:
    quiz = Quiz.objects.get()
    page = client.get(url(Quiz, "change", quiz.pk))
    assert "Students have started this quiz" in page.text
    assert client.post(url(Quiz, "change", quiz.pk), {"title": "Other"}).status_code == 403
    fresh = Quiz.objects.create(course=full.course, slug="fresh", title="Fresh")
    assert "Students have started" not in client.get(url(Quiz, "change", fresh.pk)).text


@pytest.mark.parametrize("who", ["instructor", "student", None])
@pytest.mark.parametrize("page", ["admin:index", "admin:course_course_changelist", "admin:accounts_user_add"])
def test_admin_without_the_right_leads_to_sign_in(who: str | None, page: str, cast: Cast, client: Client) -> None:
    if who:
        client.force_login(getattr(cast, who))
    response = client.get(reverse(page), follow=True)
    assert response.redirect_chain or response.status_code == 403
    assert "Site administration" not in response.text
    assert "Everything in Seminar" not in response.text


# --- what admins do: terms, courses, people, enrollments


def test_admin_creates_term_course_person_and_enrollment(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    client.post(
        reverse("admin:course_term_add"),
        {"name": "Spring 2027", "starts_on": "2027-01-11", "ends_on": "2027-05-07"},
    )
    term = cast.course.term.__class__.objects.get(name="Spring 2027")
    sessions = {
        "sessions-TOTAL_FORMS": "1",
        "sessions-INITIAL_FORMS": "0",
        "sessions-0-starts_at_0": "2027-01-13",
        "sessions-0-starts_at_1": "18:00",
        "sessions-0-ends_at_0": "2027-01-13",
        "sessions-0-ends_at_1": "20:40",
    }
    made = client.post(
        reverse("admin:course_course_add"),
        {
            "slug": "hum250",
            "code": "HUM 250",
            "title": "Second",
            "term": term.pk,
            "zone": "America/Chicago",
            "reading_minutes": "0",
            **sessions,
        },
    )
    assert made.status_code == 302, made.context["errors"]
    course = Course.objects.get(slug="hum250")
    assert [one.starts_at.isoformat() for one in course.sessions.all()] == ["2027-01-14T00:00:00+00:00"]  # 18:00 in Chicago
    made = client.post(
        reverse("admin:accounts_user_add"),
        {"email": "Vera.Nowak@Example.EDU", "name": "Vera Nowak", "usable_password": "false"},
    )
    assert made.status_code == 302, made.context["errors"]
    vera = User.objects.get(email="vera.nowak@example.edu")
    assert not vera.has_usable_password()
    made = client.post(
        reverse("admin:course_enrollment_add"),
        {"course": course.pk, "person": vera.pk, "role": Role.INSTRUCTOR, "state": "active"},
    )
    assert made.status_code == 302, made.context["errors"]
    client.force_login(vera)
    assert client.get(reverse("course:now", args=["hum250"])).status_code == 200


def test_zone_unknown_is_refused_with_a_message(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    page = client.post(
        reverse("admin:course_course_add"),
        {
            "slug": "x",
            "code": "X",
            "title": "X",
            "term": cast.course.term_id,
            "zone": "Mars/Base",
            "sessions-TOTAL_FORMS": "0",
            "sessions-INITIAL_FORMS": "0",
        },
    )
    assert "Mars/Base is not a time zone" in page.text


# --- cost, names, colours


def test_lists_of_four_cost_as_much_as_of_one(full: Cast, client: Client) -> None:
    models = [model for model, _ in REGISTERED if model._meta.app_label in OURS]

    def costs() -> dict[str, int]:
        found = {}
        for model in models:
            with CaptureQueriesContext(connection) as queries:
                client.get(url(model, "changelist"))
            found[model._meta.label] = len(queries)
        return found

    costs()  # fills what Django remembers, such as content types
    before = costs()
    populate(full, 1, 4)
    assert costs() == before
    assert max(before.values()) <= 14, before


def test_inputs_without_a_label_of_their_own_have_a_name(full: Cast, client: Client) -> None:
    page = client.get(url(Course, "change", full.course.pk)).text
    for name in ("Starts at, date", "Starts at, time", "Room", "Delete HUM240"):
        assert f'aria-label="{name}' in page
    page = client.get(url(Slot, "change", Slot.objects.get().pk)).text
    assert 'aria-label="Claims open, date"' in page


def test_colours_of_the_admin_are_the_tokens_of_the_style_sheet() -> None:
    def tokens(name: str) -> dict[str, str]:
        text = (Path(settings.BASE_DIR) / "static/css" / name).read_text()
        return dict(re.findall(r"--([a-z0-9-]+): (light-dark\(.*\));", text))

    ours = tokens("admin.css")
    ours["accent"] = ours.pop("accent-colour")
    assert len(ours) > 12
    assert ours.items() <= tokens("seminar.css").items()


def test_deliveries_about_private_ticks_are_not_shown(cast: Cast) -> None:
    for kind in ("reading_due", "quiz_due"):
        notice = Notice.objects.create(kind=kind, object_key=f"{kind}:1", version="1")
        Delivery.objects.create(notice=notice, person=cast.student, planned_at=NOW, due_at=NOW)
    request = RequestFactory().get("/")
    shown = admin.site.get_model_admin(Delivery).get_queryset(request)
    assert [delivery.notice.kind for delivery in shown] == ["quiz_due"]


def test_changed_address_of_a_person_is_the_one_that_signs_in(admin_client: Client, cast: Cast) -> None:
    user = cast.student
    fields = {"email": "New.Address@example.edu", "name": user.name, "zone": "", "theme": "system", "is_active": "on"}
    assert admin_client.post(reverse("admin:accounts_user_change", args=[user.pk]), fields).status_code == 302
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("new.address@example.edu", True, True)
    ]


def test_new_person_with_a_password_has_a_confirmed_address(admin_client: Client) -> None:
    fields = {
        "email": "ok@example.edu",
        "name": "Ok",
        "usable_password": "true",
        "password1": "four quiet words here",
        "password2": "four quiet words here",
    }
    assert admin_client.post(reverse("admin:accounts_user_add"), fields).status_code == 302
    assert EmailAddress.objects.filter(user__email="ok@example.edu", verified=True, primary=True).count() == 1


def test_class_session_is_shown_and_changed_on_the_clocks_of_its_course(admin_client: Client, cast: Cast) -> None:
    page = reverse("admin:course_coursesession_change", args=[cast.session.pk])
    assert 'value="13:00:00"' in admin_client.get(page).text  # 18:00 in UTC
    fields = {
        "course": cast.course.pk,
        "starts_at_0": "2026-10-07",
        "starts_at_1": "14:00",
        "ends_at_0": "2026-10-07",
        "ends_at_1": "16:40",
        "room": "Alder 208",
        "note": "",
    }
    assert admin_client.post(page, fields).status_code == 302
    cast.session.refresh_from_db()
    assert cast.session.starts_at.isoformat() == "2026-10-07T19:00:00+00:00"
    assert "Wed 7 Oct 2026, 14:00–16:40" in admin_client.get(reverse("admin:course_coursesession_changelist")).text


def test_new_class_session_is_on_the_clocks_of_the_course_it_names(admin_client: Client, cast: Cast) -> None:
    fields = {
        "course": cast.course.pk,
        "starts_at_0": "2026-12-09",
        "starts_at_1": "18:00",
        "ends_at_0": "2026-12-09",
        "ends_at_1": "20:40",
        "room": "",
        "note": "",
    }
    assert admin_client.post(reverse("admin:course_coursesession_add"), fields).status_code == 302
    assert CourseSession.objects.latest("starts_at").starts_at.isoformat() == "2026-12-10T00:00:00+00:00"


def date_fields(user: User) -> dict[str, list[object]]:
    """The validators of every date and time in a form of the admin, tables inside forms too."""
    request = RequestFactory().get("/")
    request.user = user
    found: dict[str, list[object]] = {}
    for model, model_admin in REGISTERED:
        if isinstance(model_admin, ReadOnlyAdmin) or model._meta.app_label not in OURS:
            continue
        forms = {model._meta.label: model_admin.get_form(request)}
        forms |= {
            f"{model._meta.label} > {inline.model._meta.label}": inline.get_formset(request).form
            for inline in model_admin.get_inline_instances(request)
        }
        for name, form in forms.items():
            dated = {at: field for at, field in form.base_fields.items() if isinstance(field, DateField | SplitDateTimeField)}
            found |= {f"{name}.{at}": list(field.validators) for at, field in dated.items()}
    return found


def test_dates_of_the_admin_all_keep_to_the_years_of_courses(cast: Cast) -> None:
    found = date_fields(cast.admin)
    assert {"course.Term.starts_on", "quizzes.Quiz.opens_at", "presentations.Slot.closes_at"} <= set(found)
    assert "course.Course > course.CourseSession.starts_at" in found
    assert {name for name, validators in found.items() if check_year not in validators} == set()


@pytest.mark.parametrize(("year", "status"), [("1989", 200), ("1990", 302), ("2199", 302), ("2200", 200)])
def test_term_of_a_year_that_cannot_be_meant_is_refused(admin_client: Client, year: str, status: int) -> None:
    fields = {"name": "A term", "starts_on": f"{year}-01-01", "ends_on": f"{year}-05-31"}
    answer = admin_client.post(reverse("admin:course_term_add"), fields)
    assert answer.status_code == status
    assert answer.text.count(f"The year {year} cannot be meant.") == (2 if status == 200 else 0)
