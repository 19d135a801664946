"""The text a new week starts from: a heading for everything a class meeting needs, all of it still to fill."""

READING_TOPICS = ("AI NEWS", "RESEARCH", "DESIGN", "CODING")
CLASS_PARTS = (
    "OVERHEAD",
    "PRESENTATIONS",
    "ANNOUNCEMENTS",
    "NEWS",
    "FOLLOW-UPS",
    "RESEARCH",
    "CONCEPTS",
    "TOOLS",
    "CODE SAMPLE",
    "EXTRAS",
)
TO_FILL = "* Coming"


def new_week_text(number: int, title: str) -> str:
    """Return the Markdown of an unfilled week page. Its placeholders show to nobody but staff until they are replaced."""
    words = " ".join(title.split())
    parts = [
        f"# Week {number}: {words}",
        "Coming",
        "## KEY QUESTIONS",
        "1. Coming",
        "## READINGS",
        *(line for topic in READING_TOPICS for line in (f"### {topic}", TO_FILL)),
        "## IN CLASS",
        *(line for part in CLASS_PARTS for line in (f"### {part}", TO_FILL)),
        "## RESOURCES",
        TO_FILL,
    ]
    return "\n\n".join(parts) + "\n"
