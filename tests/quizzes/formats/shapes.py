"""What every parsed quiz must look like, and texts made of the pieces that parsers stumble over."""

import json

from hypothesis import strategies as st

from quizzes.formats.lines import split_lines
from quizzes.formats.model import Format, ParsedQuestion, ParsedQuiz, State
from quizzes.scoring import Kind

QUESTION_KEYS = {
    "line", "number", "kind", "stem", "select", "scoring", "points", "state", "options", "feedback",
}  # fmt: skip
OPTION_KEYS = {"line", "text", "correct", "weight", "mark", "inferred", "feedback"}


def check_shape(quiz: ParsedQuiz, text: str) -> None:
    """The JSON has the published shape, lines lie in the text and rise, and doubt is always explained."""
    data = json.loads(json.dumps(quiz.as_json()))
    last = len(split_lines(text))
    assert set(data) == {"format", "title", "questions", "messages"}
    for entry in data["questions"]:
        assert set(entry) == QUESTION_KEYS
        assert set(entry["feedback"]) == {"general", "correct", "incorrect", "hint"}
        assert all(set(option) == OPTION_KEYS for option in entry["options"])
    for message in data["messages"]:
        assert set(message) == {"line", "code", "level", "text"}
        assert message["text"]
        assert message["line"] is None or 1 <= message["line"] <= last
    for question in quiz.questions:
        _check_question(question, last)
    if quiz.format is Format.REVIEW:
        assert all(len({option.line for option in question.options}) == len(question.options) for question in quiz.questions)
    starts = [question.first_line for question in quiz.questions]
    assert starts == sorted(set(starts))
    _check_doubts(quiz)


def _check_question(question: ParsedQuestion, last: int) -> None:
    assert 1 <= question.first_line <= question.line <= question.end_line <= last
    places = [option.line for option in question.options]
    assert places == sorted(places)
    for option in question.options:
        assert question.first_line <= option.line <= option.end_line <= question.end_line
        assert option.feedback != ""
        assert option.correct or not option.inferred
    assert question.reason
    assert len(question.reason) < 500
    if question.draw is not None:
        assert not question.options
    elif question.state is State.READY:
        assert len(question.options) > 1
        assert all(option.correct is not None for option in question.options)
        assert not any(option.inferred for option in question.options)
        assert question.kind is Kind.MULTI or len(question.key) < 2


def _check_doubts(quiz: ParsedQuiz) -> None:
    """No question is in doubt without a message about it."""
    told = [message.line for message in quiz.messages if message.line is not None]
    for question in quiz.undecided:
        assert any(question.first_line <= line <= question.end_line for line in told)


PIECES = [
    "## Q\n", "## 3\n", "### R {multi select=2}\n", "# Title\n", "## Review\n", "- [x] A\n", "- [ ] B\n", "* [X] C\n",
    "1. [x] D\n", "2) [ ]\n", "  - [x] deep\n", "- [y] E\n", "-[x] F\n", "[ ]G\n", "- [] H\n", "> quote\n", "  > inner\n",
    "> Correct: yes\n", "```\n", "  ~~~py\n", "- ```\n", "text\n", "  more\n", "\tcode\n", "\n", "\n\n", "---\n", "title: x\n",
    "due: 2026-03-09 23:59\n", "points: two\n", "week: [[\n", "_check_A\n", "_close_B\n", "*check*C\n", "_check_\n", "2.\n",
    "5)\n", "Question 7\n", "checkThey\n", "closeThat\n", "Which? Select three.\n", "Select all that apply.\n", "Note: To get credit for a multiple-select question, all.\n",
    "Correct! A long text that repeats what the option has said.\n",
    "Incorrect.\n", "You selected a correct option!\n", "1. one\n2. two\n", "- item\n", "\\1. x \\\n", "A, B\n", "\r\n", "\r", "{#a}",
    " {single}\n", "\u2028", "\u0301", "$a\\b$ `c\\d`\n", "Review the logs\n", "lower\n", "\x0b", "    ", "{select=0}\n",
    "- **Bold**\n", "- Tail.\\*\\*\n", "- Tail X\n", "A. One\n", "**B. Two**\n", "    - C. Three\n", "c) three\n", "Answer: A, B\n", "Correct answer: BC\n",
    "<details><summary>Answer</summary>\n", "</details>\n", "\u2705 Yes\n", "\u274c No\n", "- Text \u2705\n", "\u2192 because\n", "Q: What?\n", "Q3. Which two?\n", "1. Which?\n",
    "#### Q4. Which?\n", "**Explanation:** so\n", "Correct\n", "This should not be selected\n", "1 / 1 point\n", "You didn't select all the correct answers\n", "(Correct Answer)\n",
    "_Feedback: no_\n", "-[ ] glued\n", "### Answer\n", "https://example.edu\n", "???\n", "?: What?\n", "( ) a\n", "(x) b\n", "[x] c\n",
    "> [!question] What?\n", ">> [!success] Answer\n", ">> a) x\n", "> a) x\n", "```quiz\n", "-- A\n", "-- Answer A\n", "```masteryls\n", '{"type":"essay","body":"b\\n"}\n', "Type: matching\n",
    "* star\n", "### q:{What?}\n", "### :end:\n", '!!! exercise choice "Q"\n', "    !!! answer\n", "<quiz>\n", "</quiz>\n", "question: What?\n", "a :: b\n", "True or False: a :: true\n", "## D {draw=2 tags=a}\n", " {tags=a,B}\n",
    "Answer: b) One\n", "**Correct Answers: B) Two and C) three**\n", "1. **b)** - so\n", "- **C.** No.\n", "<summary>Answer: A</summary>\n",
    "## Answer Key\n", "### Section 1\n", "1-B, 2-A\n", "**Q1: B**\n", "**Question 1:** What?\n", "Answers: B, A\n", "- \u2705 **Answer:** B\n",
    "Feedback\n", "B is correct because\n", "B. Is not correct\n", "Correct: B. so\n", "```\nA. One\nB. Two\n```\n", "Answer: A or B\n", "\uff1f\n",
    "### Answer and explanation\n",
]  # fmt: skip

MESSES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map("".join)
