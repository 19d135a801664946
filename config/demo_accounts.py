"""Who can sign in to the demo course. One password for all of them: the demo runs on one laptop only."""

from dataclasses import dataclass

PASSWORD = "seminar-demo-2026"  # noqa: S105 - printed at the start of the demo


@dataclass(frozen=True, slots=True)
class DemoAccount:
    role: str
    name: str
    email: str


STUDENT = DemoAccount("student", "Ines Caballero", "ines.caballero@example.edu")
INSTRUCTOR = DemoAccount("instructor", "Ruth Vandermeer", "ruth.vandermeer@example.edu")
ADMIN = DemoAccount("admin", "Ada Lindqvist", "ada.lindqvist@example.edu")
ACCOUNTS = (STUDENT, INSTRUCTOR, ADMIN)
