"""One thing of a week page at a time: its title, its address, its heading, its Markdown, its place; each change is a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other, week_for
from course.actions.weeks import Edit, PlaceChangedError, TextRefusedError, WeekExistsError, edit_week
from course.forms.week_parts import HeadingForm, ItemForm, MoveForm, NewItemForm, PartForm, PartTextForm
from course.index import file_of
from course.local_files import LocalFiles, link_todo
from course.models import Reading, Section, Week
from course.views.link_notes import tell_links
from course.views.weeks import file_name
from course.week_node_edit import (
    add_item,
    is_link,
    move,
    place_after_move,
    remove,
    rest_is_kept,
    set_heading,
    set_item,
    set_text,
    takes_address,
    words_of,
)
from course.week_outline import Node, NodeKind, Part, Place, neighbours, node_at, outline, place_named, text_of
from course.week_todo import Todo
from course.weekfile import EditError, WeekFile

SWALLOWED = (
    "Saved. But now the rest of the page is read in another way, for instance because a fence of code is not closed: look at it."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in the list of all parts, with where it can go."""

    node: Node
    up: bool
    down: bool
    removable: bool = False
    inside: list["Row"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    """The week whose part is asked for, and the part if it is there."""

    member: Membership
    week: Week
    file: WeekFile
    place: Place
    found: tuple[Part, Node] | None

    @property
    def url(self) -> str:
        return reverse("course:week_part", args=[self.member.course.slug, self.week.slug, str(self.place)])


def _open(request: HttpRequest, course: str, week: str, place: str) -> Opened:
    member = membership_for(request, course, Right.PLAN)
    shown = week_for(member, week, timezone.now())
    shown.course = member.course
    named = place_named(place)
    if named is None:
        raise Http404
    file = file_of(shown)
    return Opened(member, shown, file, named, node_at(file, named))


@require_safe
@login_required
def week_parts(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """All parts of a page in the order of its text, to be edited and moved one by one."""
    member = membership_for(request, course, Right.PLAN)
    shown = week_for(member, week, timezone.now())
    shown.course = member.course
    context = {"week": shown, "rows": rows_of(file_of(shown)), "order": "order", "file_name": file_name(shown)}
    return render(request, "course/week_parts.html", frame(member, "weeks") | context)


def rows_of(file: WeekFile) -> list[Row]:
    """Return the parts of a page, each with the things in it."""
    return [Row(part.node, part.above is not None, part.below is not None, inside=_inside(file, part)) for part in outline(file)]


def _inside(file: WeekFile, part: Part) -> list[Row]:
    beside = neighbours(file, part)
    rows = []
    for node in part.inside:
        above, below = beside.get(node.place, (None, None))
        rows.append(Row(node, above is not None, below is not None, removable=True))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_part(request: HttpRequest, course: str, week: str, place: str) -> HttpResponse:
    """One thing of the page: change its title and address, or its heading."""
    opened = _open(request, course, week, place)
    form = _fields(opened, request)
    if request.method != "POST":
        if opened.found is None:
            raise Http404
        return _page(request, opened)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, opened, fields=form, status=422)
    data = form.cleaned_data
    edit: Edit = partial(set_heading, words=data["words"])
    if opened.place.kind is NodeKind.ITEM:
        edit = partial(set_item, words=data["words"], url=data.get("url"))
    return _apply(request, opened, form, edit, name="fields", typed=data["words"])


def _fields(opened: Opened, request: HttpRequest | None = None) -> PartForm | None:
    """The form about the words of a thing; None for a thing that has only Markdown."""
    data = posted(request) if request else None
    node = opened.found[1] if opened.found else None
    ids = f"{opened.place}-%s"
    if opened.place.kind is NodeKind.ITEM:
        item = node.item if node else None
        initial: dict[str, object] = {"version": opened.week.version}
        if item:
            initial |= {"words": words_of(opened.file, item), "url": item.url or ""}
        linked, addressed = (is_link(item), takes_address(item)) if item else (True, True)
        return ItemForm(data, initial=initial, linked=linked, takes_address=addressed, auto_id=ids)
    if opened.place.kind in {NodeKind.SECTION, NodeKind.TITLE}:
        if node is not None and node.heading is None:
            return None
        return HeadingForm(data, initial={"version": opened.week.version, "words": node.name if node else ""}, auto_id=ids)
    return None


@require_POST
@login_required
def week_part_text(request: HttpRequest, course: str, week: str, place: str) -> HttpResponse:
    """Replace the Markdown of one thing; a blank text takes it off the page."""
    opened = _open(request, course, week, place)
    form = PartTextForm(request.POST, auto_id=f"{opened.place}-%s")
    if not form.is_valid():
        return _page(request, opened, text=form, status=422)
    typed = form.cleaned_data["text"]
    return _apply(request, opened, form, partial(set_text, text=typed), name="text", typed=typed)


@require_POST
@login_required
def week_part_add(request: HttpRequest, course: str, week: str, place: str) -> HttpResponse:
    """Put one more item at the end of the list of a section."""
    opened = _open(request, course, week, place)
    form = NewItemForm(request.POST, auto_id=f"{opened.place}-add-%s")
    if not form.is_valid():
        return _page(request, opened, add=form, status=422)
    words = form.cleaned_data["words"]
    return _apply(request, opened, form, partial(add_item, words=words), name="add", typed=words)


@require_POST
@login_required
def week_part_remove(request: HttpRequest, course: str, week: str, place: str) -> HttpResponse:
    """Take an item or a block off the page; the version before has it still."""
    opened = _open(request, course, week, place)
    form = PartForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, status=422)
    return _apply(request, opened, form, remove)


@require_POST
@login_required
def week_part_move(request: HttpRequest, course: str, week: str, place: str) -> HttpResponse:
    """Let an item or a section change places with its neighbour."""
    opened = _open(request, course, week, place)
    parts = reverse("course:week_parts", args=[course, week])
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, status=422)
    if form.cleaned_data["version"] != opened.week.version:
        messages.info(request, "The page was changed since you looked at it. Nothing was moved: this is its order now.")
        return see_other(parts)
    up = form.cleaned_data["to"] == "up"
    there = place_after_move(opened.file, opened.place, up=up)
    return _apply(request, opened, form, partial(move, up=up), back=f"{parts}#{there}" if there else parts)


def _apply(
    request: HttpRequest, opened: Opened, form: PartForm, edit: Edit, *, name: str = "", typed: str = "", back: str = ""
) -> HttpResponse:
    """Make the edit and go back; a refusal comes with the form called `name`, a conflict with both texts."""
    try:
        saved = edit_week(
            week=opened.week,
            place=opened.place,
            edit=edit,
            base_version=form.cleaned_data["version"],
            author=opened.member.user,
            now=timezone.now(),
        )
    except PlaceChangedError as error:
        return _conflict(request, opened, error, typed)
    except TextRefusedError as error:
        problems = [f"{one.code} {one.text}" for one in error.messages]
    except (EditError, WeekExistsError) as error:
        problems = [str(error)]
    else:
        _say(request, opened, saved, raw=name == "text")
        tell_links(request, _new_todo(opened, saved))
        return see_other(back or _way_back(request, opened))
    for problem in problems:
        field = "url" if "address" in problem and "url" in form.fields else next(iter(set(form.fields) & {"words", "text"}), None)
        form.add_error(field, problem[:1].upper() + problem[1:])
    fields, text, add = (form if name == one else None for one in ("fields", "text", "add"))
    return _page(request, opened, fields=fields, text=text, add=add, refused=form, status=422)


def _say(request: HttpRequest, opened: Opened, saved: Week, *, raw: bool) -> None:
    """Tell what became of the page; after an edit of Markdown also if what follows is now read in another way."""
    if saved.version == opened.week.version:
        messages.info(request, "Nothing was changed: the page said this already.")
    elif raw and saved.version == opened.week.version + 1 and not rest_is_kept(opened.file, file_of(saved), opened.place):
        messages.warning(request, SWALLOWED)
    else:
        messages.success(request, f"{saved} is saved as version {saved.version}.")


def _new_todo(opened: Opened, saved: Week) -> list[Todo]:
    """Return what is to be said about links of the page as saved that the page before gave no reason to say."""
    files = LocalFiles(opened.member, timezone.now())
    old = {todo.text for todo in link_todo(opened.file.source, "weeks", files)}
    return [todo for todo in link_todo(saved.source, "weeks", files) if todo.text not in old]


def _way_back(request: HttpRequest, opened: Opened) -> str:
    """The list of all parts, if the edit began there; else the page itself."""
    slugs = [opened.member.course.slug, opened.week.slug]
    if request.POST.get("back") == "parts":
        return f"{reverse('course:week_parts', args=slugs)}#{opened.place}"
    return f"{reverse('course:week', args=slugs)}{_anchor(opened)}"


def _anchor(opened: Opened) -> str:
    """Where on the page the section of a thing stands; "" for the head of the page."""
    if opened.found is None:
        return ""
    if opened.place.kind is NodeKind.ITEM:
        reading = Reading.objects.filter(week=opened.week, line=opened.place.line, removed=False).first()
        if reading:
            return f"#reading-{reading.public_id}"
    section = Section.objects.filter(week=opened.week, line=opened.found[0].node.place.line).first()
    return f"#part-{section.position}" if section else ""


def _conflict(request: HttpRequest, opened: Opened, error: PlaceChangedError, typed: str) -> HttpResponse:
    """Show what the part was, what it is, and what was typed; the forms below are about what is stored now."""
    error.week.course = opened.member.course
    file = file_of(error.week)
    place = error.place or opened.place
    now = Opened(opened.member, error.week, file, place, node_at(file, place) if error.place else None)
    return _page(request, now, conflict={"was": error.was, "stored": error.stored, "typed": typed}, status=409)


def _page(
    request: HttpRequest,
    opened: Opened,
    *,
    fields: PartForm | None = None,
    text: PartForm | None = None,
    add: PartForm | None = None,
    refused: PartForm | None = None,
    conflict: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the forms about one thing; those that were not sent show what is stored."""
    context: dict[str, Any] = {
        "week": opened.week,
        "place": opened.place,
        "conflict": conflict,
        "bad": refused or fields or text or add,
        "back": request.POST.get("back") or request.GET.get("back") or "",
    }
    if opened.found is None:
        return render(request, "course/week_part.html", frame(opened.member, "weeks") | context, status=status)
    part, node = opened.found
    inside = _inside(opened.file, part)
    row = Row(node, part.above is not None, part.below is not None)
    if node != part.node:
        row, inside = next(one for one in inside if one.node == node), []
    stored = {"version": opened.week.version, "text": text_of(opened.file, node)}
    context |= {
        "node": node,
        "row": row,
        "order": f"order-{opened.place}",
        "part": part,
        "file_name": file_name(opened.week),
        "fields": fields or _fields(opened),
        "text": text or PartTextForm(initial=stored, auto_id=f"{opened.place}-%s"),
        "add": add or NewItemForm(initial=stored, auto_id=f"{opened.place}-add-%s"),
        "is_section": node.place.kind is NodeKind.SECTION,
        "inside": inside,
    }
    return render(request, "course/week_part.html", frame(opened.member, "weeks") | context, status=status)
