"""Before the release nothing that a student gets depends on the key: two quizzes that differ in it alone give the same bytes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from course.actions.weeks import release_week, save_week
from course.enums import Release
from course.models import Reading
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Attempt, Option, Quiz
from tests.access.objects import WEEK
from tests.access.test_access import BACKEND
from tests.conftest import Cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

NOW = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)
CLOSES = NOW + timedelta(hours=5)
HEAD = "# Small quiz\n\n## Which of these are colours? {#colours multi}\n\n"
# In each of them ticking "glass" alone gives no point.
FEW = HEAD + "- [x] red\n- [ ] salt\n- [ ] glass\n- [ ] blue\n"
MANY = (
    HEAD
    + "- [x] red\n  > Red is one, and this is a long reason why it is.\n- [x] salt\n- [ ] glass\n  > Glass is none.\n- [x] blue\n"
    "\n> All but one.\n"
)
SECRETS = ("Red is one", "Glass is none", "All but one")
Told = tuple[int, dict[str, str], str]  # status, headers and size, text
# Made by chance, or from what is: addresses, form tokens, digests of a receipt.
BY_CHANCE = re.compile(r'value="[0-9a-zA-Z]{12,64}"|<code>[0-9a-f ]*</code>|data-digest="[0-9a-f]{64}"')


def walk(client: Client, cast: Cast, quiz: Quiz) -> "Iterator[Answer]":
    """Take the quiz as a student, looking at everything on the way, with the script and without."""
    course = f"/courses/{cast.course.slug}/"
    places = ("", "weeks/", "weeks/3/", "quizzes/", f"quizzes/{quiz.slug}/")
    script = {"HX-Request": "true"}
    yield from (client.get(course + place) for place in places)
    yield client.post(f"{course}quizzes/{quiz.slug}/start/")
    attempt = Attempt.objects.get(quiz=quiz)
    mine = f"{course}quizzes/{quiz.slug}/attempts/{attempt.public_id}/"
    glass = Option.objects.get(version__question__bank__course=cast.course, text="glass").public_id
    answer = {"question": "1", "option": glass, "tab": "t", "base": "0"}
    yield client.get(mine)
    yield client.post(f"{mine}save/", answer | {"n": "1", "request_id": "r1"}, headers=script)
    yield client.post(f"{mine}save/", answer | {"n": "2", "request_id": "r2"})
    yield client.post(f"{mine}save/", answer | {"n": "1", "request_id": "r3", "tab": "u"}, headers=script)
    yield from (client.get(mine + place) for place in ("", "check/", "status/", "result/"))
    yield client.post(f"{mine}submit/")
    yield client.get(f"{mine}result/")
    grade(attempt_id=attempt.pk, now=NOW)
    yield client.get(f"{mine}status/", headers=script)
    yield client.get(f"{mine}result/")
    yield from (client.get(course + place) for place in places)


def told(response: "Answer") -> Told:
    headers = {name: value for name, value in response.items() if name != "Location"}
    return response.status_code, headers | {"Size": str(len(response.content))}, BY_CHANCE.sub("", response.content.decode())


def taken(cast: Cast, text: str, **rules: object) -> "tuple[Client, list[Answer]]":
    cast.session.starts_at, cast.session.ends_at = NOW + timedelta(hours=2), NOW + timedelta(hours=5)
    week = save_week(course=cast.course, week=None, text=WEEK, author=cast.instructor, now=NOW, session=cast.session)
    release_week(week=week, state=Release.OPEN, now=NOW)
    quiz = new_quiz(course=cast.course, title="Small quiz", week=week, author=cast.instructor, now=NOW, text=text)
    Quiz.objects.filter(pk=quiz.pk).update(**({"closes_at": CLOSES, "show_key": "after_due"} | rules))
    quiz = publish_quiz(quiz=Quiz.objects.get(pk=quiz.pk), now=NOW)
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    return client, list(walk(client, cast, quiz))


def without_ids(answers: "list[Answer]") -> list[Told]:
    """Return what was told, with every option and attempt under its place instead of its id of this quiz."""
    rows = (Attempt.objects.all(), Reading.objects.all(), Option.objects.order_by("position"))
    ids = [ident for found in rows for ident in found.values_list("public_id", flat=True)]
    shown = []
    for status, headers, body in map(told, answers):
        for place, one in enumerate(ids):
            body = body.replace(one, f"<{place}>")  # noqa: PLW2901 - one id after the other
        shown.append((status, headers, body))
    return shown


def both(cast: Cast, **rules: object) -> Iterator[list[Told]]:
    for text in (FEW, MANY):
        with transaction.atomic():
            yield without_ids(taken(cast, text, **rules)[1])
            transaction.set_rollback(True)


@pytest.mark.parametrize("policy", ["after_due", "on_release", "never"])
def test_pages_of_a_student_before_release_do_not_depend_on_the_key(cast: Cast, policy: str) -> None:
    with time_machine.travel(NOW, tick=False):
        few, many = both(cast, show_key=policy)
    assert [status for status, _, _ in few].count(200) > 12
    assert few == many


def test_pages_of_a_student_with_the_key_shown_at_once_depend_on_it(cast: Cast) -> None:
    """The proof of the test above: where the key may be seen, it finds a difference."""
    with time_machine.travel(NOW, tick=False):
        few, many = both(cast, show_key="immediately")
    differing = [place for place, (one, other) in enumerate(zip(few, many, strict=True)) if one != other]
    assert len(differing) == 1
    assert all(secret in many[differing[0]][2] for secret in SECRETS[1:])


def test_result_after_due_shows_the_key_only_when_nobody_can_answer(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        client, _ = taken(cast, MANY)
    attempt = Attempt.objects.select_related("quiz").get()
    place = f"{attempt.get_absolute_url()}result/"
    last = CLOSES + timedelta(seconds=attempt.quiz.grace)
    for at, shown in ((last - timedelta(seconds=1), False), (last, True)):
        with time_machine.travel(at, tick=False):
            page = client.get(place).content.decode()
        assert [secret in page for secret in SECRETS[1:]] == [shown, shown]


def test_result_after_an_earlier_closing_waits_for_attempts_that_were_told_a_later_end(cast: Cast) -> None:
    """One student is done, another works without an end; then the instructor lets the quiz close."""
    with time_machine.travel(NOW, tick=False):
        client, _ = taken(cast, MANY, closes_at=None)
        done = Attempt.objects.select_related("quiz").get()
        other = start(quiz=done.quiz, student=cast.other_student, now=NOW)
        Quiz.objects.update(closes_at=CLOSES)
    place, seen = f"{done.get_absolute_url()}result/", []
    with time_machine.travel(CLOSES + timedelta(hours=1), tick=False):
        seen.append(client.get(place).content.decode())
        submit(attempt=other, known={}, now=CLOSES + timedelta(hours=1))
        seen.append(client.get(place).content.decode())
    assert [[secret in page for secret in SECRETS[1:]] for page in seen] == [[False, False], [True, True]]
    assert "when the last attempt that is still running has ended" in seen[0]
