"""The settings page of a quiz: every date and rule, the simple choices first."""

from datetime import datetime
from typing import Any

from django import forms

from accounts.form_base import BaseForm
from course.models import Course
from quizzes.enums import Counts, Layout, QuizKind, Scoring, ShowKey
from quizzes.formats.front_values import MAX_ACCESS_CODE, BadValueError, read_late, write_late
from quizzes.forms import CourseTime, week_field
from quizzes.models import Quiz
from quizzes.rules import (
    MAX_GRACE_SECONDS,
    MAX_LIMIT_MINUTES,
    MAX_WAIT_MINUTES,
    WITH_KEY,
    QuizRules,
    rule_problems,
    settled,
)
from quizzes.wording import capital

KINDS = {
    QuizKind.GRADED: "Graded: it counts toward the grade",
    QuizKind.PRACTICE: "Practice: no time limit, as many attempts as wanted, answers and feedback right after submitting, no grade",
}
NOT_IN_PRACTICE = (
    "minutes",
    "grace",
    "late",
    "attempts",
    "counts",
    "wait",
    "show_key",
    "show_score",
    "show_answers",
    "show_correctness",
    "show_feedback",
    "show_explanation",
)
_PART = [(WITH_KEY, "Together with the right answers"), *ShowKey.choices]
# Where a problem of a rule is said, if the field has another name.
_FIELDS = {
    "opens_at": "opens",
    "due_at": "due",
    "closes_at": "closes",
    "late_steps": "late",
    "time_limit": "minutes",
    "attempts_allowed": "attempts",
}


def _number(label: str, least: int, most: int, too_small: str, help_text: str) -> forms.IntegerField:
    errors = {"min_value": too_small, "max_value": f"At most {most}."}
    return forms.IntegerField(
        required=False, min_value=least, max_value=most, label=label, help_text=help_text, error_messages=errors
    )


def _choice(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    """A choice that stays as it is where a form does not bring it along."""
    return forms.ChoiceField(required=False, choices=choices, label=label, help_text=help_text)


class RulesForm(BaseForm):
    """Dates and rules of a quiz. `initial` must be `initial_of(quiz)`: choices that do not come stay as they are."""

    title = forms.CharField(max_length=150)
    kind = forms.ChoiceField(choices=list(KINDS.items()), label="Kind", widget=forms.RadioSelect)
    minutes = _number(
        "Time limit in minutes",
        1,
        MAX_LIMIT_MINUTES,
        "A time limit is at least 1 minute. Leave it empty for no limit.",
        "Empty: no limit.",
    )
    grace = _number(
        "Grace in seconds",
        0,
        MAX_GRACE_SECONDS,
        "Grace cannot be less than 0 seconds.",
        "An answer that arrives this long after the end is still stored, and marked. Empty: 30.",
    )
    late = forms.CharField(
        required=False,
        max_length=200,
        label="Credit after the due date",
        help_text="Such as 1d 80%, 3d 50%: up to one day late 80 percent of the points count, up to three days 50, later none."
        " Empty: being late costs nothing until it closes.",
    )
    attempts = _number(
        "Attempts", 1, 99, "There is at least 1 attempt. Leave it empty for as many as wanted.", "Empty: as many as wanted."
    )
    counts = forms.ChoiceField(
        choices=Counts,
        label="Which attempt counts",
        help_text="Where there are several attempts.",
        error_messages={"required": "Choose which attempt counts."},
    )
    wait = _number(
        "Wait between attempts, in minutes",
        0,
        MAX_WAIT_MINUTES,
        "A wait cannot be less than 0 minutes.",
        "Empty: the next attempt may follow at once.",
    )
    access_code = forms.CharField(
        required=False,
        max_length=MAX_ACCESS_CODE,
        label="Access code",
        help_text="Students must type it before they start, such as one written on the board. Empty: nobody is asked.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    layout = _choice("Questions", Layout)
    forward_only = forms.BooleanField(
        required=False,
        label="No way back",
        help_text="Who goes on to the next question cannot change the ones before.",
    )
    shuffle_questions = forms.BooleanField(
        required=False, label="Shuffle the questions", help_text="Each student gets them in an order of their own."
    )
    shuffle = forms.BooleanField(
        required=False, label="Shuffle the options", help_text="Each student sees them in an order of their own."
    )
    scoring = forms.ChoiceField(
        choices=Scoring,
        label="Scoring",
        help_text="A question can have its own: {scoring=net} after its heading.",
        error_messages={"required": "Choose how the questions are scored."},
    )
    show_key = forms.ChoiceField(
        choices=ShowKey,
        label="Right answers and feedback show",
        error_messages={"required": "Choose when students see the right answers."},
    )
    show_score = _choice("Score", ShowKey)
    show_answers = _choice("Their own answers", ShowKey)
    show_correctness = _choice("What was right and what was wrong", _PART)
    show_feedback = _choice("Feedback to the options", _PART)
    show_explanation = _choice("Explanations of the questions", _PART)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"] = week_field(course)
        self.fields["opens"] = CourseTime(zone=course.tz, label="Opens", help_text="Empty: open once it is published.")
        self.fields["due"] = CourseTime(zone=course.tz, label="Due", help_text="For the reminders. Empty: due when it closes.")
        self.fields["closes"] = CourseTime(zone=course.tz, label="Closes", help_text="Empty: it stays open.")

    @staticmethod
    def initial_of(quiz: Quiz) -> dict[str, object]:
        """Return what the form shows of a quiz as stored."""
        same = ("title", "kind", "grace", "counts", "access_code", "layout", "shuffle_questions", "shuffle", "scoring")
        parts = ("show_key", "show_score", "show_answers", "show_correctness", "show_feedback", "show_explanation")
        return {name: getattr(quiz, name) for name in (*same, *parts)} | {
            "week": quiz.week_id,
            "opens": quiz.opens_at,
            "due": quiz.due_at,
            "closes": quiz.closes_at,
            "minutes": quiz.time_limit and quiz.time_limit // 60,
            "late": write_late(tuple((minutes, percent) for minutes, percent in quiz.late_steps)) if quiz.late_steps else "",
            "attempts": quiz.attempts_allowed,
            "wait": quiz.wait or None,
            "forward_only": not quiz.back_allowed,
        }

    @property
    def parts_apart(self) -> bool:
        """Whether a part of the result shows at another time than usual, so that the choices should stand open."""
        usual = {"show_score": ShowKey.IMMEDIATELY, "show_answers": ShowKey.IMMEDIATELY}
        names = ("show_score", "show_answers", "show_correctness", "show_feedback", "show_explanation")
        return any(self[name].errors or self[name].value() != usual.get(name, WITH_KEY) for name in names)

    def clean_late(self) -> list[list[int]]:
        try:
            return [list(step) for step in read_late(self.cleaned_data["late"])]
        except BadValueError as error:
            raise forms.ValidationError(f"{capital(error.text)}.") from error

    def clean_access_code(self) -> str:
        return " ".join(self.cleaned_data["access_code"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == QuizKind.PRACTICE:
            for name in NOT_IN_PRACTICE:
                self.errors.pop(name, None)
        if not self.errors:
            for problem in rule_problems(self.rules()):
                self.add_error(_FIELDS.get(problem.rule, problem.rule), problem.sentence)
        return data

    def rules(self) -> QuizRules:
        """Return the dates and rules that were typed, settled: practice has none of those that it does not know."""
        data = self.cleaned_data
        minutes = data.get("minutes")
        return settled(
            QuizRules(
                title=data["title"],
                week=data["week"],
                kind=data["kind"],
                opens_at=self._moment("opens"),
                due_at=self._moment("due"),
                closes_at=self._moment("closes"),
                time_limit=minutes and minutes * 60,
                attempts_allowed=data.get("attempts"),
                counts=self._kept("counts"),
                shuffle=data["shuffle"],
                scoring=data["scoring"],
                show_key=self._kept("show_key"),
                grace=30 if data.get("grace") is None else data["grace"],
                wait=data.get("wait") or 0,
                late_steps=data.get("late", []),
                access_code=data["access_code"],
                layout=self._kept("layout"),
                back_allowed=not data["forward_only"],
                shuffle_questions=data["shuffle_questions"],
                show_score=self._kept("show_score"),
                show_answers=self._kept("show_answers"),
                show_correctness=self._part("show_correctness"),
                show_feedback=self._part("show_feedback"),
                show_explanation=self._part("show_explanation"),
            )
        )

    def _moment(self, name: str) -> datetime | None:
        """Return a time; one whose clock shows what it showed before is the moment that it was, also where that comes twice."""
        typed: datetime | None = self.cleaned_data[name]
        before: datetime | None = self.initial.get(name)
        shown = self.fields[name].prepare_value
        return before if typed and before and shown(typed) == shown(before) else typed

    def _kept(self, name: str) -> str:
        """Return a choice, or what is stored where the form did not bring it."""
        return str(self.cleaned_data.get(name) or self.initial[name])

    def _part(self, name: str) -> str:
        """As `_kept`, for choices of which one is empty: only a field that did not come at all stays as it is."""
        return str(self.cleaned_data.get(name, "") if name in self.data else self.initial[name])
