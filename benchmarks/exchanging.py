"""A course of fifteen weeks and fifteen quizzes comes in as a folder, goes out, and comes in again."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from course.markdown import render
from exchange.actions.exporting import files_of
from exchange.actions.importing import Outcome, bring, bring_new
from exchange.enums import Copy
from exchange.folder import Folder
from exchange.planning import Choices

WEEKS = 15
LIMITS = {"import": 5.0, "export": 3.0, "export, public copy": 3.0, "import of the same again": 5.0}
"""Seconds."""
COURSE = """format: 1
title: Rivers and Roads
code: BENCH 1
term: {name: Benchmark, starts: 2027-01-11, ends: 2027-04-30}
timezone: America/Chicago
meets: [{day: Tue, from: "18:00", to: "20:40"}]
"""


class Took(NamedTuple):
    """Seconds by the clock, and of this process at work."""

    clock: float
    work: float


def week(number: int) -> str:
    """A week page of about 12 kB."""
    topics = ("NEWS", "RESEARCH", "CONCEPTS", "TOOLS", "CODING")
    readings = "\n".join(
        f"\n### {topic}\n\n"
        + "".join(
            f"* [{topic.title()} {number}.{line} - A title of usual length (12:{line:02d}) (10 Sep 2026)](https://example.org/{topic}/{line})\n"
            f"  - [More of it (~5 min)](https://example.org/{topic}/{line}/more)\n"
            for line in range(12)
        )
        for topic in topics
    )
    questions = "".join(f"{line}. What is *there* to ask, in question {line}?\n" for line in range(1, 6))
    return f"# Week {number}: Part {number}\n\nWords about it.\n\n## KEY QUESTIONS\n\n{questions}\n## READINGS\n{readings}\n## IN-CLASS EXERCISES\n\n### OVERHEAD\n\n* [Quiz](oh_noes_404.md)\n"


def quiz(number: int) -> str:
    """A quiz of ten questions with feedback."""
    options = "".join(
        f"- [{'x' if option % 2 else ' '}] Option {option} of usual length, with `code` in it\n  > Feedback on option {option}.\n"
        for option in range(5)
    )
    questions = "".join(
        f"\n## Question {line} of quiz {number}: which of these hold? {{#q{number}-{line} multi}}\n\n{options}\n> An explanation.\n"
        for line in range(1, 11)
    )
    return f"---\nweek: {number}\ntime_limit: 20\n---\n\n# Quiz {number}\n{questions}"


def files() -> dict[str, bytes]:
    entries = "".join(f"  - {{file: weeks/{number:02d}.md, open: true}}\n" for number in range(1, WEEKS + 1))
    found = {"course.yaml": f"{COURSE}weeks:\n{entries}".encode()}
    for number in range(1, WEEKS + 1):
        found[f"weeks/{number:02d}.md"] = week(number).encode()
        found[f"quizzes/{number:02d}.md"] = quiz(number).encode()
    return found


def measured(now: datetime) -> Iterator[tuple[str, Took, Took]]:
    """Yield what was done, its seconds, and those of rendering the same texts once: the floor."""
    brought = files()
    floor = took(lambda: [render(content.decode()) for content in brought.values()])
    folder, choices = Folder(brought), Choices()
    made: list[Outcome] = []
    new = partial(bring_new, folder=folder, slug="bench-1", choices=choices, instructor=None, now=now)
    yield "import", took(lambda: made.append(new())), floor
    course = made[0].course
    yield "export", took(lambda: files_of(course=course, copy=Copy.KEY, now=now)), floor
    assert files_of(course=course, copy=Copy.KEY, now=now) == brought
    yield "export, public copy", took(lambda: files_of(course=course, copy=Copy.PUBLIC, now=now)), floor
    again = took(lambda: bring(course=course, folder=folder, choices=choices, author=None, now=now))
    yield "import of the same again", again, floor


def took(work: Callable[[], object]) -> Took:
    clock, worked = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - clock, time.process_time() - worked)
