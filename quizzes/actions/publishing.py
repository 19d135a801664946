"""The doors of a quiz's state: publish, unpublish, settle a doubt, change dates and rules, open the results."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from quizzes.actions.allowances import reschedule_running, restore_credit
from quizzes.actions.authoring import write_text
from quizzes.actions.refusals import RefusedError
from quizzes.actions.storing import items_with_content
from quizzes.actions.storing_draws import has_place, hold_pools
from quizzes.checks import question_at
from quizzes.content import right_ids
from quizzes.draws import pool_problems
from quizzes.enums import Doubt, QuestionKind, QuizState, Settled
from quizzes.formats import markdown
from quizzes.formats.front_matter import read_front_matter
from quizzes.formats.model import Message, ParsedQuestion, ParsedQuiz
from quizzes.formats.prompts import asked
from quizzes.models import Quiz, QuizItem
from quizzes.quiztext import with_right
from quizzes.rules import QuizRules, put_rules, rule_problems, settled
from quizzes.wording import capital

# What the text cannot say while a key is still to be decided; the decision settles it.
_ABOUT_THE_KEY = frozenset({"E101", "E102", "E103"})
_NAMED = re.compile(r'question "(?:.*)" (?=has )')
_NO_QUESTION = "E213"
_DOUBTS = {
    Doubt.CONFIRM: "waits for somebody to confirm its key",
    Doubt.CHOOSE: "waits for somebody to choose what is right",
    Doubt.CONTRADICTION: "has marks that contradict each other",
}


def publish_problems(quiz: Quiz, parsed: ParsedQuiz, doubts: Sequence[tuple[int, str]], now: datetime) -> list[str]:
    """Return why a quiz cannot be published at `now`, in whole sentences; an empty list if it can.

    `parsed` is its text, `doubts` the position (from 1) and `Doubt` of each question that is not ready.
    """
    return list(_problems(quiz, parsed, doubts, now))


def doubts_of(quiz: Quiz) -> list[tuple[int, str]]:
    """Return position and doubt of each question that still waits for a decision. One query."""
    open_items = quiz.items.exclude(version__doubt=Doubt.READY).order_by("position")
    return list(open_items.values_list("position", "version__doubt"))


@transaction.atomic
def publish_quiz(*, quiz: Quiz, now: datetime) -> Quiz:
    """Let students see a quiz, from its opening time on. Already published: nothing changes.

    Raises RefusedError with every reason: no questions, errors in the text, doubts not settled, too few questions to draw
    from, an end that is over.
    """
    quiz = _locked(quiz)
    if quiz.state == QuizState.PUBLISHED:
        return quiz
    if quiz.draws.exists():
        hold_pools(quiz.course)
    reasons = publish_problems(quiz, markdown.parse(quiz.source), doubts_of(quiz), now)
    if reasons:
        raise RefusedError(reasons)
    quiz.state, quiz.published_at, quiz.changed_at = QuizState.PUBLISHED, now, now
    quiz.save(update_fields=["state", "published_at", "changed_at"])
    return quiz


@transaction.atomic
def unpublish_quiz(*, quiz: Quiz, now: datetime) -> Quiz:
    """Make a quiz a draft again. Raises RefusedError once somebody has started it: that work would vanish from sight."""
    quiz = _locked(quiz)
    if quiz.attempts.exists():
        raise RefusedError(
            ["Somebody has already started this quiz, so it cannot become a draft again. Change its closing time instead."]
        )
    quiz.state, quiz.published_at, quiz.changed_at = QuizState.DRAFT, None, now
    quiz.save(update_fields=["state", "published_at", "changed_at"])
    return quiz


@transaction.atomic
def settle_doubt(*, quiz: Quiz, question: str, right: frozenset[str] | None, by: User, now: datetime) -> Quiz:
    """Decide the key of a doubtful question: None confirms what the text says, `right` are the public ids of the right options.

    The boxes in the text are set to match, and name and time are kept with the question. Settled before: nothing changes.
    Raises RefusedError for a choice that the question cannot have, or for a question that is not in the quiz.
    """
    quiz = _locked(quiz)
    items = list(items_with_content(quiz))
    item = next((item for item in items if item.version.question.public_id == question), None)
    if item is None:
        raise RefusedError(["This question is no longer part of the quiz."])
    if item.version.doubt == Doubt.READY:
        return quiz
    key = right_ids(item.version) if right is None else right
    _check_choice(item, key)
    places = {place for place, option in enumerate(item.version.options.all()) if option.public_id in key}
    try:
        text = with_right(quiz.source, _question_of(quiz, item), places)
    except ValueError as error:
        raise RefusedError([f"The boxes of question {item.position} cannot be read. Repair its text first."]) from error
    if text != quiz.source:
        quiz = write_text(quiz=quiz, text=text, author=by, now=now)
        item = next(again for again in items_with_content(quiz) if again.version.question.public_id == question)
    version = item.version
    version.doubt, version.settled_by, version.settled_at = Doubt.READY, by, now
    version.settled_as = Settled.CONFIRMED if right is None else Settled.CHOSEN
    version.save(update_fields=["doubt", "settled_by", "settled_at", "settled_as"])
    return quiz


@transaction.atomic
def change_rules(*, quiz: Quiz, rules: QuizRules, author: User | None, now: datetime) -> Quiz:
    """Change title, dates and rules, and return the quiz. A running attempt gets its new end at once; practice is settled.

    Raises RefusedError with every contradiction (`quizzes.rules.rule_problems`).
    """
    rules = settled(rules)
    problems = rule_problems(rules)
    if problems:
        raise RefusedError(problem.sentence for problem in problems)
    quiz = _locked(quiz)
    put_rules(quiz, rules)
    quiz.changed_at = now
    quiz.save()
    if (text := _retitled(quiz.source, rules.title)) != quiz.source:
        quiz = write_text(quiz=quiz, text=text, author=author, now=now)
    reschedule_running(quiz, now)
    restore_credit(quiz, now)
    return quiz


@transaction.atomic
def release_results(*, quiz: Quiz, now: datetime) -> Quiz:
    """Open key and feedback of a quiz whose results the instructor releases. Released before: nothing changes.

    Raises RefusedError for a quiz whose results open in another way.
    """
    quiz = _locked(quiz)
    if not quiz.is_released_by_hand:
        raise RefusedError([f"The results of this quiz show by themselves: {quiz.get_show_key_display().lower()}."])
    if quiz.released_at is None:
        quiz.released_at = now
        quiz.save(update_fields=["released_at"])
    return quiz


def _locked(quiz: Quiz) -> Quiz:
    return Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)


def _problems(quiz: Quiz, parsed: ParsedQuiz, doubts: Sequence[tuple[int, str]], now: datetime) -> Iterator[str]:
    if not any(has_place(question) for question in parsed.questions):
        yield "It has no question yet."
    numbers = [number for number, question in enumerate(parsed.questions, 1) if has_place(question)]
    waiting = {numbers[position - 1]: doubt for position, doubt in doubts if position <= len(numbers)}
    for message in parsed.errors:
        number = question_at(parsed, message.line)
        if message.code != _NO_QUESTION and (number not in waiting or message.code not in _ABOUT_THE_KEY):
            yield _error_words(message, number)
    for number, doubt in waiting.items():
        yield f"Question {number} {_DOUBTS[Doubt(doubt)]}."
    yield from pool_problems(quiz, parsed)
    if quiz.closes_at is not None and quiz.closes_at <= now:
        yield "Its closing time is already over: nobody could take it."


def _error_words(message: Message, number: int | None) -> str:
    what = message.text.split(" — ")[0]
    if number is None:
        return f"Line {message.line}: {what}." if message.line else f"{capital(what)}."
    # The message names the question by its text; here its number does.
    separator = " " if _NAMED.match(what) else ": "
    return f"Question {number} (line {message.line}){separator}{_NAMED.sub('', what)}."


def _check_choice(item: QuizItem, key: frozenset[str]) -> None:
    version = item.version
    known = {option.public_id for option in version.options.all()}
    if not key or not key <= known:
        raise RefusedError([f"Question {item.position}: choose at least one of its options."])
    if version.kind != QuestionKind.MULTI and len(key) != 1:
        raise RefusedError([f"Question {item.position} has one right option; you chose {len(key)}."])
    wanted = asked(version.stem).count if version.kind == QuestionKind.MULTI else None
    if version.doubt == Doubt.CHOOSE and wanted not in {None, len(key)}:
        text = f"Question {item.position} asks for {wanted} right options; you chose {len(key)}."
        raise RefusedError([f"{text} If the question is wrong, change it in its text."])


def _question_of(quiz: Quiz, item: QuizItem) -> ParsedQuestion:
    """Items are numbered as the questions and draws stand in the text."""
    questions = [question for question in markdown.parse(quiz.source).questions if has_place(question)]
    return questions[item.position - 1]


def _retitled(text: str, title: str) -> str:
    """Return the text with its first-level heading changed, if it has one: a title stands in one place."""
    lines = text.splitlines(keepends=True)
    begin = read_front_matter([line.rstrip("\r\n") for line in lines]).body  # where "# " begins a comment
    for index, line in enumerate(lines[begin:], begin):
        if line.startswith("# "):
            end = line[len(line.rstrip("\r\n")) :]
            return "".join([*lines[:index], f"# {title}{end}", *lines[index + 1 :]])
        if line.startswith("##"):
            break
    return text
