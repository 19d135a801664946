"""Texts of a course where its pages are not: in letters, and as the beginning of a text in a list. Pure."""

from html import unescape

from django.utils.html import strip_tags

from course.file_links import Places, linked_to_files
from course.page_links import linked
from course.pictures import in_words


def for_letter(html: str) -> str:
    """Return rendered HTML for a letter: pictures and links to texts and files of the course by their words alone, as a letter
    knows neither what its reader may open nor where that is.
    """
    return in_words(linked_to_files(linked(html, {}), Places()))


def beginning(html: str) -> str:
    """Return rendered HTML as plain words in one line."""
    return " ".join(unescape(strip_tags(linked(html, {}))).split())
