"""One student, two tabs, one clock: whatever happens in whatever order, the invariants hold (safety.md row 7)."""

from copy import copy
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from course.enums import Role
from course.models import Enrollment, Term
from quizzes import scoring
from quizzes.actions import answers
from quizzes.actions.allowances import Difference, set_exception
from quizzes.actions.answers import save
from quizzes.actions.attempts import NotStartable, answers_digest, close_overdue, start, submit
from quizzes.actions.grading import grade, grade_owed, regrade_quiz
from quizzes.enums import STORED, AttemptState, SaveOutcome
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, GradeRecord, OptionKey, Response
from quizzes.saving import SaveRequest, chain
from quizzes.schedule import effective_schedule
from tests.conftest import NOW, make_course, person
from tests.proof import examples
from tests.quizzes.making import make_quiz

KEYS = ("AC", "B")
LIMIT = 600
GRACE = timedelta(seconds=30)
LETTERS = ("", "A", "AC", "B", "BC", "ABCDE")
TABS = st.sampled_from(["a", "b"])
PLACES = st.integers(1, len(KEYS))
ANSWERS = st.sampled_from(LETTERS)


class Engine(RuleBasedStateMachine):
    """The rules are what a browser, a worker and the sweep can do; the model is a few dictionaries."""

    case: "Case"  # the same course for all runs; each run is rolled back to it

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.quiz, self.student = copy(self.case.quiz), copy(self.case.student)
        self.now = NOW
        self.attempt: Any = None  # an Attempt once it is opened
        self.counters = {"a": 0, "b": 0}
        self.seen: dict[tuple[str, int], int] = {}
        self.stored: dict[int, tuple[str, ...]] = {}
        self.sent: list[SaveRequest] = []
        self.frozen: str | None = None
        self.limit = timedelta(seconds=LIMIT)
        self.ends = NOW
        self.keys = [set(key) for key in KEYS]
        self.graded = 0

    def teardown(self) -> None:
        try:
            self.check_log_is_one_chain()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def options(self, place: int, letters: str) -> tuple[str, ...]:
        return tuple(sorted(self.case.options[place]["ABCDE".index(letter)] for letter in letters))

    def running(self) -> bool:
        assert self.attempt is not None
        return self.frozen is None and self.now < self.ends + GRACE

    # --- what can happen
    @rule(seconds=st.sampled_from([0, 1, 20, 200, 550, 601, 640]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def open(self) -> None:
        try:
            attempt = start(quiz=self.quiz, student=self.student, now=self.now)
        except NotStartable:
            assert self.attempt is not None
            assert effective_schedule(self.quiz, self.student, self.now).attempts_left.value == 0
            return
        if self.attempt is None:
            self.attempt, self.started, self.ends = attempt, self.now, self.now + self.limit
        assert attempt.pk == self.attempt.pk

    @precondition(lambda self: self.attempt is not None)
    @rule(tab=TABS, place=PLACES, letters=ANSWERS, look=st.booleans())
    def tick(self, tab: str, place: int, letters: str, look: bool) -> None:
        if look:  # the tab loads the question again before it is ticked
            self.seen[tab, place] = self.current(place)
        self.counters[tab] += 1
        n = self.counters[tab]
        self.send(SaveRequest(place, self.options(place, letters), tab, n, self.seen.get((tab, place), 0), f"{tab}{n}"))

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data())
    def replay(self, data: Any) -> None:
        """Any request that was ever answered, again: nothing changes."""
        before = self.everything()
        old = data.draw(st.sampled_from(self.sent))
        assert save(attempt=self.attempt, request=old, now=self.now).repeat
        assert self.everything() == before

    @precondition(lambda self: self.attempt is not None)
    @rule(tab=TABS, place=PLACES, letters=ANSWERS)
    def late_request(self, tab: str, place: int, letters: str) -> None:
        """An older request of a tab that was overtaken on the way."""
        newest = max((s.counter for s in self.sent if s.tab == tab and s.position == place), default=0)
        if newest == 0:
            return
        before = self.everything()
        old = SaveRequest(place, self.options(place, letters), tab, newest, 0, f"late-{tab}{place}{newest}{letters}")
        assert save(attempt=self.attempt, request=old, now=self.now).repeat
        assert self.everything() == before

    @precondition(lambda self: self.attempt is not None)
    @rule(ahead=st.booleans())
    def press_submit(self, ahead: bool) -> None:
        known = {place: self.current(place) + (ahead and place == 1) for place in (1, 2)}
        was_running = self.running()
        submission = submit(attempt=self.attempt, known=known, now=self.now)
        assert submission.missing == ((1,) if ahead and was_running else ())

    @rule()
    def sweep(self) -> None:
        close_overdue(now=self.now)

    @precondition(lambda self: self.attempt is not None)
    @rule()
    def grade_by_task(self) -> None:
        grade(attempt_id=self.attempt.pk, now=self.now)

    @rule()
    def grade_by_sweep(self) -> None:
        grade_owed(now=self.now)

    @rule(seconds=st.sampled_from([60, 500, 900, 1500]))
    def extend(self, seconds: int) -> None:
        """The instructor sets another limit for the student, also while the attempt runs; what is over stays over."""
        difference = Difference(time_limit=seconds)
        moved = set_exception(quiz=self.quiz, student=self.student, difference=difference, by=self.student, now=self.now)
        before, self.limit = self.ends, timedelta(seconds=seconds)
        if self.attempt is not None and self.running():
            end = self.started + self.limit
            # What was over before stays over as it was; a clock that ran is stopped now at the earliest.
            if end >= self.now or self.ends > self.now:
                self.ends = max(self.now, end, self.started + timedelta.resolution)
        assert moved == (self.ends != before)

    @rule(place=PLACES, letter=st.sampled_from("ABCDE"))
    def repair(self, place: int, letter: str) -> None:
        """A key is changed and the quiz graded again: graded attempts follow, others are not touched, a repeat does nothing."""
        self.keys[place - 1] ^= {letter}
        option = self.case.options[place]["ABCDE".index(letter)]
        OptionKey.objects.filter(option__public_id=option).update(correct=letter in self.keys[place - 1])
        untouched = self.everything() if not self.is_graded() else None
        regraded = regrade_quiz(quiz=self.quiz, now=self.now)
        assert regraded.seen == self.is_graded()
        assert untouched is None or self.everything() == untouched
        self.graded += len(regraded.changed)
        before = self.everything()
        assert regrade_quiz(quiz=self.quiz, now=self.now).changed == ()
        assert self.everything() == before

    # --- the model
    def is_graded(self) -> bool:
        return Attempt.objects.filter(state=AttemptState.GRADED).exists()

    def current(self, place: int) -> int:
        response = Response.objects.filter(question__attempt=self.attempt, question__position=place).first()
        return response.save_number if response else 0

    def send(self, asked: SaveRequest) -> None:
        assert self.attempt is not None
        before, running = self.current(asked.position), self.running()
        tab_of = (
            Response.objects.filter(question__attempt=self.attempt, question__position=asked.position)
            .values_list("tab", flat=True)
            .first()
        )
        saved = save(attempt=self.attempt, request=asked, now=self.now)
        if not running:
            assert saved.outcome is SaveOutcome.CLOSED
        elif tab_of not in {None, asked.tab} and asked.base != before:
            assert saved.outcome is SaveOutcome.CONFLICT
            assert saved.save_number == before
        elif tab_of is None and asked.base:
            assert saved.outcome is SaveOutcome.CONFLICT
        else:
            assert saved.outcome in STORED
            self.stored[asked.position] = asked.chosen
            self.seen[asked.tab, asked.position] = saved.save_number
            self.sent.append(asked)

    def everything(self) -> tuple[Any, ...]:
        return (
            list(Attempt.objects.values()),
            list(Response.objects.values()),
            list(AnswerLog.objects.values()),
            list(AttemptQuestion.objects.values()),
            list(GradeRecord.objects.values()),
        )

    # --- what always holds
    @invariant()
    def answers_are_what_was_stored(self) -> None:
        if self.attempt is None:
            return
        found = {r.question.position: tuple(r.chosen) for r in Response.objects.select_related("question")}
        assert found == self.stored

    @invariant()
    def attempt_is_one_and_submitted_answers_never_change(self) -> None:
        attempts = list(Attempt.objects.all())
        assert len(attempts) == (self.attempt is not None)
        for attempt in attempts:
            if attempt.state == AttemptState.IN_PROGRESS:
                continue
            self.frozen = self.frozen or attempt.answers_digest
            assert attempt.answers_digest == self.frozen == answers_digest(attempt)
            assert attempt.submitted_at is not None
            assert attempt.ends_at is not None
            assert attempt.submitted_at <= attempt.ends_at
            if attempt.state == AttemptState.GRADED:
                self.check_grade(attempt)

    def check_grade(self, attempt: Attempt) -> None:
        """There is one first grade, and it and each later one equal a computation afresh."""
        want = sum(
            int(scoring.fraction("exact", frozenset(self.case.options[place].index(c) for c in chosen), key, 5) * 100)
            for place, chosen in self.stored.items()
            for key in [frozenset("ABCDE".index(letter) for letter in self.keys[place - 1])]
        )
        records = list(attempt.grade_records.values_list("cause", "score"))
        assert attempt.score == records[-1][1] == want
        assert [cause for cause, _ in records] == ["first"] + ["regrade"] * self.graded

    def check_log_is_one_chain(self) -> None:
        head, numbers = "", []
        for entry in (
            AnswerLog.objects.filter(save_number__isnull=False).select_related("question", "attempt").order_by("save_number")
        ):
            row = {
                "attempt": entry.attempt.public_id,
                "save": entry.save_number,
                "question": entry.question.position,
                "outcome": entry.outcome,
                "chosen": entry.chosen,
                "tab": entry.tab,
                "n": entry.counter,
                "base": entry.base,
                "request": entry.request_id,
                "at": entry.at.isoformat(),
            }
            head = chain(head, row)
            assert entry.digest == head
            numbers.append(entry.save_number)
        assert numbers == list(range(1, len(numbers) + 1))


class Case:
    """A course with one student and a quiz of two questions; `options` are the public ids by place."""

    def __init__(self) -> None:
        term = Term.objects.create(name="Machine", starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 18))
        course = make_course("machine", term)
        self.student = person("Zed Machine")
        Enrollment.objects.create(course=course, person=self.student, role=Role.STUDENT)
        self.quiz = make_quiz(course, keys=KEYS, time_limit=LIMIT)
        self.options = {
            item.position: list(item.version.options.order_by("position").values_list("public_id", flat=True))
            for item in self.quiz.items.all()
        }


RUN = settings(max_examples=examples(200, 5000), stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def machine(db: None, monkeypatch: pytest.MonkeyPatch) -> type[Engine]:
    monkeypatch.setattr(Engine, "case", Case(), raising=False)
    return Engine


def test_engine_in_any_order_keeps_its_invariants(machine: type[Engine]) -> None:
    run_state_machine_as_test(machine, settings=RUN)


def test_control_engine_that_saves_after_submission_is_found(machine: type[Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "is_running", lambda *_: True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=settings(RUN, phases=[Phase.generate], max_examples=300, derandomize=True))
