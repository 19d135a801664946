"""/dev/states/quiz/: every part of the quiz pages in every state, from fixtures and the pages' own templates. No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from config.dev_quiz_cases import Case, taking_groups
from config.dev_quiz_results import around_groups

# What the frame of a page puts around its content.
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
# Attributes that name ids of the same page; each state gets its own, so that the page has none twice.
_IDS = re.compile(r'\b(id|for|form|aria-labelledby|aria-describedby|href)="(#?)([^"]+)"')
# What would ask the server for things that do not exist.
_REQUESTS = re.compile(r'\s(?:hx-(?:get|post|trigger|vals|sync|swap)|data-attempt-over|http-equiv)="[^"]*"')


@dataclass(frozen=True, slots=True)
class State:
    """One part of a page in one state."""

    name: str
    html: SafeString


@require_safe
def quiz_states(request: HttpRequest) -> HttpResponse:
    """Show all states of the quiz pages below each other."""
    shown = [(title, list(_states(request, title, cases))) for title, cases in [*taking_groups(), *around_groups()]]
    return render(request, "dev/quiz_states.html", {"groups": shown})


def _states(request: HttpRequest, title: str, cases: list[Case]) -> Iterator[State]:
    for number, case in enumerate(cases):
        html = render_to_string(case.template, case.context, request)
        page = _MAIN.search(html)
        named = _with_own_ids(page[1] if page else html, f"{title.lower().replace(' ', '-')}-{number}")
        yield State(case.name, mark_safe(_REQUESTS.sub("", named)))  # noqa: S308 - our own templates with our own fixtures


def _with_own_ids(html: str, prefix: str) -> str:
    """Return HTML whose ids, and references to them, begin with `prefix`; links to other pages stay as they are."""

    def own(found: re.Match[str]) -> str:
        attribute, hash_, names = found.groups()
        if (attribute == "href" and not hash_) or names.startswith("icon-"):
            return found[0]
        return f'{attribute}="{hash_}{" ".join(f"{prefix}-{name}" for name in names.split())}"'

    return _IDS.sub(own, html)
