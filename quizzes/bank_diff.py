"""What is different between two versions of a question, part by part and word by word. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from course.word_changes import Fate, Piece, words
from quizzes.content import Content, OptionContent
from quizzes.enums import Effect, QuestionKind, Scoring
from quizzes.wording import letter, points

_AS_QUIZ = "as the quiz says"


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a question that is different; `part` names it, `pieces` are its text in order."""

    part: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version to compare: what it says, and the public ids of its options in the same order."""

    content: Content
    ids: tuple[str, ...]


def changes(old: Version, new: Version) -> list[Change]:
    """Return what is different in `new`, in the order in which a question is read; empty if nothing is.

    Options are told apart by their ids: a moved option is the same one.
    """
    return [
        *_texts(old.content, new.content, _PROMPT),
        *_options(old, new),
        *_texts(old.content, new.content, _REASONS),
        *_rules(old, new),
    ]


_PROMPT = {"stem": "Prompt", "hint": "Hint"}
_REASONS = {"general": "Explanation", "if_right": "When right", "if_wrong": "When wrong"}


def _texts(old: object, new: object, names: Mapping[str, str], prefix: str = "") -> Iterator[Change]:
    for name, part in names.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(f"{prefix}{part}", words(before, after))


def _options(old: Version, new: Version) -> Iterator[Change]:
    before = dict(zip(old.ids, old.content.options, strict=True))
    after = dict(zip(new.ids, new.content.options, strict=True))
    for at, (ident, option) in enumerate(after.items()):
        name = f"Option {letter(at)}"
        if ident not in before:
            yield Change(f"{name}, new", (Piece(Fate.NEW, f"{option.text} ({_mark(option)})"),))
            continue
        was = before[ident]
        yield from _texts(was, option, {"text": ""}, name)
        if _mark(was) != _mark(option):
            yield Change(f"{name}, mark", (Piece(Fate.GONE, _mark(was)), Piece(Fate.NEW, _mark(option))))
        yield from _texts(was, option, {"feedback": "when ticked", "unticked": "when not ticked"}, f"{name}, ")
    for at, (ident, option) in enumerate(before.items()):
        if ident not in after:
            yield Change(f"Option {letter(at)}, gone", (Piece(Fate.GONE, f"{option.text} ({_mark(option)})"),))
    kept = [ident for ident in new.ids if ident in before]
    if kept != [ident for ident in old.ids if ident in after]:
        yield Change(
            "Order of the options", (Piece(Fate.GONE, _order(old, kept, old.ids)), Piece(Fate.NEW, _order(old, kept, new.ids)))
        )


def _order(old: Version, kept: Sequence[str], ids: Sequence[str]) -> str:
    """The letters of the older version, in the order of `ids`."""
    return " ".join(letter(old.ids.index(ident)) for ident in ids if ident in kept)


def _mark(option: OptionContent) -> str:
    if option.effect == Effect.NEUTRAL:
        return "does not count"
    if option.effect == Effect.ALWAYS:
        return "right for everybody"
    return "right" if option.correct else "wrong"


def _rules(old: Version, new: Version) -> Iterator[Change]:
    a, b = old.content, new.content
    pairs = {
        "Kind": (QuestionKind(a.kind).label, QuestionKind(b.kind).label),
        "Points": (points(a.points), points(b.points)),
        "Scoring": (_scoring(a.scoring), _scoring(b.scoring)),
        "Says how many to select": (str(a.select or "no"), str(b.select or "no")),
    }
    for part, (before, after) in pairs.items():
        if before != after:
            yield Change(part, (Piece(Fate.GONE, before), Piece(Fate.NEW, after)))


def _scoring(code: str) -> str:
    return Scoring(code).label.lower() if code else _AS_QUIZ
