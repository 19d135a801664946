"""Tags and draws in the heading of a question: read, written back the same, and every mistake named with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats.markdown import parse, write
from quizzes.formats.model import State
from quizzes.formats.tags import MAX_TAG, BadTagError, read_tags, written
from tests.proof import examples

OPTIONS = "\n\n- [x] a\n- [ ] b\n"


def test_tags_are_read_lower_case_each_once_and_none_where_none_are_written() -> None:
    text = (
        "## A {tags=RAG,b,rag}"
        + OPTIONS
        + '\n## B {#b tags="Two  words, C++"}'
        + OPTIONS
        + "\n## C"
        + OPTIONS
        + "\n## D {tags=}"
        + OPTIONS
    )
    assert [question.tags for question in parse(text).questions] == [("rag", "b"), ("two words", "c++"), None, ()]


def test_draw_is_read_without_options_and_without_a_message() -> None:
    quiz = parse("### One" + OPTIONS + "\n### Some more {draw=3 tags=rag}\n\nA note to myself.\n")
    (draw,) = quiz.questions[1:]
    assert (draw.draw, draw.tags, draw.options, draw.state) == (3, ("rag",), (), State.READY)
    assert draw.stem == "Some more\n\nA note to myself."
    assert quiz.messages == ()


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("{draw=0 tags=a}", "E118"),
        ("{draw=201 tags=a}", "E118"),
        ("{draw=2}", "E119"),
        ("{draw=2 tags=a,b}", "E119"),
        ("{draw=2 tags=a points=2}", "E120"),
        ("{draw=2 tags=a multi}", "E120"),
        ("{draw=2 tags=a}" + OPTIONS, "E120"),
        ("{draw=two tags=a}", "E115"),
        ("{tags=_a}" + OPTIONS, "E115"),
        (f"{{tags={'x' * (MAX_TAG + 1)}}}" + OPTIONS, "E115"),
        (f"{{tags={','.join(map(str, range(21)))}}}" + OPTIONS, "E115"),
    ],
)
def test_draw_or_tag_with_a_mistake_names_it_with_its_line(head: str, code: str) -> None:
    quiz = parse("## One" + OPTIONS + f"\n## Two {head}\n")
    assert (6, code) in [(message.line, message.code) for message in quiz.errors]
    assert quiz.questions[0].state is State.READY
    assert quiz.questions[1].state is not State.READY


@given(st.lists(st.text("ab0 .+#/&'-,Éß", max_size=8), max_size=4), st.none() | st.integers(1, 200))
@settings(max_examples=examples(60, 3000), deadline=None)
def test_tags_and_draws_written_are_read_back(typed: list[str], count: int | None) -> None:
    try:
        tags = read_tags(",".join(typed))
    except BadTagError:
        return
    assert read_tags(",".join(tags)) == tags
    head = f"## Q {{{f'draw={count} ' if count else ''}{written(tags)}}}" + ("" if count else OPTIONS)
    (before,) = parse(head).questions
    (after,) = parse(write(parse(head))).questions
    assert (before.tags, before.draw) == (after.tags, after.draw) == (tags, count)
