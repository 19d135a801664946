"""What the author check says about the draws of a quiz: how much choice there is, and whether it is fair."""

from collections.abc import Iterator

from quizzes.checks import Grade, Remark
from quizzes.draws import Draw, drawable, draws_of
from quizzes.formats.model import ParsedQuiz
from quizzes.models import Quiz
from quizzes.wording import points


def draw_remarks(quiz: Quiz, parsed: ParsedQuiz) -> list[Remark]:
    """Return a remark on each draw of a quiz's text that the bank can fill. Two queries if there is a draw, else none.

    Draws that it cannot fill keep the quiz from being published and are told there (`quizzes.draws.pool_problems`).
    """
    places = draws_of(parsed)
    if not places:
        return []
    fixed = set(quiz.items.order_by().values_list("version__question", flat=True))
    worth: dict[str, dict[int, int]] = {}
    found = drawable(quiz.course_id, {draw.tag for _, draw in places})
    for tag, question, value in found.values_list("question__tags__name", "question", "points"):
        if question not in fixed:
            worth.setdefault(tag, {})[question] = value
    return [
        remark
        for number, draw in places
        for remark in _about(number, parsed.questions[number - 1].line, draw, worth.get(draw.tag, {}))
    ]


def _about(number: int, line: int, draw: Draw, worth: dict[int, int]) -> Iterator[Remark]:
    if len(worth) < draw.count:
        return
    values = set(worth.values())
    if len(values) > 1:
        text = f"They are worth {points(min(values))} to {points(max(values))} points: luck decides how many one can get."
        yield Remark(Grade.WARN, f"Question {number} draws questions of different worth", text, line, number)
    if len(worth) == draw.count:
        text = "Everybody gets all of them, and the same ones again in a second attempt."
        yield Remark(Grade.WARN, f"Question {number} draws all that “{draw.tag}” has", text, line, number)
    else:
        yield Remark(Grade.OK, f"Question {number}: {draw.count} of {len(worth)} questions drawn", "", line, number)
