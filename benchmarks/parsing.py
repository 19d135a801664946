"""Reading week pages and quiz files. No database; the floor is to render the same text with the Markdown library alone."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from markdown_it import MarkdownIt

from course.weekfile import MAX_BYTES, MAX_LINES, parse
from quizzes.formats import markdown

FLOOR = MarkdownIt("commonmark").enable("table")
RUNS = 25
WORDS = ("Saws", "Planes", "Glue", "Chisels", "Oak", "Ash", "Elm", "Pine")
GROUPS = ("READINGS", "IN-CLASS EXERCISES", "RESOURCES")
TOPICS = ("AI NEWS AND CULTURE", "RESEARCH", "CODING", "NEWS: TECH", "CONCEPTS", "TOOLS")
BEGINNING = "# Week 1: Wood\n\n## READINGS\n\n### TOOLS\n\n"


def reading(number: int) -> str:
    title = f"{WORDS[number % len(WORDS)]} of the Long Table and Its Many Makers"
    facets = f"({number % 9 + 1}:{number % 60:02}) ({number % 28 + 1} Sep 2024)"
    return f"* [{title} {facets}](https://www.example.org/watch?v=abcdefgh{number}) - words behind it"


def page(size: int) -> str:
    """A week page of `size` characters as instructors write them: groups, topics, and readings with time and date."""
    parts = ["# Week 5: The Long Table\n\n## KEY QUESTIONS\n\n1. Who decides that a bridge is safe?\n2. Who pays?\n"]
    number = 0
    while sum(map(len, parts)) < size:
        if number % 24 == 0:
            parts.append(f"\n## {GROUPS[number // 24 % len(GROUPS)]}\n")
        if number % 4 == 0:
            parts.append(f"\n### {TOPICS[number // 4 % len(TOPICS)]}\n\n")
        parts.append(reading(number) + "\n")
        number += 1
    return "".join(parts)[:size]


def filled(line: Callable[[int], str]) -> str:
    """As many lines as a page may have."""
    lines: list[str] = []
    room = MAX_BYTES - len(BEGINNING) - 1
    while len(lines) < MAX_LINES - 10:
        new = line(len(lines))
        room -= len(new.encode()) + 1
        if room < 0:
            break
        lines.append(new)
    return BEGINNING + "\n".join(lines)


def hostile() -> dict[str, str]:
    """Ten kinds of pages, as long as a page may be, each made of what costs most of one thing."""
    return {
        "lists nested by blanks": filled(lambda at: "  " * (at % 40) + "* x"),
        "lists nested on one line": filled(lambda _: "- " * 19 + "x"),
        "links never closed": filled(lambda _: "* " + "[a](" * 9),
        "one line of brackets": BEGINNING + "* " + "[(" * 99_000,
        "facets": filled(lambda _: f"* [a {'(4:21) ' * 5}](b)"),
        "code marks": filled(lambda at: f"* {'`' * (at % 30 + 1)} `````"),
        "headings in banners": filled(lambda at: f"# ==[ **Quiz: Week {at}** ]=="),
        "tables": filled(lambda at: "|a|b|" if at % 3 else "|-|-|"),
        "comments never closed": filled(lambda _: "<!-- Sunday, Aug 28, 2025"),
        "local links": filled(lambda at: f"* [a](../../{at})"),
    }


def quiz(questions: int) -> str:
    return "# Wood\n\n" + "\n".join(
        f"## What is made of {WORDS[at % len(WORDS)]}, {at}? {{#q{at}}}\n\n"
        f"- [x] a table\n  > Right.\n- [ ] a river\n- [ ] a cloud {at}\n\n> See week {at % 15}.\n"
        for at in range(questions)
    )


def measured() -> Iterator[tuple[str, float, float, float]]:
    """Yield what was read, the seconds of the processor at best, those of the floor, and those that are allowed."""
    text = page(12_000)
    yield "week page of 12 kB", _best(partial(parse, text.encode()), RUNS), _best(partial(FLOOR.render, text), RUNS), 0.010
    for name, one in hostile().items():
        assert parse(one.encode()).readable
        yield f"200 kB: {name}", _best(partial(parse, one.encode()), 3), _best(partial(FLOOR.render, one), 1), 0.300
    text = quiz(1_000)
    assert len(markdown.parse(text).questions) == 1_000
    yield "quiz of 1,000 questions", _best(partial(markdown.parse, text), 5), _best(partial(FLOOR.render, text), 3), 1.0


def _best(do: Callable[[], object], runs: int) -> float:
    """The least of some runs: what other programs on the same cores take is no part of it."""
    took = []
    for _ in range(runs):
        begin = time.process_time()
        do()
        took.append(time.process_time() - begin)
    return min(took)
