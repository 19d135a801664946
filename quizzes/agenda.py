"""What quizzes put into "what do I do next", for students and for staff."""

from datetime import datetime, timedelta

from course.access import Membership
from course.agenda import Item, Urgency, register
from course.models import Enrollment
from course.templatetags.clock import day, in_words, when
from quizzes.access import quizzes_for
from quizzes.enums import AttemptState, QuizState, SubmittedBy
from quizzes.models import Attempt, Quiz
from quizzes.models.attempts import MAX_GRADING_TRIES
from quizzes.overview import question_counts
from quizzes.schedule import Schedule, Standing, effective_schedules
from quizzes.wording import capital, counted, duration, listed, number, points

KIND = "quiz"
LOOK_BACK = timedelta(days=7)
MOST_NAMES = 5


@register
def quizzes_of_member(member: Membership, now: datetime) -> list[Item]:
    """Return the quizzes of a person as dated things: own ones for students, the class's for staff. At most five queries."""
    found = quizzes_for(member)
    if member.is_staff:
        return _staff_items(member, found, now)
    if not member.takes_part:
        return []
    schedules, counts = effective_schedules(found, member.user, now), question_counts(found)
    items = [_student_item(schedules[quiz.pk], counts.get(quiz.pk, 0), now) for quiz in found]
    return [item for item in items if item is not None]


def _student_item(schedule: Schedule, questions: int, now: datetime) -> Item | None:
    makers = {
        Standing.RUNNING: _running,
        Standing.OPEN: _open,
        Standing.NOT_YET: _coming,
        Standing.USED_UP: _done,
        Standing.CLOSED: _done,
    }
    maker = makers.get(schedule.standing)
    return maker(schedule, questions, now) if maker else None


def _running(schedule: Schedule, questions: int, now: datetime) -> Item:
    attempt, ends = schedule.running, schedule.ends.value
    assert attempt is not None
    until = f" until {when(ends, now)}" if ends else ""
    return Item(
        KIND,
        f"Your attempt at the {schedule.quiz.title} is running{until}",
        f"{schedule.quiz.title} ends",
        ends,
        _attempt_url(attempt, schedule.quiz),
        Urgency.RUNNING,
        detail="Everything you ticked is saved. Go on where you left it.",
        action="Go on with the quiz",
    )


def _open(schedule: Schedule, questions: int, now: datetime) -> Item:
    quiz, closes = schedule.quiz, schedule.closes.value
    limit, left = schedule.limit.value, schedule.attempts_left.value
    until = f" until {when(closes, now).removeprefix('today, ')}" if closes else ""
    time = f"You have {duration(limit)} from the moment you start" if limit else "There is no time limit"
    tries = f", and {counted(left, 'attempt')}" if left is not None else ""
    done = bool(schedule.attempts)
    return Item(
        KIND,
        f"The {quiz.title} is open{until}",
        f"{quiz.title} closes",
        closes,
        quiz.get_absolute_url(),
        Urgency.QUIET if done or closes is None else Urgency.OPEN,
        detail=f"{capital(counted(questions, 'question'))}. {time}{tries}.",
        action="Go to the quiz",
        done=done,
    )


def _coming(schedule: Schedule, questions: int, now: datetime) -> Item:
    opens = schedule.opens.value
    return Item(
        KIND,
        f"The {schedule.quiz.title} opens {when(opens, now)}",
        f"{schedule.quiz.title} opens",
        opens,
        schedule.quiz.get_absolute_url(),
        Urgency.QUIET,
        detail=f"{capital(counted(questions, 'question'))}, {in_words(opens, now)}.",
    )


def _done(schedule: Schedule, questions: int, now: datetime) -> Item | None:
    """A result of the last days; an older one is in the list of quizzes."""
    attempt = next((one for one in reversed(schedule.attempts) if one.submitted_at), None)
    if attempt is None or attempt.submitted_at is None or attempt.submitted_at < now - LOOK_BACK:
        return None
    words = "grading is waiting for a person" if attempt.waits_for_person else "is being graded"
    if attempt.score is not None:
        words = f"{points(attempt.score)} of {points(attempt.max_score)} points"
    by = " at your deadline" if attempt.submitted_by == SubmittedBy.DEADLINE else ""
    return Item(
        KIND,
        f"{schedule.quiz.title}: {words}",
        f"{schedule.quiz.title} submitted",
        attempt.submitted_at,
        _attempt_url(attempt, schedule.quiz, result=True),
        Urgency.QUIET,
        detail=f"Submitted {when(attempt.submitted_at, now)}{by}.",
        action="See the result",
        done=True,
    )


def _attempt_url(attempt: Attempt, quiz: Quiz, *, result: bool = False) -> str:
    attempt.quiz = quiz  # loaded already: its address needs no query
    return attempt.get_absolute_url() + ("result/" if result else "")


def _staff_items(member: Membership, quizzes: list[Quiz], now: datetime) -> list[Item]:
    watched = [quiz for quiz in quizzes if _is_watched(quiz, now)]
    students = list(Enrollment.objects.filter(course=member.course).students().select_related("person"))
    handed_in: dict[int, set[int]] = {quiz.pk: set() for quiz in watched}
    stuck: dict[int, int] = {}
    attempts = Attempt.objects.filter(quiz__in=watched, state__in=[AttemptState.SUBMITTED, AttemptState.GRADED])
    for quiz, student, state, tries in attempts.values_list("quiz", "student", "state", "grade_tries"):
        handed_in[quiz].add(student)
        stuck[quiz] = stuck.get(quiz, 0) + (state == AttemptState.SUBMITTED and tries >= MAX_GRADING_TRIES)
    items = [_class_item(quiz, students, handed_in[quiz.pk], now) for quiz in watched if students]
    items += [_stuck_item(quiz, stuck[quiz.pk]) for quiz in watched if stuck.get(quiz.pk)]
    return items + [_staff_coming(quiz, now) for quiz in quizzes if quiz.opens_at and quiz.opens_at > now]


def _is_watched(quiz: Quiz, now: datetime) -> bool:
    """Open now, or closed within the last days."""
    opened = quiz.opens_at is None or quiz.opens_at <= now
    return quiz.state == QuizState.PUBLISHED and opened and quiz.closes_at is not None and quiz.closes_at > now - LOOK_BACK


def _class_item(quiz: Quiz, students: list[Enrollment], handed_in: set[int], now: datetime) -> Item:
    missing = [str(student.person) for student in students if student.person_id not in handed_in]
    is_open = quiz.closes_at is not None and quiz.closes_at > now
    done = len(students) - len(missing)
    words = "Nobody has" if not done else f"{capital(number(done))} of {number(len(students))} {'has' if done == 1 else 'have'}"
    title = (
        f"All {number(len(students))} have submitted the {quiz.title}" if not missing else f"{words} submitted the {quiz.title}"
    )
    names = listed([*missing[:MOST_NAMES], *([f"{len(missing) - MOST_NAMES} more"] if len(missing) > MOST_NAMES else [])])
    return Item(
        KIND,
        title,
        f"{quiz.title} closes",
        quiz.closes_at,
        quiz.get_absolute_url(),
        Urgency.WAITS if is_open else Urgency.QUIET,
        detail=(f"Missing: {names}. " if missing else "") + f"{'Closes' if is_open else 'Closed'} {when(quiz.closes_at, now)}.",
        action="See the quiz",
        done=not is_open,
    )


def _stuck_item(quiz: Quiz, count: int) -> Item:
    return Item(
        KIND,
        f"{capital(counted(count, 'attempt'))} at the {quiz.title} could not be graded",
        f"{quiz.title} to grade",
        None,
        quiz.get_absolute_url(),
        Urgency.WAITS,
        detail="The answers are safe. Look at the key of the quiz, then have them graded again.",
        action="See the quiz",
    )


def _staff_coming(quiz: Quiz, now: datetime) -> Item:
    draft = quiz.state == QuizState.DRAFT
    return Item(
        KIND,
        f"The {quiz.title} {'is a draft and should open' if draft else 'opens'} {when(quiz.opens_at, now)}",
        f"{quiz.title} opens",
        quiz.opens_at,
        quiz.get_absolute_url(),
        Urgency.WAITS if draft else Urgency.QUIET,
        detail=f"{capital(day(quiz.opens_at, now))}, {in_words(quiz.opens_at, now)}.",
        action="Look at it" if draft else "",
    )
