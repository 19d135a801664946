"""The author check (quizzes.md section 5): what a careful colleague would say about a quiz before it is published."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

from course.pictures import named_in
from quizzes.formats.model import Format, Level, Message, ParsedQuestion, ParsedQuiz
from quizzes.scoring import Kind, guess_chance

# A rule of thumb for the time a quiz takes: reading at 200 words a minute, ten seconds to weigh each option.
WORDS_PER_MINUTE = 200
SECONDS_PER_OPTION = 10
EASY_GUESS = Fraction(1, 4)
MUCH_LONGER = Fraction(2)
A_MILLION = 1_000_000
ALWAYS_FROM = 4
"""From how many questions on a pattern in all of them is no accident."""


class Grade(StrEnum):
    """How grave a remark is; BAD ones keep the quiz from being published."""

    BAD = "bad"
    WARN = "warn"
    OK = "ok"

    @property
    def blocks(self) -> bool:
        return self is Grade.BAD


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the author check. `question` counts from 1; `line` is the line of the text, None for the whole quiz."""

    grade: Grade
    title: str
    text: str
    line: int | None = None
    question: int | None = None


def remarks(quiz: ParsedQuiz, *, limit: int | None, settled: frozenset[int] = frozenset()) -> list[Remark]:
    """Return the remarks about a quiz, the gravest first, then by line.

    `limit` is the time limit in seconds. `settled` are the numbers (from 1) of questions that wait for a decision: their
    missing or doubtful key is asked elsewhere and not remarked twice.
    """
    found = [remark for message in quiz.messages if (remark := _from_message(quiz, message, settled))]
    for number, question in enumerate(quiz.questions, 1):
        found += _about(number, question)
        found += _about_pictures(number, question)
    found += [*_about_longest(quiz), *_about_time(quiz, limit)]
    return by_gravity(found)


def by_gravity(found: Iterable[Remark]) -> list[Remark]:
    """Return remarks in the order in which they are shown: the gravest first, then by line."""
    rank = {grade: place for place, grade in enumerate(Grade)}
    return sorted(found, key=lambda remark: (rank[remark.grade], remark.line or 0))


def guess_words(question: ParsedQuestion) -> str:
    """Return how often a pure guess is right, "1 time in 32"; "" where nothing is asked or nothing is right."""
    if not question.options or not question.key:
        return ""
    alone = question.kind is not Kind.MULTI
    return _odds(
        guess_chance(len(question.options), 1 if alone else len(question.key), select_shown=alone or question.select is not None)
    )


def minutes_needed(quiz: ParsedQuiz) -> int:
    """Return about how many minutes the questions take, rounded up, by the rule of thumb above; one for each that is drawn."""
    asked = [question for question in quiz.questions if question.draw is None]
    words = sum(_words(question) for question in asked)
    options = sum(len(question.options) for question in asked)
    drawn = sum(question.draw or 0 for question in quiz.questions)
    return math.ceil(words / WORDS_PER_MINUTE + options * SECONDS_PER_OPTION / 60) + drawn


def question_at(quiz: ParsedQuiz, line: int | None) -> int | None:
    """Return the number (from 1) of the question whose source holds a line."""
    if line is None:
        return None
    # Questions stand in the order of their lines; looking through all of them for each message takes seconds in a long file.
    last = bisect_right(quiz.questions, line, key=attrgetter("first_line"))
    if last and line <= quiz.questions[last - 1].end_line:
        return last
    inside = (number for number, question in enumerate(quiz.questions, 1) if question.first_line <= line <= question.end_line)
    return next(inside, None)


def broken_questions(quiz: ParsedQuiz) -> frozenset[int]:
    """Return the numbers of questions with errors that no choice of right options settles, so that their text is to be repaired.

    In a pasted review there are none: a person decides about each of its errors.
    """
    if quiz.format is not Format.MARKDOWN:
        return frozenset()
    lines = [message.line for message in quiz.errors if message.code not in _KEY_CODES]
    return frozenset(number for line in lines if (number := question_at(quiz, line)) is not None)


def is_good_for_a_draft(quiz: ParsedQuiz) -> bool:
    """Whether a file with errors can begin as a draft: each error is inside of a question, and a question without one can be asked.

    An error blocks its own question (formats.md 3.8): it stays in the draft's text, to be repaired before it is published.
    """
    wrong = {question_at(quiz, message.line) for message in quiz.errors}
    asked = {at for at, one in enumerate(quiz.questions, 1) if one.options and one.kind is not Kind.UNSUPPORTED}
    return None not in wrong and bool(asked - wrong)


_KEY_CODES = frozenset({"E101", "E102", "E103", "W301"})


def _from_message(quiz: ParsedQuiz, message: Message, settled: frozenset[int]) -> Remark | None:
    number = question_at(quiz, message.line)
    if message.level is Level.INFO or (number in settled and message.code in _KEY_CODES):
        return None
    grade = Grade.BAD if message.level is Level.ERROR else Grade.WARN
    if message.code == "E101" and number is not None:
        return Remark(
            grade,
            f"Question {number} has no right option",
            "Put an x in a box. It cannot be published like this.",
            message.line,
            number,
        )
    what, _, rest = message.text.partition(" — ")
    title = what[:1].upper() + what[1:]
    return Remark(
        grade, title, rest[:1].upper() + rest[1:] + ("." if rest and rest[-1] not in ".!?" else ""), message.line, number
    )


def _about(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    yield from _about_options(number, question)
    if not question.options or not question.key:
        return
    if len(question.key) == len(question.options):
        yield Remark(Grade.WARN, f"Question {number}: every option is right", "Nothing can be told apart.", question.line, number)
    yield from _about_length(number, question)
    yield from _about_guessing(number, question)
    yield from _about_feedback(number, question)


def _about_options(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    """Options without words, and options that differ only in capitals, white space and signs at their ends."""
    seen: dict[str, str] = {}
    for option in question.options:
        if not option.text.strip():
            yield Remark(
                Grade.WARN, f"Question {number} has an option without a text", "Write it, or delete it.", option.line, number
            )
            continue
        same = seen.setdefault(" ".join(option.text.casefold().split()).strip(" .,;:!?"), option.text)
        if same != option.text:
            text = "They differ only in capitals, spaces or signs."
            yield Remark(Grade.WARN, f"Question {number}: two options are nearly the same", text, option.line, number)


def _about_longest(quiz: ParsedQuiz) -> Iterator[Remark]:
    """Over the whole quiz: whoever ticks the longest option each time should not be right each time."""
    asked = [question for question in quiz.questions if question.key and len(question.key) < len(question.options)]
    right = [question for question in asked if _longest_is_right(question)]
    if len(asked) >= ALWAYS_FROM and len(right) == len(asked):
        text = f"In all {len(asked)} questions: who always ticks the longest is always right. Make some wrong ones longer."
        yield Remark(Grade.WARN, "The longest option is right every time", text)


def _longest_is_right(question: ParsedQuestion) -> bool:
    longest = max(len(option.text) for option in question.options)
    return all(option.correct for option in question.options if len(option.text) == longest)


def _about_length(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    right = [len(option.text) for option in question.options if option.correct]
    wrong = [len(option.text) for option in question.options if not option.correct]
    if wrong and max(right) >= MUCH_LONGER * max(wrong):
        times = "twice" if max(right) < 3 * max(wrong) else f"{max(right) // max(wrong)} times"
        longest = max((option for option in question.options if option.correct), key=lambda option: len(option.text))
        yield Remark(
            Grade.WARN,
            f"Question {number}: the longest option is right",
            f"It is {times} as long as any wrong one.",
            longest.line,
            number,
        )


def _about_guessing(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    right, options = len(question.key), len(question.options)
    if question.kind is not Kind.MULTI:
        if options == 2 and question.kind is not Kind.TRUE_FALSE:
            text = "A pure guess is right 1 time in 2. A third option helps."
            yield Remark(Grade.WARN, f"Question {number}: easy to guess", text, question.line, number)
        return
    shown = guess_chance(options, right, select_shown=True)
    hidden = guess_chance(options, right, select_shown=False)
    if (shown if question.select else hidden) >= EASY_GUESS:
        text = f"A pure guess is right {_odds(shown)} with “Select {right}”, {_odds(hidden)} without."
        yield Remark(Grade.WARN, f"Question {number}: easy to guess", text, question.line, number)


def _about_feedback(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    said = question.feedback
    if said.general or said.incorrect or any(option.feedback for option in question.options):
        return
    text = "Who is wrong learns only that. One line with “>” under an option, or under the question, tells why."
    yield Remark(Grade.WARN, f"Question {number} has no feedback", text, question.line, number)


def _about_pictures(number: int, question: ParsedQuestion) -> Iterator[Remark]:
    texts = [(question.stem, question.line), *((option.text, option.line) for option in question.options)]
    for named, line in ((named, line) for text, line in texts for named in named_in(text) if not named.alt):
        text = f"Who cannot see {named.name} cannot answer. Write what it shows between ![ and ]."
        yield Remark(Grade.WARN, f"Question {number}: a picture without words", text, line, number)


def _about_time(quiz: ParsedQuiz, limit: int | None) -> Iterator[Remark]:
    if limit is None or not quiz.questions:
        return
    needed, given = minutes_needed(quiz), limit // 60
    if needed * 60 > limit:
        yield Remark(Grade.WARN, "Time may be too short", f"About {needed} minutes are needed, {given} are given.")
    else:
        yield Remark(Grade.OK, "Time is enough", f"About {needed} of {given} minutes.")


def _odds(chance: Fraction) -> str:
    times = chance.denominator // chance.numerator
    return "less than 1 time in a million" if times > A_MILLION else f"1 time in {times}"


def _words(question: ParsedQuestion) -> int:
    return len(question.stem.split()) + sum(len(option.text.split()) for option in question.options)
