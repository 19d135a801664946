"""The native format: what it means, every message with its line, and the eight tricky cases."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from quizzes.formats.markdown import parse, write
from quizzes.formats.model import KeyRelease, Level, ParsedQuestion, ParsedQuiz, QuizPurpose, State
from quizzes.scoring import Kind, Policy

OPTIONS = "\n\n- [x] Nectar\n- [ ] Sand\n"


def codes(quiz: ParsedQuiz) -> list[tuple[int | None, str]]:
    return [(message.line, message.code) for message in quiz.messages]


def only(text: str) -> ParsedQuestion:
    (question,) = parse(text).questions
    return question


def text_of(quiz: ParsedQuiz, code: str) -> str:
    (message,) = [message for message in quiz.messages if message.code == code]
    return message.text


# --- meaning ------------------------------------------------------------------------------------


def test_markdown_whole_question_is_read() -> None:
    quiz = parse(
        "# Bees, week 3\n"
        "\n"
        "Read the *lecture* first.\n"
        "\n"
        "## What do bees gather? Select two options. {#bees-gather select=2}\n"
        "\n"
        "Think of summer.\n"
        "\n"
        "> Look at the hive.\n"
        "\n"
        "- [x] Nectar\n"
        "  > Right, from flowers.\n"
        "- [ ] Sand\n"
        "  > No.\n"
        "  >\n"
        "  > It is heavy.\n"
        "- [x] Resin\n"
        "\n"
        "> Both are carried home.\n"
        "> Correct: Well done.\n"
        "> Incorrect: See page 4.\n"
    )
    assert quiz.messages == ()
    assert (quiz.title, quiz.intro) == ("Bees, week 3", "Read the *lecture* first.")
    (question,) = quiz.questions
    assert question.stem == "What do bees gather? Select two options.\n\nThink of summer."
    assert (question.line, question.end_line, question.number) == (5, 21, 1)
    assert (question.kind, question.select, question.scoring) == (Kind.MULTI, 2, Policy.EXACT)
    assert (question.ident, question.state, question.points) == ("bees-gather", State.READY, None)
    assert [(option.line, option.end_line, option.text, option.correct) for option in question.options] == [
        (11, 12, "Nectar", True),
        (13, 16, "Sand", False),
        (17, 17, "Resin", True),
    ]
    assert [option.feedback for option in question.options] == [
        "Right, from flowers.",
        "No.\n\nIt is heavy.",
        None,
    ]
    assert [option.feedback_line for option in question.options] == [12, 14, None]
    assert question.feedback.hint == "Look at the hive."
    assert question.feedback.general == "Both are carried home."
    assert question.feedback.correct == "Well done."
    assert question.feedback.incorrect == "See page 4."


@pytest.mark.parametrize(
    ("head", "options", "kind"),
    [
        ("Q", "- [x] A\n- [ ] B", Kind.SINGLE),
        ("Q", "- [x] A\n- [x] B", Kind.MULTI),
        ("Q", "1. [x] A\n2. [ ] B", Kind.SINGLE),
        ("Q", "1) [x] A\n2) [ ] B", Kind.SINGLE),
        ("Q {multi}", "- [x] A\n- [ ] B", Kind.MULTI),
        ("Q {multi}", "1. [x] A\n2. [ ] B", Kind.MULTI),
        ("Q. Select all that apply.", "- [x] A\n- [ ] B", Kind.MULTI),
        ("Q. Select all that apply. {single}", "- [x] A\n- [ ] B", Kind.SINGLE),
        ("Q (2 responses)", "- [x] A\n- [ ] B", Kind.MULTI),
        ("Q. Choose **three**.", "- [x] A\n- [ ] B", Kind.MULTI),
        ("Q. Select one.", "- [x] A\n- [ ] B", Kind.SINGLE),
        ("Bees sleep.", "- [x] True\n- [ ] False", Kind.TRUE_FALSE),
        ("Bees sleep. {multi}", "- [x] True\n- [ ] False", Kind.MULTI),
    ],
)
def test_markdown_kind_follows_from_boxes_words_and_attributes(head: str, options: str, kind: Kind) -> None:
    assert only(f"## {head}\n\n{options}\n").kind is kind


@pytest.mark.parametrize(
    ("written", "policy"),
    [("net", Policy.NET), ("proportional", Policy.EACH), ("partial", Policy.NET), ("subset", Policy.SUBSET)],
)
def test_markdown_scoring_is_read_by_either_name(written: str, policy: Policy) -> None:
    assert only(f"## Q {{scoring={written}}}{OPTIONS}").scoring is policy
    assert only(f"---\nscoring: {written}\n---\n## Q{OPTIONS}").scoring is policy


def test_markdown_attributes_overrule_the_front_matter() -> None:
    text = f'---\nscoring: net\npoints: 2\n---\n## Q{OPTIONS}\n## R {{scoring=each points=0.5 week="4"}}{OPTIONS}'
    first, second = parse(text).questions
    assert (first.scoring, first.points, first.week) == (Policy.NET, Decimal(2), None)
    assert (second.scoring, second.points, second.week) == (Policy.EACH, Decimal("0.5"), 4)


def test_markdown_front_matter_is_read() -> None:
    quiz = parse(
        "---\ntitle: 'Bees: one'\nweek: 3\nkind: practice\npoints: 1.5\nattempts: 2\nshuffle: yes\n"
        "opens: 2026-03-02 09:00\ndue: 2026-03-09T23:59:00\ntime_limit: 1h 20m\nshow_key: after_due\n"
        f"access: clover\n---\n## Q{OPTIONS}"
    )
    found = quiz.settings
    assert quiz.messages == ()
    assert quiz.title == "Bees: one"
    assert (found.week, found.purpose, found.points) == (3, QuizPurpose.PRACTICE, Decimal("1.5"))
    assert (found.attempts, found.shuffle, found.time_limit) == (2, True, 80)
    assert (found.show_key, found.access) == (KeyRelease.AFTER_DUE, "clover")
    assert found.opens == datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the file gives a wall clock
    assert found.due == datetime(2026, 3, 9, 23, 59)  # noqa: DTZ001 - likewise


def test_markdown_front_matter_times_take_offset_or_zone() -> None:
    offset = parse(f"---\ndue: 2026-03-09 23:59 Z\n---\n## Q{OPTIONS}").settings
    assert offset.due == datetime(2026, 3, 9, 23, 59, tzinfo=UTC)
    zone = parse(f"---\ndue: 2026-03-09 23:59\ntimezone: America/New_York\n---\n## Q{OPTIONS}").settings
    assert zone.due == datetime(2026, 3, 9, 23, 59, tzinfo=ZoneInfo("America/New_York"))


def test_markdown_survey_may_have_no_right_option() -> None:
    quiz = parse("---\nkind: survey\n---\n## Q\n\n- [ ] A\n- [ ] B\n")
    assert quiz.messages == ()
    assert quiz.questions[0].state is State.READY


def test_markdown_select_zero_says_that_nothing_is_right() -> None:
    quiz = parse("## Q {multi select=0}\n\n- [ ] A\n- [ ] B\n")
    assert quiz.messages == ()
    assert [option.correct for option in quiz.questions[0].options] == [False, False]


# --- messages, each with its line ---------------------------------------------------------------

FENCE = "```"
MESSAGES = [
    ("E101", 1, "choose", "## Q\n\n- [ ] A\n- [ ] B\n"),
    ("E102", 1, "contradiction", "## Q {single}\n\n- [x] A\n- [x] B\n"),
    ("E102", 1, "contradiction", "## Q\n\n1. [x] A\n2. [x] B\n"),
    ("E117", 1, "contradiction", "## Q {single multi}\n\n- [x] A\n- [ ] B\n"),
    ("E103", 3, "contradiction", "\n\n## Q {select=3}\n\n- [x] A\n- [x] B\n- [ ] C\n"),
    ("E104", 1, "contradiction", "## Q\n\n- [x] A\n"),
    ("E104", 1, "contradiction", "## Q\n\nNo options here.\n"),
    ("E105", 4, "contradiction", "## Q\n\n- [x] A\n- [ ] A\n"),
    ("E106", 4, "contradiction", "## Q\n\n- [x] A\nmore about A\n- [ ] B\n"),
    ("E106", 4, "contradiction", "## Q\n\n- [x] A\n* a list\n- [ ] B\n"),
    ("E106", 6, "contradiction", "## Q\n\n- [x] A\n- [ ] B\n\nAnd this?\n"),
    ("E107", 4, "contradiction", "## Q\n\n- [x] A\n- [y] B\n"),
    ("E107", 3, "contradiction", "## Q\n\n- [*] A\n- [x] B\n"),
    ("E107", 4, "contradiction", "## Q\n\n- [x] A\n- [] B\n"),
    ("E108", 3, "contradiction", "## Q\n\n-[x] A\n- [ ] B\n"),
    ("E108", 4, "contradiction", "## Q\n\n- [x] A\n- [ ]B\n"),
    ("E108", 4, "contradiction", "## Q\n\n- [x] A\n[ ]B\n"),
    ("E109", 5, "contradiction", "## Q\n\n- [x] A\n- [ ] B\n### R\n\n- [x] C\n- [ ] D\n"),
    ("E109", 2, "contradiction", "## Q\n### Part\n\n- [x] A\n- [ ] B\n"),
    ("E110", 4, "contradiction", "## Q\n\n- [x] A\n2. [ ] B\n- [ ] C\n"),
    ("E111", 4, "contradiction", "## Q {#a}\n- [x] A\n- [ ] B\n## R {#a}\n- [x] A\n- [ ] B\n"),
    ("E112", 1, "contradiction", "## Q {points=two}\n\n- [x] A\n- [ ] B\n"),
    ("E112", 1, "contradiction", "## Q {points=0.25}\n\n- [x] A\n- [ ] B\n"),
    ("E112", 2, "ready", "---\npoints: two\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E113", 4, "contradiction", "## Q\n\n- [x] A\n  - [x] inner\n- [ ] B\n"),
    ("E114", 4, "contradiction", f"## Q\n\n- [x] A\n  {FENCE}py\n  x = 1\n- [ ] B\n"),
    ("E114", 1, "ready", f"{FENCE}\nintro\n\n## Q\n\n- [x] A\n- [ ] B\n"),
    ("E115", 1, "contradiction", "## Q {#a pionts=2}\n\n- [x] A\n- [ ] B\n"),
    ("E115", 1, "contradiction", "## Q {scoring=generous}\n\n- [x] A\n- [ ] B\n"),
    ("E115", 1, "contradiction", "## Q {select=few}\n\n- [x] A\n- [ ] B\n"),
    ("E201", 1, "ready", "---\ntitle: Bees\n## Q\n- [x] A\n- [ ] B\n"),
    (
        "E202",
        4,
        "ready",
        "---\ndue: 2026-03-09 23:59\ntitle: x\ndue: 2026-03-10 23:59\n---\n## Q\n- [x] A\n- [ ] B\n",
    ),
    ("E202", 3, "ready", "---\ntitle: x\n\tweek: 3\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\ndue: Sept 28th midnight\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\ndue: 2026-02-30 10:00\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\nweek: third\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\nshuffle: perhaps\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\ntitle: [a, b]\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\n- a\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\ntitle: &a x\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", f"---\ntitle: {'[' * 2000}\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 1, "ready", f"---\ntitle: {'x' * 20_000}\n---\n## Q\n- [x] A\n- [ ] B\n"),
    (
        "E204",
        3,
        "ready",
        "---\nopens: 2026-03-10 09:00\ndue: 2026-03-09 23:59\n---\n## Q\n- [x] A\n- [ ] B\n",
    ),
    ("E202", 2, "ready", "---\ntime_limit: soon\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\nkind: exam\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\nshow_key: later\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\ndue: 1066-10-14 09:00\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("E202", 2, "ready", "---\nscoring: generous\n---\n## Q\n- [x] A\n- [ ] B\n"),
    (
        "E202",
        3,
        "ready",
        "---\nopens: 2026-03-09 10:00\ndue: 2026-03-10 10:00 Z\n---\n## Q\n- [x] A\n- [ ] B\n",
    ),
    ("E205", 2, "ready", "---\ntimezone: EST5\n---\n## Q\n- [x] A\n- [ ] B\n"),
    ("W301", 1, "ready", "## Q. Select three.\n\n- [x] A\n- [x] B\n- [ ] C\n"),
    ("W302", 3, "ready", "## Q\n\n  > lost\n\n- [x] A\n- [ ] B\n"),
    ("W303", 5, "ready", "## Q\n\n- [x] A\n- [ ] B\n> Is it about B?\n"),
    ("W304", 3, "ready", "## Q\n\n- [x] _check_They fly.\n- [ ] B\n"),
    ("W304", 3, "ready", "## Q\n\n- [x] They fly.\\*\\*\n- [ ] B\n"),
    ("W304", 4, "ready", "## Q\n\n- [x] A\n- [ ] They swim. X\n"),
    ("W317", 2, "ready", "---\nmood: sunny\n---\n## Q\n- [x] A\n- [ ] B\n"),
]


@pytest.mark.parametrize(("code", "line", "state", "text"), MESSAGES)
def test_markdown_message_names_code_and_line(code: str, line: int, state: str, text: str) -> None:
    quiz = parse(text)
    assert codes(quiz) == [(line, code)]
    assert quiz.questions[-1].state.value == state
    assert quiz.messages[0].level is (Level.ERROR if code[0] == "E" else Level.WARNING)


def test_markdown_message_texts_tell_what_to_do() -> None:
    assert text_of(parse("## Q\n\n- [ ] A\n- [ ] B\n"), "E101").startswith(
        'question "Q" has no right option — put an x in at least one box'
    )
    assert text_of(parse("## Q\n\n1. [x] A\n2. [x] B\n"), "E102") == (
        'question "Q" has numbered options but 2 right options (lines 3, 4)'
    )
    assert text_of(parse("## Q. Select three.\n\n- [x] A\n- [x] B\n"), "W301") == ('prompt says "three" but 2 options are right')
    quiz = parse("---\ndue: Sept 28th midnight\n---\n", filename="bees.md")
    assert quiz.report().split("\n")[1].startswith('bees.md:2: E202 YAML: due: not a date-time: "Sept 28th midnight"')


def test_markdown_error_blocks_only_its_own_question() -> None:
    quiz = parse(f"## Q\n\n- [x] A\n\n## R{OPTIONS}\n## S\n\n- [ ] A\n- [ ] B\n")
    assert [question.state for question in quiz.questions] == [State.CONTRADICTION, State.READY, State.CHOOSE]
    assert [option.correct for option in quiz.questions[2].options] == [None, None]


def test_markdown_every_problem_is_listed_in_line_order() -> None:
    quiz = parse("---\nweek: third\n---\n## Q {points=two}\n- [x] A\n- [y] A\n### R\n- [ ] B\n- [ ] C\n")
    assert codes(quiz) == [(2, "E202"), (4, "E112"), (6, "E105"), (6, "E107"), (7, "E101"), (7, "E109")]


def test_markdown_text_between_options_is_kept_with_the_option_above() -> None:
    question = only("## Q\n\n- [x] A\nmore\n\n1. a list\n- [ ] B\n")
    assert [option.text for option in question.options] == ["A\nmore\n\n1. a list", "B"]


def test_markdown_file_without_questions_says_so() -> None:
    assert codes(parse("Only text.\n")) == [(None, "E213")]
    assert codes(parse("- [x] A\n- [ ] B\n")) == [(None, "E213"), (1, "E116")]
    assert codes(parse("")) == [(None, "E213")]


def test_markdown_unknown_front_matter_key_is_written_back() -> None:
    text = "---\nweek: 3\nmood:\n  sun: [1, 2]\n---\n\n## Q\n\n- [x] A\n- [ ] B\n"
    assert write(parse(text)) == text


# --- the eight tricky cases ---------------------------------------------------------------------


def test_markdown_case_1_option_is_paragraph_list_and_feedback() -> None:
    question = only(
        "## How does a swarm form?\n\n"
        "- [ ] In steps, namely:\n\n  1. Drones leave\n  2. Scouts stay\n\n"
        "- [x] In steps, namely:\n\n  1. Scouts leave\n  2. Cells are sealed\n\n  > Correct! Scouts go first.\n"
    )
    assert [option.text for option in question.options] == [
        "In steps, namely:\n\n1. Drones leave\n2. Scouts stay",
        "In steps, namely:\n\n1. Scouts leave\n2. Cells are sealed",
    ]
    assert question.options[1].feedback == "Correct! Scouts go first."
    assert question.state is State.READY


def test_markdown_case_2_boxes_in_a_fence_are_no_options() -> None:
    question = only(f"## Which is ticked?\n\n{FENCE}\n- [x] no option\n## no heading\n{FENCE}{OPTIONS}")
    assert [option.text for option in question.options] == ["Nectar", "Sand"]
    assert "- [x] no option\n## no heading" in question.stem


def test_markdown_case_2_first_box_outside_a_fence_starts_the_options() -> None:
    question = only("## Which?\n\n- a list\n  - [x] A\n  - [ ] B\n")
    assert question.stem == "Which?\n\n- a list"
    assert [(option.text, option.correct) for option in question.options] == [("A", True), ("B", False)]


def test_markdown_case_3_multi_with_one_right_option_keeps_its_word() -> None:
    text = "## Q {multi}\n\n- [x] A\n- [ ] B\n"
    assert only(text).kind is Kind.MULTI
    assert write(parse(text)) == text


def test_markdown_case_4_letter_combinations_stay_single_without_warning() -> None:
    quiz = parse("## Q. Select three.\n\n- [ ] A, B, C\n- [x] B, C, D\n- [ ] A,D\n")
    assert quiz.messages == ()
    assert quiz.questions[0].kind is Kind.SINGLE


def test_markdown_case_5_capitals_stars_tabs_and_crlf_are_read() -> None:
    quiz = parse("## Q\r\n\r\n*\t[X]\tNectar\r\n*\t[ ]\tSand\r\n\t> No.\r\n* [X] Resin")
    assert quiz.messages == ()
    (question,) = quiz.questions
    assert [(option.text, option.correct) for option in question.options] == [
        ("Nectar", True),
        ("Sand", False),
        ("Resin", True),
    ]
    assert question.options[1].feedback == "No."


def test_markdown_case_6_same_text_with_different_code_is_no_duplicate() -> None:
    body = "- [{}]\n  {}py\n  x = {}\n  {}\n"
    options = "".join(body.format(box, FENCE, value, FENCE) for box, value in (("x", 1), (" ", 2)))
    quiz = parse(f"## Which?\n\n{options}")
    assert quiz.messages == ()
    assert [option.text for option in quiz.questions[0].options] == [
        f"{FENCE}py\nx = 1\n{FENCE}",
        f"{FENCE}py\nx = 2\n{FENCE}",
    ]
    assert codes(parse(f"## Which?\n\n{options.replace('x = 2', 'x = 1')}")) == [(7, "E105")]


def test_markdown_case_8_prompt_with_number_hash_and_braces() -> None:
    question = only(f'## 2. What does "# x" print? {{#q2}}{OPTIONS}')
    assert (question.number, question.stem, question.ident) == (2, 'What does "# x" print?', "q2")
    assert only(f"## What is `{{a}}`{OPTIONS}").stem == "What is `{a}`"
    assert only(f"## What is {{a}}{OPTIONS}").stem == "What is {a}"


@pytest.mark.parametrize("head", ["3", "3.", "Q3", "Question 3", "3 {#q3}", "question 3:"])
def test_markdown_case_8_head_of_only_a_number_takes_the_next_paragraph(head: str) -> None:
    question = only(f"## {head}\n\nWhat do bees gather?{OPTIONS}")
    assert (question.number, question.stem) == (3, "What do bees gather?")


# --- details of the grammar ---------------------------------------------------------------------


def test_markdown_quote_right_below_an_option_is_its_feedback() -> None:
    question = only("## Q\n\n- [x] A\n> Yes.\n- [ ] B\n\n> In general.\n")
    assert question.options[0].feedback == "Yes."
    assert question.feedback.general == "In general."


def test_markdown_code_in_an_option_keeps_its_indent() -> None:
    question = only(f"## Q\n\n- [x] A\n  {FENCE}\n  if x:\n      y\n\n  \tz\n  {FENCE}\n- [ ] B\n")
    assert question.options[0].text == f"A\n{FENCE}\nif x:\n    y\n\n\tz\n{FENCE}"


def test_markdown_link_or_footnote_in_brackets_is_no_box() -> None:
    quiz = parse("## Q\n\n- [1] a note\n- [x](https://example.edu) a link\n\n- [x] A\n- [ ] [y](https://example.edu) B\n")
    assert quiz.messages == ()
    assert [option.text for option in quiz.questions[0].options] == ["A", "[y](https://example.edu) B"]


def test_markdown_unclosed_fence_does_not_swallow_the_questions_below() -> None:
    quiz = parse(f"## Q\n\n{FENCE}\ncode\n\n- [x] A\n- [ ] B\n\n## R{OPTIONS}")
    assert [question.state for question in quiz.questions] == [State.CONTRADICTION, State.READY]


def test_markdown_heading_may_end_in_hashes_and_start_with_a_space() -> None:
    assert only(f" ## What is C# ? ##{OPTIONS}").stem == "What is C# ?"
    assert only(f"## What is C#{OPTIONS}").stem == "What is C#"


def test_markdown_byte_order_mark_is_no_text() -> None:
    assert parse(f"\ufeff# Bees\n\n## Q{OPTIONS}").title == "Bees"


def test_markdown_letter_in_the_head_level_is_free_but_the_same_in_a_file() -> None:
    quiz = parse(f"#### Q{OPTIONS}\n#### R{OPTIONS}")
    assert len(quiz.questions) == 2
    assert quiz.messages == ()


def test_parse_quote_between_paragraphs_leaves_one_blank_line() -> None:
    (question,) = parse("## Q\n\nAbove.\n\n> hint\n\nBelow.\n\n- [x] A\n\n  > why\n\n  More of A.\n- [ ] B\n").questions
    assert (question.stem, question.options[0].text) == ("Q\n\nAbove.\n\nBelow.", "A\n\nMore of A.")
    assert (question.feedback.hint, question.options[0].feedback) == ("hint", "why")


@pytest.mark.parametrize("apart", ["---", "***", "_ _ _", "<!-- next -->"])
def test_parse_rule_or_comment_below_the_last_option_is_no_text(apart: str) -> None:
    text = f"## One\n\n- [x] A\n- [ ] B\n\n> Why.\n{apart}\n\n## Two\n- [x] A\n- [ ] B\n{apart}\n"
    quiz = parse(text)
    assert quiz.messages == ()
    assert [option.text for question in quiz.questions for option in question.options] == ["A", "B", "A", "B"]
    assert quiz.questions[0].feedback.general == "Why."
    assert [question.end_line for question in quiz.questions] == [6, 11]


def test_parse_rule_between_options_is_text_between_them() -> None:
    assert codes(parse("## One\n\n- [x] A\n\n---\n\n- [ ] B\n")) == [(5, "E106")]
