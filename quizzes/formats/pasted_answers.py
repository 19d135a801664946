"""Which options an answer names: "B, E", "BE", "B. Sand", "B) Sand and D) Clay", or the text of an option.

Letter and text have to agree. Where they do not, or where it is not sure what is named, somebody has to decide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.formats.pasted_lines import without_stars
from quizzes.formats.pasted_marks import read_mark
from quizzes.formats.pasted_texts import LONGEST, Choice, Texts

_AND = r"and|und|et|y|en|og|och|oraz|ve|dan|v\u00e0|\u0438|\u0442\u0430|\u548c|\u4e0e|\u8207|\u53ca|\u3068"
_ONE = r"[(\[]?[A-Ja-j][)\].]?"
_BETWEEN = rf"\s*(?:,|;|/|&|\+|\u3001|\uff0c|\b(?:{_AND})\b)\s*(?:(?:{_AND})\s+)?"
_LETTERS = re.compile(rf"{_ONE}(?:(?:{_BETWEEN}|\s+){_ONE}){{0,9}}\.?")
_LISTED = re.compile(
    rf"(?P<letters>{_ONE}(?:{_BETWEEN}{_ONE}){{1,9}})(?:\s*[-\u2013\u2014:]\s+|\.\s+|\s*\n)(?P<text>\S.*)", re.DOTALL
)
_APART = re.compile(r"(?P<before>[A-J][)\].]?)\s+[eiy]\s+(?=[(\[]?[A-J](?![A-Za-z]))")
_RUN_TOGETHER = re.compile(r"[A-J]{2,10}\.?")
_NUMBERS = re.compile(rf"\d{{1,2}}(?:\s*(?:,|;|/|&|\b(?:{_AND})\b)\s*\d{{1,2}}){{0,9}}\.?")
_LED = re.compile(
    r"(?:(?i:option|choice|answer)\s+)?[(\[]?(?:(?P<letter>[A-Ja-j])(?:[).\]:](?![a-z0-9])|\s+[-\u2013\u2014]\s)|(?P<number>[1-9]\d?)[).\]:]\s)"
    r"\s*(?P<text>.*)",
    re.DOTALL,
)
_NEXT = re.compile(
    rf"(?:\s*[,;/&+]\s*(?:(?:{_AND})\s+)?|\s+(?:{_AND}|e)\s+|\s*\n\s*)[(\[]?(?P<letter>[A-Ja-j])"
    r"(?:[).\]:](?=\s|[A-Z]|$)|\s+[-\u2013\u2014]\s|(?=\.?\s*$))\s*"
)
_OPTION_LETTER = re.compile(r"(?:options?|choices?|answers?|both)\s+(?P<rest>.+)", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"(?:or|oder|ou|o|veya|\u0438\u043b\u0438|not?|nicht|non|never|(?:is|are|was|were)\s+(?:not|wrong|incorrect|false)|(?:is|are)n['\u2019]t)\b"
)
_CLAUSE = re.compile(r"[.;,:(\u2013\u2014\n]\s|\s-\s|\n")
_MOST_LETTERS = 80  # characters
_BY_LETTER_AND_TEXT = 'the answer "{}" names one option by its letter and another by its text'
_UNSURE = 'the answer "{}" may be read in several ways'
_SEVERAL_LED = "several letters are named, each with other words than its option has: it is not said which of them are right"
_LATE = "letters stand below other text, so they may be of the options that are wrong"
_EACH = "each option is named one by one, so nothing shows which of them are right"
_TOO_MANY = "more answers are given than any question has"
_ENOUGH = 2
_MOST = 300  # answers; what else a <details> says explains


@dataclass(frozen=True, slots=True)
class Claim:
    """The (0-based) options that one answer names.

    `led`: a letter leads other words than its option has (`besides`); `begun`: a text goes on after that of an option.
    """

    options: frozenset[int]
    besides: str = ""
    led: bool = False
    begun: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What answers name, which of them name nothing, what they say besides, and why somebody has to decide."""

    options: frozenset[int]
    lost: list[str]
    besides: list[str]
    doubt: str = ""


def name_options(answers: Sequence[str], choices: Sequence[Choice], *, named: bool = True) -> Named:
    """Return the options that the answers name. Only if they are not `named` as answers, may some be other text."""
    namer = _Namer(choices)
    lost: list[str] = []
    claims: list[Claim] = []
    doubt = _TOO_MANY if named and len(answers) > _MOST else ""
    late = False  # whether what is named stands below other text
    for answer in answers[:_MOST]:
        if _is_crossed_out(answer) or (claim := namer.name(answer)) is None:
            lost.append(answer)
            late = late or not (named or claims or _is_crossed_out(answer))
            continue
        doubt = doubt or claim.doubt or (_LATE if late else "")
        claims.append(claim)
    lost += answers[_MOST:]
    if not named and any(not claim.led and not claim.begun for claim in claims):
        # Beside an answer as the list has it, one with other words says why that is right or wrong.
        lost += [claim.besides for claim in claims if claim.led or claim.begun]
        claims = [claim for claim in claims if not claim.led and not claim.begun]
    if not doubt and sum(1 for claim in claims if claim.led or (claim.begun and not named)) >= _ENOUGH:
        doubt = _SEVERAL_LED
    if not doubt and len(claims) == len(choices) >= _ENOUGH and len({claim.options for claim in claims}) == len(choices):
        doubt = _EACH
    found = frozenset(at for claim in claims for at in claim.options)
    return Named(found, lost, [claim.besides for claim in claims if claim.besides], doubt)


class _Namer:
    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self.texts = Texts(choices)
        self.lettered = any(choice.letter for choice in choices)
        self.numbered = any(choice.numbered for choice in choices)
        self.letters = {choice.letter or chr(ord("A") + at): at for at, choice in enumerate(choices[:10])}

    def name(self, answer: str) -> Claim | None:
        text = without_stars(read_mark(answer[:LONGEST]).text).strip()
        by_text = self.texts.find(text)
        places = self._by_letters(text) or self._by_numbers(text)
        if by_text and places and by_text != places and (self.lettered or self.numbered):
            return _doubtful(_BY_LETTER_AND_TEXT, text)
        if len(by_text) > 1:
            return _doubtful(_UNSURE, text)
        if by_text or places:
            return self._unless_led(text, Claim(frozenset(by_text or places or ())))
        claim = self._led(text)
        if "**" in text and (claim is None or claim.besides):
            claim = self._led(text.replace("**", ""))
        return claim or self._listed(text) or self._in_words(answer, text)

    def _unless_led(self, text: str, claim: Claim) -> Claim:
        """Of "C) B and A" the letter is C if that is what the option says."""
        match = _LED.fullmatch(text)
        at = self.letters.get((match["letter"] or "").upper(), -1) if match else -1
        if not match or at < 0 or not match["text"].strip():
            return claim
        found = self.texts.find(match["text"])
        if found == {at}:
            return Claim(frozenset(found))
        return _doubtful(_BY_LETTER_AND_TEXT, text) if found and claim.options != {at} else claim

    def _by_letters(self, text: str) -> set[int] | None:
        text = _APART.sub(r"\g<before>, ", _APART.sub(r"\g<before>, ", _only_letters(text)))
        if _RUN_TOGETHER.fullmatch(text) and all(letter in self.letters for letter in text.rstrip(".")):
            return {self.letters[letter] for letter in text.rstrip(".")}
        if len(text) < _MOST_LETTERS and _LETTERS.fullmatch(text):
            names = {name.upper() for name in re.findall(r"\b[A-Ja-j]\b", text)}
            return {self.letters[name] for name in names} if names <= set(self.letters) else None
        return None

    def _by_numbers(self, text: str) -> set[int] | None:
        if self.lettered or len(text) >= _MOST_LETTERS or not _NUMBERS.fullmatch(text):
            return None
        numbers = re.findall(r"\d+", text)
        exact = [self.texts.find(number) for number in numbers]
        if any(exact) and not self.numbered:
            return {at for found in exact for at in found} if all(len(found) == 1 for found in exact) else None
        places = {int(number) - 1 for number in numbers}
        return places if all(0 <= at < len(self.choices) for at in places) else None

    def _led(self, text: str) -> Claim | None:
        """Take the letter of "B. Sand", or the number of "2. Sand", and what is said besides if that is no option."""
        match = _LED.fullmatch(text)
        if not match:
            return None
        said = match["text"].strip()
        found = self.texts.find(said)
        if match["number"]:
            return self._by_number(int(match["number"]) - 1, text, said, found)
        at = self.letters.get(match["letter"].upper(), -1)
        if at < 0:
            return Claim(frozenset(found)) if len(found) == 1 and not self.lettered else None
        if at in found:
            return Claim(frozenset({at}))
        if found:
            return _doubtful(_BY_LETTER_AND_TEXT, text)
        return self._several(at, text, said) or self._with_reason(at, text, said)

    def _by_number(self, at: int, text: str, said: str, found: set[int]) -> Claim | None:
        if self.numbered and at not in found and (found or at >= len(self.choices)):
            return _doubtful(_BY_LETTER_AND_TEXT, text) if found else None
        if at in found or len(found) == 1:
            return Claim(frozenset({at} if at in found else found))
        if found:
            return _doubtful(_UNSURE, text)
        known = not self.lettered and self.texts.begin(said) == {at}
        return Claim(frozenset({at})) if known else None

    def _with_reason(self, at: int, text: str, said: str) -> Claim:
        first = _CLAUSE.split(said, maxsplit=1)[0]
        other = self.texts.find(first)
        if other and at not in other:
            return _doubtful(_BY_LETTER_AND_TEXT, text)
        own = at in self.texts.begin(said)
        return Claim(frozenset({at}), said, led=not own and bool(said))

    def _several(self, first: int, text: str, said: str) -> Claim | None:
        """Take "B) gull and D) hawk" for two if each letter has its own text behind it."""
        cuts = [cut for cut in _NEXT.finditer(said) if cut["letter"].upper() in self.letters][:9]
        if not cuts:
            return None
        starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(said)]
        places = [first, *(self.letters[cut["letter"].upper()] for cut in cuts)]
        parts = [said[start:end].strip(" .") for start, end in zip(starts, ends, strict=True)]
        fits = [self._fits(at, part, last=part == parts[-1]) for at, part in zip(places, parts, strict=True)]
        if fits[0] and all(fits):
            return Claim(frozenset(places))
        # An explanation may name letters, too.
        return _doubtful(_UNSURE, text) if any(fits[1:]) else None

    def _fits(self, at: int, part: str, *, last: bool) -> bool:
        return not part or at in self.texts.find(part) or (last and self.texts.begin(part) == {at})

    def _listed(self, text: str) -> Claim | None:
        """Take "B, D - both fly"; if texts of options follow, they have to be those."""
        match = _LISTED.fullmatch(_only_letters(text))
        places = self._by_letters(match["letters"]) if match else None
        if not match or not places:
            return None
        each = self.texts.find_each(match["text"]) or self.texts.find(match["text"])
        if each and each != places:
            return _doubtful(_BY_LETTER_AND_TEXT, text)
        return Claim(frozenset(places), "" if each else match["text"])

    def _in_words(self, answer: str, text: str) -> Claim | None:
        if places := self.texts.find_each(text):
            return Claim(frozenset(places))
        places = self.texts.begin(text)
        if len(places) != 1:
            return None
        if _TAKEN_BACK.match(self.texts.behind(text, *places)):
            return _doubtful(_UNSURE, text)
        longer = self.texts.is_longer(text, places)
        return Claim(frozenset(places), answer if longer else "", begun=longer)


def _is_crossed_out(answer: str) -> bool:
    return read_mark(answer[:LONGEST]).right is False


def _only_letters(text: str) -> str:
    """Return a text without emphasis, and without "Both" or "Options" before its letters."""
    text = text.replace("**", "").replace("__", "") if len(text) < LONGEST else text
    match = _OPTION_LETTER.fullmatch(text)
    return match["rest"] if match and len(text) < LONGEST else text


def _doubtful(why: str, text: str) -> Claim:
    return Claim(frozenset(), doubt=why.format(text[:60]))
