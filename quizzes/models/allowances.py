"""What holds for one student and not for the others: accommodations in a course, exceptions in a quiz (quizzes.md section 3)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from course.models import Course
from quizzes.models.quizzes import Quiz


class Accommodation(models.Model):
    """More time for one student in every quiz of a course, set once. `reason` is for staff alone.

    Written by `quizzes.actions.allowances`; what follows from it is told only by `quizzes.schedule`.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="accommodations")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodations")
    factor = models.DecimalField(
        "time factor",
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(1)],
        help_text="1.50: half as much again.",
    )
    no_limit = models.BooleanField("no time limit", default=False)
    extra_days = models.PositiveSmallIntegerField(default=0, help_text="Calendar days on the course's clock.")
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["course", "student"]
        constraints = [
            models.UniqueConstraint(fields=["course", "student"], name="accommodation_once"),
            models.CheckConstraint(condition=Q(factor__gte=1) & Q(factor__lte=10), name="accommodation_factor"),
            models.CheckConstraint(condition=Q(extra_days__lte=60), name="accommodation_days"),
        ]

    def __str__(self) -> str:
        return f"Accommodation of {self.student} in {self.course}"


class QuizException(models.Model):
    """Other times, limit or attempts for one student in one quiz. An empty field: as for everybody (accommodation included).

    Written by `quizzes.actions.allowances`, also while an attempt runs; told only by `quizzes.schedule`.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="exceptions")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_exceptions")
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    time_limit = models.PositiveIntegerField("time limit in seconds", null=True, blank=True)
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = "exception"
        ordering = ["quiz", "student"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "student"], name="exception_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="exception_window",
            ),
            models.CheckConstraint(condition=Q(time_limit__isnull=True) | Q(time_limit__gt=0), name="exception_limit_positive"),
            models.CheckConstraint(
                condition=Q(attempts_allowed__isnull=True) | Q(attempts_allowed__gt=0), name="exception_attempts_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"Exception for {self.student} in {self.quiz}"
