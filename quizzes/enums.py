from django.db.models import TextChoices

from quizzes.scoring import Policy


class QuestionKind(TextChoices):
    MULTI = "multi", "Multi-select"
    SINGLE = "single", "Single choice"
    TRUE_FALSE = "true_false", "True or false"


class Scoring(TextChoices):
    """The scoring policies of `quizzes.scoring`, as choices with names."""

    EXACT = Policy.EXACT.value, "All or nothing"
    NET = Policy.NET.value, "Right minus wrong"
    EACH = Policy.EACH.value, "Every decision counts"
    COVERAGE = Policy.COVERAGE.value, "Coverage"
    HALVES = Policy.HALVES.value, "Halves"
    SUBSET = Policy.SUBSET.value, "Right only, no wrong"


class Effect(TextChoices):
    """What an option does in scoring (quizzes.md section 2)."""

    NORMAL = "normal", "Counts"
    NEUTRAL = "neutral", "As if it did not exist"
    ALWAYS = "always", "Right for everybody"


class Doubt(TextChoices):
    """What an import was not sure of. Anything but READY blocks publishing until a person settles it."""

    READY = "ready", "Ready"
    CONFIRM = "confirm", "To confirm"
    CHOOSE = "choose", "To choose"
    CONTRADICTION = "contradiction", "Contradiction"


class Settled(TextChoices):
    """How a person settled a doubt: the key was right as shown, was chosen, or was changed in the text."""

    CONFIRMED = "confirmed", "Confirmed"
    CHOSEN = "chosen", "Chosen"
    WRITTEN = "written", "Changed in the text"


class QuizKind(TextChoices):
    GRADED = "graded", "Graded"
    PRACTICE = "practice", "Practice"


class QuizState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class Layout(TextChoices):
    """How the questions of an attempt are shown."""

    ONE = "one", "One question on a page"
    ALL = "all", "All questions on one page"


class ShowKey(TextChoices):
    """When a part of the result shows (review policy, quizzes.md section 5).

    AFTER_DUE waits until nobody can change an answer any more, everybody's extensions and grace included; AFTER_ALL waits
    besides until every attempt is graded, so that the class sees its results together.
    """

    IMMEDIATELY = "immediately", "Right after submitting"
    AFTER_DUE = "after_due", "After the closing date"
    AFTER_ALL = "after_all", "When everybody is graded"
    ON_RELEASE = "on_release", "When the instructor releases it"
    NEVER = "never", "Never"


class Counts(TextChoices):
    HIGHEST = "highest", "Highest attempt"
    LATEST = "latest", "Latest attempt"
    FIRST = "first", "First attempt"
    AVERAGE = "average", "Average of the attempts"


class AttemptState(TextChoices):
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    GRADED = "graded", "Graded"
    VOIDED = "voided", "Voided"


class GradeCause(TextChoices):
    """Why a score was computed."""

    FIRST = "first", "Graded"
    REGRADE = "regrade", "Graded again"


class SubmittedBy(TextChoices):
    STUDENT = "student", "The student"
    DEADLINE = "deadline", "The deadline"


class SaveOutcome(TextChoices):
    STORED = "stored", "Stored"
    GRACE = "grace", "Stored within grace"
    CONFLICT = "conflict", "Refused: another tab was ahead"
    CLOSED = "closed", "Refused: the attempt was closed"
    PASSED = "passed", "Refused: the question was passed and there is no way back"


STORED = (SaveOutcome.STORED, SaveOutcome.GRACE)
