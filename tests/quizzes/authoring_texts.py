"""Invented quiz texts that the tests of authoring and importing share."""

import os
from pathlib import Path

SEEDS = Path(os.environ.get("SEMINAR_SEEDS", Path(__file__).parents[3] / "shared" / "seeds"))

QUIZ = """\
## What does a search by meaning compare? {#compare}

- [x] Positions of texts in a space of numbers.
  > Near in that space means used in similar company.
- [ ] The first letters of every word.
- [x] Texts that may share no word at all.
- [ ] How often a text was borrowed.

> Correct: Nearness stands in for likeness.
> Incorrect: Look again at the pencil exercise.

## What can a summary lose?

- [x] The order in which things are revealed.
- [x] The voice.
- [ ] Nothing that is in the text.

## How near are two texts that share no word?

1. [ ] Always far apart.
2. [x] As near as the company their words keep.
   > Company, not spelling, decides.
3. [ ] That cannot be said.
"""

REVIEW = """\
Notes on summaries
\tA tab stands here, and two spaces at the end.\x20\x20

- what a summary keeps

## Review
Which of these can go wrong in a summary? Select three options.

Note: To get credit for a multiple-select question, you must select all of the correct options and none of the incorrect ones.

_close_It is always too long.

Incorrect. Length can be set.

_check_It evens out the voice.

You selected a correct option!

It can state what the text only hints at.

_check_It drops the order of events.

_check_

2.

What is an embedding?

A picture set inside a text.

_check_A list of numbers that stands for a text.

A footnote nobody reads.

Correct! A list of numbers that stands for a text.

3.

What does nearness in the space stand for?

_close_The age of the text.

Being used in similar company.

Being of the same length.
"""
