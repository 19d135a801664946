"""The schedule of a course as one person sees it at one time: rows of class meetings, columns of places."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from course.models import CourseSession, Week
from course.numerals import listed
from presentations.actions import UNDO_FOR, can_undo, undo_until
from presentations.enums import BookingState, SlotKind
from presentations.models import Booking, Slot

if TYPE_CHECKING:
    from course.access import Membership

EVENING = 17  # from this local hour on, today's class is "tonight"
_NOUNS = {SlotKind.PAPER: "talk", SlotKind.DEMO: "demo", SlotKind.DISCUSSION: "discussion"}
_ORDINALS = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth")


@dataclass(frozen=True, slots=True)
class Holder:
    """One booking in a cell."""

    booking: Booking
    mine: bool
    can_undo: bool

    @property
    def name(self) -> str:
        return "You" if self.mine else str(self.booking.person)

    @property
    def presented(self) -> bool:
        return self.booking.state == BookingState.PRESENTED

    @property
    def missed(self) -> bool:
        return self.booking.state == BookingState.NO_SHOW


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot. `label` tells it from the others aloud: "Wed 21 Oct, second talk"."""

    slot: Slot
    title: str
    label: str
    holders: list[Holder]
    past: bool
    today: str
    can_claim: bool
    taken_by_me: bool
    now: datetime

    @property
    def free(self) -> int:
        return self.slot.capacity - self.slot.taken

    @property
    def mine(self) -> Holder | None:
        return next((one for one in self.holders if one.mine), None)

    @property
    def opens_later(self) -> bool:
        return self.slot.opens_at is not None and self.slot.opens_at > self.now

    @property
    def closed(self) -> bool:
        return self.slot.closes_at is not None and self.slot.closes_at <= self.now

    @property
    def just_claimed(self) -> bool:
        """Whether my claim is so fresh that giving it back is called Undo."""
        return self.mine is not None and self.now < self.mine.booking.made_at + UNDO_FOR

    @property
    def undo_until(self) -> datetime | None:
        return undo_until(self.mine.booking) if self.mine is not None else None


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """One class meeting. `cells` follow the columns, None where nothing is offered; `order` is the run order."""

    session: CourseSession
    week: Week | None
    week_title: str
    cells: list[Cell | None]
    order: list[Cell]
    past: bool

    @property
    def name(self) -> str:
        return f"Week {self.week.number}" if self.week is not None and self.week.number is not None else "Class"


@dataclass(frozen=True, slots=True)
class Schedule:
    columns: list[Column]
    rows: list[Row]
    places: int = 0
    free: int = 0
    claimable: int = 0
    closes_first: datetime | None = None
    mine: list[Cell] = field(default_factory=list)

    @property
    def mine_in_words(self) -> str:
        """Return the places I still have before me as the end of one sentence, in the order of their dates:
        "a paper talk on Wed 14 Oct and a project demo on Wed 21 Oct", "paper talks on Wed 14 Oct and Wed 21 Oct"; "" for none.
        """
        ahead = sorted((cell.slot for cell in self.mine if not cell.past), key=lambda slot: slot.session.starts_at)
        kinds = {slot.get_kind_display().lower() for slot in ahead}
        if len(ahead) > 1 and len(kinds) == 1:
            return f"{kinds.pop()}s on {listed([day_of(slot.session) for slot in ahead])}"
        return listed([f"a {slot.get_kind_display().lower()} on {day_of(slot.session)}" for slot in ahead])

    @property
    def past(self) -> list[Row]:
        return [row for row in self.rows if row.past]

    @property
    def ahead(self) -> list[Row]:
        return [row for row in self.rows if not row.past]


def schedule_for(member: "Membership", now: datetime) -> Schedule:
    """Return the whole schedule of the member's course. Three queries.

    Students see meetings that offer places; staff see all, to add places to. The title of a week that is not open yet
    shows to staff only.
    """
    sessions = list(CourseSession.objects.filter(course=member.course).select_related("week"))
    return _laid_out(member, sessions, *slots_in(sessions), now)


def cells_of(member: "Membership", session: CourseSession, now: datetime) -> list[Cell]:
    """Return the places of one meeting in run order. Two queries."""
    rows = _laid_out(member, [session], *slots_in([session]), now).rows
    return rows[0].order if rows else []


def slots_in(sessions: Sequence[CourseSession]) -> tuple[list[Slot], list[Booking]]:
    """Return the slots of some meetings and their active bookings, each slot and booking with its parents at hand."""
    known = {session.pk: session for session in sessions}
    slots = {slot.pk: slot for slot in Slot.objects.filter(session__in=known).order_by("position")}
    bookings = list(Booking.objects.active().filter(session__in=known).select_related("person").order_by("pk"))
    for slot in slots.values():
        slot.session = known[slot.session_id]
    for booking in bookings:
        booking.slot = slots[booking.slot_id]
    return list(slots.values()), bookings


def _laid_out(
    member: "Membership",
    sessions: Sequence[CourseSession],
    slots: Sequence[Slot],
    bookings: Sequence[Booking],
    now: datetime,
) -> Schedule:
    by_session: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_session[slot.session_id].append(slot)
    keys = _column_keys(by_session)
    several = Counter(kind for kind, _ in keys)
    names = {key: _title(key, several) for key in keys}
    held: dict[int, list[Booking]] = defaultdict(list)
    for booking in bookings:
        held[booking.slot_id].append(booking)
    mine = {booking.session_id for booking in bookings if booking.person_id == member.user.pk}
    rows, found = [], defaultdict(list)
    for session in sessions:
        placed = _keyed(by_session[session.pk])
        if not placed and not member.is_staff:
            continue
        cells = {
            key: _cell(member, slot, names[key], held[slot.pk], taken_by_me=session.pk in mine, now=now)
            for key, slot in placed.items()
        }
        for key, cell in cells.items():
            found[key].append(cell.slot)
        rows.append(_row(member, session, [cells.get(key) for key in keys], list(cells.values()), now))
    cells_all = [cell for row in rows for cell in row.order]
    claimable = [cell for cell in cells_all if cell.can_claim]
    return Schedule(
        columns=[Column(names[key], _detail(found[key])) for key in keys],
        rows=rows,
        places=sum(cell.slot.capacity for cell in cells_all if not cell.past),
        free=sum(cell.free for cell in cells_all if not cell.past),
        claimable=len(claimable),
        closes_first=min((cell.slot.closes_at for cell in claimable if cell.slot.closes_at), default=None),
        mine=[cell for cell in cells_all if cell.mine],
    )


Key = tuple[SlotKind, int]


def _keyed(slots: Sequence[Slot]) -> dict[Key, Slot]:
    """Number the slots of one meeting within their kind, in run order."""
    counted: Counter[SlotKind] = Counter()
    keyed: dict[Key, Slot] = {}
    for slot in slots:
        kind = SlotKind(slot.kind)
        counted[kind] += 1
        keyed[kind, counted[kind]] = slot
    return keyed


def _column_keys(by_session: dict[int, list[Slot]]) -> list[Key]:
    keys = {key for slots in by_session.values() for key in _keyed(slots)}
    return sorted(keys, key=lambda key: (list(SlotKind).index(key[0]), key[1]))


def _title(key: Key, several: Counter[SlotKind]) -> str:
    kind, number = key
    noun = _NOUNS[kind]
    if several[kind] == 1:
        return noun.capitalize()
    return f"{_ORDINALS[number]} {noun}" if number < len(_ORDINALS) else f"{noun.capitalize()} {number}"


def _detail(slots: Sequence[Slot]) -> str:
    """What holds for a whole column: "15 min, pairs", "10 to 20 min"; other capacities are told in the cells."""
    minutes = {slot.minutes for slot in slots}
    capacities = {slot.capacity for slot in slots}
    parts = [f"{minutes.pop()} min" if len(minutes) == 1 else f"{min(minutes)}\u2013{max(minutes)} min"]
    if len(capacities) == 1 and (many := capacities.pop()) > 1:
        parts.append("pairs" if many == 2 else f"groups of {many}")
    return ", ".join(parts)


def _row(member: "Membership", session: CourseSession, cells: list[Cell | None], order: list[Cell], now: datetime) -> Row:
    week: Week | None = getattr(session, "week", None)
    shown = week is not None and (member.is_staff or week.is_released(now))
    order = sorted(order, key=lambda cell: cell.slot.position)
    return Row(session, week, week.title if week is not None and shown else "", cells, order, past=session.ends_at <= now)


def _cell(
    member: "Membership",
    slot: Slot,
    title: str,
    bookings: Sequence[Booking],
    *,
    taken_by_me: bool,
    now: datetime,
) -> Cell:
    claiming = (slot.opens_at is None or slot.opens_at <= now) and (slot.closes_at is None or slot.closes_at > now)
    free = slot.taken < slot.capacity and slot.session.starts_at > now
    return Cell(
        slot=slot,
        title=title,
        label=f"{day_of(slot.session)}, {title.lower()}",
        holders=[
            Holder(one, mine=one.person_id == member.user.pk, can_undo=member.takes_part and can_undo(one, member.user, now))
            for one in bookings
        ],
        past=slot.session.ends_at <= now,
        today=_today(slot.session, now),
        can_claim=member.takes_part and claiming and free and not taken_by_me,
        taken_by_me=taken_by_me,
        now=now,
    )


def _today(session: CourseSession, now: datetime) -> str:
    begins = timezone.localtime(session.starts_at)
    if timezone.localtime(now).date() != begins.date() or session.ends_at <= now:
        return ""
    return "Tonight" if begins.hour >= EVENING else "Today"


def day_of(session: CourseSession) -> str:
    """Return the day of a meeting in the active zone as it is said everywhere: Wed 14 Oct."""
    return date_format(timezone.localtime(session.starts_at), "D j M")
