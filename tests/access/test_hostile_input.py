"""What nobody types, posted to every form by the role that may: a clear refusal, never an error of ours, nothing half done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from course.models import CourseSession, Week
from quizzes.models import Option
from tests.access.objects import QUESTION, QUIZ, WEEK, Objects, make_objects
from tests.access.table import CAST, TABLE
from tests.conftest import NOW, Cast
from tests.proof import examples

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = "application/x-www-form-urlencoded"
# Django asks to read the fields of a form before a view can: above its limit they answer 400 (413 for an import).
REFUSALS = {400, 403, 404, 409, 410, 413, 422}
# In the short run each field gets every fifth of its values, the next field another fifth: fields of a kind are read alike.
EVERY = examples(5, 1)

TEXT = [
    b"a\0b",
    b"\xff\xfe\xed\xa0\x80",
    b"x" * 3_000,
    "\u202e\u2028\r\nBcc: all@example.edu <script>alert(1)</script>{% y %}".encode(),
]
NUMBER = [b"-1", b"1e9", b"9" * 5_000, "\u0663".encode(), b"\0", b"2147483648", b"9223372036854775808"]
MOMENT = [
    b"0000-01-01T00:00",
    b"0001-01-01T00:00",
    b"9999-12-31T23:59",
    b"2027-03-14T02:30",
    b"2026-11-01T01:30",
    b"\0",
    b"0001-01-01T00:00+14:00",
    b"9999-12-31T23:59-12:00",
    b"2027-01-01T00:00+99:99",
]
DAY = [b"0001-01-01", b"9999-12-31", b"2026-02-30", b"\0"]
CLOCK = [b"25:00", b"\0", b"-1:00"]
IDENT = [b"\0", b"-1", b"9" * 30, b"x" * 5_000, "\u0663".encode(), b"../../etc"]
LINK = [*TEXT, b"javascript:alert(1)", b"http://[", b")](x"]
CHOICE = [b"\0", b"unknown"]
"""A choice, a day and the rest: what is no such thing, and what is one at the edge of it."""


@dataclass(frozen=True)
class Field:
    """One field of a form: what it holds when all is well, and what is tried in its place."""

    good: str
    bad: list[bytes]


def fields_of(row: str, cast: Cast, objects: Objects) -> dict[str, Field]:
    """Return the fields that the form of a table row reads."""
    week = objects.by_parameter["week"]
    found = Week.objects.get(course=cast.course, slug=week)
    foreign = CourseSession.objects.get(course=cast.twin)
    session = Field(str(cast.session.pk), [*IDENT, str(foreign.pk).encode()])
    in_week = Field(str(found.pk), [*IDENT, str(Week.objects.get(course=cast.twin).pk).encode()])
    options = [one.encode() for one in Option.objects.values_list("public_id", flat=True)]
    opens = Field("2031-05-05T10:00", MOMENT)
    heads = [
        b"attempts: 999999999999",
        b"time_limit: 99999999999",
        b"week: 9999999999",
        b"zone: Mars/Olympus",
        b"timezone: ../../etc",
        b"title: a\\0b",
        b"late: 999d 80%, 9999d 1%",
        b"wait: 999h 9999m",
        b"grace: 9999",
        b"access_code: [a]",
        b"closes: 0000-01-01 00:00",
    ]
    headed = [b"---\n%s\n---\n%s" % (head, QUIZ.encode()) for head in heads]
    marked = [
        QUIZ.replace("multi}", f"multi {mark}}}").encode()
        for mark in (
            "points=1e99",
            "points=-1",
            "points=99999999999",
            "select=99999999999",
            "scoring=\0",
            "tags=\0,",
            "draw=9999",
            "draw=1 tags=red",
        )
    ]
    dated = [b"---\nopens: %s\ndue: %s\n---\n%s" % (moment, moment, QUIZ.encode()) for moment in MOMENT]
    quiz_text = {"text": Field(QUIZ, [*TEXT, *dated, *headed, *marked]), "base": Field("0", NUMBER)}
    week_text = {"text": Field(WEEK, TEXT), "version": Field("1", NUMBER), "session": session}
    version = Field("1", NUMBER)
    announcement = {
        "title": Field("Room", TEXT),
        "source": Field("We meet.", TEXT),
        "week": in_week,
        "pinned": Field("on", CHOICE),
        "when": Field("later", CHOICE),
        "date": Field("2031-05-05", DAY),
        "time": Field("10:00", CLOCK),
        "until_date": Field("2031-06-05", DAY),
        "until_time": Field("10:00", CLOCK),
        "do": Field("mail", CHOICE),
    }
    range_ = {"title": Field("Quiz", TEXT), "start": Field("", NUMBER), "end": Field("", NUMBER)}
    tags = Field("shade", [*TEXT, b",,,", b'"', b"{", b"x" * 41, "\u0130".encode() * 40])
    forms: dict[str, dict[str, Field]] = {
        "settings": {"name": Field("Ada", TEXT), "zone": Field("Europe/Vienna", CHOICE), "theme": Field("system", CHOICE)},
        "notifications:mail_kinds": {"mail": Field("", CHOICE)},
        "notifications:unsubscribe": {"do": Field("again", CHOICE)},
        "course:week_new": {"number": Field("77", NUMBER), "title": Field("Week", TEXT), "session": Field("", session.bad)},
        "course:week_import": {"text": Field(WEEK, TEXT), "file": Field("", CHOICE)},
        "course:week_import_review": {"session": Field("", session.bad), "replace": Field("on", CHOICE)},
        "course:week_edit": week_text,
        "course:week_preview": {"text": Field(WEEK, TEXT), "version": Field("1", NUMBER[:2])},
        "course:week_part": {"words": Field("Word", TEXT), "url": Field("", LINK), "version": version, "back": Field("", CHOICE)},
        "course:week_part_text": {"text": Field("* One", TEXT), "version": version, "back": Field("parts", CHOICE)},
        "course:week_part_add": {"words": Field("One", TEXT), "version": version},
        "course:week_part_move": {"to": Field("up", CHOICE), "version": version},
        "course:week_part_remove": {"version": version},
        "course:week_release": {"state": Field("scheduled", CHOICE), "opens_at": opens},
        "course:reading_add": {
            "section_line": Field("7", NUMBER),
            "title": Field("Text", TEXT),
            "url": Field("https://example.org/", [*TEXT, b"javascript:alert(1)", b"http://["]),
            "minutes": Field("5", NUMBER),
            "read_by": session,
            "version": Field("1", NUMBER),
        },
        "course:reading_tick": {"read": Field("on", CHOICE)},
        "course:reading_assign": {"read_by": session},
        "course:page_new": {"title": Field("Page", TEXT), "text": Field("Text", TEXT), "week": in_week},
        "course:page_edit": {
            "title": Field("Page", TEXT),
            "text": Field("Text", TEXT),
            "week": in_week,
            "changed_at": Field("", MOMENT),
        },
        "course:page_release": {"state": Field("scheduled", CHOICE), "opens_at": Field("", MOMENT[:2])},
        "course:files": {"file": Field("", CHOICE), "replace": Field("on", CHOICE)},
        "course:announcement_new": announcement,
        "course:announcement_edit": {name: announcement[name] for name in ("title", "source", "week")},
        "course:announcement_preview": {name: announcement[name] for name in ("title", "source")},
        "course:announcement_call_back": {"do": Field("stop", CHOICE)},
        "course:person_invite": {
            "people": Field(
                "new@example.edu", [*TEXT, b"a@b\r\nBcc: c@d.example", b"N\0 <a@example.edu>", "é@exämple.edu".encode()]
            ),
            "role": Field("student", CHOICE),
        },
        "course:person_role": {"role": Field("observer", CHOICE)},
        "quizzes:quiz_start": {"code": Field("blue", TEXT)},
        "quizzes:accommodation": {
            "factor": Field("1.5", [*NUMBER, b"NaN", b"Infinity", b"0.99", b"1.001", b"10.01"]),
            "no_limit": Field("", CHOICE),
            "extra_days": Field("1", [*NUMBER, b"61"]),
            "reason": Field("More time", TEXT),
        },
        "quizzes:quiz_exception": {
            "minutes": Field("30", [*NUMBER, b"0", b"1441"]),
            "closes": Field("2031-05-06T10:00", MOMENT),
            "due": Field("2031-05-05T10:00", MOMENT),
            "opens": Field("2026-05-05T10:00", MOMENT),
            "attempts": Field("2", [*NUMBER, b"0", b"100"]),
            "reason": Field("More time", TEXT),
        },
        "quizzes:attempt_save": {
            "question": Field("1", NUMBER),
            "option": Field("", [*IDENT, *options]),
            "tab": Field("t", TEXT),
            "n": Field("1", NUMBER),
            "base": Field("0", NUMBER),
            "request_id": Field("r", TEXT),
            "then": Field("stay", CHOICE),
            "marks": Field("", CHOICE),
        },
        "quizzes:attempt_mark": {"question": Field("1", NUMBER)},
        "quizzes:attempt_submit": {"known": Field("", [*NUMBER, b"1:" + b"9" * 30, b"\0:\0", b"1:2:3"])},
        "quizzes:receipt_verify": {"text": Field("", [*TEXT, *receipts(objects.by_parameter["attempt"])])},
        "quizzes:quiz_new": {"title": Field("Quiz", TEXT), "week": in_week},
        "quizzes:quiz_import": {"text": quiz_text["text"], "format": Field("auto", CHOICE)},
        "quizzes:quiz_import_review": range_,
        "quizzes:quiz_import_range": {"title": Field("Quiz", TEXT[:1]), "start": Field("", NUMBER), "end": Field("", NUMBER)},
        "quizzes:quiz_import_cut": {
            "title": Field("Quiz", TEXT[:2]),
            "cut": Field("join-3", [b"join-0", b"split-999999", "join-\u0661".encode(), b"join-" + b"9" * 5_000, b"\0"]),
        },
        "quizzes:quiz_edit": quiz_text,
        "quizzes:quiz_preview": quiz_text,
        "quizzes:quiz_form": {
            "form": Field("1", CHOICE),
            "text": Field(QUIZ, TEXT),
            "base": Field("0", NUMBER[:3]),
            "do": Field("save", [b"add 9", b"up 99999", b"up-option 0 -1", "delete \u0661".encode(), b"delete-option 0", b"\0"]),
            "q0-stem": Field("Which?", TEXT),
            "q0-kind": Field("single", CHOICE),
            "q0-points": Field("1", NUMBER),
            "q0-scoring": Field("net", CHOICE),
            "q0-o0-text": Field("red", TEXT),
            "q0-o0-effect": Field("neutral", CHOICE),
            "q0-o9-text": Field("green", TEXT),
        },
        "quizzes:bank_new": {"text": quiz_text["text"], "base": Field("0", NUMBER), "tags": tags},
        "quizzes:bank_edit": {"text": Field(QUESTION, quiz_text["text"].bad), "base": Field("1", NUMBER)},
        "quizzes:bank_tags": {"tags": tags},
        "quizzes:bank_copy": {"quiz": Field(objects.by_parameter["quiz"], IDENT)},
        "quizzes:quiz_publish": {"text": Field(QUIZ, TEXT), "base": Field("0", [b"\0"])},
        "quizzes:quiz_settle": {"question": Field("x", IDENT)},
        "quizzes:quiz_settings": {
            "title": Field("Quiz", TEXT),
            "kind": Field("graded", CHOICE),
            "minutes": Field("5", NUMBER),
            "attempts": Field("1", NUMBER),
            "counts": Field("highest", CHOICE),
            "scoring": Field("exact", CHOICE),
            "show_key": Field("after_due", CHOICE),
            "week": in_week,
            "opens": opens,
            "due": opens,
            "closes": opens,
            "late": Field("1d 80%", [*TEXT, b"9999d 1%", b"1d 999%", b"0m 5%", "\u0661d 5%".encode()]),
            "grace": Field("30", NUMBER),
            "wait": Field("0", NUMBER),
            "access_code": Field("blue", TEXT),
            "layout": Field("one", CHOICE),
            "show_score": Field("never", CHOICE),
            "show_feedback": Field("", CHOICE),
        },
        "presentations:slots_add": {
            "sessions": session,
            "kind": Field("paper", CHOICE),
            "minutes": Field("5", NUMBER),
            "capacity": Field("1", NUMBER),
            "count": Field("1", NUMBER),
            "opens_at": opens,
            "closes_at": Field("2031-05-06T10:00", MOMENT),
        },
        "presentations:assign": {
            "who": Field("Jonah", TEXT),
            "back": Field("week", [b"//evil.example", b"https://evil.example/", b"\0"]),
        },
        "presentations:claim": {"back": Field("week", [b"//evil.example", b"\0"])},
        "presentations:slot_move": {"to": Field("earlier", CHOICE)},
        "presentations:booking_edit": {
            "outcome": Field("presented", CHOICE),
            "title": Field("Talk", TEXT),
            "abstract": Field("About", TEXT),
            "link": Field("https://example.org/", [*TEXT, b"javascript:alert(1)", b"http://["]),
        },
    }
    forms |= {
        "exchange:folder_download": {"copy": Field("key", CHOICE)},
        "exchange:folder_review": {"conflict-0-0": Field("ours", CHOICE)},
    }
    return forms.get(row.split()[1], {})


def receipts(attempt: str) -> list[bytes]:
    """Texts that look like a receipt, and like none."""
    head = b'{"kind": "seminar receipt", "version": 1, "attempt": "%s", "submitted_at": {}, "saves": ' % attempt.encode()
    saves = [
        b"[" * 100_000,
        b'[{"save": 1e999, "digest": NaN}]}',
        b'[{"save": "\\ud800", "at": [[]]}]}',
        b"[7]}",
        b"{}}",
        b"[{}]}",
    ]
    return [*(head + one for one in saves), b"9" * 5_000, b"[]", head.replace(attempt.encode(), b"\\u0000") + b"[]}"]


@pytest.fixture
def objects(cast: Cast) -> Objects:
    made = make_objects(cast)
    CourseSession.objects.create(course=cast.twin, starts_at=NOW, ends_at=NOW + timedelta(hours=2), room="Elm 1")
    Week.objects.create(course=cast.twin, number=1, slug="01", title="Twin", source="# Week 1: Twin\n", changed_at=NOW)
    return made


def posts() -> list[str]:
    return [row for row in TABLE if row.startswith("POST ")]


def who_may(row: str) -> str:
    """Return the first of the cast to whom the form answers; the instructor where the plan belongs to several."""
    may = [who for who, verdict in zip(CAST, TABLE[row].split(), strict=True) if verdict == "ok" and who != "anonymous"]
    return "instructor" if "instructor" in may else next(iter(may), "student")


def bodies(row: str, cast: Cast, objects: Objects) -> Iterator[tuple[str, bytes, str]]:
    """Return what is tried: a name for the failure list, the body, its type."""
    fields = fields_of(row, cast, objects)
    good = {name: field.good for name, field in fields.items()}
    for at, (name, field) in enumerate(fields.items()):
        rest = urlencode({other: value for other, value in good.items() if other != name}).encode()
        for value in field.bad[at % min(EVERY, len(field.bad)) :: EVERY]:
            yield f"{name}={value[:30]!r}", rest + b"&" + name.encode() + b"=" + quoted(value), FORM
    yield "no form", b"\xff\0&&==%zz&=", FORM
    yield "cut off", b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx', "multipart/form-data; boundary=b"
    yield "unknown charset", b"title=x", f"{FORM}; charset=klingon"
    if row in {"POST settings", "POST quizzes:attempt_save"}:
        yield "many fields", b"&".join(b"a%d=1" % at for at in range(2_500)), FORM


def quoted(value: bytes) -> bytes:
    return b"".join(b"%%%02X" % one for one in value)


def send(client: Client, url: str, body: bytes, kind: str) -> str:
    """Post a body, check what the database would say at the end, and undo it. Returns what is wrong, "" if nothing is."""
    with transaction.atomic():
        response = client.generic("POST", url, body, content_type=kind)
        raised = getattr(response, "exc_info", None)
        if response.status_code < 400:
            connection.check_constraints()
        transaction.set_rollback(True)
    return fault(response.status_code, response.headers.get("Location", ""), repr(raised[1])[:200] if raised else "")


def signed_in(who: str, cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client


def fault(status: int, place: str, raised: str) -> str:
    """Return what is wrong with an answer that leads to `place`, "" if nothing is."""
    if status >= 500 or raised:
        return f"{status} {raised}"
    if place and not (place.startswith("/") and not place.startswith("//")):
        return f"leads away to {place}"
    return f"answers {status}" if status >= 400 and status not in REFUSALS else ""


def test_hostile_fields_of_every_form_are_refused_or_taken_never_an_error(cast: Cast, objects: Objects) -> None:
    clients = {who: signed_in(who, cast) for who in {who_may(row) for row in posts()}}
    found: dict[str, str] = {}
    for row in posts():
        url = reverse(row.split()[1], kwargs=objects.kwargs(row.split()[1]))
        for name, body, kind in bodies(row, cast, objects):
            if wrong := send(clients[who_may(row)], url, body, kind):
                found[f"{row} {name}"] = wrong
    assert found == {}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_admin_of_class_meetings_with_an_impossible_year_says_so(cast: Cast, day: str) -> None:
    data = {
        "course": cast.course.pk,
        "starts_at_0": day,
        "starts_at_1": "00:00",
        "ends_at_0": day,
        "ends_at_1": "23:59",
        "room": "x",
        "note": "",
    }
    answer = signed_in("admin", cast).post(reverse("admin:course_coursesession_add"), data)
    assert answer.status_code == 200
    assert "cannot be meant" in answer.content.decode()
    assert CourseSession.objects.count() == 1
