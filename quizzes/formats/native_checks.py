"""What kind a native question is, what is right in it, and what is wrong with it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizzes.formats.model import (
    MAX_OPTIONS,
    Message,
    OptionEffect,
    ParsedOption,
    ParsedQuestion,
    QuizPurpose,
    QuizSettings,
    State,
    reason_of,
)
from quizzes.formats.native_question import QuestionLines
from quizzes.formats.prompts import are_letter_combinations, asked, in_words
from quizzes.scoring import Kind, Policy

_PASTED = re.compile(r"(?:\\?[_*]){1,2}(?:check_circle|check|done|close|cancel|clear)(?:\\?[_*]){1,2}")
_PASTED_ENDS = ("\\*\\*", " X")
MAX_DRAWN = 200  # questions in one draw
_TITLE = 60  # characters of a prompt that a message quotes


@dataclass(frozen=True, slots=True)
class Wording:
    """What decides whether a question is single choice or multi-select."""

    stem: str
    texts: Sequence[str]
    right: int
    ordered: bool = False
    always: int = 0
    neutral: int = 0

    def fits(self, count: int) -> bool:
        """Whether a number of right options asked for agrees with the boxes.

        Options that do not count, or are right for everybody, may have been meant or not: they often came in later.
        """
        return self.right - self.always <= count <= self.right + self.neutral

    @property
    def kind(self) -> Kind:
        """The kind as the text alone shows it, without {single} or {multi}."""
        combined = are_letter_combinations(self.texts)
        if not self.ordered and (self.right > 1 or (asked(self.stem).several and not combined)):
            return Kind.MULTI
        return one_right(self.texts)


def one_right(texts: Sequence[str]) -> Kind:
    """Return the kind of a question with one right option."""
    folded = {text.casefold().rstrip(".") for text in texts}
    return Kind.TRUE_FALSE if len(texts) == 2 and folded == {"true", "false"} else Kind.SINGLE


def judge(found: QuestionLines, position: int, settings: QuizSettings) -> tuple[ParsedQuestion, list[Message]]:
    """Return the question (its state and key decided) and every message about it.

    An error blocks only its own question: it is "choose" without a right option, else "contradiction".
    """
    attributes = found.head.attributes
    if attributes.draw is not None:
        return _judge_draw(found, position, settings)
    texts = [option.text for option in found.options]
    right = [option.line for option in found.options if option.box.right]
    effects = [option.box.effect for option in found.options]
    stem = found.stem
    wording = Wording(
        stem,
        texts,
        len(right),
        ordered=_ordered(found),
        always=effects.count(OptionEffect.ALWAYS),
        neutral=effects.count(OptionEffect.NEUTRAL),
    )
    kind = _kind(found, wording)
    messages = [
        *found.messages,
        *(Message(found.line, code, text) for code, text in attributes.problems),
        *_key_problems(found, wording, kind, right, survey=settings.purpose is QuizPurpose.SURVEY),
        *_option_problems(found, texts),
    ]
    state, reason = _state(messages)
    unknown = any(message.code == "E101" for message in messages)
    question = ParsedQuestion(
        line=found.line,
        first_line=found.line,
        end_line=found.end_line,
        number=found.head.number or position,
        kind=kind,
        stem=stem,
        options=_options(found, texts, unknown=unknown),
        state=state,
        reason=reason,
        select=attributes.select or (_asked_for(wording) if kind is Kind.MULTI else None),
        scoring=attributes.scoring or settings.scoring or Policy.EXACT,
        points=settings.points if attributes.points is None else attributes.points,
        feedback=found.feedback,
        ident=attributes.ident,
        week=attributes.week,
        tags=attributes.tags,
    )
    return question, messages


def _judge_draw(found: QuestionLines, position: int, settings: QuizSettings) -> tuple[ParsedQuestion, list[Message]]:
    attributes = found.head.attributes
    messages = [
        *found.messages,
        *(Message(found.line, code, text) for code, text in attributes.problems),
        *_draw_problems(found),
    ]
    errors = [message.text for message in messages if message.code.startswith("E")]
    question = ParsedQuestion(
        line=found.line,
        first_line=found.line,
        end_line=found.end_line,
        number=found.head.number or position,
        kind=Kind.UNSUPPORTED,
        stem=found.stem,
        options=(),
        state=State.CONTRADICTION if errors else State.READY,
        reason=reason_of(errors) if errors else "its questions are drawn from the bank",
        scoring=settings.scoring or Policy.EXACT,
        feedback=found.feedback,
        ident=attributes.ident,
        week=attributes.week,
        tags=attributes.tags,
        draw=attributes.draw,
    )
    return question, messages


def _draw_problems(found: QuestionLines) -> Iterator[Message]:
    attributes = found.head.attributes
    if not attributes.draw or attributes.draw > MAX_DRAWN:
        yield Message(found.line, "E118", f"a draw of {attributes.draw} questions — write draw=1 to draw={MAX_DRAWN}")
    if len(attributes.tags or ()) != 1:
        text = f"a draw takes from one tag; found {len(attributes.tags or ())} — write it as {{draw=3 tags=word-counts}}"
        yield Message(found.line, "E119", text)
    own = [name for name in ("points", "scoring", "select") if getattr(attributes, name) is not None]
    own += sorted(attributes.kinds)
    if found.options or own:
        what = f"“{own[0]}”" if own else "options"
        text = f"a draw has {what} — each drawn question brings its own; delete what stands here"
        yield Message(found.line, "E120", text)


def _asked_for(wording: Wording) -> int | None:
    """The prompt's own number counts only where the key agrees with it."""
    count = asked(wording.stem).count
    return count if count is not None and wording.fits(count) else None


def _ordered(found: QuestionLines) -> bool:
    return bool(found.options) and found.options[0].box.ordered


def _kind(found: QuestionLines, wording: Wording) -> Kind:
    kinds = found.head.attributes.kinds
    if not found.options:
        return Kind.UNSUPPORTED
    if "multi" in kinds:
        return Kind.MULTI
    if "single" in kinds:
        return one_right(wording.texts)
    select = found.head.attributes.select
    if select is not None and select > 1 and not wording.ordered:
        return Kind.MULTI
    return wording.kind


def _options(found: QuestionLines, texts: Sequence[str], *, unknown: bool) -> tuple[ParsedOption, ...]:
    said = [option.two_feedbacks for option in found.options]
    return tuple(
        ParsedOption(
            line=option.line,
            end_line=option.end_line,
            text=text,
            correct=None if unknown else option.box.right,
            feedback=feedback[0],
            feedback_line=option.feedback_line,
            effect=option.box.effect,
            feedback_unticked=feedback[1],
        )
        for option, text, feedback in zip(found.options, texts, said, strict=True)
    )


def _state(messages: Sequence[Message]) -> tuple[State, str]:
    errors = [message for message in messages if message.code.startswith("E")]
    if not errors:
        return State.READY, "the text says which options are right"
    state = State.CHOOSE if all(error.code == "E101" for error in errors) else State.CONTRADICTION
    return state, reason_of(error.text for error in errors)


def _key_problems(found: QuestionLines, wording: Wording, kind: Kind, right: Sequence[int], *, survey: bool) -> list[Message]:
    if len(found.options) < 2:
        text = f"a question needs at least two options; found {len(found.options)}"
        return [Message(found.line, "E104", text)]
    select = found.head.attributes.select
    unreadable = any(option.box.right is None for option in found.options)
    if not right:
        # {select=0} says on purpose that nothing is right; a bad box has its own message.
        return [] if survey or select == 0 or unreadable else [_no_right_option(found)]
    problems = [_several_right(found, right)] if kind is not Kind.MULTI and len(right) > 1 else []
    if found.head.attributes.kinds == {"single", "multi"}:
        problems.append(Message(found.line, "E117", f"question {_name(found)} has both {{single}} and {{multi}}"))
    if select is not None and not wording.fits(select):
        text = f"question {_name(found)} has select={select} but {_right_options(len(right))}"
        problems.append(Message(found.line, "E103", text))
    count = asked(wording.stem).count
    if select is None and count is not None and not wording.fits(count) and not are_letter_combinations(wording.texts):
        are = "1 option is" if len(right) == 1 else f"{len(right)} options are"
        text = f'prompt says "{in_words(count)}" but {are} right'
        problems.append(Message(found.line, "W301", text))
    return problems


def _right_options(count: int) -> str:
    return f"{count} right option" if count == 1 else f"{count} right options"


def _no_right_option(found: QuestionLines) -> Message:
    text = (
        f"question {_name(found)} has no right option — put an x in at least one box, or say it is a survey"
        " (kind: survey in the front matter)"
    )
    return Message(found.line, "E101", text)


def _several_right(found: QuestionLines, right: Sequence[int]) -> Message:
    lines = ", ".join(str(line) for line in right)
    why = "numbered options" if _ordered(found) and not found.head.attributes.kinds else "{single}"
    text = f"question {_name(found)} has {why} but {len(right)} right options (lines {lines})"
    return Message(found.line, "E102", text)


def _option_problems(found: QuestionLines, texts: Sequence[str]) -> list[Message]:
    problems = []
    if len(texts) > MAX_OPTIONS:
        text = f"question {_name(found)} has {len(texts)} options — {MAX_OPTIONS} are the most; make several questions of it"
        return [Message(found.line, "E121", text)]
    seen: dict[str, int] = {}
    for option, text in zip(found.options, texts, strict=True):
        line = seen.setdefault(_as_compared(text), option.line)
        if line != option.line:
            same = f"options on lines {line} and {option.line} have the same text"
            problems.append(Message(option.line, "E105", same))
        if _PASTED.match(text) or text.endswith(_PASTED_ENDS):
            start, end = text[:20], text[-8:]
            shown = text if len(text) <= 32 else f"{start}…{end}"
            left = f'option looks like an answer mark left from a paste: "{shown}"'
            problems.append(Message(option.line, "W304", left.replace("\n", " ")))
    return problems


def _as_compared(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _name(found: QuestionLines) -> str:
    first = found.stem.split("\n", 1)[0]
    return f'"{first}"' if len(first) <= _TITLE else f'"{first[: _TITLE - 1]}…"'
