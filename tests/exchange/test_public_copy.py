"""The public copy has nothing that a student does not see, and bringing it back takes nothing away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from course.enums import AnnouncementState, Release
from course.models import Announcement, Course, Page, Week
from exchange.actions.exporting import files_of, remember_export
from exchange.actions.importing import bring
from exchange.enums import Copy, FileKind, Verdict
from exchange.folder import Folder
from exchange.planning import Choices
from exchange.public import Aliases
from exchange.public_files import public_text
from exchange.rewriting import without_quizzes
from presentations.actions import note_outcome
from presentations.enums import BookingState
from presentations.models import Booking
from quizzes.enums import QuizState
from quizzes.models import Quiz
from tests.conftest import Cast
from tests.exchange.folders import DOT, files
from tests.exchange.test_importing import come_in
from tests.exchange.test_outcomes import AFTER, TABLE, states, taken

ASKED = "\n## Which {word}?\n\n- [x] one {word}\n- [ ] no {word}\n"
NOTES = ("<!-- one brook is right -->", "<!-- Jonah reads slowly -->", "# not before Friday")
"""What the authors of the texts that students see say to themselves in them."""
SEEN = {
    "weeks/01.md": f"# Week 1: Brooks\n\n{NOTES[1]}\n\n![A dot](../images/brook.gif) and [notes](../assets/key-notes.txt)\n",
    "pages/reeds.md": "# Reeds\n\nOn [sand][s], not on silt.txt.\n\n[s]: ../assets/sand.txt\n",
    "quizzes/brooks.md": f"---\nweek: 1\n{NOTES[2]}\n---\n\n# Brook quiz\n\n{NOTES[0]}\n" + ASKED.format(word="brook"),
    "announcements/boats.md": "---\ntitle: Boats\n---\n\nBoats come.\n",
}
UNSEEN = {
    "weeks/02.md": "# Week 2: Marshes\n\n![A dot](../images/marsh.gif) and [notes](../assets/notes.txt)\n",
    "weeks/03.md": "# Week 3: Estuaries\n\nWide.\n",
    "pages/plan.md": "# The plan\n\nSecretly [so](../assets/silt.txt).\n",
    "pages/later.md": "# Spring tide\n\nFull moon.\n",
    "quizzes/draft.md": "---\nweek: 1\n---\n\n# Draft quiz\n" + ASKED.format(word="otter"),
    "quizzes/tomorrow.md": "# Quiz of tomorrow\n" + ASKED.format(word="heron"),
    "quizzes/announced.md": "# Quiz that opens\n" + ASKED.format(word="newt"),
    "quizzes/coded.md": "---\nweek: 1\naccess_code: reed\n---\n\n# Quiz with a code\n" + ASKED.format(word="crane"),
    "quizzes/marshes.md": "---\nweek: 2\n---\n\n# Marsh quiz\n" + ASKED.format(word="frog"),
    "announcements/draft.md": "---\ntitle: Rafts\n---\n\nRafts break.\n",
    "announcements/soon.md": "---\ntitle: Kayaks\n---\n\nKayaks turn.\n",
    "announcements/over.md": "---\ntitle: Canoes\n---\n\nCanoes sank.\n",
}
BYTES = {
    "images/brook.gif": DOT,
    "images/marsh.gif": DOT[:-1] + b"\x21\xfe\x01M\0;",
    "assets/key-notes.txt": b"seen notes\n",
    "assets/sand.txt": b"seen sand\n",
    "assets/notes.txt": b"unseen notes\n",
    "assets/silt.txt": b"unseen silt\n",
}


@pytest.fixture
def course(cast: Cast) -> Course:
    """A course with one thing of each kind that students see, and one for each reason why they do not."""
    now = timezone.now()
    day = timedelta(days=1)
    given = {path: text.encode() for path, text in (SEEN | UNSEEN).items()} | BYTES
    outcome = bring(course=cast.course, folder=Folder(given), choices=Choices(), author=cast.instructor, now=now)
    assert not outcome.refused
    Week.objects.filter(number=1).update(state=Release.OPEN)
    Week.objects.filter(number=3).update(state=Release.SCHEDULED, opens_at=now + day)
    Page.objects.filter(title="Reeds").update(state=Release.OPEN)
    Page.objects.filter(title="Spring tide").update(state=Release.SCHEDULED, opens_at=now + day)
    quizzes = Quiz.objects.exclude(title="Draft quiz")
    quizzes.update(state=QuizState.PUBLISHED, published_at=now - day)
    quizzes.filter(title="Quiz of tomorrow").update(published_at=now + day)
    quizzes.filter(title="Quiz that opens").update(opens_at=now + day)
    posted = Announcement.objects.exclude(title="Rafts")
    posted.update(state=AnnouncementState.PUBLISHED, publish_at=now - day)
    posted.filter(title="Kayaks").update(state=AnnouncementState.SCHEDULED, publish_at=now + day)
    posted.filter(title="Canoes").update(until=now - day / 2)
    return Course.objects.select_related("term").get(pk=cast.course.pk)


def test_public_copy_of_a_course_has_no_line_of_what_a_student_cannot_see(cast: Cast, course: Course, client: Client) -> None:
    client.force_login(cast.student)
    things = [*Week.objects.all(), *Page.objects.all(), *Quiz.objects.all(), *Announcement.objects.all()]
    gets = {thing.title: client.get(thing.get_absolute_url()).status_code for thing in things}
    # The questions of these three are not asked yet; of the first, the week is not open either; the last asks for a code.
    assert {title for title, status in gets.items() if status == 200} == {
        *("Brooks", "Reeds", "Brook quiz", "Boats"),
        *("Marsh quiz", "Quiz that opens", "Quiz with a code"),
    }
    public = files_of(course=course, copy=Copy.PUBLIC, now=timezone.now())
    assert public.keys() - {"course.yaml"} == {*SEEN, "images/brook.gif", "assets/key-notes.txt", "assets/sand.txt"}
    whole = "\n".join(content.decode("utf-8", "replace") for content in public.values())
    seen = {line for text in SEEN.values() for line in text.splitlines()}
    unseen = {line for text in UNSEEN.values() for line in text.splitlines()} - seen
    assert [line for line in unseen if line in whole] == []
    assert [path for path in UNSEEN if path in whole] == []
    assert [note for note in NOTES if note in whole] == []


def test_public_copy_brought_back_keeps_what_it_lacks_and_changes_nothing(course: Course) -> None:
    now = timezone.now()
    remember_export(course=course, now=now)
    before = files_of(course=course, copy=Copy.KEY, now=now)
    public = files_of(course=course, copy=Copy.PUBLIC, now=now)
    outcome = bring(course=course, folder=Folder(public), choices=Choices(), author=None, now=now)
    verdicts = {change.path: Verdict(change.verdict) for change in outcome.changes}
    assert {path for path, verdict in verdicts.items() if verdict == Verdict.SAME} == public.keys()
    lacking = {change.words for change in outcome.changes if change.path not in public}
    assert lacking == {"Not in this public copy; kept. It has only what students see."}
    assert {verdicts[path] for path in before.keys() - public.keys()} == {Verdict.ONLY_HERE}
    assert files_of(course=course, copy=Copy.KEY, now=now) == before


def test_public_copy_edited_and_brought_back_keeps_the_comments_and_the_key(course: Course) -> None:
    now = timezone.now()
    remember_export(course=course, now=now)
    public = files_of(course=course, copy=Copy.PUBLIC, now=now)
    path = "quizzes/brooks.md"
    public[path] = public[path].replace(b"no brook", b"no brook at all")
    public["weeks/01.md"] += b"\nThey end in the sea.\n"
    bring(course=course, folder=Folder(public), choices=Choices(), author=None, now=now)
    kept = files_of(course=course, copy=Copy.KEY, now=now)
    assert kept[path].decode() == SEEN[path].replace("no brook", "no brook at all")
    assert kept["weeks/01.md"].decode() == SEEN["weeks/01.md"] + "\nThey end in the sea.\n"


def test_without_quizzes_takes_their_names_from_the_weeks_and_nothing_else() -> None:
    text = "weeks:\n  - {file: weeks/1.md, quiz: quizzes/a.md}\n  - file: weeks/2.md\n    quiz: quizzes/b.md  # soon\n    open: true\n"
    assert without_quizzes(text, {"quizzes/c.md"}) == text
    without = without_quizzes(text, {"quizzes/a.md", "quizzes/b.md"})
    assert without == "weeks:\n  - {file: weeks/1.md}\n  - file: weeks/2.md\n    open: true\n"


@pytest.mark.parametrize(
    ("cell", "public"), [("no show ", "        "), ("absent  ", "        "), ("ill, no ", "        "), ("✓       ", "✓       ")]
)
def test_public_schedule_tells_who_presented_and_not_who_did_not_come(cell: str, public: str) -> None:
    text = TABLE.replace("✓       ", cell).replace("in part ", "planned ")
    shown = public_text(FileKind.SCHEDULE, text, Aliases.of([]), [])
    assert shown.replace("Student #1", "Ines Caballero").replace("Student #2", "Jonah Whitfield") == text.replace(cell, public)


def test_public_copy_brought_back_leaves_who_did_not_come(cast: Cast) -> None:
    course = come_in(cast, files(**{"presentations.md": None})).course
    taken(course, TABLE)
    note_outcome(
        booking=Booking.objects.select_related("slot", "person").get(person=cast.student), state=BookingState.NO_SHOW, now=AFTER
    )
    course = Course.objects.select_related("term").get(pk=course.pk)
    before = files_of(course=course, copy=Copy.KEY, now=AFTER)
    public = files_of(course=course, copy=Copy.PUBLIC, now=AFTER)
    assert "no show" in before["presentations.md"].decode()
    assert "no show" not in public["presentations.md"].decode()
    edited = public | {"presentations.md": public["presentations.md"] + b"\nBring slides.\n"}
    for given in (public, edited):
        bring(course=course, folder=Folder(given), choices=Choices(), author=None, now=AFTER + timedelta(days=1))
        assert states(course)["Ines Caballero"] == "no_show"
    after = files_of(course=course, copy=Copy.KEY, now=datetime(2027, 2, 1, tzinfo=UTC))["presentations.md"]
    assert after == before["presentations.md"] + b"\nBring slides.\n"
