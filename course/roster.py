"""The people of a course as the people page shows them, from one query."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.models import Invitation, User
from course.enums import EnrollmentState, Role
from course.models import Course, Enrollment
from course.numerals import capital, counted, listed

_ORDER = {Role.INSTRUCTOR: 0, Role.ASSISTANT: 1, Role.OBSERVER: 2, Role.STUDENT: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in the course. The letter's fields are those of the open invitation, None or "" without one."""

    enrollment: Enrollment
    letter_sent: datetime | None
    letter_ends: datetime | None
    letter_failure: str

    @property
    def person(self) -> User:
        return self.enrollment.person

    @property
    def is_invited(self) -> bool:
        """Whether this person has not opened their account yet."""
        return not self.person.has_usable_password()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who is or was in the course. `shown` are the active ones that match the search."""

    active: list[Entry]
    invited: list[Entry]
    removed: list[Entry]
    shown: list[Entry]

    @property
    def summary(self) -> str:
        """Return who is here in one sentence: "12 students, one assistant and one instructor"."""
        counts = [(role, sum(1 for entry in self.active if entry.enrollment.role == role)) for role in reversed(_ORDER)]
        return capital(listed([counted(number, role.label.lower()) for role, number in counts if number]))

    @property
    def waiting(self) -> str:
        """Return how many have not opened their account: "Two invitations are not answered yet."; "" if nobody."""
        number = len(self.invited)
        return f"{capital(counted(number, 'invitation'))} {'is' if number == 1 else 'are'} not answered yet." if number else ""


def find(entries: list[Entry], public_id: str) -> Entry | None:
    """Return the person with `public_id` among `entries`, None without one."""
    return next((one for one in entries if one.person.public_id == public_id), None)


def _matches(entry: Entry, query: str) -> bool:
    return all(word in f"{entry.person.name} {entry.person.email}".casefold() for word in query.casefold().split())


def _entry(enrollment: Enrollment) -> Entry:
    noted = vars(enrollment)  # what the query below adds to the row
    return Entry(enrollment, noted["letter_sent"], noted["letter_ends"], noted["letter_failure"] or "")


def roster_of(course: Course, query: str = "") -> Roster:
    """Return everybody of `course`, staff first, then by name; `query` filters by name and address. One query."""
    letter = Invitation.objects.filter(user=OuterRef("person"), accepted_at=None)
    enrollments = (
        Enrollment.objects.filter(course=course)
        .select_related("person")
        .annotate(
            letter_sent=Subquery(letter.values("sent_at")[:1]),
            letter_ends=Subquery(letter.values("expires_at")[:1]),
            letter_failure=Subquery(letter.values("failure")[:1]),
        )
    )
    entries = [_entry(one) for one in enrollments]
    entries.sort(key=lambda entry: (_ORDER[Role(entry.enrollment.role)], str(entry.person).casefold()))
    here = [entry for entry in entries if entry.enrollment.state == EnrollmentState.ACTIVE]
    active = [entry for entry in here if not entry.is_invited]
    return Roster(
        active=active,
        invited=[entry for entry in here if entry.is_invited],
        removed=[entry for entry in entries if entry.enrollment.state == EnrollmentState.REMOVED],
        shown=[entry for entry in active if _matches(entry, query)],
    )
