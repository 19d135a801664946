"""Minutes of reading: sums, the ruler, and how they are said."""

from collections.abc import Iterable
from dataclasses import dataclass

RULER_WIDTH = 600
GAP = 4.0


@dataclass(frozen=True, slots=True)
class Load:
    """One reading as the budget sees it; `minutes` is None where the text names no time."""

    minutes: int | None
    optional: bool
    ticked: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of the ruler, in units of a ruler that is `RULER_WIDTH` long."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Budget:
    """The sums of a week's readings, in minutes. A reading without minutes counts as 0 and is counted apart."""

    required: int
    optional: int
    read: int
    left: int
    optional_left: int
    untimed: int
    bars: tuple[Bar, ...]


def budget(loads: Iterable[Load]) -> Budget:
    """Add up a week's readings and lay out the ruler: what is read first, then what is required, then what is optional."""
    all_loads = list(loads)
    parts = {
        "read": [load for load in all_loads if load.ticked],
        "left": [load for load in all_loads if not load.ticked and not load.optional],
        "optional": [load for load in all_loads if not load.ticked and load.optional],
    }
    return Budget(
        required=_sum(load for load in all_loads if not load.optional),
        optional=_sum(load for load in all_loads if load.optional),
        read=_sum(parts["read"]),
        left=_sum(parts["left"]),
        optional_left=_sum(parts["optional"]),
        untimed=sum(1 for load in all_loads if not load.minutes),
        bars=_bars([(kind, load.minutes) for kind, own in parts.items() for load in own if load.minutes]),
    )


def _sum(loads: Iterable[Load]) -> int:
    return sum(load.minutes or 0 for load in loads)


def _bars(pieces: list[tuple[str, int]]) -> tuple[Bar, ...]:
    total = sum(minutes for _, minutes in pieces)
    gap = min(GAP, RULER_WIDTH / 4 / max(1, len(pieces)))
    unit = (RULER_WIDTH - gap * (len(pieces) - 1)) / total if total else 0
    bars, x = [], 0.0
    for kind, minutes in pieces:
        bars.append(Bar(kind, round(x, 1), round(minutes * unit, 1)))
        x += minutes * unit + gap
    return tuple(bars)


def in_hours(minutes: int) -> str:
    """Return minutes as people say them: "49 min", "1 h 39 min", "2 h"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
