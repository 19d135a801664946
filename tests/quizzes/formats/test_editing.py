"""Ticking one box changes one character, or the heading that says what kind of question it is."""

import pytest

from quizzes.formats.editing import set_right
from quizzes.formats.markdown import parse
from quizzes.formats.matching import Matching, Node, match
from quizzes.scoring import Kind

MESSY = "## Q\r\n\r\n*\t[X]\tNectar\r\n*\t[ ]\tSand  \r\n\t> No.\r\n* [X] Resin"


def test_set_right_one_more_option_changes_exactly_one_character() -> None:
    edited = set_right(MESSY, 4, right=True)
    assert len(edited) == len(MESSY)
    assert [at for at in range(len(MESSY)) if edited[at] != MESSY[at]] == [MESSY.index("[ ]") + 1]
    assert [option.correct for option in parse(edited).questions[0].options] == [True, True, True]


def test_set_right_same_value_changes_nothing() -> None:
    assert set_right(MESSY, 3, right=True) == MESSY


@pytest.mark.parametrize(
    ("head", "with_word"),
    [
        ("## Q", "## Q {multi}"),
        ("## Q {#q points=2}", "## Q {#q points=2 multi}"),
        ("## Q {a}", "## Q {a} {multi}"),
    ],
)
def test_set_right_adds_and_removes_the_word_multi_on_the_head_only(head: str, with_word: str) -> None:
    two, one = f"{head}  \n\n- [x] A\n- [x] B\n- [ ] C\n", f"{with_word}  \n\n- [x] A\n- [ ] B\n- [ ] C\n"
    assert set_right(two, 4, right=False) == one
    assert set_right(one, 4, right=True) == two
    assert parse(one).questions[0].kind is Kind.MULTI


def test_set_right_single_choice_becomes_multi_by_its_boxes() -> None:
    assert set_right("## Q\n- [x] A\n- [ ] B\n", 3, right=True) == "## Q\n- [x] A\n- [x] B\n"


@pytest.mark.parametrize("line", [0, 1, 2, 4, 99])
def test_set_right_line_without_an_option_raises(line: int) -> None:
    with pytest.raises(ValueError, match=f"no option on line {line}"):
        set_right("## Q\n```\n- [x] A\n- [y] B\n```\n", line, right=True)


OLD = [Node("Nectar"), Node("Sand"), Node("Resin", "resin")]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, Matching({0: 0, 1: 1, 2: 2})),
        ([OLD[2], OLD[0], OLD[1]], Matching({0: 2, 1: 0, 2: 1})),
        ([OLD[0], Node("Fine sand"), OLD[2]], Matching({0: 0, 1: 1, 2: 2})),
        ([OLD[0], OLD[1], Node("Resin from buds", "resin")], Matching({0: 0, 1: 1, 2: 2})),
        ([*OLD, Node("Water")], Matching({0: 0, 1: 1, 2: 2}, added=(3,))),
        ([OLD[0], OLD[2]], Matching({0: 0, 1: 2}, removed=(1,))),
        # edited and added at once: which one is the old one must be asked
        ([OLD[0], Node("Fine sand"), Node("Clay"), OLD[2]], Matching({0: 0, 3: 2}, unclear=((1,), (1, 2)))),
        # edited and moved at once: likewise
        ([Node("Fine sand"), OLD[0], OLD[2]], Matching({1: 0, 2: 2}, unclear=((1,), (0,)))),
    ],
)
def test_match_by_id_then_text_then_place(new: list[Node], expected: Matching) -> None:
    assert match(OLD, new) == expected


def test_match_same_text_twice_is_matched_in_order() -> None:
    twice = [Node("A"), Node("A"), Node("B")]
    assert match(twice, twice).same == {0: 0, 1: 1, 2: 2}
    assert match(twice, [Node("A"), Node("B")]) == Matching({0: 0, 1: 2}, removed=(1,))


def test_match_id_written_twice_is_used_once() -> None:
    assert match([Node("A", "a")], [Node("A", "a"), Node("B", "a")]) == Matching({0: 0}, added=(1,))
