"""The fixtures of /dev/states/quiz/ while a quiz is taken: invented rows that are never stored, in every state a quiz page can be in."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from course.models import Course
from quizzes.actions.answers import Saved
from quizzes.attempt_page import AttemptPage, Clock, Form, OptionRow, Place, QuestionPart, unanswered_words
from quizzes.enums import AttemptState, SaveOutcome, SubmittedBy
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.saving import SaveRequest
from quizzes.wording import letter, time_left

NOW = datetime(2026, 10, 7, 16, 32, tzinfo=UTC)
LIMIT = timedelta(minutes=20)
COURSE = Course(slug="hum240", code="HUM 240", title="Machines That Write", zone="UTC", contact_email="teacher@example.edu")
QUIZ = Quiz(course=COURSE, slug="week-5-quiz", title="Week 5 quiz", time_limit=1200)
ATTEMPT = Attempt(
    quiz=QUIZ, public_id="states", number=1, started_at=NOW - timedelta(minutes=6), ends_at=NOW + timedelta(minutes=14), reached=3
)
FRAME: dict[str, object] = {"attempt": ATTEMPT, "quiz": QUIZ, "course": COURSE, "now": NOW, "zone_name": "UTC"}
RULE = "You get the point only if you tick all the right options and no wrong one."
TEXTS = ["<p>A word</p>", "<p>A part of a word</p>", "<p>A number that stands for a word</p>", "<p>A line of code</p>"]
# What texts can be: code, another direction of writing, a word that no line holds, several paragraphs.
AWKWARD = [
    "<p><code>tokens = text.split()</code> returns a list of strings that has no empty one in it</p>",
    "<p dir=rtl>مرحبا بالعالم</p>",
    f"<p>{'Donaudampfschifffahrtsgesellschaft' * 3}</p>",
    "<p>First paragraph.</p><pre class='code'><code>for word in words:\n    print(word, len(word), sep='\\t', end='\\n', flush=True)</code></pre>",
    "<p>Ŋ ł ő 世界 🜁</p>",
]


@dataclass(frozen=True, slots=True)
class Case:
    """One part of a page in one state: its template and what it is given."""

    name: str
    template: str
    context: dict[str, object]


def taking_groups() -> list[tuple[str, list[Case]]]:
    """Return the states of the pages while a quiz is taken, by the part of the page that they are of."""
    return [
        ("Question", _questions()),
        ("Save line", _save_lines()),
        ("Navigator", _navigators()),
        ("Clock", _clocks()),
        ("Notice", _notices()),
        ("Page between", _pages_between()),
        ("Check", _checks()),
        ("Waiting", _waiting()),
    ]


def _place(position: int, ticked: str = "", **state: object) -> Place:
    plain = Place(
        position, answered=bool(ticked), marked=False, letters=ticked, save_number=0, saved_at=None, link=f"?q={position}"
    )
    if ticked:
        plain = replace(plain, save_number=position, saved_at=NOW)
    return replace(plain, **state)  # type: ignore[arg-type]  # the fields of a place


PLACES = [
    _place(1, "A, C"),
    _place(2, "B", marked=True),
    _place(3, current=True),
    _place(4),
    _place(5, marked=True),
    _place(6, answered=True, saved_at=NOW),
]
ONE_WAY_PLACES = [
    _place(1, "A, C", passed=True, link=""),
    _place(2, passed=True, link=""),
    _place(3, "B", current=True),
    _place(4, later=True, link=""),
]


def _question(texts: list[str], ticked: str = "", *, one: bool = False, **fields: object) -> QuestionPart:
    part = QuestionPart(
        position=3,
        stem_html="<p>What is a <em>token</em>?</p>",
        hint_html="",
        one_choice=one,
        ask="Select one." if one else "Select all that apply.",
        rule=RULE,
        options=[OptionRow(f"o{at}", letter(at), text, letter(at) in ticked) for at, text in enumerate(texts)],
        place=_place(3, ticked),
        form=Form(0, tab="tab", request_id="request"),
    )
    return replace(part, **fields)  # type: ignore[arg-type]  # the fields of a question


def _asked(name: str, question: QuestionPart, *, places: list[Place] = PLACES, **page: bool) -> Case:
    context = {"question": question, "page": AttemptPage([question], places, **page)}
    return Case(name, "quizzes/question.html", FRAME | context)


def _questions() -> list[Case]:
    long_stem = "<p>Read the code.</p><pre class='code'><code>def count(text):\n    return len(text.split())</code></pre><p>Then choose.</p>"
    true_false = _question(["<p>True</p>", "<p>False</p>"], "A", one=True)
    return [
        _asked("Nothing ticked", _question(TEXTS)),
        _asked("Ticked and saved", _question(TEXTS, "AC")),
        _asked("Left blank on purpose", _question(TEXTS, place=_place(3, answered=True, saved_at=NOW))),
        _asked("Marked", _question(TEXTS, place=_place(3, marked=True))),
        _asked("Single choice", _question(TEXTS, "B", one=True)),
        _asked("True or false", true_false),
        _asked("Said how many", _question(TEXTS, ask="Select three.")),
        _asked("Fourteen options", _question([f"<p>Option number {at}</p>" for at in range(14)], "AN")),
        _asked("Awkward texts", _question(AWKWARD, "AC", stem_html=long_stem)),
        _asked("With a hint", _question(TEXTS, hint_html="<p>Think of how a sentence is cut.</p>")),
        _asked("Last question", _question(TEXTS, position=6)),
        _asked("No way back", _question(TEXTS, "B"), places=ONE_WAY_PLACES, one_way=True),
        _asked("Beside others", _question(TEXTS, part="-3"), all_at_once=True),
    ]


def _save_lines() -> list[Case]:
    said = {
        "saving": "Saving…",
        "failed": "Not saved, trying again",
        "offline": "Offline, kept on this device",
        "stopped": "Not saved",
    }
    icons = {"saving": "saving", "offline": "offline"}
    lines = [
        Case(words, "dev/quiz_save_line.html", {"state": state, "icon": icons.get(state, "alert"), "words": words})
        for state, words in said.items()
    ]
    nothing = Case("Nothing saved", "dev/quiz_save_line.html", {"nothing": True})
    return [nothing, *lines, Case("Saved", "dev/quiz_save_line.html", {"state": "saved", "saved_at": NOW})]


def _navigators() -> list[Case]:
    page, closed = AttemptPage([_question(TEXTS)], PLACES), AttemptPage([_question(TEXTS)], ONE_WAY_PLACES, one_way=True)
    many = AttemptPage([_question(TEXTS)], [_place(at) for at in range(1, 41)])
    return [
        Case("Every state", "quizzes/question_nav.html", FRAME | {"page": page, "clock": _clock(840)}),
        Case("No way back", "quizzes/question_nav.html", FRAME | {"page": closed}),
        Case("Forty questions", "quizzes/question_nav.html", FRAME | {"page": many}),
    ]


def _clock(seconds: int) -> Clock:
    left = timedelta(seconds=seconds)
    return Clock(seconds, time_left(left), NOW + left, int(LIMIT.total_seconds()))


def _clocks() -> list[Case]:
    lengths = {"Days": 260_000, "Hours": 9_000, "Minutes": 840, "Less than a minute": 42, "Over": 0}
    timed = [Case(name, "quizzes/clock.html", FRAME | {"clock": _clock(seconds)}) for name, seconds in lengths.items()]
    warnings = ("5 minutes left", "Your time was changed: this attempt closes at 17:02 now")
    told = [Case(words, "dev/quiz_time_warning.html", {"words": words}) for words in warnings]
    return [*timed, Case("No limit", "quizzes/clock.html", FRAME), *told]


def _submitted(by: SubmittedBy, **fields: object) -> Attempt:
    return Attempt(quiz=QUIZ, public_id="states", state=AttemptState.SUBMITTED, submitted_at=NOW, submitted_by=by, **fields)


def _refusal(attempt: Attempt, outcome: SaveOutcome, ticked: str) -> dict[str, object]:
    question = AttemptQuestion(attempt=attempt, position=3, option_order=["o0", "o1", "o2"])
    chosen = ("o0",) if ticked else ()
    saved = Saved(outcome, False, attempt, question, chosen, len(chosen), NOW if chosen else None, "", 1, 6)
    asked = SaveRequest(3, ("o1", "o2"), "tab", 1, 0, "request")
    words = {"mine": "B, C", "theirs": ticked or "nothing ticked", "link": "?q=3"}
    return FRAME | {"attempt": attempt, "saved": saved, "asked": asked, "form": Form(1, "tab", 1, "request")} | words


def _notices() -> list[Case]:
    over = {
        "Submitted elsewhere": _submitted(SubmittedBy.STUDENT),
        "Submitted by the deadline": _submitted(SubmittedBy.DEADLINE, ends_at=NOW),
        "Over, not submitted yet": Attempt(quiz=QUIZ, public_id="states", ends_at=NOW),
    }
    page = "quizzes/not_saved.html"
    ahead = Attempt(quiz=QUIZ, public_id="states", reached=4)
    return [
        Case("Changed in another window", page, _refusal(ATTEMPT, SaveOutcome.CONFLICT, "A") | {"kind": "conflict"}),
        *(Case(name, page, _refusal(one, SaveOutcome.CLOSED, "A") | {"kind": "over"}) for name, one in over.items()),
        Case("Passed with an answer", page, _refusal(ahead, SaveOutcome.PASSED, "A") | {"kind": "passed"}),
        Case("Passed without one", page, _refusal(ahead, SaveOutcome.PASSED, "") | {"kind": "passed"}),
        Case("Impossible answer", page, FRAME | {"words": "Question 3 has no such option."}),
        Case("Refused", "quizzes/refused_notice.html", FRAME | {"page": AttemptPage([_question(TEXTS)], PLACES)}),
        Case("Signed out", "accounts/signed_out.html", {"sign_in": "/account/login/"}),
    ]


def _pages_between() -> list[Case]:
    behind, blank, unseen, later = ONE_WAY_PLACES[0], _place(1, answered=True, passed=True, saved_at=NOW), *ONE_WAY_PLACES[1::2]
    shown = {"Behind, answered": behind, "Behind, left blank": blank, "Behind, not answered": unseen, "Comes later": later}
    pages = [
        Case(name, "quizzes/out_of_reach.html", FRAME | {"place": place, "places": ONE_WAY_PLACES})
        for name, place in shown.items()
    ]
    return [*pages, Case("Going on without an answer", "quizzes/go_on.html", FRAME | {"position": 3, "form": Form(0, "tab")})]


def _checks() -> list[Case]:
    all_answered = [_place(at, "A") for at in (1, 2)]

    def check(name: str, places: list[Place], **more: object) -> Case:
        unanswered = [place for place in places if not place.answered]
        told = {"places": places, "unanswered": unanswered, "title": unanswered_words(places)}
        back = next(place for place in [*unanswered, *places] if place.link) if any(p.link for p in places) else places[0]
        return Case(name, "quizzes/check.html", FRAME | {"clock": _clock(840), "back": back} | told | more)

    return [
        check("Something is not answered", PLACES),
        check("Everything is answered", all_answered),
        check("One question", all_answered[:1]),
        check("No time limit", PLACES, clock=None),
        check("No way back", ONE_WAY_PLACES, one_way=True, clock=None),
        check("A save is missing", PLACES, missing=PLACES[:2]),
    ]


def _waiting() -> list[Case]:
    states: dict[str, dict[str, object]] = {
        "Being graded": {"attempt": _submitted(SubmittedBy.STUDENT)},
        "Submitted at the deadline": {"attempt": _submitted(SubmittedBy.DEADLINE)},
        "Waiting for a person": {"attempt": _submitted(SubmittedBy.STUDENT), "stuck": True},
        "Still running": {"attempt": ATTEMPT, "running": True},
        "Taken back": {"attempt": Attempt(quiz=QUIZ, public_id="states", state=AttemptState.VOIDED)},
    }
    return [Case(name, "quizzes/waiting.html#waiting", FRAME | state) for name, state in states.items()]
