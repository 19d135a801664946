from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from course.models import Course, Week
from quizzes.enums import Counts, Layout, QuizKind, QuizState, Scoring, ShowKey
from quizzes.models.bank import QuestionVersion, Tag


class QuizQuerySet(models.QuerySet["Quiz"]):
    def published(self) -> "QuizQuerySet":
        return self.filter(state=QuizState.PUBLISHED)

    def open_at(self, now: datetime) -> "QuizQuerySet":
        """Published quizzes whose general window contains `now`; a student's own may differ (`quizzes.schedule`)."""
        return self.published().filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=now),
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
        )


class Quiz(models.Model):
    """A set of questions with its times and rules. `source` is the native text that the editor shows (formats.md 3.4).

    Written by `quizzes.actions.authoring`; what holds for one student at one time is told only by `quizzes.schedule`.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="quizzes")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=150)
    week = models.ForeignKey(Week, on_delete=models.SET_NULL, null=True, blank=True, related_name="quizzes")
    kind = models.CharField(max_length=8, choices=QuizKind, default=QuizKind.GRADED)
    state = models.CharField(max_length=9, choices=QuizState, default=QuizState.DRAFT)
    source = models.TextField(blank=True)
    intro_html = models.TextField(blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1)
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    time_limit = models.PositiveIntegerField("time limit in seconds", null=True, blank=True)
    grace = models.PositiveSmallIntegerField("grace in seconds", default=30)
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True, default=1, help_text="Empty: as many as wanted.")
    counts = models.CharField("which attempt counts", max_length=7, choices=Counts, default=Counts.HIGHEST)
    wait = models.PositiveIntegerField("wait between attempts in minutes", default=0)
    late_steps = models.JSONField(
        "late credit",
        default=list,
        blank=True,
        help_text="Steps after the due date, in order: [minutes after due, percent of the points], such as [[1440, 80]].",
    )
    access_code = models.CharField(max_length=40, blank=True, help_text="Empty: nobody is asked for one.")
    shuffle = models.BooleanField("shuffle options", default=False)
    shuffle_questions = models.BooleanField(default=False)
    layout = models.CharField(max_length=3, choices=Layout, default=Layout.ONE)
    back_allowed = models.BooleanField("going back is allowed", default=True)
    scoring = models.CharField(max_length=8, choices=Scoring, default=Scoring.EXACT)
    show_key = models.CharField("show right answers", max_length=11, choices=ShowKey, default=ShowKey.AFTER_DUE)
    # The other parts of a result; empty: together with the right answers.
    show_score = models.CharField("show the score", max_length=11, choices=ShowKey, default=ShowKey.IMMEDIATELY)
    show_answers = models.CharField("show own answers", max_length=11, choices=ShowKey, default=ShowKey.IMMEDIATELY)
    show_correctness = models.CharField("show what was right and wrong", max_length=11, choices=ShowKey, blank=True)
    show_feedback = models.CharField("show feedback", max_length=11, choices=ShowKey, blank=True)
    show_explanation = models.CharField("show explanations", max_length=11, choices=ShowKey, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "quizzes"
        ordering = ["opens_at", "title"]
        constraints = [
            models.UniqueConstraint(fields=["course", "slug"], name="quiz_slug_once"),
            models.CheckConstraint(condition=Q(state__in=QuizState.values), name="quiz_state_known"),
            models.CheckConstraint(condition=Q(kind__in=QuizKind.values), name="quiz_kind_known"),
            models.CheckConstraint(condition=Q(scoring__in=Scoring.values), name="quiz_scoring_known"),
            models.CheckConstraint(condition=Q(show_key__in=ShowKey.values), name="quiz_show_key_known"),
            models.CheckConstraint(
                condition=Q(show_score__in=ShowKey.values)
                & Q(show_answers__in=ShowKey.values)
                & Q(show_correctness__in=["", *ShowKey.values])
                & Q(show_feedback__in=["", *ShowKey.values])
                & Q(show_explanation__in=["", *ShowKey.values]),
                name="quiz_review_known",
            ),
            models.CheckConstraint(condition=Q(layout__in=Layout.values), name="quiz_layout_known"),
            models.CheckConstraint(condition=Q(counts__in=Counts.values), name="quiz_counts_known"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="quiz_window",
            ),
            models.CheckConstraint(condition=Q(time_limit__isnull=True) | Q(time_limit__gt=0), name="quiz_limit_positive"),
            models.CheckConstraint(
                condition=Q(attempts_allowed__isnull=True) | Q(attempts_allowed__gt=0), name="quiz_attempts_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quizzes:quiz", args=[self.course.slug, self.slug])

    @property
    def is_released_by_hand(self) -> bool:
        """Whether some part of the results shows only when the instructor releases it."""
        rules = {self.show_key, self.show_score, self.show_answers, self.show_correctness, self.show_feedback}
        never_by_date = {ShowKey.AFTER_DUE, ShowKey.AFTER_ALL} if self.closes_at is None else set()
        return bool((rules | {self.show_explanation}) & {ShowKey.ON_RELEASE, *never_by_date})


class QuizItem(models.Model):
    """One fixed question of a quiz, at one version."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="items")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["quiz", "position"], name="quiz_item_place_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.version}"


class QuizDraw(models.Model):
    """A place of a quiz where `count` questions of a tag are drawn at the start of each attempt.

    Items and draws of a quiz share one numbering of places; both are written from the text by `quizzes.actions.storing`.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="draws")
    position = models.PositiveSmallIntegerField()
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="draws")
    count = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "position"], name="quiz_draw_place_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="quiz_draw_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.count} of {self.tag}"
