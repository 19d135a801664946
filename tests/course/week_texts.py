"""Invented week pages of the tests."""

TEXT = """# Week 5: The Next Word

A language model bets on words.

## KEY QUESTIONS

1. What does a writer know that a predictor need not?
2. When a model sounds sure, of what is it sure?

## READINGS

### AI NEWS

* [The Columnist Who Was Never Hired (14m)](https://example.org/columnist) - Oona Pereira

### RESEARCH

* [Guessing as Understanding (35m)](https://example.org/guessing)
* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)

### CODING

* Coming

## IN CLASS

### OVERHEAD

* Quiz

### PRESENTATIONS

* Student #1

### CONCEPTS

Surprise, probability, temperature.

### EXTRAS

* Coming

## RESOURCES

* [The dice sheet](https://example.org/dice)
"""


def long_text(readings: int, sections: int = 1) -> str:
    """A page with `readings` readings in each of `sections` topics, and as many things to do in class."""
    topics = "\n".join(
        f"### TOPIC {topic}\n\n"
        + "\n".join(f"* [Text {topic}.{n} (5m)](https://example.org/{topic}/{n})" for n in range(readings))
        + "\n"
        for topic in range(sections)
    )
    in_class = "\n".join(f"### PART {part}\n\n* Do {part}\n" for part in range(sections))
    return f"# Week 5: Much\n\n## READINGS\n\n{topics}\n## IN CLASS\n\n{in_class}"
