"""What quizzes put into "what do I do next", for students and for staff."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.urls import reverse

from course.access import Membership
from course.agenda import Item, Urgency, in_class, register
from course.models import Enrollment
from course.templatetags.clock import day, in_words, when
from quizzes.access import quizzes_for
from quizzes.enums import AttemptState, QuizKind, QuizState, SubmittedBy
from quizzes.models import Attempt, Quiz
from quizzes.models.attempts import MAX_GRADING_TRIES
from quizzes.overview import question_counts
from quizzes.own_score import own_scores
from quizzes.review import score_in_lists
from quizzes.schedule import Schedule, Standing, effective_schedules, general_schedules
from quizzes.templatetags.quizpage import lower_first
from quizzes.week_panels import KINDS, line_for
from quizzes.wording import capital, counted, duration, listed, number, points

KIND = "quiz"
LOOK_BACK = timedelta(days=7)
MOST_NAMES = 5


@register
def quizzes_of_member(member: Membership, now: datetime) -> list[Item]:
    """Return the quizzes of a person as dated things, own ones for students, the class's for staff, and each quiz of a week
    in the agenda of its class. At most five queries.
    """
    found = quizzes_for(member)
    if member.is_staff:
        return _staff_items(member, found, now)
    if not member.takes_part:
        return _of_classes(found, _own_words(general_schedules(found, now), now))
    schedules, counts = effective_schedules(found, member.user, now), question_counts(found)
    items = [_student_item(schedules[quiz.pk], counts.get(quiz.pk, 0), now) for quiz in found]
    return [item for item in items if item is not None] + _of_classes(found, _own_words(schedules, now))


def _own_words(schedules: dict[int, Schedule], now: datetime) -> dict[int, str]:
    """Return what a week page says about each quiz, in one line: "Open until 17:30", "Closed. You have 7 of 8 points."."""
    scores = own_scores(schedules, now)
    lines = {pk: line_for(schedule, scores.get(pk), now) for pk, schedule in schedules.items()}
    return {pk: ". ".join(part for part in (line.tag.replace("today, ", ""), line.detail) if part) for pk, line in lines.items()}


def _of_classes(quizzes: list[Quiz], words: dict[int, str]) -> list[Item]:
    """Return, for each class, its graded quizzes as one entry in the agenda; practice is nothing that a class waits for."""
    by_class: dict[int, list[Quiz]] = {}
    for quiz in quizzes:
        if quiz.kind == QuizKind.GRADED and quiz.week and quiz.week.session_id:
            by_class.setdefault(quiz.week.session_id, []).append(quiz)
    return [
        in_class(
            meeting=meeting,
            title=several[0].title if len(several) == 1 else "Quizzes",
            url=several[0].get_absolute_url(),
            places=KINDS,
            lines=[words[quiz.pk] if len(several) == 1 else f"{quiz.title}: {lower_first(words[quiz.pk])}" for quiz in several],
        )
        for meeting, several in by_class.items()
    ]


def _student_item(schedule: Schedule, questions: int, now: datetime) -> Item | None:
    makers = {
        Standing.RUNNING: _running,
        Standing.OPEN: _open,
        Standing.WAITING: _waiting,
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
        at_words="Ends",
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
        at_words="Closes",
        note="counts toward your grade" if quiz.kind == QuizKind.GRADED else "practice, counts for nothing",
        **_covers(quiz, now),
    )


def _waiting(schedule: Schedule, questions: int, now: datetime) -> Item:
    again = schedule.next_start.value
    return Item(
        KIND,
        f"You can take the {schedule.quiz.title} again {when(again, now)}",
        f"{schedule.quiz.title}, next attempt",
        again,
        schedule.quiz.get_absolute_url(),
        Urgency.QUIET,
        detail=schedule.next_start.reason,
        done=True,
    )


def _covers(quiz: Quiz, now: datetime) -> dict[str, str]:
    """Return the link to the week that a quiz is about, where the week is open to students."""
    if quiz.week is None or not quiz.week.is_released(now):
        return {}
    return {"more": "What it covers", "more_url": reverse("course:week", args=[quiz.course.slug, quiz.week.slug])}


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
    if attempt.state == AttemptState.GRADED:
        words = "graded"
    if attempt.score is not None and score_in_lists(schedule.quiz, now):
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


@dataclass(frozen=True, slots=True)
class Work:
    """What a class has done of one quiz, as primary keys of students; `stuck` is the number of attempts grading gave up."""

    handed_in: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
    stuck: int = 0


def _staff_items(member: Membership, quizzes: list[Quiz], now: datetime) -> list[Item]:
    watched = [quiz for quiz in quizzes if _is_watched(quiz, now)]
    students = list(Enrollment.objects.filter(course=member.course).students().select_related("person"))
    works = _works(quizzes, now)
    items = [_class_item(quiz, students, works[quiz.pk], now) for quiz in watched if students]
    items += [_stuck_item(quiz, works[quiz.pk].stuck) for quiz in quizzes if works[quiz.pk].stuck]
    items += [_staff_coming(quiz, now) for quiz in quizzes if quiz.opens_at and quiz.opens_at > now]
    return items + _of_classes(quizzes, _class_words(quizzes, works, students, now))


def _works(quizzes: list[Quiz], now: datetime) -> dict[int, Work]:
    """Return what was done of each quiz. One query."""
    works = {quiz.pk: Work() for quiz in quizzes}
    attempts = Attempt.objects.filter(quiz__in=quizzes).exclude(state=AttemptState.VOIDED)
    columns = ("quiz", "student", "state", "shut_at", "grade_tries")
    for quiz, student, state, shut_at, tries in attempts.order_by().values_list(*columns):
        work = works[quiz]
        if state != AttemptState.IN_PROGRESS:
            work.handed_in.add(student)
        elif shut_at is None or shut_at > now:
            work.busy.add(student)
        if state == AttemptState.SUBMITTED and tries >= MAX_GRADING_TRIES:
            works[quiz] = replace(work, stuck=work.stuck + 1)
    return works


def _class_words(quizzes: list[Quiz], works: dict[int, Work], students: list[Enrollment], now: datetime) -> dict[int, str]:
    """Return where each quiz stands with the class, in one line: "8 of 12 submitted, open until 17:30"."""
    words = _own_words(general_schedules(quizzes, now), now)
    enrolled = {student.person_id for student in students}
    for quiz in quizzes:
        if enrolled and quiz.state == QuizState.PUBLISHED and not (quiz.opens_at and quiz.opens_at > now):
            done = len(works[quiz.pk].handed_in & enrolled)
            words[quiz.pk] = f"{done} of {len(enrolled)} submitted, {lower_first(words[quiz.pk])}"
    return words


def _is_watched(quiz: Quiz, now: datetime) -> bool:
    """Open now, or closed within the last days."""
    opened = quiz.opens_at is None or quiz.opens_at <= now
    return quiz.state == QuizState.PUBLISHED and opened and quiz.closes_at is not None and quiz.closes_at > now - LOOK_BACK


def _class_item(quiz: Quiz, students: list[Enrollment], work: Work, now: datetime) -> Item:
    missing = [student for student in students if student.person_id not in work.handed_in]
    is_open = quiz.closes_at is not None and quiz.closes_at > now
    done = len(students) - len(missing)
    words = "Nobody has" if not done else f"{capital(number(done))} of {number(len(students))} {'has' if done == 1 else 'have'}"
    title = (
        f"All {number(len(students))} have submitted the {quiz.title}" if not missing else f"{words} submitted the {quiz.title}"
    )
    return Item(
        KIND,
        title,
        f"{quiz.title} closes",
        quiz.closes_at,
        quiz.get_absolute_url(),
        Urgency.WAITS if is_open else Urgency.QUIET,
        detail=_who_is_missing(missing, work.busy),
        action="See the quiz",
        done=not is_open,
        at_words="Closes" if is_open else "Closed",
    )


def _who_is_missing(missing: list[Enrollment], busy: set[int]) -> str:
    """Return "Jonah Whitfield is in the middle of it; Farid Rahmani and two more have not started."; "" where nobody is."""
    at_work = [str(one.person) for one in missing if one.person_id in busy]
    idle = [str(one.person) for one in missing if one.person_id not in busy]
    parts = [f"{_names(at_work)} {'is' if len(at_work) == 1 else 'are'} in the middle of it"] if at_work else []
    parts += [f"{_names(idle)} {'has' if len(idle) == 1 else 'have'} not started"] if idle else []
    return f"{'; '.join(parts)}." if parts else ""


def _names(people: list[str]) -> str:
    more = [f"{len(people) - MOST_NAMES} more"] if len(people) > MOST_NAMES else []
    return listed([*people[:MOST_NAMES], *more])


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
