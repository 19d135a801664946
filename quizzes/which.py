"""Which question of an edited quiz is which, where answers exist and nothing tells: asked, never guessed (formats.md 3.6, rule 6)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from quizzes.actions.storing import items_with_content
from quizzes.content import can_be_asked
from quizzes.formats.model import ParsedQuestion, ParsedQuiz
from quizzes.identity import Node, Told, match, unclear
from quizzes.models import QuestionVersion, Quiz

NEW = "new"
_LONGEST = 90


class Choice(TypedDict):
    value: str
    words: str


class Ask(TypedDict):
    """One thing to ask: `ref` names it from one look to the next, each choice is an old thing or a new one."""

    ref: str
    words: str
    choices: list[Choice]


def asks_about(quiz: Quiz, parsed: ParsedQuiz) -> list[Ask]:
    """Return what must be asked before the text of a quiz with answers becomes `parsed`. At most five queries."""
    if not quiz.attempts.exists():
        return []
    return list(_asks([item.version for item in items_with_content(quiz)], _questions(parsed)))


def _questions(parsed: ParsedQuiz) -> list[tuple[int, ParsedQuestion]]:
    return [(index, question) for index, question in enumerate(parsed.questions) if can_be_asked(question)]


def _asks(old: Sequence[QuestionVersion], new: Sequence[tuple[int, ParsedQuestion]]) -> Iterator[Ask]:
    before = [Node(one.stem, one.question.slug, frozenset(option.text for option in one.options.all())) for one in old]
    after = [Node(one.stem, one.ident or "", frozenset(option.text for option in one.options)) for _, one in new]
    lost, fresh = unclear(before, after)
    for place in fresh:
        index, question = new[place]
        choices = [Choice(value=str(at), words=f"It was “{_short(old[at].stem)}”") for at in lost]
        yield Ask(ref=f"q{index}", words=f"Which question is “{_short(question.stem)}”?", choices=[*choices, _new("question")])
    for place, at in enumerate(match(before, after)):
        if at is not None and place not in fresh:
            yield from _option_asks(old[at], *new[place])


def _option_asks(old: QuestionVersion, index: int, question: ParsedQuestion) -> Iterator[Ask]:
    before = [option.text for option in old.options.all()]
    lost, fresh = unclear([Node(text) for text in before], [Node(option.text) for option in question.options])
    for place in fresh:
        words = f"Which option of “{_short(question.stem)}” is “{_short(question.options[place].text)}”?"
        choices = [Choice(value=str(at), words=f"It was “{_short(before[at])}”") for at in lost]
        yield Ask(ref=f"q{index}o{place}", words=words, choices=[*choices, _new("option")])


def _new(what: str) -> Choice:
    return Choice(value=NEW, words=f"A new {what}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def told_by(asks: Sequence[Ask], answers: Mapping[str, str]) -> Told | None:
    """Return what the answers say; None if one is missing, is none of the choices, or two things would be the same old one."""
    questions: dict[int, int | None] = {}
    options: dict[tuple[int, int], int | None] = {}
    taken: set[tuple[str, str]] = set()
    for ask in asks:
        answer, (question, _, option) = answers.get(ask["ref"], ""), ask["ref"][1:].partition("o")
        if answer not in {choice["value"] for choice in ask["choices"]}:
            return None
        group = (question if option else "", answer)
        if answer != NEW and group in taken:
            return None
        taken.add(group)
        value = None if answer == NEW else int(answer)
        if option:
            options[int(question), int(option)] = value
        else:
            questions[int(question)] = value
    return Told(questions, options)
