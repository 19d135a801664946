"""What of a result shows when; and that nothing of the key shows before (safety.md rows 3 to 5)."""

import contextlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.access import RIGHTS, Membership
from course.agenda import items_for
from course.enums import Role
from course.models import Week
from course.week_panels import panels_for
from quizzes import review
from quizzes.actions.answers import save
from quizzes.actions.attempts import NotStartable, start, submit
from quizzes.actions.grading import grade
from quizzes.enums import AttemptState, Effect, ShowKey
from quizzes.models import Accommodation, Attempt, OptionKey, Quiz, QuizException
from quizzes.result_page import result_of, sum_rows
from quizzes.review import Field, Horizon, is_out, key_words, may_see, rule_of
from quizzes.schedule import Standing, class_schedules
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import CANARY, at, ids, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEY_FIELDS = (Field.CORRECTNESS, Field.KEY, Field.FEEDBACK, Field.EXPLANATION)
CLOSES = NOW + timedelta(days=1)
OUT = CLOSES + timedelta(seconds=30)
TICK = timedelta(microseconds=1)
ALL_STATES = [(AttemptState.IN_PROGRESS, None), (AttemptState.SUBMITTED, None), (AttemptState.GRADED, 100)]


@pytest.mark.parametrize(
    ("show_key", "released_at", "now", "shown"),
    [
        (ShowKey.IMMEDIATELY, None, NOW, True),
        (ShowKey.AFTER_DUE, None, CLOSES, False),
        (ShowKey.AFTER_DUE, None, OUT - TICK, False),
        (ShowKey.AFTER_DUE, None, OUT, True),
        (ShowKey.AFTER_DUE, NOW, NOW, True),
        (ShowKey.AFTER_DUE, NOW, NOW - TICK, False),
        (ShowKey.ON_RELEASE, None, OUT, False),
        (ShowKey.ON_RELEASE, NOW, NOW - TICK, False),
        (ShowKey.ON_RELEASE, NOW, NOW, True),
        (ShowKey.NEVER, NOW, OUT, False),
    ],
)
def test_may_see_key_by_policy_and_time(show_key: ShowKey, released_at: datetime | None, now: datetime, shown: bool) -> None:
    quiz = Quiz(show_key=show_key, closes_at=CLOSES, released_at=released_at, grace=30)
    for state, score in ALL_STATES:
        attempt = Attempt(quiz=quiz, state=state, score=score)
        for field in KEY_FIELDS:
            assert may_see(field, attempt, now, Horizon(OUT)) is (shown and state == AttemptState.GRADED)
        assert may_see(Field.ANSWERS, attempt, now)
        assert may_see(Field.SCORE, attempt, now) is (state == AttemptState.GRADED)


def test_key_after_due_without_a_closing_date_waits_for_the_instructor(cast: Cast) -> None:
    quiz = make_quiz(cast.course, show_key=ShowKey.AFTER_DUE, closes_at=None)
    assert not is_out(Field.KEY, quiz, NOW + timedelta(days=1000))
    assert "when your instructor releases them" in key_words(quiz, NOW)


@pytest.mark.parametrize("field", Field)
def test_may_see_each_part_by_its_own_rule(field: Field) -> None:
    """One part never shows while the others do, and the other way round."""
    only, others = {f"show_{field}": ShowKey.NEVER}, {f"show_{other}": ShowKey.NEVER for other in Field if other is not field}
    now = {f"show_{other}": ShowKey.IMMEDIATELY for other in Field}
    hidden = Attempt(quiz=Quiz(**now | only), state=AttemptState.GRADED)
    shown = Attempt(quiz=Quiz(**now | others), state=AttemptState.GRADED)
    assert [part for part in Field if not may_see(part, hidden, NOW)] == [field]
    assert [part for part in Field if may_see(part, shown, NOW)] == [field]


def test_may_see_parts_without_a_rule_go_with_the_key() -> None:
    quiz = Quiz(show_key=ShowKey.ON_RELEASE, show_explanation=ShowKey.IMMEDIATELY)
    assert {rule_of(field, quiz) for field in KEY_FIELDS[:3]} == {ShowKey.ON_RELEASE}
    assert rule_of(Field.EXPLANATION, quiz) is ShowKey.IMMEDIATELY


def test_release_of_the_scores_leaves_the_key_waiting_for_everybody() -> None:
    quiz = Quiz(show_key=ShowKey.AFTER_DUE, show_score=ShowKey.ON_RELEASE, closes_at=CLOSES, released_at=NOW)
    attempt = Attempt(quiz=quiz, state=AttemptState.GRADED)
    assert may_see(Field.SCORE, attempt, NOW)
    assert not may_see(Field.KEY, attempt, NOW, Horizon(OUT))
    quiz.closes_at = None  # no date would ever open it
    assert may_see(Field.KEY, attempt, NOW)


def test_key_after_all_waits_for_the_last_grade(cast: Cast) -> None:
    quiz = make_quiz(cast.course, show_key=ShowKey.AFTER_ALL)
    attempt = submitted(quiz, cast.student)
    grade(attempt_id=attempt.pk, now=at(10))
    last = submitted(quiz, cast.other_student)
    assert "when everybody is graded, not before" in key_words(quiz, NOW)
    assert not is_out(Field.KEY, quiz, OUT)
    assert "as soon as everybody is graded" in key_words(quiz, OUT)
    grade(attempt_id=last.pk, now=OUT)
    assert not is_out(Field.KEY, quiz, OUT - TICK)
    assert is_out(Field.KEY, quiz, OUT)


def submitted(quiz: Quiz, student: User) -> Attempt:
    attempt = start(quiz=quiz, student=student, now=NOW)
    return submit(attempt=attempt, known={}, now=at(5)).attempt


HOURS = st.integers(-30, 60)
EXTRAS = st.fixed_dictionaries(
    {
        "factor": st.sampled_from(["1", "1.25", "1.5", "3"]),
        "no_limit": st.booleans(),
        "extra_days": st.integers(0, 2),
        "closes": st.none() | st.integers(1, 50),
        "limit": st.none() | st.integers(1, 40),
        "begins": st.none() | HOURS,
    }
)


def grant(quiz: Quiz, student: User, extra: dict[str, Any]) -> None:
    """Give a student an accommodation and an exception, and an attempt that began by these rules."""
    given = {name: extra[name] for name in ("factor", "no_limit", "extra_days")}
    Accommodation.objects.create(course=quiz.course, student=student, set_at=NOW, **given)
    QuizException.objects.create(
        quiz=quiz,
        student=student,
        closes_at=extra["closes"] and CLOSES + timedelta(hours=extra["closes"]),
        time_limit=extra["limit"] and extra["limit"] * 3600,
        set_at=NOW,
    )
    if extra["begins"] is not None:
        with contextlib.suppress(NotStartable):
            start(quiz=quiz, student=student, now=CLOSES + timedelta(hours=extra["begins"]))


def can_still_answer(quiz: Quiz, now: datetime) -> bool:
    """Whether any student of the course may write in an attempt or begin one."""
    return any(schedule.standing in {Standing.OPEN, Standing.RUNNING} for schedule in class_schedules(quiz, now).values())


def moments(quiz: Quiz) -> list[datetime]:
    """The instants at which something may change for anybody, and those just before and after."""
    shut = Attempt.objects.values_list("shut_at", flat=True)
    closing = [one.closes.value for one in class_schedules(quiz, NOW).values()]
    ends = [CLOSES, OUT, *(at for at in [*shut, *closing] if at is not None)]
    ends += [at + timedelta(seconds=quiz.grace) for at in ends]
    return sorted({at + step for at in ends for step in (-TICK, timedelta(0))})


def first_leak(cast: Cast, rule: ShowKey, limit: int | None, extras: list[dict[str, Any]]) -> datetime | None:
    """Return a moment at which somebody sees the key while somebody can still answer."""
    with transaction.atomic():
        quiz = make_quiz(cast.course, show_key=rule, keys=["A"], options=2, time_limit=limit and limit * 3600)
        for student, extra in zip((cast.student, cast.other_student), extras, strict=True):
            grant(quiz, student, extra)
        seen = [now for now in moments(quiz) if is_out(Field.KEY, quiz, now) and can_still_answer(quiz, now)]
        transaction.set_rollback(True)
    return min(seen, default=None)


RELEASE = settings(max_examples=examples(12, 10_000), deadline=None, suppress_health_check=list(HealthCheck))
WAITING = st.sampled_from([ShowKey.AFTER_DUE, ShowKey.AFTER_ALL])
GRANTS = st.lists(EXTRAS, min_size=2, max_size=2)
LIMITS = st.none() | st.integers(1, 30)


@RELEASE
@given(rule=WAITING, limit=LIMITS, extras=GRANTS)
def test_key_is_never_out_while_anybody_can_still_change_an_answer(
    cast: Cast, rule: ShowKey, limit: int | None, extras: list[dict[str, Any]]
) -> None:
    """Over accommodations, exceptions and attempts of others: no instant at which one sees and another writes."""
    assert first_leak(cast, rule, limit, extras) is None


def test_control_release_by_the_dates_of_the_quiz_alone_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "ends_of_everybody", lambda quizzes, *_: {quiz.pk: OUT for quiz in quizzes})
    extra = {"factor": "1", "no_limit": False, "extra_days": 1, "closes": None, "limit": None, "begins": None}
    assert first_leak(cast, ShowKey.AFTER_DUE, 1, [extra, extra]) is not None


def test_result_before_release_joins_no_key_table(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    save(attempt=attempt, request=request(attempt, 1, "AB"), now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    attempt = Attempt.objects.select_related("quiz").get()
    with django_assert_num_queries(5) as queries:  # questions, options; three for the end of everybody's time
        result = result_of(attempt, NOW)
    assert not any("key" in query["sql"].lower().replace("primary key", "") for query in queries.captured_queries)
    assert not result.key_shown
    assert [question.score for question in result.questions] == [None, None, None]
    assert [option.ticked for option in result.questions[0].options] == [True, True, False, False, False]
    assert {(o.verdict, o.mood, o.icon, o.feedback_html) for q in result.questions for o in q.options} == {("", "", "", "")}


def test_result_names_the_wrong_decisions_and_sums_up(cast: Cast) -> None:
    attempt = start(
        quiz=make_quiz(cast.course, keys=["AC", "B", "A", "A"], show_key=ShowKey.IMMEDIATELY), student=cast.student, now=NOW
    )
    for place, letters in ((1, "AD"), (2, "B"), (3, "A")):
        save(attempt=attempt, request=request(attempt, place, letters), now=NOW)
    OptionKey.objects.filter(option__text="1E").update(effect=Effect.NEUTRAL)
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    result = result_of(Attempt.objects.select_related("quiz").get(), NOW)
    assert [(row.questions, row.mistakes, row.points) for row in sum_rows(result)] == [
        ("2, 3", "none", "2 \N{MULTIPLICATION SIGN} 1"),
        ("1", "D ticked, C left blank", "0"),
        ("4", "not answered", "0"),
    ]
    assert [option.verdict for option in result.questions[0].options] == [
        "Right, and you ticked it",
        "Wrong, and you left it blank",
        "Right, but you left it blank",
        "Wrong, but you ticked it",
        "Does not count",
    ]
    assert result.questions[0].head == "two of five decisions wrong"


# --- the canary: a marker in every key and feedback, searched in everything a student gets

GETS = ("quiz", "attempt", "attempt_check", "attempt_result", "attempt_status")


def everything_a_student_gets(client: Client, cast: Cast, quiz: Quiz, attempt: Attempt | None) -> str:
    """All pages and fragments of a quiz for its student, with headers, in its present state; errors too."""
    course = cast.course.slug
    addresses = [reverse("quizzes:quizzes", args=[course]), reverse("quizzes:quiz", args=[course, quiz.slug])]
    posts: list[tuple[str, dict[str, object]]] = []
    if attempt:
        args = [course, quiz.slug, attempt.public_id]
        addresses += [reverse(f"quizzes:{name}", args=args) + query for name in GETS[1:] for query in ("", "?q=2", "?q=99")]
        form: dict[str, object] = {"question": 1, "tab": "canary", "n": 1, "base": 0, "request_id": "canary"}
        posts = [
            (reverse("quizzes:attempt_save", args=args), form | {"option": ids(attempt, 1, "B")}),
            (reverse("quizzes:attempt_save", args=args), form | {"option": "foreign", "request_id": "other", "tab": "x"}),
            (reverse("quizzes:attempt_mark", args=args), {"question": 1}),
        ]
    got = []
    for headers in ({}, {"HX-Request": "true"}):
        answers = [client.get(address, headers=headers) for address in addresses] + [
            client.post(to, data, headers=headers) for to, data in posts
        ]
        got += [f"{dict(answer.headers)} {answer.content.decode()}" for answer in answers]
    member = Membership(cast.course, cast.student, cast.course.enrollments.get(person=cast.student), RIGHTS[Role.STUDENT])
    got += [repr(item) for item in items_for(member, datetime.now(tz=NOW.tzinfo))]
    got += [repr(panel) for week in Week.objects.all() for panel in panels_for(member, week, datetime.now(tz=NOW.tzinfo))]
    return "\n".join(got)


def test_canary_reaches_no_student_before_release_in_any_state(cast: Cast, time_machine: Any) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    quiz = make_quiz(cast.course, week=week, attempts_allowed=None)
    client = Client()
    client.force_login(cast.student, backend=BACKEND)

    def look(moment: datetime, attempt: Attempt | None) -> str:
        time_machine.move_to(moment, tick=False)
        client.force_login(cast.student, backend=BACKEND)
        return everything_a_student_gets(client, cast, quiz, attempt)

    assert CANARY not in look(NOW - timedelta(days=2), None)
    assert CANARY not in look(NOW, None)
    time_machine.move_to(NOW, tick=False)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    save(attempt=attempt, request=request(attempt, 1, "AB"), now=NOW)
    assert CANARY not in look(at(5), attempt)
    submit(attempt=attempt, known={}, now=at(10))
    assert CANARY not in look(at(10), attempt)
    assert CANARY not in look(at(12), attempt)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED
    assert CANARY not in look(CLOSES, attempt)
    assert CANARY not in look(OUT - TICK, attempt)
    assert look(OUT, attempt).count(CANARY) > 10


def test_key_in_the_score_tables_of_a_student_is_hidden_before_release(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    save(attempt=attempt, request=request(attempt, 1, "AB"), now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    page = client.get(reverse("quizzes:attempt_result", args=["hum240", "week-5", attempt.public_id])).content.decode()
    for word in (
        "reviewed-good",
        "reviewed-wrong",
        "verdict-ok",
        "verdict-bad",
        "Wrong,",
        "Right,",
        "What you missed",
        "decisions",
    ):
        assert word not in page
    assert "0 of 3 points" in page
