"""The people of the demo: plainly invented, all at example.edu."""

import unicodedata

PASSWORD = "seminar-demo"  # noqa: S105 - printed by `make demo`; production refuses this database
INSTRUCTOR = "Ruth Vandermeer"
ASSISTANT = "Teo Marchetti"
OBSERVER = "Odile Okafor"
ADMIN = "Ada Admin"
STUDENTS = (
    "Inés Caballero",
    "Jonah Whitfield",
    "Farid Rahmani",
    "Daniyar Akhmetov",
    "Elspeth Mackay",
    "Zoë Lindqvist",
    "Keiko Tanimura",
    "Mateus Brandão",
    "Noor Haddad",
    "Tobias Eriksen-Featherstonehaugh",
    "Abena Mensah",
    "Camila Restrepo",
)


def address(name: str) -> str:
    """Return the e-mail address of an invented person: "Inés Caballero" is ines.caballero@example.edu."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return plain.replace(" ", ".") + "@example.edu"
