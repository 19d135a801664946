"""Telling after a save which links of a text lead nowhere."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest

from course.week_todo import Todo

MOST = 3
"""So many are told one by one; the editor lists all of them."""


def tell_links(request: HttpRequest, todo: Sequence[Todo]) -> None:
    """Say what was found about the links of a text that has just been saved."""
    for one in todo[:MOST]:
        messages.warning(request, f"Line {one.line}: {one.text}.")
    if (more := len(todo) - MOST) > 0:
        messages.warning(request, f"{more} more {'line' if more == 1 else 'lines'} to look at: the editor lists them.")
