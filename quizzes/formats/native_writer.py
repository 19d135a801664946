"""Prints a quiz in the native format, so that reading it back gives the same key and the same scores.

Texts from elsewhere may hold lines that the format would read as something else (a heading, a box, a
quote); these are escaped with a backslash, which Markdown shows as the same text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import yaml

from quizzes.formats.front_values import PARTS, write_late
from quizzes.formats.lines import find_fences, split_lines
from quizzes.formats.model import (
    Feedback,
    Never,
    OptionEffect,
    ParsedOption,
    ParsedQuestion,
    ParsedQuiz,
    QuizSettings,
    number,
)
from quizzes.formats.native_checks import Wording
from quizzes.formats.native_lines import box, heading, is_safe_head, quoted
from quizzes.formats.native_question import side_word, tick_word
from quizzes.formats.tags import written
from quizzes.scoring import Kind, Policy

_BRACKET = re.compile(r"\[")
_MARKUP = re.compile(r"[#>`~]")
_IDENT = re.compile(r"[\w.-]+")
_MARKS = {OptionEffect.NEUTRAL: "~", OptionEffect.ALWAYS: "!"}


def write(quiz: ParsedQuiz, *, with_key: bool = True) -> str:
    """Return the quiz as a native file.

    Without the key every box is empty and there is neither feedback nor hint: fit for a public folder.
    """
    parts = [*_front(quiz), *_opening(quiz)]
    for position, question in enumerate(quiz.questions, 1):
        parts += _question(question, position, quiz.settings, with_key=with_key)
    return "\n\n".join(part for part in parts if part) + "\n"


def _front(quiz: ParsedQuiz) -> Iterator[str]:
    settings = quiz.settings
    values: dict[str, object] = {
        "week": settings.week,
        "kind": settings.purpose and settings.purpose.value,
        "points": number(settings.points),
        "scoring": settings.scoring and settings.scoring.value,
        "attempts": settings.attempts,
        "counts": settings.counts and settings.counts.value,
        "wait": settings.wait,
        "shuffle": settings.shuffle,
        "shuffle_questions": settings.shuffle_questions,
        "layout": settings.layout and settings.layout.value,
        "back": settings.back,
        "opens": settings.opens and _wall_clock(settings.opens.isoformat(" "), settings),
        "due": settings.due and _wall_clock(settings.due.isoformat(" "), settings),
        "closes": _end(settings),
        "late": None if settings.late is None else write_late(settings.late),
        "time_limit": "none" if settings.time_limit == 0 else settings.time_limit,
        "grace": settings.grace,
        "access_code": settings.access_code,
        "show_key": settings.show_key and settings.show_key.value,
        **{f"show_{part}": said.value for part in PARTS if (said := getattr(settings, f"show_{part}"))},
        "access": settings.access,
        "timezone": settings.timezone,
    }
    said = {key: value for key, value in values.items() if value is not None}
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=1000) if said else ""
    if text or settings.extra:
        yield f"---\n{text}{settings.extra}---"


def _end(settings: QuizSettings) -> str | None:
    if settings.closes is None or isinstance(settings.closes, Never):
        return settings.closes and settings.closes.value
    return _wall_clock(settings.closes.isoformat(" "), settings)


def _wall_clock(text: str, settings: QuizSettings) -> str:
    """With a time zone of its own the file gives the wall clock there, without the offset."""
    return text[:19] if settings.timezone else text


def _opening(quiz: ParsedQuiz) -> Iterator[str]:
    if quiz.title and quiz.title.strip():
        title = " ".join(quiz.title.split())
        yield "# " + (title[:-1] + "\\#" if title.endswith("#") else title)
    if quiz.intro:
        lines = protected(quiz.intro)
        # Without a title a first line "---" would open front matter.
        yield "\n".join(["\\" + lines[0] if lines[0].startswith("---") else lines[0], *lines[1:]])


def _question(question: ParsedQuestion, position: int, settings: QuizSettings, *, with_key: bool) -> Iterator[str]:
    head, body = _head_and_body(question, position)
    attributes = _attributes(question, settings, with_key=with_key)
    yield f"## {head}" + (f" {{{attributes}}}" if attributes else "")
    yield body
    if with_key and question.feedback.hint:
        yield _quote(split_lines(question.feedback.hint))
    yield _options(question.options, with_key=with_key)
    if with_key:
        yield _general(question.feedback)


def _head_and_body(question: ParsedQuestion, position: int) -> tuple[str, str]:
    """Put the first line of the prompt into the heading if it survives there, else only a number."""
    shown = question.number or position
    first, *rest = split_lines(question.stem)
    alone = not rest or not rest[0].strip()
    if alone and is_safe_head(first):
        text = first if shown == position else f"{shown}. {first}"
        return text, "\n".join(protected("\n".join(rest))).strip("\n")
    return str(shown), "\n".join(protected(question.stem)).strip("\n")


def _attributes(question: ParsedQuestion, settings: QuizSettings, *, with_key: bool) -> str:
    right = sum(1 for option in question.options if option.correct)
    found = []
    if question.ident and _IDENT.fullmatch(question.ident):
        found.append(f"#{question.ident}")
    if kind := _kind_word(question, right if with_key else 0):
        found.append(kind)
    if question.select is not None and (_fits(question) or not with_key):
        found.append(f"select={question.select}")
    elif with_key and not right and _nothing_is_right(question):
        found.append("select=0")
    if question.scoring is not (settings.scoring or Policy.EXACT):
        found.append(f"scoring={question.scoring.value}")
    if question.points is not None and question.points != settings.points:
        found.append(f"points={_plain(question.points)}")
    if question.draw is not None:
        found.append(f"draw={question.draw}")
    if question.tags is not None:
        found.append(written(question.tags))
    if question.week is not None:
        found.append(f"week={question.week}")
    return " ".join(found)


def _fits(question: ParsedQuestion) -> bool:
    """Whether reading it back, the number asked for would agree with the boxes."""
    effects = [option.effect for option in question.options]
    right = sum(1 for option in question.options if option.correct)
    always, neutral = effects.count(OptionEffect.ALWAYS), effects.count(OptionEffect.NEUTRAL)
    if question.select is None or (question.select > 0 and not right):
        return False
    return Wording("", (), right, always=always, neutral=neutral).fits(question.select)


def _kind_word(question: ParsedQuestion, right: int) -> str:
    if question.kind is Kind.UNSUPPORTED:
        return ""
    texts = [option.text for option in question.options]
    said = Wording(question.stem, texts, right).kind
    if question.kind is said:
        return ""
    return "multi" if question.kind is Kind.MULTI else "single"


def _nothing_is_right(question: ParsedQuestion) -> bool:
    """Every option is known to be wrong, which is not the same as not knowing what is right."""
    return bool(question.options) and all(option.correct is False for option in question.options)


def _plain(value: Decimal) -> str:
    return str(number(value))


def _options(options: Sequence[ParsedOption], *, with_key: bool) -> str:
    written = [option_lines(option, with_key=with_key) for option in options]
    return "\n".join(line for lines in written for line in lines)


def option_lines(option: ParsedOption, *, with_key: bool = True) -> list[str]:
    """Return the lines of one option with its feedback, its box behind a dash, the lines below indented by two spaces."""
    mark = box_mark(option) if with_key else " "
    first, *rest = protected(option.text)
    if find_fences([first, *rest]).openers and first.lstrip().startswith(("```", "~~~")):
        first, rest = "", [first, *rest]  # a fence on the option's own line is no fence elsewhere
    lines = [f"- [{mark}] {first}".rstrip()]
    lines += [f"  {line}" if line.strip() else "" for line in rest]
    said = _both_feedbacks(option) if with_key else []
    if said:
        lines += [""] * (len(lines) > 1)
        lines += [f"  {line}" for line in split_lines(_quote(said))]
    return lines


def box_mark(option: ParsedOption) -> str:
    """Return what stands in the box of an option."""
    if option.effect is not OptionEffect.NORMAL:
        return _MARKS[option.effect]
    return "x" if option.correct else " "


def _both_feedbacks(option: ParsedOption) -> list[str]:
    ticked, unticked = option.feedback, option.feedback_unticked
    lines = _said("Ticked: " if unticked else "", ticked, tick_word)
    return lines + _said("Not ticked: ", unticked, tick_word)


def _general(feedback: Feedback) -> str:
    return "\n".join(general_lines(feedback.general, feedback.correct, feedback.incorrect))


def general_lines(general: str | None, if_right: str | None, if_wrong: str | None) -> list[str]:
    """Return the quote with what is said about a question as a whole; no line if nothing is said."""
    lines = _said("", general, side_word)
    lines += _said("Correct: ", if_right, side_word)
    lines += _said("Incorrect: ", if_wrong, side_word)
    return quote_lines(lines)


def _said(word: str, text: str | None, is_word: Callable[[str], bool]) -> list[str]:
    """Return a text of feedback behind its word; lines that would be read as such a word are escaped."""
    if not text:
        return []
    lines = [line.replace(":", "\\:", 1) if is_word(line) else line for line in split_lines(text)]
    return [word + lines[0], *lines[1:]]


def quote_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines as those of a block quote."""
    return [f"> {line}".rstrip() for line in lines]


def _quote(lines: Sequence[str]) -> str:
    return "\n".join(quote_lines(lines))


def protected(text: str) -> list[str]:
    """Return the lines of a text, with those escaped that the format would take for its own."""
    lines = split_lines(text)
    fences = find_fences(lines)
    return [
        line if index in fences.verbatim else _escaped(line, unclosed=index in fences.unclosed)
        for index, line in enumerate(lines)
    ]


def _escaped(line: str, *, unclosed: bool) -> str:
    if unclosed or heading(line) or quoted(line) is not None:
        return _MARKUP.sub(lambda match: "\\" + match[0], line, count=1)
    if box(line, among_options=True):
        return _BRACKET.sub(r"\\[", line, count=1)
    return line
