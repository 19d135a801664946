"""How the texts of a quiz become HTML: what is asked, and what is said about answers. Stored with them, and shown in previews."""

from course.markdown import render


def asked_html(source: str | None) -> str:
    """Return a stem, hint or introduction as HTML; "" for none. `[[Title]]` leads to the text of the course with that title;
    anything else in double brackets may be what is asked about, such as `[[1, 2]]`, and stays as typed.
    """
    return render(source, page_links=True, unknown_as_typed=True) if source else ""


def option_html(source: str | None) -> str:
    """Return an option as HTML; "" for none. It is there to be ticked: double brackets are text."""
    return render(source) if source else ""


def reasons_html(source: str | None) -> str:
    """Return feedback or an explanation as HTML; "" for none. `[[Title]]` leads to the text of the course with that title."""
    return render(source, page_links=True) if source else ""
