"""Questions: an identity, immutable versions of its content, and the key in tables of its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.public_ids import public_id, short_id
from course.models import Course
from quizzes.enums import Doubt, Effect, QuestionKind, Scoring, Settled


class Bank(models.Model):
    """The questions of one course."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="bank")

    def __str__(self) -> str:
        return f"Questions of {self.course}"


class Tag(models.Model):
    """A word that groups questions of a bank; draws take from a tag. Names are lower case."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["bank", "name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="questions")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    slug = models.CharField(max_length=80, blank=True, help_text="The id written in the quiz text: {#slug}")
    tags = models.ManyToManyField(Tag, related_name="questions", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.slug or self.public_id


class QuestionVersion(models.Model):
    """What a question said at one time. Never changed once an attempt shows it: an edit makes a new version.

    Written by `quizzes.actions.authoring`. Nothing here or in `Option` tells what is right.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=QuestionKind)
    stem = models.TextField(help_text="Markdown source.")
    stem_html = models.TextField(blank=True, editable=False)
    hint = models.TextField(blank=True)
    hint_html = models.TextField(blank=True, editable=False)
    scoring = models.CharField(max_length=8, choices=Scoring, blank=True, help_text="Empty: as the quiz says.")
    points = models.PositiveIntegerField("points in hundredths", default=100)
    select = models.PositiveSmallIntegerField(null=True, blank=True, help_text="“Select three”, if the author says so.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    doubt = models.CharField(max_length=13, choices=Doubt, default=Doubt.READY)
    doubt_reason = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_as = models.CharField(max_length=9, choices=Settled, blank=True, help_text="Empty: nobody had to settle anything.")

    class Meta:
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="question_version_once"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(scoring__in=["", *Scoring.values]), name="question_scoring_known"),
            models.CheckConstraint(condition=Q(doubt__in=Doubt.values), name="question_doubt_known"),
        ]

    def __str__(self) -> str:
        return f"{self.stem.splitlines()[0][:80] if self.stem else 'Question'} (version {self.number})"


class Option(models.Model):
    """One option as shown. `public_id` is random and stable through the versions of its question."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="options")
    public_id = models.CharField(max_length=6, default=short_id, editable=False)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="Markdown source.")
    html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "public_id"], name="option_id_once"),
            models.UniqueConstraint(fields=["version", "position"], name="option_place_once"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class OptionKey(models.Model):
    """Whether an option is right, and what is said about it. No student query joins this before release."""

    option = models.OneToOneField(Option, on_delete=models.CASCADE, related_name="key", primary_key=True)
    correct = models.BooleanField()
    effect = models.CharField(max_length=7, choices=Effect, default=Effect.NORMAL)
    inferred = models.BooleanField(default=False, help_text="Marked right by inference when imported.")
    feedback = models.TextField("feedback when ticked", blank=True)
    feedback_html = models.TextField(blank=True, editable=False)
    feedback_unticked = models.TextField("feedback when not ticked", blank=True)
    feedback_unticked_html = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(effect__in=Effect.values), name="option_effect_known")]

    def __str__(self) -> str:
        return "right" if self.correct else "wrong"


class QuestionKey(models.Model):
    """What is said about a question as a whole once its key may be seen."""

    version = models.OneToOneField(QuestionVersion, on_delete=models.CASCADE, related_name="key", primary_key=True)
    general = models.TextField("explanation", blank=True)
    general_html = models.TextField(blank=True, editable=False)
    if_right = models.TextField(blank=True)
    if_right_html = models.TextField(blank=True, editable=False)
    if_wrong = models.TextField(blank=True)
    if_wrong_html = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return f"Key of {self.version}"
