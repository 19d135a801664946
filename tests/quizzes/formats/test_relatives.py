"""Relatives of the native format: what they hold, where it stands, and what cannot be asked."""

from decimal import Decimal

import pytest

from quizzes.actions.authoring import imported_text
from quizzes.formats.detect import parse_quiz
from quizzes.formats.markdown import parse, write
from quizzes.formats.model import Format, ParsedQuestion, ParsedQuiz, State
from quizzes.scoring import Kind

LEARN = """\
# Lesson

## Aims

To know bees.

???

# Bees quiz

?: What do bees gather?

Look at a flower first.

( ) Sand
(X) `Nectar`
( ) [Resin](https://example.edu)

?: Which code?

(X)
```ruby
def a
  1
end
```
( )
```ruby
def b
end
```

?: Which are castes?

[X] Queen
[ ] Judge
[X]
```ruby
worker
```

???
"""

MASTERYLS = """\
# Handout

## Not a question

```masteryls
{"id":"1", "title":"One", "type":"multiple-choice", "body":"Simple **one**\\nin two lines" }
- [ ] no
- [x] yes
```

```masteryls
{"id":"2", "type":"multiple-select", "body":"Many" }
- [x] a
- [x] b
- [ ] c
```

```masteryls
{"id":"3", "type":"essay", "body":"Write about wax" }
```

```masteryls
no json
```
"""

CALLOUTS = """\
> [!question] Is wax a secretion?
>> [!success]- Answer
>> True

> [!question]- Which are castes?
> a) Queen
> b) Judge
> c) Worker
>> [!success]- Answer
>> a) Queen
>> c) Worker

> [!question] Which one?
> a) x
> b) y
>> [!success] Answer
>> b) y

> [!question] The `____` flies.
>> [!success]- Answer
>> bee

> [!question] Match them.
>> [!example] Group A
>> a) h
>
>> [!success]- Answer
>> a) -> n)

> [!question] Who was first?
>> [!success]- Answer
>> A long answer.
"""

CARDS = """\
**Select All That Apply:** Which are castes?
a) Queen
b) Judge
c) Worker
?
a) Queen
c) Worker

Multiple Choice: Which one?
a) x
b) y
?
b) y

True or False: Wax grows. :: False

Fill in the Blank: A `____` flies. :: bee
"""

FENCED = """\
Which are insects?

```quiz
-- A
Bee
-- B
Spider
-- C Ant
-- Answer A,C
```
"""

CUBE = """\
---
title: "Example"
kind: quiz
---

Nothing is stored!

### q:{Single}

The number 2 is *even*.

- [X] Yes
- [ ] No

### :end:

Some text.

### q:{Which divide six?}

- [X] 2
- [X] 3
- [ ] 4

### :end:
"""

ADMONITIONS = """\
# Handout

## Part

!!! exercise choice "Question"
    Text of the question.

    - [ ] option 1
    - [X] correct option

    !!! answer
        Because.

!!! exercise text short "Question"
    Type something.
"""

TAGS = """\
<quiz>
What is it?
- [x] a
- [ ] b

It is **a**.
</quiz>
"""

TYPED = """\
# Hives

## 1. Which are castes?
Type: multiple_answers
Points: 3
* Queen
* Worker
- Judge
Feedback_Correct:
Well done.
End_Feedback

## 2. Wax grows
Type: true_false
Points: 0.5
- True
* False

## 3. Discuss
Type: essay

## 4. Match
Type: matching
Match: a = b
"""

MDQUIZ = """\
---
question: "Which are true?"
difficulty: easy
---

> https://example.edu

- [x] a
> because
- [x] b
- [ ] c
"""

QUIZDOWN = """\
---
shuffle_questions: true
---

# Which one?

> A hint

1. [x] a
    > right
1. [ ] b

# Bring into order!

1. One
2. Two
3. Three
"""

WRAPPED = """\
Some page.

```quizdown
---
shuffle: true
---

### Which one?

1. [x] a
1. [ ] b
```
"""

Row = tuple[int, str, str, list[str]]

RELATIVES: dict[str, tuple[str, list[Row]]] = {
    "learn.co blocks": (
        LEARN,
        [
            (
                11,
                "single",
                "What do bees gather?\n\nLook at a flower first.",
                ["- Sand", "R `Nectar`", "- [Resin](https://example.edu)"],
            ),
            (19, "single", "Which code?", ["R ```ruby\ndef a\n  1\nend\n```", "- ```ruby\ndef b\nend\n```"]),
            (33, "multi", "Which are castes?", ["R Queen", "- Judge", "R ```ruby\nworker\n```"]),
        ],
    ),
    "Masteryls blocks": (
        MASTERYLS,
        [
            (5, "single", "Simple **one**\nin two lines", ["- no", "R yes"]),
            (11, "multi", "Many", ["R a", "R b", "- c"]),
            (18, "unsupported", "Write about wax", []),
            (22, "unsupported", "", []),
        ],
    ),
    "Obsidian callouts": (
        CALLOUTS,
        [
            (1, "true_false", "Is wax a secretion?", ["R True", "- False"]),
            (5, "multi", "Which are castes?", ["R Queen", "- Judge", "R Worker"]),
            (13, "single", "Which one?", ["- x", "R y"]),
            (19, "unsupported", "The `____` flies.", []),
            (23, "unsupported", "Match them.", []),
            (30, "unsupported", "Who was first?", []),
        ],
    ),
    "cards for spaced repetition": (
        CARDS,
        [
            (1, "multi", "Which are castes?", ["R Queen", "- Judge", "R Worker"]),
            (9, "single", "Which one?", ["- x", "R y"]),
            (15, "true_false", "Wax grows.", ["- True", "R False"]),
            (17, "unsupported", "A `____` flies.", []),
        ],
    ),
    "Obsidian quiz blocks": (FENCED, [(1, "multi", "Which are insects?", ["R Bee", "- Spider", "R Ant"])]),
    "headings q:{…}": (
        CUBE,
        [
            (8, "single", "Single\n\nThe number 2 is *even*.", ["R Yes", "- No"]),
            (19, "multi", "Which divide six?", ["R 2", "R 3", "- 4"]),
        ],
    ),
    "exercise admonitions": (
        ADMONITIONS,
        [
            (5, "single", "Text of the question.", ["- option 1", "R correct option"]),
            (14, "unsupported", "Type something.", []),
        ],
    ),
    "<quiz> blocks": (TAGS, [(1, "single", "What is it?", ["R a", "- b"])]),
    "typed questions": (
        TYPED,
        [
            (3, "multi", "Which are castes?", ["R Queen", "R Worker", "- Judge"]),
            (13, "true_false", "Wax grows", ["- True", "R False"]),
            (19, "unsupported", "Discuss", []),
            (22, "unsupported", "Match", []),
        ],
    ),
    "an mdquiz file": (MDQUIZ, [(2, "multi", "Which are true?", ["R a", "R b", "- c"])]),
    "quizdown": (
        QUIZDOWN,
        [
            (5, "single", "Which one?", ["R a", "- b"]),
            (13, "unsupported", "Bring into order!\n\n1. One\n2. Two\n3. Three", []),
        ],
    ),
    "quizdown in a block": (WRAPPED, [(8, "single", "Which one?", ["R a", "- b"])]),
}


def row(question: ParsedQuestion) -> Row:
    options = [f"{'R' if option.correct else '-'} {option.text}" for option in question.options]
    return question.first_line, question.kind.value, question.stem, options


def read(name: str, format: str = "auto") -> ParsedQuiz:  # noqa: A002 - as it is called everywhere
    return parse_quiz(RELATIVES[name][0].encode(), format=format)


@pytest.mark.parametrize("format", ["auto", "markdown"])
@pytest.mark.parametrize("name", RELATIVES)
def test_relative_is_read_as_markdown(name: str, format: str) -> None:  # noqa: A002 - as it is called everywhere
    quiz = read(name, format)
    assert (quiz.format, quiz.translated) == (Format.MARKDOWN, True)
    assert [row(question) for question in quiz.questions] == RELATIVES[name][1]
    assert quiz.errors == ()
    assert format == "markdown" or name in quiz.why


@pytest.mark.parametrize("name", RELATIVES)
def test_relative_what_cannot_be_asked_is_listed_with_line_and_reason(name: str) -> None:
    quiz = read(name)
    refused = [question for question in quiz.questions if question.kind is Kind.UNSUPPORTED]
    told = {message.line: message.text for message in quiz.messages if message.code == "W327"}
    assert {question.first_line: question.reason for question in refused} == told
    assert all(question.state is State.CONTRADICTION for question in refused)
    assert all(question.state is State.READY for question in quiz.questions if question not in refused)


@pytest.mark.parametrize("name", RELATIVES)
def test_relative_lines_of_options_are_those_of_the_text(name: str) -> None:
    lines = RELATIVES[name][0].split("\n")
    for question in read(name).questions:
        for option in question.options:
            shown = " ".join(lines[option.line - 1 : option.end_line])
            assert question.kind is Kind.TRUE_FALSE or option.text.split("\n")[0] in shown


@pytest.mark.parametrize("name", RELATIVES)
def test_relative_written_natively_keeps_its_key(name: str) -> None:
    quiz = read(name)
    again = parse(write(quiz))
    assert [question.key for question in again.questions] == [question.key for question in quiz.questions]
    assert [question.kind for question in again.questions] == [question.kind for question in quiz.questions]


def test_relative_is_stored_in_native_form() -> None:
    text = RELATIVES["learn.co blocks"][0]
    stored = imported_text(parse_quiz(text.encode()), text, {})
    assert [row(question)[1:] for question in parse(stored).questions] == [found[1:] for found in RELATIVES["learn.co blocks"][1]]
    assert parse(stored).errors == ()


def test_relative_feedback_points_and_hints_are_kept() -> None:
    assert read("quizdown").questions[0].feedback.hint == "A hint"
    assert read("quizdown").questions[0].options[0].feedback == "right"
    assert read("an mdquiz file").questions[0].options[0].feedback == "because"
    typed = read("typed questions").questions
    assert (typed[0].feedback.correct, typed[0].points, typed[1].points) == ("Well done.", Decimal(3), Decimal("0.5"))
    assert read("exercise admonitions").questions[0].feedback.general == "Because."
    assert read("<quiz> blocks").questions[0].feedback.general == "It is **a**."


def test_relative_shown_in_a_fence_of_a_native_quiz_stays_code() -> None:
    text = "## Which sign is right?\n\n````\n" + LEARN + "> [!question] x\n<quiz>\n### q:{a}\n````\n\n- [x] a\n- [ ] b\n"
    quiz = parse_quiz(text.encode())
    assert (quiz.translated, len(quiz.questions), quiz.errors) == (False, 1, ())


def test_relative_block_with_a_broken_first_line_is_told() -> None:
    quiz = parse_quiz(b'```masteryls\n{"type": \n- [x] a\n- [ ] b\n```\n')
    assert [question.kind for question in quiz.questions] == [Kind.UNSUPPORTED]
    assert "no JSON" in quiz.questions[0].reason


@pytest.mark.parametrize("top", ["---\nprimary_color: red\n---\n\n", ""])
def test_quizdown_headings_of_mixed_levels_all_begin_questions(top: str) -> None:
    text = (
        top
        + "# One?\n\n> think\n\n1. [x] a\n    > why\n2. [ ] b\n\n## Two?\n\n- [x] a\n- [x] b\n\n### Three?\n\n- [x] a\n- [ ] b\n"
    )
    quiz = parse_quiz(text.encode())
    assert [question.stem for question in quiz.questions] == ["One?", "Two?", "Three?"]
    assert [question.kind.value for question in quiz.questions] == ["single", "multi", "single"]
    assert quiz.questions[0].feedback.hint == "think"
    assert (quiz.questions[0].options[0].feedback, quiz.errors) == ("why", ())


MIXED = """\
---
points: 2
---
# Bees

Read first.

## True or false: bees fly {#fly}

- [x] True
  > They do.
- [ ] False

## Why?

Type: short_answer

### Which?
Type: multiple_choice
* Nectar
- Sand

## Both?
Type: multiple_answers
- [x] Wax
- [x] Honey
- [ ] Sand
"""


def test_typed_question_beside_boxes_leaves_them_as_they_are() -> None:
    quiz = parse_quiz(MIXED.encode())
    kinds = [(question.line, question.kind.value, question.state.value) for question in quiz.questions]
    assert kinds == [
        (8, "true_false", "ready"),
        (14, "unsupported", "contradiction"),
        (18, "single", "ready"),
        (23, "multi", "ready"),
    ]
    assert [set(question.key) for question in quiz.questions] == [{0}, set(), {0}, {0, 1}]
    told = [(message.line, message.text) for message in quiz.messages if message.code == "W327"]
    assert told == [(14, 'a question of the type "short_answer" cannot be asked here')]
    first = quiz.questions[0]
    assert (first.stem, first.ident, first.points, first.options[0].feedback) == (
        "True or false: bees fly",
        "fly",
        Decimal(2),
        "They do.",
    )
    assert (quiz.title, quiz.intro, quiz.errors) == ("Bees", "Read first.", ())


@pytest.mark.parametrize("known", ["auto", "markdown"])
def test_native_heading_without_a_box_is_listed_and_one_with_one_is_wrong(known: str) -> None:
    text = "## Which?\n\n- [x] A\n- [ ] B\n\n## Bees make ____.\n\nAnswer: honey\n\n## Match\n\n- a\n- b\n\n## One?\n\n- [x] A\n"
    quiz = parse_quiz(text.encode(), format=known)
    told = [(message.line, message.code) for message in quiz.messages if message.line]
    assert told == [(6, "W327"), (10, "W327"), (15, "E104")]
    assert [question.kind.value for question in quiz.questions] == ["single", "unsupported", "unsupported", "single"]
    assert [question.state.value for question in quiz.questions] == ["ready", *["contradiction"] * 3]
    assert quiz.questions[1].reason == next(message.text for message in quiz.messages if message.line == 6)


def test_mdquiz_title_is_the_title_of_the_quiz() -> None:
    text = "---\nquestion: Which is warm?\ntitle: Question 2\n---\n\n- [x] Sun\n> It shines.\n- [ ] Ice\n"
    quiz = parse_quiz(text.encode())
    assert (quiz.title, [(question.line, question.stem) for question in quiz.questions]) == (
        "Question 2",
        [(2, "Which is warm?")],
    )
