"""A stored question as a text in the native format, by itself or at the end of a quiz's text."""

from decimal import Decimal

from quizzes.content import Content
from quizzes.formats import markdown
from quizzes.formats.lines import split_lines
from quizzes.formats.model import Feedback, Format, OptionEffect, ParsedOption, ParsedQuestion, ParsedQuiz, State
from quizzes.formats.native_lines import heading
from quizzes.scoring import Kind, Policy

_LEVEL = 2


def question_text(content: Content, slug: str = "") -> str:
    """Return one question as the native format writes it; reading it back gives the same content."""
    parsed = _parsed(content, slug)
    text = markdown.write(ParsedQuiz(Format.MARKDOWN, questions=(parsed,)))
    if content.scoring != Policy.EXACT:
        return text
    # The writer leaves out the default; here it says that the quiz's own rule does not hold for this question.
    head, rest = text.split("\n", 1)
    return f"{head[:-1]} scoring=exact}}\n{rest}" if head.endswith("}") else f"{head} {{scoring=exact}}\n{rest}"


def appended(text: str, content: Content) -> str:
    """Return a quiz's text with a question as its last one, under a heading of the level that its questions have.

    Its written id is left out: within a quiz each stands once.
    """
    quiz = markdown.parse(text)
    head, rest = question_text(content).split("\n", 1)
    first = quiz.questions[0] if quiz.questions else None
    found = heading(split_lines(text)[first.line - 1]) if first else None
    marks = "#" * (found[0] if found else _LEVEL)
    title = head.removeprefix("#" * _LEVEL).strip()
    number, _, braces = title.partition(" ")
    if number == "1" and braces[:1] in {"", "{"}:
        title = f"{len(quiz.questions) + 1} {braces}".strip()  # its prompt stands below a heading of only its number
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text.rstrip("\r\n")
    added = f"{marks} {title}\n{rest}".replace("\n", newline)
    return f"{before}{newline}{newline}{added}" if before else added


def _parsed(content: Content, slug: str) -> ParsedQuestion:
    return ParsedQuestion(
        line=1,
        first_line=1,
        end_line=1,
        number=None,
        kind=Kind(content.kind),
        stem=content.stem,
        options=tuple(
            ParsedOption(
                line=1,
                end_line=1,
                text=option.text,
                correct=option.correct,
                feedback=option.feedback or None,
                feedback_unticked=option.unticked or None,
                effect=OptionEffect(option.effect),
            )
            for option in content.options
        ),
        state=State.READY,
        reason="stored",
        select=content.select,
        scoring=Policy(content.scoring or Policy.EXACT),
        points=None if content.points == 100 else Decimal(content.points) / 100,
        feedback=Feedback(content.general or None, content.if_right or None, content.if_wrong or None, content.hint or None),
        ident=slug or None,
    )
