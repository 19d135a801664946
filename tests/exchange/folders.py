"""An invented course as a folder, for the tests of the exchange."""

from exchange.folder import Folder

COURSE = """format: 1
title: Rivers and Roads   # as in the catalogue
code: GEO 12
term: {name: Spring 2027, starts: 2027-01-11, ends: 2027-04-30, breaks: [[2027-03-08, 2027-03-12]]}
timezone: America/Chicago
meets: [{day: Tue, from: "18:00", to: "20:40", where: Alder 208}]
grading:
  - {key: quizzes, title: Quizzes, weight: 40, drop_lowest: 1}
  - {key: essay, title: Essay, weight: 60}
quiz: {scoring: net, time_limit: 99}
weeks:
  - {file: weeks/01-fords.md, class: 2027-01-12, open: true}
  - file: weeks/02-bridges.md
    class: 2027-01-19
colour: green
"""
WEEK_1 = """# Week 1: Fords

Where people crossed.   \r
\r
## READINGS\r
\r
* [Wading (12m)](https://example.org/wading)\r
\r
## IN-CLASS EXERCISES\r
\r
### PRESENTATIONS\r
\r
* Ines Caballero\r
* Talks start soon"""
WEEK_2 = "# Week 2: Bridges\n\n## READINGS\n\n### RESEARCH\n\n* [Arches](https://example.org/arches)\n* [Piers](https://example.org/piers)\n"
QUIZ = """---
# the first quiz
week: 1
due: 2027-01-20 17:00   # before class
time_limit: 20
colour: blue
---

# Crossing water

Three questions.

## Which of these cross a river? {#cross multi}

- [x] a ford
  > Yes, on foot.
- [x] a ferry
- [ ] a lake

> All of this is in week 1.

## What is an arch made of?

- [ ] water
- [x] stones
- [ ] time
"""
ANNOUNCEMENT = """---
title: Boots
publish: 2027-01-08 09:00
pin: true
mood: wet
---

Bring **boots**.
"""
SCHEDULE = """Who speaks when.

| Date | Who            | Title  | Slides |
|------|----------------|--------|--------|
| 1/19 | Ines Caballero | Mud    |        |
| 1/26 | Noor Haddad?   |        |        |
"""
SYLLABUS = "\ufeff# Syllabus\n\nCome on time.\n"
FILES = {
    "course.yaml": COURSE,
    "weeks/01-fords.md": WEEK_1,
    "weeks/02-bridges.md": WEEK_2,
    "quizzes/crossing.md": QUIZ,
    "announcements/2027-01-08-boots.md": ANNOUNCEMENT,
    "presentations.md": SCHEDULE,
    "syllabus.md": SYLLABUS,
    "assignments/essay.md": "---\ntitle: The essay\ndue: 2027-04-20 17:00\n---\n\nTwo pages.\n",
    "weeks/notes.md": "Just some notes.\n",
    "assets/data.csv": "a,b\n1,2\n",
}
DOT = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def files(**changes: str | None) -> dict[str, bytes]:
    """Return the files of the folder; `changes` by path with "__" for "/" and "_" as it is: a new text, or None to leave out."""
    texts: dict[str, str | None] = dict(FILES)
    texts |= changes
    found = {path: text.encode() for path, text in texts.items() if text is not None}
    return found | {"images/dot.gif": DOT}


def changed(path: str, old: str, new: str, given: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the files with `old` replaced in one of them, where it must stand."""
    found = dict(given or files())
    text = found[path].decode()
    assert old in text
    return found | {path: text.replace(old, new).encode()}


def folder(given: dict[str, bytes] | None = None) -> Folder:
    return Folder(given if given is not None else files())
