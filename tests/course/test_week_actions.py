"""What changes a week: saving its text, releasing it, its readings and ticks."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from course.actions.weeks import (
    NewReading,
    ReleaseRefusedError,
    TextRefusedError,
    WeekChangedError,
    WeekExistsError,
    add_reading,
    assign_reading,
    release_week,
    save_week,
    tick_reading,
    untick_reading,
)
from course.enums import Release
from course.index import file_of
from course.line_changes import changed_lines, compare
from course.models import CourseSession, Reading, ReadingTick, Week, WeekVersion
from course.weekfile import EditError
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT, long_text

LATER = NOW + timedelta(hours=1)


def save(cast: Cast, text: str = TEXT, week: Week | None = None, base: int | None = None) -> Week:
    return save_week(
        course=cast.course,
        week=week,
        text=text,
        author=cast.instructor,
        now=NOW,
        session=week.session if week else None,
        base_version=base,
    )


def other_session(cast: Cast) -> CourseSession:
    return CourseSession.objects.create(
        course=cast.course,
        starts_at=NOW + timedelta(days=7),
        ends_at=NOW + timedelta(days=7, hours=2),
    )


@pytest.mark.smoke
def test_save_new_text_becomes_a_draft_with_its_index(cast: Cast) -> None:
    week = save(cast)
    assert (week.slug, week.number, week.title, week.version, week.state) == ("5", 5, "The Next Word", 1, Release.DRAFT)
    assert week.source == TEXT
    assert week.intro_html == "<p>A language model bets on words.</p>\n"
    assert len(week.key_questions) == 2
    assert list(week.readings.values_list("title", "seconds", "optional")) == [
        ("The Columnist Who Was Never Hired", 840, False),
        ("Guessing as Understanding", 2100, False),
        ("Twelve Readers, One Machine", 1500, True),
    ]
    assert list(week.sections.filter(placeholder_only=True).values_list("heading", flat=True)) == [
        "CODING",
        "OVERHEAD",
        "PRESENTATIONS",
        "EXTRAS",
    ]
    assert [line for line, _ in week.to_fill] == [23, 29, 33, 41]


@pytest.mark.parametrize(
    "text",
    [TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.rstrip("\n"), "\n\n" + TEXT + "  \t\n\n\n", TEXT.replace("\n", "\r")],
)
def test_save_any_newlines_keeps_every_byte(cast: Cast, text: str) -> None:
    week = Week.objects.get(pk=save(cast, text).pk)
    assert week.source == text
    assert file_of(week).emit() == text.encode()


def test_save_changed_text_keeps_both_versions(cast: Cast) -> None:
    week = save(cast)
    save(cast, TEXT.replace("bets on", "gambles with"), week)
    assert list(WeekVersion.objects.filter(week=week).values_list("number", "source")) == [
        (2, TEXT.replace("bets on", "gambles with")),
        (1, TEXT),
    ]


def test_save_same_text_writes_no_version(cast: Cast) -> None:
    week = save(cast)
    again = save_week(course=cast.course, week=week, text=TEXT, author=cast.assistant, now=LATER, session=cast.session)
    assert (again.version, again.changed_at, again.session) == (1, NOW, cast.session)
    assert WeekVersion.objects.count() == 1


def test_save_second_week_with_the_number_is_refused_and_nothing_written(cast: Cast) -> None:
    first = save(cast)
    with pytest.raises(WeekExistsError, match="Week 5: The Next Word is in the course already") as refused:
        save(cast, "# Week 5: Another\n")
    assert refused.value.week == first
    assert list(Week.objects.values_list("title", flat=True)) == ["The Next Word"]


def test_save_number_of_another_week_is_refused_and_nothing_written(cast: Cast) -> None:
    save(cast)
    sixth = save(cast, "# Week 6: Six\n")
    with pytest.raises(WeekExistsError):
        save(cast, "# Week 5: Six\n", sixth)
    sixth.refresh_from_db()
    assert (sixth.source, sixth.version, sixth.number) == ("# Week 6: Six\n", 1, 6)


def test_save_same_number_in_another_course_is_allowed(cast: Cast) -> None:
    save(cast)
    twin = save_week(course=cast.twin, week=None, text=TEXT, author=None, now=NOW)
    assert twin.number == 5


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "E209", 1),
        (" \n\t\n", "E209", 1),
        ("# Week 5: A\0\n", "E206", 1),
        ("x" * 200_001, "E208", 1),
        ("Words.\n\n# Notes on writing\n", "E210", 3),
        ("# Week N: Later\n", "E210", 1),
        ("# Week 5: \ud800\n", "E206", 1),
        ("# Week 5: A\n" + "# B\n" * 501, "E212", 1),
        ("# Week 5: A\n\n## READINGS\n\n" + "* a\n" * 3_500, "E212", 1),
    ],
)
def test_save_unusable_text_is_refused_with_line_and_reason(cast: Cast, text: str, code: str, line: int) -> None:
    with pytest.raises(TextRefusedError) as refused:
        save(cast, text)
    assert [(one.code, one.line) for one in refused.value.messages] == [(code, line)]
    assert " \u2014 " in refused.value.messages[0].text  # what to do
    assert not Week.objects.exists()


def test_save_on_an_old_version_is_refused_and_nothing_lost(cast: Cast) -> None:
    week = save(cast)
    save(cast, TEXT + "\nMine.\n", week, base=1)
    with pytest.raises(WeekChangedError) as refused:
        save(cast, TEXT + "\nYours.\n", week, base=1)
    assert refused.value.week.version == 2
    assert refused.value.week.source == TEXT + "\nMine.\n"


def test_save_session_of_another_course_is_refused(cast: Cast) -> None:
    foreign = CourseSession.objects.create(course=cast.twin, starts_at=NOW, ends_at=LATER)
    with pytest.raises(ValueError, match="belongs to another course"):
        save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW, session=foreign)


def test_save_session_of_another_week_is_refused(cast: Cast) -> None:
    save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW, session=cast.session)
    with pytest.raises(ValueError, match="has this class session already"):
        save_week(course=cast.course, week=None, text="# Week 6: Six\n", author=None, now=NOW, session=cast.session)


@pytest.mark.parametrize(("readings", "sections"), [(2, 1), (40, 6)])
def test_save_any_size_takes_the_same_queries(
    cast: Cast,
    django_assert_num_queries: DjangoAssertNumQueries,
    readings: int,
    sections: int,
) -> None:
    week = save(cast, "# Week 5: Short\n")
    with django_assert_num_queries(11):
        save(cast, long_text(readings, sections), week)
    text = long_text(readings, sections).replace("(5m)", "(6m)")
    with django_assert_num_queries(13):
        save(cast, text, week)
    assert Reading.objects.filter(seconds=360).count() == readings * sections


def test_release_open_shows_the_week_from_now(cast: Cast) -> None:
    week = release_week(week=save(cast), state=Release.OPEN, now=NOW)
    assert week.is_released(NOW)
    assert week.opens_at == NOW


def test_release_scheduled_shows_the_week_from_its_time(cast: Cast) -> None:
    week = release_week(week=save(cast), state=Release.SCHEDULED, opens_at=LATER, now=NOW)
    assert not week.is_released(LATER - timedelta(microseconds=1))
    assert week.is_released(LATER)


def test_release_open_twice_keeps_the_first_time(cast: Cast) -> None:
    week = release_week(week=save(cast), state=Release.OPEN, now=NOW)
    assert release_week(week=week, state=Release.OPEN, now=LATER).opens_at == NOW


def test_release_draft_hides_the_week_again(cast: Cast) -> None:
    week = release_week(week=save(cast), state=Release.OPEN, now=NOW)
    week = release_week(week=week, state=Release.DRAFT, now=LATER)
    assert (week.is_released(LATER), week.opens_at) == (False, None)


@pytest.mark.parametrize("opens_at", [None, NOW, NOW - timedelta(days=1)])
def test_release_scheduled_without_a_future_time_is_refused(cast: Cast, opens_at: object) -> None:
    week = save(cast)
    with pytest.raises(ReleaseRefusedError, match="time in the future"):
        release_week(week=week, state=Release.SCHEDULED, opens_at=opens_at, now=NOW)  # type: ignore[arg-type]
    week.refresh_from_db()
    assert week.state == Release.DRAFT


def section_line(week: Week, heading: str, group: str = "readings") -> int:
    return week.sections.get(heading=heading, group=group).line


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_add_reading_changes_one_line_of_the_text(cast: Cast, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    week = save(cast, text)
    new = NewReading(section_line(week, "RESEARCH"), "Marginalia at Scale", "https://example.org/marginalia", 20, optional=False)
    reading = add_reading(week=week, new=new, read_by=None, base_version=1, author=cast.instructor, now=LATER)
    week.refresh_from_db()
    assert changed_lines(text, week.source) == 1
    assert [change.text for change in compare(text, week.source) if change.mark == "+"] == [
        "* [Marginalia at Scale (20m)](https://example.org/marginalia)",
    ]
    assert (reading.section.heading if reading.section else "", reading.minutes, reading.optional) == ("RESEARCH", 20, False)
    assert (week.version, reading.added_at) == (2, LATER)


def test_add_reading_to_a_topic_of_placeholders_takes_their_place(cast: Cast) -> None:
    week = save(cast)
    new = NewReading(section_line(week, "CODING"), "Thirty Lines", "", 30, optional=True)
    reading = add_reading(week=week, new=new, read_by=None, base_version=None, author=None, now=NOW)
    week.refresh_from_db()
    assert changed_lines(TEXT, week.source) == 1
    assert (reading.title, reading.url, reading.optional) == ("Thirty Lines", "", True)
    assert 23 not in [line for line, _ in week.to_fill]


def test_add_reading_with_a_date_is_read_by_that_session(cast: Cast) -> None:
    week = save(cast)
    other = other_session(cast)
    new = NewReading(section_line(week, "AI NEWS"), "Gazette", "https://example.org/gazette", None, optional=False)
    assert add_reading(week=week, new=new, read_by=other, base_version=1, author=None, now=NOW).read_by == other


def test_add_reading_on_an_old_version_is_refused(cast: Cast) -> None:
    week = save(cast)
    save(cast, "Intro first.\n\n" + TEXT, week)
    with pytest.raises(WeekChangedError):
        add_reading(
            week=week,
            new=NewReading(11, "X", "", None, optional=False),
            read_by=None,
            base_version=1,
            author=None,
            now=NOW,
        )


@pytest.mark.parametrize(("line", "url"), [(99, "https://example.org/x"), (11, "javascript:alert(1)")])
def test_add_reading_that_cannot_be_written_changes_nothing(cast: Cast, line: int, url: str) -> None:
    week = save(cast)
    with pytest.raises(EditError):
        add_reading(
            week=week,
            new=NewReading(line, "X", url, None, optional=False),
            read_by=None,
            base_version=1,
            author=None,
            now=NOW,
        )
    week.refresh_from_db()
    assert (week.source, week.version) == (TEXT, 1)


def test_assign_reading_sets_and_clears_the_session(cast: Cast) -> None:
    reading = save(cast).readings.all()[0]
    other = other_session(cast)
    assign_reading(reading=reading, read_by=other)
    assert Reading.objects.get(pk=reading.pk).read_by == other
    assign_reading(reading=reading, read_by=None)
    assert Reading.objects.get(pk=reading.pk).read_by is None


def test_assign_reading_session_of_another_course_is_refused(cast: Cast) -> None:
    reading = save(cast).readings.all()[0]
    foreign = CourseSession.objects.create(course=cast.twin, starts_at=NOW, ends_at=LATER)
    with pytest.raises(ValueError, match="another course"):
        assign_reading(reading=reading, read_by=foreign)


def test_tick_twice_is_once_and_untick_takes_it_back(cast: Cast) -> None:
    reading = save(cast).readings.all()[0]
    tick_reading(reading=reading, person=cast.student, now=NOW)
    tick_reading(reading=reading, person=cast.student, now=LATER)
    assert list(ReadingTick.objects.values_list("person", "at")) == [(cast.student.pk, NOW)]
    untick_reading(reading=reading, person=cast.other_student)
    assert ReadingTick.objects.count() == 1
    untick_reading(reading=reading, person=cast.student)
    untick_reading(reading=reading, person=cast.student)
    assert not ReadingTick.objects.exists()
