"""What is new or changed on a week page since somebody read it, as a list for the head of the page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from course.models import Week
from course.read_marks import HasMarks, Since, fate
from course.week_page import WeekPage
from course.week_words import sentence_case


@dataclass(frozen=True, slots=True)
class Question:
    """A key question: its HTML, the line it stands on (0: not known), and its marks."""

    html: str
    line: int = 0
    added_in: int = 0
    changed_in: int = 0


@dataclass(frozen=True, slots=True)
class Introduction:
    """The marks of a page's introduction; it is never new: a page begins with it."""

    changed_in: int
    added_in: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """One part that is new or changed: where it stands on the page, and what it is called."""

    anchor: str
    is_new: bool
    words: str


def questions_of(week: Week) -> list[Question]:
    """Return the key questions of a week with what its index knows of them."""
    rows = week.question_index if len(week.question_index) == len(week.key_questions) else []
    return [Question(html, *(row or ())) for html, row in zip_longest(week.key_questions, rows)]


def introduction_of(week: Week) -> Introduction:
    """Return the marks of the introduction."""
    return Introduction(week.intro_changed_in)


def news_of(week: Week, questions: Sequence[Question], page: WeekPage, read: Since | None) -> list[News]:
    """Return what is new or changed since `read`, in the order of the page."""
    if read is None:
        return []
    return [
        News(anchor, found == "new", words)
        for anchor, words, thing in _parts(week, questions, page)
        if (found := fate(thing, read))
    ]


def _parts(week: Week, questions: Sequence[Question], page: WeekPage) -> Iterator[tuple[str, str, HasMarks]]:
    if week.intro_html:
        yield "week-intro", "the introduction", introduction_of(week)
    for number, question in enumerate(questions, 1):
        yield f"key-question-{number}", f"key question {number}", question
    for topic in page.topics:
        if topic.section is not None and topic.html:
            yield f"part-{topic.section.position}", topic.heading or "the text above the readings", topic.section
        for reading in topic.readings:
            yield f"reading-{reading.public_id}", reading.title, reading
    passages = (entry for part in page.others for entry in part.sections)
    for entry in (*page.agenda, *passages, *page.resources):
        if entry.section is not None and entry.html:
            yield f"part-{entry.section.position}", entry.title or sentence_case(entry.section.heading) or "text", entry.section
