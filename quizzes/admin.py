from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_base import BaseAdmin, ReadOnlyAdmin, ReadOnlyInline
from quizzes.models import (
    Accommodation,
    AnswerLog,
    Attempt,
    AttemptQuestion,
    Bank,
    GradeRecord,
    Option,
    Question,
    QuestionVersion,
    Quiz,
    QuizDraw,
    QuizException,
    QuizItem,
    Response,
    Tag,
)

VERSION_REASON = "A version of a question never changes: answers refer to it. Edit the quiz's text, and a new version is made."
ATTEMPT_REASON = "Attempts, answers and grades are a record. The admin shows them and cannot change or delete them."


class QuizItemInline(ReadOnlyInline):
    model = QuizItem
    related = ("version",)
    fields = ["position", "version"]


class QuizDrawInline(ReadOnlyInline):
    model = QuizDraw
    related = ("tag",)
    fields = ["position", "tag", "count"]


class GradeRecordInline(ReadOnlyInline):
    """Every score that an attempt has had, the last one in force."""

    model = GradeRecord
    fields = ["at", "cause", "score"]


class VersionInline(ReadOnlyInline):
    model = QuestionVersion
    show_change_link = True
    fields = ["number", "kind", "stem", "doubt", "created_at"]


class OptionInline(ReadOnlyInline):
    """Options with what their key says; one query for both."""

    model = Option
    related = ("key",)
    fields = ["position", "text", "correct", "effect", "feedback", "feedback_unticked"]

    @admin.display(boolean=True)
    def correct(self, option: Option) -> bool:
        """Whether the key says the option is right."""
        return option.key.correct

    def effect(self, option: Option) -> str:
        """What the option does in scoring."""
        return option.key.get_effect_display()

    @admin.display(description="feedback when ticked")
    def feedback(self, option: Option) -> str:
        """What is said to those who ticked it."""
        return option.key.feedback

    @admin.display(description="feedback when not ticked")
    def feedback_unticked(self, option: Option) -> str:
        """What is said to those who did not."""
        return option.key.feedback_unticked


class AttemptQuestionInline(ReadOnlyInline):
    model = AttemptQuestion
    related = ("version", "response", "attempt__student", "attempt__quiz")
    fields = ["position", "version", "chosen", "saved_at", "score", "points"]

    def chosen(self, question: AttemptQuestion) -> str:
        """The options ticked, by their public ids; a dash where nothing was saved."""
        response = getattr(question, "response", None)
        return ", ".join(response.chosen) or "none" if response else "-"

    def saved_at(self, question: AttemptQuestion) -> object:
        """When the answer was saved last."""
        response = getattr(question, "response", None)
        return response.saved_at if response else None


@admin.register(Quiz)
class QuizAdmin(BaseAdmin):
    """Dates can be put right here while nobody has started; texts, questions and releases belong to the course's pages."""

    list_display = ["title", "course", "kind", "state", "opens_at", "due_at", "closes_at", "attempts_allowed"]
    list_filter = ["state", "kind", "course__term", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "week"]
    search_fields = ["title", "slug", "course__code"]
    autocomplete_fields = ["week"]
    date_hierarchy = "opens_at"
    inlines = [QuizItemInline, QuizDrawInline]
    fieldsets = [
        (None, {"fields": ["course", "title", "slug", "week", "kind", "state"]}),
        ("Times", {"fields": ["opens_at", "due_at", "closes_at", "time_limit", "grace"]}),
        (
            "Rules",
            {
                "fields": [
                    "attempts_allowed",
                    "counts",
                    "wait",
                    "late_steps",
                    "access_code",
                    "scoring",
                    "layout",
                    "back_allowed",
                    "shuffle",
                    "shuffle_questions",
                ]
            },
        ),
        (
            "What students see afterwards",
            {
                "fields": [
                    "show_score",
                    "show_answers",
                    "show_correctness",
                    "show_key",
                    "show_feedback",
                    "show_explanation",
                    "released_at",
                ]
            },
        ),
        ("Record", {"fields": ["revision", "published_at", "changed_at", "source"]}),
    ]
    readonly_fields = [
        "course",
        "slug",
        "state",
        "released_at",
        "revision",
        "published_at",
        "changed_at",
        "source",
    ]

    def reason_for(self, obj: Quiz | None) -> str:
        """Say what is written elsewhere, and why a quiz with attempts is closed to the admin."""
        if obj and self._has_attempts(obj):
            return "Students have started this quiz, so its rules are fixed here. The course's staff can still move its dates on the quiz page."
        return "Questions and release are edited on the course's quiz pages."

    def _has_attempts(self, quiz: Quiz) -> bool:
        return quiz.attempts.exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a quiz is written or imported in its course."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only while nobody has started it."""
        return super().has_change_permission(request, obj) and not (obj and self._has_attempts(obj))


@admin.register(Bank)
class BankAdmin(ReadOnlyAdmin):
    reason = "Made with the first quiz of a course; its questions are listed under Questions."
    list_display = ["course"]
    list_select_related = ["course"]
    search_fields = ["course__code", "course__title"]


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    reason = "Tags are written into a question's text or set in the course's question bank."
    list_display = ["name", "bank"]
    list_filter = [("bank__course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["bank__course"]
    search_fields = ["name"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    reason = VERSION_REASON
    list_display = ["__str__", "bank", "created_at"]
    list_filter = [("bank__course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["bank__course"]
    search_fields = ["slug", "public_id", "versions__stem"]
    inlines = [VersionInline]


@admin.register(QuestionVersion)
class QuestionVersionAdmin(ReadOnlyAdmin):
    reason = VERSION_REASON
    list_display = ["__str__", "kind", "scoring", "doubt", "author", "created_at"]
    list_filter = ["kind", "doubt", "scoring", ("question__bank__course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["question__bank__course", "author"]
    search_fields = ["stem", "question__slug", "options__text"]
    inlines = [OptionInline]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    reason = ATTEMPT_REASON
    list_display = [
        "student",
        "quiz",
        "number",
        "state",
        "started_at",
        "submitted_at",
        "graded_at",
        "score",
        "max_score",
    ]
    list_filter = [
        "state",
        "submitted_by",
        ("quiz__course", admin.RelatedOnlyFieldListFilter),
        ("quiz", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["quiz__course", "student"]
    search_fields = ["student__name", "student__email", "public_id", "quiz__title"]
    date_hierarchy = "started_at"
    inlines = [AttemptQuestionInline, GradeRecordInline]


_QUESTION_OF = ["question__attempt__student", "question__attempt__quiz"]


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    reason = ATTEMPT_REASON
    list_display = ["question", "save_number", "saved_at", "in_grace"]
    list_filter = ["in_grace", "saved_at"]
    list_select_related = _QUESTION_OF
    search_fields = [
        "question__attempt__student__name",
        "question__attempt__student__email",
        "question__attempt__public_id",
    ]


@admin.register(AnswerLog)
class AnswerLogAdmin(ReadOnlyAdmin):
    reason = "Every save that reached the server, in order, each row sealed by the one before. Nothing here can be changed."
    list_display = ["at", "attempt", "question", "outcome", "save_number", "chosen"]
    list_filter = ["outcome", "at", ("attempt__quiz", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["attempt__student", "attempt__quiz", *_QUESTION_OF]
    search_fields = ["attempt__student__name", "attempt__student__email", "attempt__public_id"]
    date_hierarchy = "at"


ALLOWANCE_REASON = "Set on the course's pages, where a change also moves the end of attempts that are running."


@admin.register(Accommodation)
class AccommodationAdmin(ReadOnlyAdmin):
    reason = ALLOWANCE_REASON
    list_display = ["student", "course", "factor", "no_limit", "extra_days", "set_at"]
    list_filter = ["no_limit", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["student", "course"]
    search_fields = ["student__name", "student__email", "course__code"]


@admin.register(QuizException)
class QuizExceptionAdmin(ReadOnlyAdmin):
    reason = ALLOWANCE_REASON
    list_display = ["student", "quiz", "opens_at", "due_at", "closes_at", "time_limit", "attempts_allowed", "set_at"]
    list_filter = [("quiz__course", admin.RelatedOnlyFieldListFilter), ("quiz", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["student", "quiz__course"]
    search_fields = ["student__name", "student__email", "quiz__title"]
    date_hierarchy = "set_at"
