"""The public copy of a text: quizzes without what is right, and people by numbers (formats.md 3.7). Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from course.weekfile import parse as parse_week
from exchange import front_text
from quizzes.formats import markdown
from quizzes.formats.lines import find_fences, indent_of, split_lines
from quizzes.formats.model import Feedback, ParsedOption, ParsedQuestion, ParsedQuiz, QuizPurpose
from quizzes.formats.native_checks import Wording
from quizzes.formats.native_lines import box, heading, quoted
from quizzes.scoring import Kind

_ENDS = re.compile(r"\r\n|\n|\r")
_MARK = re.compile(r"\[[xX~!]\]")
_SECRET = {"access_code": None}


def is_keyless(parsed: ParsedQuiz) -> bool:
    """Whether a quiz file has options and no box marked in any of them: a public copy. A survey has nothing to mark."""
    asked = [question for question in parsed.questions if question.options]
    marked = any(option.correct or option.effect.value != "normal" for question in asked for option in question.options)
    return bool(asked) and not marked and parsed.settings.purpose is not QuizPurpose.SURVEY


def public_quiz(text: str) -> str:
    """Return a native quiz file with all boxes empty and without feedback, explanations, hints and access code.

    Every other character stays, so that a copy that was edited can be put together with the original again. Where a file is
    written in a way that this would not clean, it is printed anew.
    """
    parsed = markdown.parse(text)
    lines = split_lines(text)
    dropped: set[int] = set()
    verbatim = find_fences(lines).verbatim
    for question in parsed.questions:
        dropped |= _emptied(lines, question, verbatim)
    kept = _joined(text, lines, dropped)
    try:
        kept = front_text.with_values(kept, _SECRET)
    except ValueError:  # front matter with an error in it; nothing is read from it
        kept = front_text.split(kept).body
    again = parsed if kept == text else markdown.parse(kept)  # of a text in which nothing was taken out
    if _is_clean(again, parsed):
        return kept
    bare = replace(parsed, settings=replace(parsed.settings, access_code=None))
    return markdown.write(bare, with_key=False)


def _emptied(lines: list[str], question: ParsedQuestion, verbatim: Collection[int]) -> set[int]:
    """Empty the boxes of a question in `lines`; return the lines (0-based) of what is said about its answers."""
    first = question.options[0].line - 1 if question.options else len(lines)
    starts = {option.line - 1: option for option in question.options}
    dropped: set[int] = set()
    quoting = False
    for at in range(question.first_line, question.end_line):
        line = lines[at]
        if at in verbatim or not line.strip():
            quoting = False
        elif at in starts:
            lines[at], quoting = _MARK.sub("[ ]", line, count=1), False
        elif quoted(line) is not None and (at > first or indent_of(line) < 2):
            dropped.add(at)
            quoting = True
        elif quoting and not heading(line) and box(line, among_options=at > first) is None:
            dropped.add(at)  # a quote goes on without its sign (CommonMark's lazy lines)
        else:
            quoting = False
    head = question.first_line - 1
    if question.kind is Kind.MULTI and not _asks_for_several(question):
        lines[head] = _with_multi(lines[head])
    return dropped


def _asks_for_several(question: ParsedQuestion) -> bool:
    """Whether the question is multi-select by its own words, without any box marked."""
    return Wording(question.stem, [option.text for option in question.options], 0).kind is Kind.MULTI


def _with_multi(head: str) -> str:
    """Return a question's heading line that says {multi}, if it does not."""
    body, tail = head.rstrip(), head[len(head.rstrip()) :]
    braces = re.search(r"(?<![^ \t])\{[^{}`]*\}$", body)
    if braces and "multi" in re.findall(r"[^\s{}]+", braces[0]):
        return head
    if braces and re.search(r"#[\w.-]+|=|\bsingle\b", braces[0]):
        return f"{body[:-1].rstrip()} multi}}{tail}"
    return f"{body} {{multi}}{tail}"


def _joined(text: str, lines: Sequence[str], dropped: set[int]) -> str:
    ends = [match[0] for match in _ENDS.finditer(text)] + [""]
    kept: list[str] = []
    blank = gap = False
    for at, line in enumerate(lines):
        if at in dropped:
            gap = True
            continue
        if gap and blank and not line.strip() and at < len(lines) - 1:
            continue  # of the two blank lines around what was dropped one stays
        kept.append(line + ends[at])
        blank, gap = not line.strip(), False
    return "".join(kept)


def _is_clean(found: ParsedQuiz, before: ParsedQuiz) -> bool:
    """Whether a copy says nothing of the key and still asks the same."""
    same = [_asks(question) for question in found.questions] == [_asks(question) for question in before.questions]
    said = any(
        option.correct or option.feedback or option.feedback_unticked
        for question in found.questions
        for option in question.options
    )
    return same and not said and all(question.feedback == Feedback() for question in found.questions)


def _asks(question: ParsedQuestion) -> tuple[str, Kind, list[str]]:
    return question.stem, question.kind, [option.text for option in question.options]


def key_of(parsed: ParsedQuiz) -> list[tuple[str, frozenset[str]]]:
    """Return what is right in each question, by its texts: to see whether a key changed."""
    return [(question.stem, frozenset(map(_right, question.options))) for question in parsed.questions]


def _right(option: ParsedOption) -> str:
    return f"{option.text}\0{bool(option.correct)}{option.effect.value}"


@dataclass(frozen=True, slots=True)
class Aliases:
    """The people whom a public copy calls Student #1, #2, … by their names and addresses, longest first."""

    by_words: Mapping[str, str]
    count: int = 0

    @classmethod
    def of(cls, people: Sequence[tuple[str, str]]) -> "Aliases":
        """Return the aliases of people, given as (name, e-mail address) in the order of their numbers."""
        found: dict[str, str] = {}
        for number, words in enumerate(people, 1):
            for one in words:
                if one.strip():
                    found.setdefault(" ".join(one.split()).casefold(), f"Student #{number}")
        return cls(dict(sorted(found.items(), key=lambda pair: -len(pair[0]))), len(people))

    def hide(self, text: str) -> str:
        """Return a text with the full names and addresses of these people replaced."""
        if not self.by_words:
            return text
        words = "|".join(re.escape(one).replace(r"\ ", r"[ \t]+") for one in self.by_words)
        pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
        return pattern.sub(lambda match: self.by_words[" ".join(match[0].split()).casefold()], text)

    def of_name(self, name: str, number: int) -> str:
        """Return what stands for a name that a schedule has: that of the one person it can mean, else `number`."""
        wanted = name.casefold().split()
        fitting = {alias for words, alias in self.by_words.items() if "@" not in words and _means(wanted, words.split())}
        return fitting.pop() if len(fitting) == 1 else f"Student #{number}"


def _means(typed: Sequence[str], words: Sequence[str]) -> bool:
    return bool(typed) and all(any(word.startswith(part) for word in words) for part in typed)


def is_name(text: str) -> bool:
    """Whether a text can be somebody's name: at most five words, the first and last with a capital, no digits."""
    words = re.split(r"[\s,&]+", text.strip().rstrip("?"))
    return 1 <= len(words) <= 5 and words[0][:1].isupper() and words[-1][:1].isupper() and not re.search(r"[\d:;!()]", text)


def public_week(text: str, aliases: Aliases) -> str:
    """Return a week page without the names of people: in its presentations all names, elsewhere those of the class."""
    file = parse_week(text.encode("utf-8", "surrogatepass"))
    pieces = re.split(r"(\r\n|\n|\r)", text)
    people = [one for one in file.presenters if not one.placeholder and is_name(one.name)]
    for number, presenter in enumerate(people, aliases.count + 1):
        at = 2 * (presenter.line - 1)
        if at < len(pieces):
            pieces[at] = pieces[at].replace(presenter.name, aliases.of_name(presenter.name, number))
    return aliases.hide("".join(pieces))


def names_in(text: str, names: Sequence[str], aliases: Aliases) -> str:
    """Return a schedule's text with these `names` of its cells replaced, longest first, then those of the class."""
    known: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names), aliases.count + 1):
        known[name] = aliases.of_name(name, number)
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", known[name].replace("\\", ""), text)
    return aliases.hide(text)
