"""Attempts: what was drawn and when it ends, fixed at the start; answers; and the append-only log of every save."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.public_ids import public_id
from quizzes.enums import AttemptState, GradeCause, SaveOutcome, SubmittedBy
from quizzes.models.bank import QuestionVersion
from quizzes.models.quizzes import Quiz

MAX_GRADING_TRIES = 5


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def overdue(self, now: datetime) -> "AttemptQuerySet":
        """Running attempts whose end and grace are over: the sweep closes them."""
        return self.filter(state=AttemptState.IN_PROGRESS, ends_at__isnull=False, shut_at__lte=now)

    def owed(self, now: datetime) -> "AttemptQuerySet":
        """Submitted attempts that nobody graded yet and whose back-off is over; quarantined after five tries."""
        return self.filter(
            Q(grade_after__isnull=True) | Q(grade_after__lte=now),
            state=AttemptState.SUBMITTED,
            grade_tries__lt=MAX_GRADING_TRIES,
        )

    def waiting_for_person(self) -> "AttemptQuerySet":
        """Submitted attempts that grading gave up: nobody tries them again by itself."""
        return self.filter(state=AttemptState.SUBMITTED, grade_tries__gte=MAX_GRADING_TRIES)


class Attempt(models.Model):
    """One student's one go at a quiz. States: in_progress → submitted → graded (or voided).

    Doors: `quizzes.actions.attempts` start, save, submit, close_overdue; `quizzes.actions.grading` grade.
    `ends_at` is the absolute end computed once at the start with the reason of each value in `schedule`; `shut_at` adds the
    grace. How many saves there are, and the head of the chain over them, is what the last row of the answer log says.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    number = models.PositiveSmallIntegerField()
    quiz_revision = models.PositiveIntegerField()
    state = models.CharField(max_length=11, choices=AttemptState, default=AttemptState.IN_PROGRESS)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    shut_at = models.DateTimeField(null=True, blank=True)
    schedule = models.JSONField(default=dict, help_text="Each value of the effective schedule with its reason.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=8, choices=SubmittedBy, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveIntegerField("score in hundredths", null=True, blank=True)
    max_score = models.PositiveIntegerField("most points in hundredths", default=0)
    credit = models.PositiveSmallIntegerField("percent of the points that count", default=100, help_text="Less when late.")
    reached = models.PositiveSmallIntegerField(
        "furthest question reached", default=1, help_text="Without a way back, questions before this one are closed."
    )
    answers_digest = models.CharField(max_length=64, blank=True, help_text="Digest of all answers at submission.")
    grade_tries = models.PositiveSmallIntegerField(default=0)
    grade_after = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="attempt_owed"),
            models.Index(fields=["shut_at"], condition=Q(state="in_progress"), name="attempt_running"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "student", "number"], name="attempt_number_once"),
            models.UniqueConstraint(fields=["quiz", "student"], condition=Q(state="in_progress"), name="attempt_one_open"),
            models.CheckConstraint(condition=Q(state__in=AttemptState.values), name="attempt_state_known"),
            models.CheckConstraint(
                condition=Q(state=AttemptState.IN_PROGRESS, submitted_at__isnull=True)
                | Q(state__in=[AttemptState.SUBMITTED, AttemptState.GRADED], submitted_at__isnull=False)
                | Q(state=AttemptState.VOIDED),
                name="attempt_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=AttemptState.GRADED, graded_at__isnull=False, score__isnull=False)
                | ~Q(state=AttemptState.GRADED) & Q(graded_at__isnull=True, score__isnull=True)
                | Q(state=AttemptState.VOIDED),
                name="attempt_graded_has_score",
            ),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=F("max_score")), name="attempt_score_in_range"),
            models.CheckConstraint(condition=Q(credit__lte=100), name="attempt_credit_in_range"),
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("started_at")), name="attempt_ends_later"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True, shut_at__isnull=True) | Q(ends_at__isnull=False, shut_at__gte=F("ends_at")),
                name="attempt_shut_after_end",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.student} at {self.quiz}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:attempt", args=[self.quiz.course.slug, self.quiz.slug, self.public_id])

    @property
    def waits_for_person(self) -> bool:
        """Whether grading gave up after its last try: it is not tried again until a person has looked."""
        return self.state == AttemptState.SUBMITTED and self.grade_tries >= MAX_GRADING_TRIES


class AttemptQuestion(models.Model):
    """One question as drawn for one attempt: its version, its place, the order of its options."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    option_order = models.JSONField(help_text="Public ids of the options in the order shown.")
    points = models.PositiveIntegerField("points in hundredths")
    scoring = models.CharField(max_length=8, help_text="The policy in force when the attempt started.")
    score = models.PositiveIntegerField("score in hundredths", null=True, blank=True)
    marked = models.BooleanField("marked to look at again", default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_question_place_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=F("points")), name="attempt_question_score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. of {self.attempt}"


class Response(models.Model):
    """The current answer of one question: the set of chosen options. An empty saved answer is an answer."""

    question = models.OneToOneField(AttemptQuestion, on_delete=models.CASCADE, related_name="response", primary_key=True)
    chosen = models.JSONField(help_text="Public ids of the ticked options, sorted.")
    save_number = models.PositiveIntegerField()
    tab = models.CharField(max_length=36)
    counter = models.PositiveIntegerField(help_text="Counts in that tab.")
    request_id = models.CharField(max_length=36)
    saved_at = models.DateTimeField()
    in_grace = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.question}, save {self.save_number}"


class AnswerLog(models.Model):
    """Every save that reached the server, stored or refused; append-only. `digest` = SHA-256 of the one before and this row."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="log")
    question = models.ForeignKey(AttemptQuestion, on_delete=models.CASCADE, related_name="log")
    save_number = models.PositiveIntegerField(null=True, blank=True, help_text="Empty for a refused save.")
    outcome = models.CharField(max_length=8, choices=SaveOutcome)
    chosen = models.JSONField()
    tab = models.CharField(max_length=36)
    counter = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    request_id = models.CharField(max_length=36)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "answer log entry"
        verbose_name_plural = "answer log"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "save_number"], name="answer_log_save_once"),
            models.UniqueConstraint(
                fields=["attempt", "request_id"], condition=Q(save_number__isnull=False), name="answer_log_request_once"
            ),
            models.CheckConstraint(condition=Q(outcome__in=SaveOutcome.values), name="answer_log_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.question}"


class GradeRecord(models.Model):
    """One grading of an attempt; append-only. The last one is what `Attempt.score` says, the earlier ones are kept."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="grade_records")
    cause = models.CharField(max_length=7, choices=GradeCause)
    score = models.PositiveIntegerField("score in hundredths")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt"], condition=Q(cause="first"), name="grade_record_first_once"),
            models.CheckConstraint(condition=Q(cause__in=GradeCause.values), name="grade_record_cause_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.attempt}"
