"""Headings of week pages in the words of the program's own pages. Pure."""

import re

ACRONYMS = frozenset(
    {
        "AI",
        "API",
        "APIS",
        "CSS",
        "GPT",
        "GPU",
        "HTML",
        "LLM",
        "LLMS",
        "LMM",
        "LMMS",
        "ML",
        "NLP",
        "SQL",
        "URL",
    }
)
WORD = re.compile(r"[^\W\d_]+")


def sentence_case(heading: str) -> str:
    """Return a heading written in capitals as a sentence says it ("CODE REVIEW" is "Code review"); others as they are."""
    if not heading.isupper():
        return heading
    words = WORD.sub(lambda found: found[0] if found[0] in ACRONYMS else found[0].lower(), heading)
    return words[:1].upper() + words[1:]
