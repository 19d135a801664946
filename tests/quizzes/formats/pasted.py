"""An invented review page, pasted into a note, in the shape that such pastes have.

Line numbers in the tests count in this text: the heading of the review is on line 13.
"""

NOTES = """\
Beekeeping, lecture four. See also [[Pollination]]

![[Drawings/hive-frames.excalidraw]]

What is a colony?
\tOne queen, many workers, some drones

- Seasons
\t- Spring: build-up\x20\x20
\t- Autumn: feed
Swarming is how a colony divides.

"""

REVIEW = """\
## Review
Which of these does a colony gather outside the hive? Select three options.

Note: To get credit for a multiple-select question, you must select all of the correct options and none of the incorrect ones.

_close_Royal jelly, which foragers find on lime trees.

Incorrect. Please review the lecture again.

_check_Nectar from flowers.

You selected a correct option!

Water for cooling the brood.

_check_Resin from buds.

You selected a correct option!

_check_

2.

What happens when a colony swarms?

A swarm forms in steps, namely:

1. Scouts leave
2. Drones fight
3. The hive is closed

_check_A swarm forms in steps, namely:

1. Queen cells are sealed
2. The old queen leaves
3. Scouts look for a cavity

A swarm forms in steps, namely:

1. The young queen leaves
2. Workers stop flying
3. Honey is carried back

A swarm forms in steps, namely:

1. Drones leave first
2. Workers follow a week later
3. Scouts stay at home

A swarm forms in steps, namely:

1. The comb is eaten
2. Scouts look for flowers
3. Nobody leaves

Correct! A swarm forms in steps, namely: 1. Queen cells are sealed 2. The old queen leaves 3. Scouts look for a cavity

_check_

3.

What does smoke do to a hive (before it is opened)?

Smoke has a number of effects, including:

1. It warms the comb.
2. It wakes the drones.

Smoke has many effects, including:

1. It kills mites at once.
2. It makes foragers return with pollen.

Smoke has many effects, including:

1. It turns nectar into honey.
2. It dyes the wax.

_check_Smoke has many effects, including:

1. It masks the alarm scent.
2. It makes workers fill up on honey.

Smoke has a number of effects, including:

1. It keeps the queen from laying.
2. It dries the frames.

\\Correct! Smoke has many effects, including: \\1. It masks the alarm scent. \\2. It makes workers fill up on honey. \\

_check_

4.

What is a worker bee?:

A worker is a male bee whose only task is to guard the entrance of the hive and to drive wasps away from it.

A worker is a young queen that has not yet been fed enough to lay and waits for the old one to be lost.

_check_A worker is a female bee that does not mate and takes on tasks by age, from cleaning cells to foraging.

A worker is a bee of another colony that is let in because it brings nectar, water or resin with it.

Correct! A worker is a female bee that does not mate and takes on tasks by age, from cleaning of cells to foraging."""

PASTED = NOTES + REVIEW

# number, line of the prompt, options at lines, ticked right (check), ticked wrong (close), key, state,
# feedback lines by the line of their option: all in PASTED.
EXPECTED = (
    (1, 14, (18, 22, 26, 28), (22, 28), (18,), (22, 26, 28), "confirm", {18: 20, 22: 24, 28: 30}),
    (2, 36, (38, 44, 50, 56, 62), (44,), (), (44,), "ready", {44: 68}),
    (3, 74, (76, 81, 86, 91, 96), (91,), (), (91,), "ready", {91: 101}),
    (4, 107, (109, 111, 113, 115), (113,), (), (113,), "ready", {113: 117}),
)
