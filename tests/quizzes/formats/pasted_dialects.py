"""Invented quizzes in the ways that people write them into notes, and what is in them.

Each entry: the text, and for each question (prompt, kind, state, options as "R text", "- text" or "? text").
"""

BOLD = """\
# Beekeeping notes

## Diagnostic questions

1. What do foragers carry home?

- **Nectar from flowers.**

- Sand from the river.

- ###### Leaves

Correct! Nectar is what honey is made of.

2. Which **two** things keep a colony warm?

*info*Note: To get credit for a multiple-select question, you must select all of the correct options and none of the incorrect ones.

- **Clustering**

Correct. Bees hang together.

- **Shivering**

Correct. They use their flight muscles.

- Singing

3. What is wax?

- **a secretion**

- a plant

###### **Correct! It comes from glands.**
"""

TAILS = """\
Q:What is smoke for?

- It masks the alarm scent.\\*\\*
- It feeds the brood. X
> Review the smoke lecture.
- It kills mites.

https://example.edu/smoke

Q:
Which are drones?

- Males.\\*\\*
- Haploid.\\*\\*
- Queens x
- Workers.X
  Look at the table of castes again.

Q: What was never marked?

- One
- Two
"""

TASKS = """\
## Hives

#### Q3. What is a frame?

- [ ] a box
- [x] a slot
- [] a lid

**Explanation:** a frame holds comb.

#### Q4. Which code runs?

```py
print(1)
```

- [ ] this

```py
x
```

- [x] that

```py
y
```

### 5.

What now?

* [X] one
* [ ] two

Explanation/Reference:
It is so.

6. Which are numbers?
   - [x] 1
   - [x] 2
   - [ ] a

###

Is an empty heading a head?

- [x] yes
- [ ] no
"""

BULLETS = """\
- Which is a bee?

  - [x] Apis
  - [ ] Vespa

- Which is a wasp?

  - [ ] Apis
  - [x] Vespa
"""

LETTERS = """\
# Practice exam

1. Which insect makes honey?
    - A. Wasp
    - B. Bee
    - C. Ant

    <details markdown=1><summary markdown='span'>Answer</summary>

    Correct Answer: B

    Explanation: <https://example.edu/bees>

    </details>

1. Which sting? (Select TWO)
    - A. Bee
    - B. Moth
    - C. Wasp

    <details><summary>Answer</summary>
    Correct answer: A, C
    </details>

1. Which fly? (Select TWO)
    - A. Bee
    - B. Stone
    - C. Wasp

    <details><summary>Answer</summary>
    Correct Answer: AC
    </details>

Question 4: Which crawl?

A) Grub
B) Bird

Answer: A
"""

BOLD_LETTERS = """\
**Question 1**: What is wax?

A. A plant
_Feedback: No, look again._
**B. A secretion**
C. A stone
_Feedback: Not at all._

**Question 2**: Which letter?

A) a
B) b
**C) c**
"""

VERDICTS = """\
1.
Question 1
Which of these do bees gather? Select all that apply.

1 / 1 point

Nectar

Correct
Yes, from flowers.

Sand

Resin

Correct
Propolis is made of it.

2.
Question 2
Which is a caste?

1 / 1 point

Queen

Correct
She lays.

Judge

Baker

3.
Question 3
Which are parts? Select all that apply.

0 / 1 point

Comb

Correct

Roof

This should not be selected
Hives have lids, colonies do not.

Brood

You didn’t select all the correct answers
"""

HIDDEN = """\
### What is propolis?

- Resin
- Water
- Pollen

<details><summary>Answer</summary>
Resin
</details>

### Which are castes?

- Queen
- Judge
- Worker

<details>
<summary>Show</summary>

- [x] Worker
- [ ] Judge
- [x] Queen

</details>
"""

EMOJI = """\
1. Which swarm?

✅ Bees
❌ Wasps
→ they found alone
❌ Ants

2. Which dance?

- **✅ Foragers** (Correct Answer)
- Drones
- Queens
"""

DIALECTS: dict[str, tuple[str, list[tuple[str, str, str, list[str]]]]] = {
    "right options in bold": (
        BOLD,
        [
            ("What do foragers carry home?", "single", "ready", ["R Nectar from flowers.", "- Sand from the river.", "- Leaves"]),
            ("Which **two** things keep a colony warm?", "multi", "ready", ["R Clustering", "R Shivering", "- Singing"]),
            ("What is wax?", "single", "ready", ["R a secretion", "- a plant"]),
        ],
    ),
    "asterisks and X behind the options": (
        TAILS,
        [
            (
                "What is smoke for?",
                "single",
                "ready",
                ["R It masks the alarm scent.", "- It feeds the brood.", "- It kills mites."],
            ),
            ("Which are drones?", "multi", "ready", ["R Males.", "R Haploid.", "- Queens", "- Workers."]),
            ("What was never marked?", "single", "choose", ["? One", "? Two"]),
        ],
    ),
    "a task list": (
        TASKS,
        [
            ("What is a frame?", "single", "ready", ["- a box", "R a slot", "- a lid"]),
            (
                "Which code runs?\n\n```py\nprint(1)\n```",
                "single",
                "ready",
                ["- this\n\n```py\nx\n```", "R that\n\n```py\ny\n```"],
            ),
            ("What now?", "single", "ready", ["R one", "- two"]),
            ("Which are numbers?", "multi", "ready", ["R 1", "R 2", "- a"]),
            ("Is an empty heading a head?", "single", "ready", ["R yes", "- no"]),
        ],
    ),
    "a task list below bullets": (
        BULLETS,
        [
            ("Which is a bee?", "single", "ready", ["R Apis", "- Vespa"]),
            ("Which is a wasp?", "single", "ready", ["- Apis", "R Vespa"]),
        ],
    ),
    "letters and an answer": (
        LETTERS,
        [
            ("Which insect makes honey?", "single", "ready", ["- Wasp", "R Bee", "- Ant"]),
            ("Which sting? (Select TWO)", "multi", "ready", ["R Bee", "- Moth", "R Wasp"]),
            ("Which fly? (Select TWO)", "multi", "ready", ["R Bee", "- Stone", "R Wasp"]),
            ("Which crawl?", "single", "ready", ["R Grub", "- Bird"]),
        ],
    ),
    "letters, the right one in bold": (
        BOLD_LETTERS,
        [
            ("What is wax?", "single", "ready", ["- A plant", "R A secretion", "- A stone"]),
            ("Which letter?", "single", "ready", ["- a", "- b", "R c"]),
        ],
    ),
    "verdicts below what was ticked": (
        VERDICTS,
        [
            (
                "Which of these do bees gather? Select all that apply.",
                "multi",
                "ready",
                ["R Nectar", "- Sand", "R Resin"],
            ),
            ("Which is a caste?", "single", "ready", ["R Queen", "- Judge", "- Baker"]),
            ("Which are parts? Select all that apply.", "multi", "confirm", ["R Comb", "- Roof", "R Brood"]),
        ],
    ),
    "options and an answer below": (
        HIDDEN,
        [
            ("What is propolis?", "single", "ready", ["R Resin", "- Water", "- Pollen"]),
            ("Which are castes?", "multi", "ready", ["R Queen", "- Judge", "R Worker"]),
        ],
    ),
    "emoji in front of the options": (
        EMOJI,
        [
            ("Which swarm?", "single", "ready", ["R Bees", "- Wasps", "- Ants"]),
            ("Which dance?", "single", "ready", ["R Foragers", "- Drones", "- Queens"]),
        ],
    ),
}
