"""A quiz text as the fields of a form, and back: what a field changes is printed anew, every other line stays as it is.

A question that has something the form does not know stands in it as its own lines (`raw`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from quizzes.formats import markdown
from quizzes.formats.lines import split_lines
from quizzes.formats.model import OptionEffect, ParsedOption, ParsedQuestion, ParsedQuiz, number
from quizzes.formats.native_lines import Attributes, box, heading, is_safe_head, read_head
from quizzes.formats.native_writer import box_mark, general_lines, option_lines, protected, quote_lines
from quizzes.formats.text_lines import TextLines
from quizzes.scoring import Kind

# Messages about a question whose lines the form could not put back in their places.
_NOT_FOR_FORMS = frozenset({"E106", "E107", "E108", "E109", "E110", "E113", "E114", "W302"})
_PREFIX = re.compile(r"([ \t]*(?:[-*+]|\d{1,9}[.)])?[ \t]*)\[.\]")
_LEVEL = re.compile("\ufeff? ?#{1,6}")
_TOKENS = re.compile(r'[^\s"]+="[^"]*"|\S+')


@dataclass(frozen=True, slots=True)
class OptionFields:
    """One option as a form shows it. `right` says nothing where `effect` is not NORMAL."""

    text: str = ""
    right: bool = False
    effect: OptionEffect = OptionEffect.NORMAL
    feedback: str = ""
    unticked: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """One question as a form shows it; `points` and `scoring` are "" where the heading does not say them."""

    stem: str = ""
    multi: bool = False
    options: tuple[OptionFields, ...] = ()
    hint: str = ""
    general: str = ""
    if_right: str = ""
    if_wrong: str = ""
    points: str = ""
    scoring: str = ""
    raw: str | None = None


def fields_of(text: str) -> list[QuestionFields]:
    """Return the questions of a text as a form shows them."""
    quiz, lines = markdown.parse(text), split_lines(text)
    return [_fields(quiz, question, lines) for question in quiz.questions]


def with_fields(text: str, fields: Sequence[QuestionFields]) -> str:
    """Return the text with what `fields` say in place of `fields_of(text)`; equal fields leave their lines as they are.

    Raises ValueError unless there is one entry for each question.
    """
    quiz, before = markdown.parse(text), fields_of(text)
    if len(fields) != len(before):
        raise ValueError(f"{len(fields)} entries for {len(before)} questions")
    for place in range(len(fields) - 1, -1, -1):  # from the end, so that lines and places above stay what they are
        old, new = before[place], fields[place]
        if new == old:
            continue
        lines = TextLines(text)
        _put(lines, quiz.questions[place], old, new, place + 1)
        text = lines.text if new.raw is not None else _with_kind(lines.text, place, multi=new.multi)
    return text


def _fields(quiz: ParsedQuiz, question: ParsedQuestion, lines: Sequence[str]) -> QuestionFields:
    codes = {
        message.code
        for message in quiz.messages
        if message.line is not None and question.first_line <= message.line <= question.end_line
    }
    if codes & _NOT_FOR_FORMS or question.draw is not None:
        return QuestionFields(raw="\n".join(lines[question.first_line - 1 : question.end_line]))
    said, attributes = question.feedback, read_head(_head_text(lines[question.first_line - 1])).attributes
    return QuestionFields(
        stem=question.stem,
        multi=question.kind is Kind.MULTI,
        options=tuple(_option_fields(option, lines) for option in question.options),
        hint=said.hint or "",
        general=said.general or "",
        if_right=said.correct or "",
        if_wrong=said.incorrect or "",
        points="" if attributes.points is None else str(number(attributes.points)),
        scoring="" if attributes.scoring is None else attributes.scoring.value,
    )


def _option_fields(option: ParsedOption, lines: Sequence[str]) -> OptionFields:
    found = box(lines[option.line - 1], among_options=True)
    right = option.effect is OptionEffect.NORMAL and found is not None and bool(found.right)
    return OptionFields(option.text, right, option.effect, option.feedback or "", option.feedback_unticked or "")


def _put(lines: TextLines, question: ParsedQuestion, old: QuestionFields, new: QuestionFields, position: int) -> None:
    """Write one question's fields, from its end to its beginning: the lines above keep their numbers."""
    if old.raw is not None or new.raw is not None:
        if new.raw is not None and new.raw != old.raw:
            lines.replace(question.first_line, question.end_line, split_lines(new.raw))
        return
    last = question.options[-1].end_line if question.options else question.end_line
    if (old.general, old.if_right, old.if_wrong) != (new.general, new.if_right, new.if_wrong) and question.options:
        said = general_lines(new.general, new.if_right, new.if_wrong)
        lines.replace(last + 1, question.end_line, ["", *said] if said else [])
    pairs = list(zip(question.options, old.options, new.options, strict=False))
    for option, before, after in reversed(pairs):
        if before != after:
            _put_option(lines, option, before, after)
    _put_head(lines, question, old, new, position)


def _put_option(lines: TextLines, option: ParsedOption, old: OptionFields, new: OptionFields) -> None:
    first = lines[option.line]
    parsed = replace(
        option,
        text=new.text,
        correct=new.right,
        effect=new.effect,
        feedback=new.feedback or None,
        feedback_unticked=new.unticked or None,
    )
    match = _PREFIX.match(first)
    prefix = match[1] if match else "- "
    if match and replace(new, right=old.right, effect=old.effect) == old:
        lines.replace(option.line, option.line, [f"{prefix}[{box_mark(parsed)}]{first[match.end() :]}"])
        return
    head, *body = option_lines(parsed)
    if match and (new.right, new.effect) == (old.right, old.effect):
        head = f"- [{first[match.end() - 2]}{head[4:]}"  # an X stays an X
    lines.replace(option.line, option.end_line, in_style([head, *body], prefix))


def in_style(printed: Sequence[str], prefix: str) -> list[str]:
    """Return an option printed with "- " in the style of a neighbour whose box stands behind `prefix`."""
    margin = " " * max(2, len(prefix.expandtabs(4)))
    head, *body = printed
    return [prefix + head.removeprefix("- "), *(margin + line.removeprefix("  ") if line else "" for line in body)]


def _put_head(lines: TextLines, question: ParsedQuestion, old: QuestionFields, new: QuestionFields, position: int) -> None:
    first = question.first_line
    if (old.stem, old.hint) != (new.stem, new.hint):
        last = question.options[0].line - 1 if question.options else question.end_line
        head, body = _head_and_body(lines[first], new.stem, question.number or position)
        parts = [part for part in (body, quote_lines(split_lines(new.hint)) if new.hint else []) if part]
        printed = [line for part in parts for line in ["", *part]]
        blanks = 0
        while last - blanks > first and not lines[last - blanks].strip():
            blanks += 1
        lines.replace(first, last, [head, *printed, *[""] * max(blanks, 1 if question.options else 0)])
    for name in ("points", "scoring"):
        value = getattr(new, name)
        if value != getattr(old, name):
            lines.replace(first, first, [_with_attribute(lines[first], name, value)])


def _head_and_body(head: str, stem: str, number: int) -> tuple[str, list[str]]:
    """Put the first line of a stem into the heading if it survives there, else leave only a number."""
    level, said, attributes = _taken_apart(head)
    text = read_head(said).text
    numbered = said.removesuffix(text) if text else f"{number}. " if said else ""
    first, *rest = split_lines(stem)
    if not stem or (is_safe_head(first) and not (rest and rest[0].strip())):
        return _head_line(level, f"{numbered if first else ''}{first}", attributes), _trimmed(protected("\n".join(rest)))
    return _head_line(level, str(number), attributes), _trimmed(protected(stem))


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _head_text(line: str) -> str:
    found = heading(line.removeprefix("\ufeff"))
    return found[1] if found else ""


def _taken_apart(head: str) -> tuple[str, str, list[str]]:
    """Return the hashes, the text and the attributes of a heading line."""
    match = _LEVEL.match(head)
    level, text = match[0] if match else "##", _head_text(head)
    if read_head(text).attributes == Attributes():
        return level, text, []
    start = text.rfind("{")
    return level, text[:start].rstrip(), _TOKENS.findall(text[start + 1 : -1])


def _with_attribute(head: str, name: str, value: str) -> str:
    """Return a heading line with one attribute set, or taken away for ""."""
    level, text, said = _taken_apart(head)
    kept = [token for token in said if not token.startswith(f"{name}=")]
    return _head_line(level, text, [*kept, f"{name}={value}"] if value else kept)


def _with_kind(text: str, place: int, *, multi: bool) -> str:
    """Return the text with the question at a 0-based place saying its kind, where its boxes alone say another one."""
    questions = markdown.parse(text).questions
    question = questions[place] if place < len(questions) else None
    if question is None or not question.options or (question.kind is Kind.MULTI) is multi:
        return text
    lines = TextLines(text)
    level, said, words = _taken_apart(lines[question.first_line])
    kept = [word for word in words if word not in {"multi", "single"}]
    bare = _head_line(level, said, kept)
    lines.replace(question.first_line, question.first_line, [bare])
    again = markdown.parse(lines.text).questions[place]
    if (again.kind is Kind.MULTI) is not multi:
        lines.replace(
            question.first_line, question.first_line, [_head_line(level, said, [*kept, "multi" if multi else "single"])]
        )
    return lines.text


def _head_line(level: str, text: str, attributes: Sequence[str]) -> str:
    braces = f" {{{' '.join(attributes)}}}" if attributes else ""
    return f"{level} {text}".rstrip() + braces


def points_of(text: str) -> str | None:
    """Return points as a heading takes them, "" for none; None for what are no points."""
    if not text.strip():
        return ""
    match = re.fullmatch(r"\d{1,4}(?:\.[05]0*)?", text.strip().replace(",", "."))
    return str(number(Decimal(match[0]))) if match else None
