"""Quizzes that note takers wrote as lists or with letters (dialects P2 to P6, P9 and P10 of docs/quiz-files.md)."""

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizzes.formats.model import MOST_QUESTIONS, TOO_MANY, Dialect, Message, ParsedQuestion, State, TextRange
from quizzes.formats.pasted_cut import asks, cut, demands
from quizzes.formats.pasted_folded_keys import find_all_keys
from quizzes.formats.pasted_key import Judged, as_question, has_tails, judge_pasted
from quizzes.formats.pasted_keys import Answered, Key
from quizzes.formats.pasted_last_items import read_with_last_items
from quizzes.formats.pasted_pages import put_plainly
from quizzes.formats.pasted_questions import Family, PastedQuestion, fill
from quizzes.formats.pasted_shared import doubt_shared
from quizzes.formats.pasted_unfolded import unfold
from quizzes.formats.prompts import asked, has_blank
from quizzes.formats.review_drafts import Reshaping

ANSWERS_ONLY = (
    "these are answers only: no wrong options are listed, so there is nothing to choose from"
    " — add the options that are wrong, or keep the text as a page"
)
ON_ONE_LINE = "the options of a question stand on one line, where they cannot be told apart — give each a line of its own"
_ON_ONE_LINE = re.compile(r"[ \t]*\(?[Aa][.)][ \t]*\S[^\n]{0,200}?[ \t]\(?[Bb][.)][ \t]*\S[^\n]*")


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found: `marked` questions say what is right, of them `icons` by the words of icons; `listed` have options.

    `refused` tells that what was found is no quiz, and a message why.
    """

    questions: tuple[ParsedQuestion, ...] = ()
    messages: tuple[Message, ...] = ()
    marked: int = 0
    refused: bool = False
    icons: int = 0
    listed: int = 0


def read_pasted(lines: Sequence[str], at: TextRange, reshaping: Reshaping | None = None) -> Pasted:
    """Return the questions in the lines of the range (1-based, both ends included). Never raises, whatever the lines."""
    lines = unfold(put_plainly(lines))
    keys = find_all_keys(lines, at.start, at.end)
    lines = _without(lines, keys)
    found = _with_keys(fill(cut(read_with_last_items(lines, at), keyed=bool(keys)), Reshaping()), keys)
    if len(found) > MOST_QUESTIONS:
        return too_many(at.start)
    judged = _worth_asking(_judged(found, keyed=bool(keys)))
    reshaped = reshaping is not None and reshaping != Reshaping()
    if reshaping is not None and reshaped:  # what a question is was found before somebody moved its borders
        asked_for = {one.found.first_line for one in judged}
        again = _judged(
            _with_keys(fill(cut(read_with_last_items(lines, at), keyed=bool(keys)), reshaping), keys), keyed=bool(keys)
        )
        judged = [one for one in again if one.found.first_line in asked_for]
    icons = sum(1 for one in judged if one.dialect is Dialect.ICONS)
    marked = sum(1 for one in judged if one.dialect is not Dialect.UNMARKED and (len(one.marks) > 1 or _is_filled_in(one)))
    if not reshaped and _are_answers_only(judged):
        return Pasted(messages=(_refusal(judged),), marked=marked, refused=True)
    questions: list[ParsedQuestion] = []
    remarks: list[list[Message]] = []
    messages: list[Message] = []
    _number([one.found for one in judged], messages)
    for number, one in enumerate(judged, 1):
        question, about = as_question(one, number)
        # Two questions never begin on the same line, whatever the text.
        if not questions or question.first_line > questions[-1].first_line:
            questions.append(question)
            remarks.append(about)
    questions = _apart(questions)
    for question, about in zip(questions, remarks, strict=True):
        messages += [replace(message, line=_within(message.line, question)) for message in about]
    listed = sum(1 for one in judged if len(one.marks) > 1)
    return Pasted(tuple(questions), tuple(messages), marked, icons=icons, listed=listed)


def _without(lines: Sequence[str], keys: Sequence[Key]) -> Sequence[str]:
    if not keys:
        return lines
    taken = {at for key in keys for at in range(key.first, key.last + 1)}
    return ["" if at in taken else line for at, line in enumerate(lines, 1)]


def _with_keys(found: list[PastedQuestion], keys: Sequence[Key]) -> list[PastedQuestion]:
    """Give each question what the next key below it says of its number, if the question says nothing itself."""
    places = [question.first_line for question in found]
    above = 0
    for key in keys:
        region = found[bisect_right(places, above) : bisect_right(places, key.first)]
        asking = [one for one in region if one.number is not None and one.options]
        for question, said in _matched(asking, key):
            if not question.answers and not question.hidden:
                _take_answer(question, said)
        above = key.last
    return found


def _matched(asking: Sequence[PastedQuestion], key: Key) -> Iterator[tuple[PastedQuestion, Answered]]:
    """Give each question its entry. Where numbers repeat, the parts of the text and of the key must be as many as each other."""
    parts = _counted(asking) if len(key.runs) > 1 else [_unrepeated(asking)]
    if len(parts) != len(key.runs):
        return
    for part, run in zip(parts, key.runs, strict=True):
        for question in part:
            if question.number in run:
                yield question, run[question.number]


def _unrepeated(asking: Sequence[PastedQuestion]) -> list[PastedQuestion]:
    """Leave out questions whose number another one has that wants an answer, too."""
    wanting = Counter(one.number for one in asking if not one.answers and not one.hidden)
    return [one for one in asking if wanting[one.number] < 2]


def _counted(asking: Sequence[PastedQuestion]) -> list[list[PastedQuestion]]:
    """Cut questions where their numbers begin anew."""
    parts: list[list[PastedQuestion]] = []
    for question in asking:
        if not parts or (question.number or 0) <= (parts[-1][-1].number or 0):
            parts.append([])
        parts[-1].append(question)
    return parts


def _take_answer(question: PastedQuestion, said: Answered) -> None:
    question.answers.append(said.letters)
    question.answer_line = question.end_line
    repeated = any(said.rest.rstrip(".") == option.prose.text.rstrip(".") for option in question.options)
    texts = [text for text in ("" if repeated else said.rest, *said.said) if text]
    if texts:
        question.general.add("\n".join(texts), said.line, gap=True)


def _judged(found: Sequence[PastedQuestion], *, keyed: bool) -> list[Judged]:
    tails = has_tails(found)
    judged = [judge_pasted(question, tails=tails) for question in found]
    if not keyed:
        doubt_shared(judged)
    return judged


def _within(line: int | None, question: ParsedQuestion) -> int:
    return max(question.first_line, min(line or question.line, question.end_line))


def too_many(line: int) -> Pasted:
    """Refuse what has more questions than any quiz."""
    return Pasted(messages=(Message(line, "E208", TOO_MANY),), refused=True)


def _worth_asking(judged: Sequence[Judged]) -> list[Judged]:
    """Leave out lists of notes: nothing numbers them, nobody asks, and at most something in them is bold."""
    weak = {Dialect.BOLD, Dialect.UNMARKED}
    asking = [one for one in judged if one.found.numbered or one.dialect not in weak or asks(one.found.prompt.text)]
    ticked = [one for one in asking if _is_tick_list(one)]
    if ticked and not any(_is_of_quiz(one) for one in asking):
        return [one for one in asking if not _is_tick_list(one)]
    for one in ticked:
        one.ask(State.CONFIRM, one.found.line, "nothing asks here; is this a question, or a list with check marks?")
    return asking


def _is_of_quiz(one: Judged) -> bool:
    """Tell whether this is a sign of a quiz: something is right, or options have letters below what asks."""
    lettered = one.found.family is Family.LETTER and len(one.marks) > 1 and demands(one.found.prompt.text)
    return not _is_tick_list(one) and (bool(one.right) or lettered)


def _is_tick_list(one: Judged) -> bool:
    """Tell whether this may be a list of notes whose items have check marks: nothing numbers it, and nobody asks."""
    if one.dialect is not Dialect.EMOJI or one.found.numbered or one.found.answers or one.found.hidden:
        return False
    return not demands(one.found.prompt.text)


def _are_answers_only(judged: Sequence[Judged]) -> bool:
    """Tell whether wrong options are nowhere listed; where several apply, how many are right may not be said."""
    if not judged or all(_says_no_wrong(one) for one in judged):
        return not all(_is_filled_in(one) for one in judged)
    if any(one.dialect is not Dialect.UNMARKED or not one.marks for one in judged):
        return False
    alone = sum(1 for one in judged if len(one.marks) == 1 and asks(one.found.prompt.text))
    return alone > 1 and alone * 2 >= len(judged)


def _refusal(judged: Sequence[Judged]) -> Message:
    """Say why there is nothing to choose from, at the first question where options stand on one line if there is one."""
    for one in judged:
        if not one.marks and any(_ON_ONE_LINE.fullmatch(line) for line in one.found.prompt.lines):
            return Message(one.found.line, "E216", ON_ONE_LINE)
    return Message(judged[0].found.line, "E216", ANSWERS_ONLY)


def _is_filled_in(judged: Judged) -> bool:
    """Tell whether a question has a blank and what belongs there, and nothing to choose from."""
    answered = judged.found.answers or judged.found.hidden
    return bool(answered) and not judged.marks and has_blank(judged.found.prompt.text)


def _says_no_wrong(judged: Judged) -> bool:
    """Tell whether a question lists right answers and nothing else."""
    options = len(judged.marks)
    if not options:
        return bool(judged.found.answers or judged.found.hidden)
    if judged.right:
        return len(judged.right) == options
    wanted = asked(judged.found.prompt.text).count
    return judged.dialect is Dialect.UNMARKED and options == (wanted or 1)


def _number(found: Sequence[PastedQuestion], messages: list[Message]) -> None:
    """Count on where each question has the same number as the one above, and report where numbers jump."""
    for before, after, written in zip(found, found[1:], [question.number for question in found], strict=False):
        if before.number is None or after.number is None:
            continue
        if after.number == written:
            after.number = before.number + 1
        elif after.number > before.number + 1:
            first, last = before.number + 1, after.number - 1
            missing = f"question {first}" if first == last else f"questions {first}\u2013{last}"
            text = f"question numbers jump from {before.number} to {after.number} — {missing} may be missing"
            messages.append(Message(after.first_line, "W324", text))


def _apart(questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """Let each question end before the next one begins."""
    ends = [question.first_line - 1 for question in questions[1:]]
    return (
        [
            replace(
                question,
                end_line=max(min(question.end_line, end), question.line, *(option.end_line for option in question.options)),
            )
            for question, end in itertools.zip_longest(questions, ends, fillvalue=10**9)
            if isinstance(question, ParsedQuestion)
        ]
        if questions
        else []
    )
