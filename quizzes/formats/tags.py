"""Names of tags as they are typed: a list with commas, told apart without regard to capitals."""

import re
import unicodedata
from collections.abc import Iterable

MAX_TAG = 40  # characters; `quizzes.models.Tag.name`
MAX_TAGS = 20
_NAME = re.compile(r"[^\W_][\w .+#/&'-]*")
_PLAIN = re.compile(r'[^\s"]+')


class BadTagError(ValueError):
    """A name that no tag can have; the message tells what to do."""


def read_tags(text: str) -> tuple[str, ...]:
    """Return the names in "RAG, word counts,rag": lower case, each once, in the order typed.

    Raises BadTagError for a name that is too long or has a sign that would end it in the text of a quiz, and for too many.
    """
    names = [" ".join(unicodedata.normalize("NFC", part).lower().split()) for part in text.split(",")]
    for name in names:
        if name and not _NAME.fullmatch(name):
            raise BadTagError(f'"{name}" cannot be a tag; a tag begins with a letter or a digit and has no quotes or braces')
        if len(name) > MAX_TAG:
            raise BadTagError(f'"{name[:MAX_TAG]}…" is too long for a tag; {MAX_TAG} characters are the most')
    found = tuple(dict.fromkeys(name for name in names if name))
    if len(found) > MAX_TAGS:
        raise BadTagError(f"{len(found)} tags are too many for one question; {MAX_TAGS} are the most")
    return found


def written(tags: Iterable[str]) -> str:
    """Return the tags as the heading of a question has them: ``tags=rag,tokens`` or ``tags="word counts,rag"``."""
    text = ",".join(tags)
    return f"tags={text}" if _PLAIN.fullmatch(text) else f'tags="{text}"'
