"""The form of a quiz: what it shows of a text, and the text that its posted fields give.

A form carries the text that it was made from; what is typed is put into that text. Nothing typed is lost by a button.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from quizzes.actions.authoring import TEMPLATE
from quizzes.formats import form_moves
from quizzes.formats.form_edits import OptionFields, QuestionFields, fields_of, points_of, with_fields
from quizzes.formats.model import OptionEffect
from quizzes.scoring import Policy
from quizzes.wording import letter

MOST_FIELDS = 1_800
"""Browsers may send more; the site reads 2,000 fields of a form (DATA_UPLOAD_MAX_NUMBER_FIELDS)."""
_PER_QUESTION, _PER_OPTION = 9, 5
_TEXTS = ("stem", "hint", "general", "if_right", "if_wrong")


@dataclass(frozen=True, slots=True)
class ShownField:
    """An option with its letter and the names of its fields; `hint` is what a new quiz suggests."""

    name: str
    letter: str
    fields: OptionFields
    suggestion: str = ""

    @property
    def more(self) -> bool:
        """Whether more is said than a text and a mark, so that it should stand open."""
        return bool(self.fields.feedback or self.fields.unticked or self.fields.effect is not OptionEffect.NORMAL)


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A question of the form: its place from 0, the start of its fields' names, what they hold."""

    place: int
    name: str
    fields: QuestionFields
    options: tuple[ShownField, ...]
    suggestion: str = ""

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def more(self) -> bool:
        said = self.fields
        return bool(said.hint or said.general or said.if_right or said.if_wrong or said.points or said.scoring)


def shown_form(text: str) -> list[ShownForm] | None:
    """Return the questions of a text for the form; None if they are too many for one form."""
    fields = fields_of(text)
    if sum(_PER_QUESTION + _PER_OPTION * len(one.options) for one in fields) > MOST_FIELDS:
        return None
    suggested = fields_of(TEMPLATE)
    return [_shown(place, one, suggested) for place, one in enumerate(fields)]


def _shown(place: int, fields: QuestionFields, suggested: list[QuestionFields]) -> ShownForm:
    new = next((one for one in suggested if one.stem == fields.stem), None)
    words = {option.text for one in suggested for option in one.options}
    options = tuple(
        ShownField(
            f"q{place}-o{at}",
            letter(at),
            replace(option, text="") if option.text in words else option,
            option.text if option.text in words else "",
        )
        for at, option in enumerate(fields.options)
    )
    return ShownForm(place, f"q{place}", replace(fields, stem="") if new else fields, options, new.stem if new else "")


def typed(text: str, data: Mapping[str, str]) -> str:
    """Return the text with what a form sent in it; fields that did not come, or that nobody filled, stay as they are."""
    before = fields_of(text)
    suggested = {one.stem for one in fields_of(TEMPLATE)} | {option.text for one in fields_of(TEMPLATE) for option in one.options}
    return with_fields(text, [_typed(f"q{place}", one, data, suggested) for place, one in enumerate(before)])


def _typed(name: str, fields: QuestionFields, data: Mapping[str, str], suggested: set[str]) -> QuestionFields:
    if fields.raw is not None:
        raw = data.get(f"{name}-raw")
        return fields if raw is None else replace(fields, raw=_lines(raw))
    said = {key: _text(data, f"{name}-{key}", getattr(fields, key), suggested) for key in _TEXTS}
    points, scoring = points_of(data.get(f"{name}-points", fields.points)), data.get(f"{name}-scoring", fields.scoring)
    return replace(
        fields,
        **said,
        multi=data[f"{name}-kind"] == "multi" if f"{name}-kind" in data else fields.multi,
        points=fields.points if points is None else points,
        scoring=scoring if scoring in {"", *Policy} else fields.scoring,
        options=tuple(_option(f"{name}-o{at}", option, data, suggested) for at, option in enumerate(fields.options)),
    )


def _option(name: str, option: OptionFields, data: Mapping[str, str], suggested: set[str]) -> OptionFields:
    if f"{name}-text" not in data:
        return option
    effect = data.get(f"{name}-effect", option.effect.value)
    effects = {one.value: one for one in OptionEffect}
    return OptionFields(
        text=_text(data, f"{name}-text", option.text, suggested),
        right=f"{name}-right" in data,
        effect=effects.get(effect, option.effect),
        feedback=_text(data, f"{name}-feedback", option.feedback, suggested),
        unticked=_text(data, f"{name}-unticked", option.unticked, suggested),
    )


def _text(data: Mapping[str, str], name: str, before: str, suggested: set[str]) -> str:
    """Return what was typed; a field that holds only white space other than before is empty, a suggestion left alone stays."""
    if name not in data:
        return before
    text = _lines(data[name])
    if not text.strip():
        return before if before in suggested else ""
    return before if text.strip() == before.strip() else text.strip("\n")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def pressed(text: str, button: str) -> str:
    """Return the text after a button of the form: "add", "up 2", "down-option 0 3", … A button that is none changes nothing."""
    name, *numbers = button.split(" ")
    if not all(number.isascii() and number.isdigit() and len(number) < 5 for number in numbers):
        return text
    action = _BUTTONS.get((name, len(numbers)))
    return action(text, *map(int, numbers)) if action else text


def _moved(text: str, place: int, to: int) -> str:
    """Return the text with the question at one place dragged to another."""
    count = len(fields_of(text))
    if place >= count:
        return text
    by = 1 if to > place else -1
    for at in range(place, min(to, count - 1), by):
        text = form_moves.move_question(text, at, by)
    return text


_BUTTONS: dict[tuple[str, int], Callable[..., str]] = {
    ("add", 0): form_moves.add_question,
    ("delete", 1): form_moves.delete_question,
    ("up", 1): lambda text, place: form_moves.move_question(text, place, -1),
    ("down", 1): lambda text, place: form_moves.move_question(text, place, 1),
    ("move", 2): _moved,
    ("add-option", 1): form_moves.add_option,
    ("delete-option", 2): form_moves.delete_option,
    ("up-option", 2): lambda text, place, option: form_moves.move_option(text, place, option, -1),
    ("down-option", 2): lambda text, place, option: form_moves.move_option(text, place, option, 1),
}


def bad_points(data: Mapping[str, str]) -> Iterator[str]:
    """Return a sentence for each question whose points cannot be read."""
    for name, value in data.items():
        place = name.removeprefix("q").removesuffix("-points")
        if name == f"q{place}-points" and place.isascii() and place.isdigit() and len(place) < 5 and points_of(value) is None:
            yield f"Question {int(place) + 1}: “{value[:20]}” are no points. Write 1, 0.5 or 2."
