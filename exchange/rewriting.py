"""How a file follows what changed in the course: the value that changed gets other characters, all others stay. Pure.

Each function takes the text that the course last took over, what the course said then (`before`) and says `now`
(`exchange.facts`). Without a text the file is printed anew.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from exchange import front_text, yaml_text
from exchange.facts import Facts
from exchange.schedule_table import FRESH, read_schedule, with_day
from exchange.yaml_text import Items, Table, Value, written
from quizzes.quiztext import take_settings, with_settings

_Talk = list[str | None]


def quiz_file(text: str | None, before: Facts, now: Facts) -> str:
    """Return the file of a quiz: its own text with its front matter."""
    fresh = with_settings(now["body"], (f"{key}: {value}" for key, value in now["values"].items()))
    if text is None:
        return fresh
    if before == now:
        return text
    old, new = front_text.split(before["body"]), front_text.split(now["body"])
    # A text that the course did not take as it is, or keys that only the text has: print it.
    if not _taken_as_it_is(text, before) or (old.opening, old.yaml) != (new.opening, new.yaml):
        return fresh
    if old.body != new.body:
        text = front_text.with_body(text, new.body)
    return front_text.with_values(text, _changed(before["values"], now["values"]))


def native_quiz_file(text: str, now: Facts) -> str:
    """Return the file of a quiz in the native format: its own `text`, or printed anew where the course had to translate that
    (a pasted review, a format of another system).
    """
    return text if _taken_as_it_is(text, now) else quiz_file(None, Facts(), now)


def _taken_as_it_is(text: str, said: Facts) -> bool:
    """Whether the questions of a quiz are those of its file, letter for letter."""
    return take_settings(text.removeprefix(front_text.BOM))[1] == said["body"]


def announcement_file(text: str | None, before: Facts, now: Facts) -> str:
    """Return the file of an announcement."""
    if text is None:
        said = {key: value for key, value in now["values"].items() if value}
        return front_text.with_values(now["body"], dict(said))
    if before["body"] != now["body"]:
        text = front_text.with_body(text, now["body"])
    return front_text.with_values(text, _changed(before["values"], now["values"]))


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str | None]:
    """Return the keys whose value changed, None for those that have none any more."""
    keys = [*now, *(key for key in before if key not in now)]
    return {key: now.get(key) or None for key in keys if before.get(key, "") != now.get(key, "")}


def course_file(text: str | None, before: Facts, now: Facts, fresh: str) -> str:
    """Return course.yaml; `fresh` is what is written where there was none."""
    if text is None:
        return fresh
    for key, value in _changed(before["values"], now["values"]).items():
        text = yaml_text.with_value(text, tuple(key.split(".")), value)
    for path, said in now["entries"].items():
        changes = _changed(before.get("entries", {}).get(path, {}), said)
        if changes:
            text = _with_week(text, path, said, changes)
    return text


def _with_week(text: str, path: str, said: Mapping[str, str], changes: Mapping[str, str | None]) -> str:
    place = week_place(text, path)
    if place is None:
        return yaml_text.with_item(text, "weeks", week_entry(path, said)) if any(said.values()) else text
    for key, value in changes.items():
        text = yaml_text.with_value(text, ("weeks", place, key), value)
    return text


def week_place(text: str, path: str) -> int | None:
    """Return the position of the entry of a file under `weeks:`, None if there is none."""
    weeks = yaml_text.read(text).at("weeks")
    for place, one in enumerate(weeks.items if isinstance(weeks, Items) else ()):
        file = one.values.get("file") if isinstance(one, Table) else None
        if isinstance(file, Value) and file.text.strip() == path:
            return place
    return None


def without_weeks(text: str, paths: Iterator[str]) -> str:
    """Return course.yaml without the entries of these files."""
    for path in paths:
        if (place := week_place(text, path)) is not None:
            text = yaml_text.with_value(text, ("weeks", place), None)
    return text


def without_quizzes(text: str, paths: Collection[str]) -> str:
    """Return course.yaml in which no week names one of these quizzes."""
    weeks = yaml_text.read(text).at("weeks")
    for place, one in enumerate(weeks.items if isinstance(weeks, Items) else ()):
        quiz = one.values.get("quiz") if isinstance(one, Table) else None
        if isinstance(quiz, Value) and quiz.text.strip() in paths:
            text = yaml_text.with_value(text, ("weeks", place, "quiz"), None)
    return text


def week_entry(path: str, said: Mapping[str, str]) -> str:
    """Return one line of `weeks:` as YAML."""
    return "{" + ", ".join([f"file: {written(path)}", *(f"{key}: {value}" for key, value in said.items() if value)]) + "}"


def _with_news(talks: Sequence[_Talk], before: Sequence[_Talk]) -> Iterator[_Talk]:
    """Return the talks, without what became of one where that is as before: the table may say it in its own words."""
    for place, (names, title, status) in enumerate(talks):
        same = place < len(before) and before[place][2] == status
        yield [names, title, None if same else status]


def schedule_file(text: str | None, before: Facts, now: Facts, class_days: frozenset[date]) -> str:
    """Return presentations.md; only the rows of days on which something changed change."""
    text = FRESH if text is None else text
    # What was noted before talks had a state says nothing about it.
    known = {day: [[*talk, "", ""][:3] for talk in talks] for day, talks in before.get("days", {}).items()}
    for day, talks in sorted(now["days"].items()):
        if known.get(day) != talks:
            rows = [(names or "", title or "", status) for names, title, status in _with_news(talks, known.get(day, []))]
            text = with_day(read_schedule(text, class_days), date.fromisoformat(day), rows)
    for day in known.keys() - now["days"].keys():
        text = with_day(read_schedule(text, class_days), date.fromisoformat(day), [])
    return text
