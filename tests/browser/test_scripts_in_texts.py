"""Whatever people write into texts, titles, names and file names: no page runs a script of it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from course.actions.announcements import Posting, Text, save_announcement
from course.actions.pages import release_page, save_page
from course.actions.weeks import release_week, save_week
from course.enums import Release
from course.models import ImportDraft, Week
from presentations.models import Booking
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Quiz
from tests.browser.conftest import Demo

Open = Callable[..., Page]

# Each tells the page that it ran. Quotes of both kinds leave an attribute, the first tags leave a title, a text field, a comment.
TELL = "window.ran=(window.ran||0)+1"
NAME = f"--></title></textarea><img src=x onerror={TELL}>'\"><svg onload={TELL}>"
TEXT = f"""{NAME}

<script>{TELL}</script> <a href="javascript:{TELL}">a</a> <div hx-on:load="{TELL}" hx-get="/settings/" hx-trigger="load">b</div>

[link](javascript:{TELL}) ![i](x"onerror="{TELL}) [c](data:text/html,<script>{TELL}</script> "t'\\"onmouseover={TELL}") <{TELL}>

```"><script>{TELL}</script>
<script>{TELL}</script>
```

<details open ontoggle={TELL}><iframe srcdoc="<script>parent.{TELL}</script>"></iframe></details>
"""
WEEK = f'# Week 15: {NAME}\n\n{TEXT}\n\n## READINGS\n\n### {NAME}\n\n* [{NAME} (5m)](javascript:{TELL}) - {NAME}\n* [x](https://example.org/"onclick="{TELL})\n'
QUIZ = f"# {NAME}\n\n## {NAME} {{multi}}\n\n- [x] {NAME}\n  > {NAME}\n- [ ] b\n\n> {NAME}\n"

COULD_RUN = """[...document.querySelectorAll("*")].some(element => [...element.attributes].some(
    one => one.name.startsWith("on") || one.name.startsWith("hx-on") || /^\\s*(javascript:|data:text)/i.test(one.value)))"""


@pytest.fixture
def places(demo: Demo) -> list[tuple[str, str]]:
    """Fill every field that people write, and return who looks where."""
    now, teacher, student = timezone.now(), demo.instructor, demo.student
    for person in (teacher, student):
        person.name = NAME[:150]
        person.save()
    week = save_week(course=demo.course, week=None, text=WEEK, author=teacher, now=now, filename=f"{NAME}.md")
    week = release_week(week=week, state=Release.OPEN, now=now)
    page = release_page(
        page=save_page(course=demo.course, page=None, title=NAME, source=TEXT, week=week, now=now), state=Release.OPEN, now=now
    )
    post = save_announcement(
        course=demo.course,
        announcement=None,
        author=teacher,
        text=Text(NAME[:150], TEXT, week=week),
        posting=Posting(None, mail=False),
        now=now,
    )
    quiz = new_quiz(course=demo.course, title=NAME[:150], week=week, author=teacher, now=now, text=QUIZ)
    Quiz.objects.filter(pk=quiz.pk).update(show_key="immediately", attempts_allowed=None)
    quiz = publish_quiz(quiz=Quiz.objects.get(pk=quiz.pk), now=now)
    done = start(quiz=quiz, student=student, now=now)
    submit(attempt=done, known={}, now=now)
    grade(attempt_id=done.pk, now=now)
    running = start(quiz=quiz, student=student, now=now)
    Booking.objects.update(title=NAME[:150], abstract=TEXT)
    weeks = ImportDraft.objects.create(
        course=demo.course, person=teacher, kind="week", filename=NAME, source=WEEK.replace("15", "16"), created_at=now
    )
    quizzes = ImportDraft.objects.create(
        course=demo.course, person=teacher, kind="quiz", filename=NAME, source=QUIZ, created_at=now
    )
    both = [
        "",
        "weeks/",
        "weeks/15/",
        f"pages/{page.slug}/",
        "announcements/",
        f"announcements/{post.public_id}/",
        "presentations/",
        "quizzes/",
        f"quizzes/{quiz.slug}/",
    ]
    taking = f"quizzes/{quiz.slug}/attempts/"
    own = [f"{taking}{running.public_id}/", f"{taking}{running.public_id}/check/", f"{taking}{done.public_id}/result/"]
    staff = [
        "weeks/15/edit/",
        f"weeks/{Week.objects.get(pk=week.pk).slug}/readings/add/",
        f"pages/{page.slug}/edit/",
        f"announcements/{post.public_id}/edit/",
        "people/",
        f"quizzes/{quiz.slug}/edit/",
        f"quizzes/{quiz.slug}/settings/",
        f"{taking}{done.public_id}/result/",
        f"weeks/import/{weeks.public_id}/",
        f"quizzes/import/{quizzes.public_id}/",
    ]
    return [("student", f"{demo.url}{path}") for path in both + own] + [("staff", f"{demo.url}{path}") for path in both + staff]


def test_scripts_in_what_people_write_run_on_no_page(demo: Demo, places: list[tuple[str, str]], open_page: Open) -> None:
    people = {"student": open_page(demo.student), "staff": open_page(demo.instructor)}
    ran, gone = [], []
    for who, path in places:
        answer = people[who].goto(path)
        if answer is None or answer.status != 200:
            gone.append((path, answer and answer.status))
        if people[who].evaluate("window.ran") or people[who].evaluate(COULD_RUN):
            ran.append((who, path))
    assert ran == []
    assert gone == []
