"""What the author check says about the draws of a quiz: how much choice there is, and whether it is fair."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import Truncator

from quizzes.checks import Grade, Remark
from quizzes.draws import Draw, drawable, draws_of
from quizzes.formats.model import ParsedQuiz
from quizzes.models import Quiz
from quizzes.wording import points


@dataclass(frozen=True, slots=True)
class _Member:
    """A question of a pool; its worth is in hundredths."""

    stem: str
    worth: int


def draw_remarks(quiz: Quiz, parsed: ParsedQuiz) -> list[Remark]:
    """Return a remark on each draw of a quiz's text that the bank can fill. Two queries if there is a draw, else none.

    Draws that it cannot fill keep the quiz from being published and are told there (`quizzes.draws.pool_problems`).
    """
    places = draws_of(parsed)
    if not places:
        return []
    fixed = set(quiz.items.order_by().values_list("version__question", flat=True))
    pools: dict[str, dict[int, _Member]] = {}
    found = drawable(quiz.course_id, {draw.tag for _, draw in places})
    for tag, question, stem, worth in found.values_list("question__tags__name", "question", "stem", "points"):
        if question not in fixed:
            pools.setdefault(tag, {})[question] = _Member(stem, worth)
    own = {question.stem for question in parsed.questions if question.draw is None}
    return [
        remark
        for number, draw in places
        for remark in _about(number, parsed.questions[number - 1].line, draw, list(pools.get(draw.tag, {}).values()), own)
    ]


def _about(number: int, line: int, draw: Draw, pool: list[_Member], own: set[str]) -> Iterator[Remark]:
    if len(pool) < draw.count:
        return
    yield from _about_fairness(number, line, pool)
    twice = [stem for stem, times in Counter(member.stem for member in pool).items() if times > 1 or stem in own]
    if twice:
        text = f"“{Truncator(twice[0].partition(chr(10))[0]).chars(60)}” is there more than once, as a copy."
        yield Remark(Grade.WARN, f"Question {number} may ask the same twice", text, line, number)
    if len(pool) == draw.count:
        text = "Everybody gets all of them, and the same ones again in a second attempt."
        yield Remark(Grade.WARN, f"Question {number} draws all that “{draw.tag}” has", text, line, number)
    else:
        yield Remark(Grade.OK, f"Question {number}: {draw.count} of {len(pool)} questions drawn", "", line, number)


def _about_fairness(number: int, line: int, pool: list[_Member]) -> Iterator[Remark]:
    values = {member.worth for member in pool}
    if len(values) > 1:
        text = f"They are worth {points(min(values))} to {points(max(values))} points: luck decides how many one can get."
        yield Remark(Grade.WARN, f"Question {number} draws questions of different worth", text, line, number)
