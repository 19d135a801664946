"""What an imported week page becomes, part by part: the file's lines left, what was found in them right. Pure."""

from dataclasses import dataclass

from course.numerals import capital, counted, numeral
from course.week_blocks import Scanner
from course.week_headings import group_of
from course.week_lines import NEWLINE, split_lines
from course.week_todo import Todo, remarks
from course.weekfile import Group, WeekFile

CLASS = frozenset({Group.IN_CLASS, Group.QUIZ, Group.PRESENTATIONS})
TITLES = {
    "title": "Title and introduction",
    "questions": "Key questions",
    "readings": "Readings",
    "class": "In class",
    "rest": "Resources and the rest",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the review. `key` is a key of `TITLES`; `first` and `last` are line numbers; `found` says what was found."""

    key: str
    title: str
    lines: list[SourceLine]
    todo: list[Todo]
    found: str = ""

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def last(self) -> int:
        return self.lines[-1].number


@dataclass(frozen=True, slots=True)
class Remark:
    """A message with the part of the review that it belongs to."""

    todo: Todo
    key: str
    title: str


def review(file: WeekFile) -> tuple[list[Part], list[Remark]]:
    """Return the parts of the file in the order of the page, and all messages by line."""
    todo = remarks(file, all_headings=True)
    keys = _keys_by_line(file)
    marked = {one.line for one in todo}
    parts = []
    for key, title in TITLES.items():
        lines = [
            SourceLine(number, text, number in marked)
            for number, text in enumerate(NEWLINE.split(file.source), 1)
            if keys[number - 1] == key and text.strip()
        ]
        if lines:
            own = [one for one in todo if keys[min(one.line, len(keys)) - 1] == key]
            parts.append(Part(key, title, lines, own, _found(file, key)))
    found = [Remark(one, keys[min(one.line, len(keys)) - 1], TITLES[keys[min(one.line, len(keys)) - 1]]) for one in todo]
    return parts, found


def _found(file: WeekFile, key: str) -> str:
    """Return in words what a part became: "Six readings, one topic not filled"."""
    if key == "title":
        return capital(counted(len(file.intro.split()), "word")) + " of introduction"
    if key == "questions":
        return capital(counted(sum(not item.placeholder for item in file.questions), "question"))
    sections = [section for section in file.sections if _key(section.group) == key]
    empty = sum(section.placeholder_only for section in sections)
    if key == "readings":
        readings = sum(item.depth == 0 and not item.placeholder for section in sections for item in section.items)
        words, noun = counted(readings, "reading"), "topic"
    else:
        words, noun = counted(len(sections), "section"), ""
    left = counted(empty, noun) if noun else numeral(empty)
    return capital(words) + (f", {left} not filled" if empty else "")


def _keys_by_line(file: WeekFile) -> list[str]:
    lines = split_lines(file.source)
    own = {section.line: section.group for section in file.sections}
    title = file.parts.titled.heading
    starts = {}
    for heading in Scanner(lines, file.front.first_line).run().headings:
        group = own.get(heading.line) or group_of(heading.text)
        if heading != title and group is not None:
            starts[heading.line] = _key(group)
    keys, key = [], "title"
    for line in lines:
        key = starts.get(line.number, key)
        keys.append(key)
    return keys


def _key(group: Group) -> str:
    if group in CLASS:
        return "class"
    return {Group.INTRO: "title", Group.KEY_QUESTIONS: "questions", Group.READINGS: "readings"}.get(group, "rest")
