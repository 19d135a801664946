"""The workload of a class: start, save ten times, submit, look at the result, each by everybody before the next."""

from datetime import datetime

from accounts.models import User
from benchmarks import world
from benchmarks.requests import Browser, Stack, bare, expect, product
from quizzes.actions.grading import grade_owed
from quizzes.enums import ShowKey
from quizzes.models import Attempt, AttemptQuestion, Quiz

QUESTIONS, OPTIONS = 10, 4
# Which floor a step is held against, and how many times as fast as the floor it has to be.
TARGETS = {"save": ("upsert", 0.7), "start": ("upsert", 0.3), "submit": ("upsert", 0.4), "result": ("page", 1.5)}


def everybody(*, students: int, enrolled: int, now: datetime) -> tuple[Stack, Stack]:
    """Return the product's stack and the bare one with the times of all their requests; the floors are measured between."""
    slug = f"class{enrolled}"
    people = world.people(f"{slug}s", enrolled)
    quiz = world.quiz(world.course(slug, people), now, questions=QUESTIONS, options=OPTIONS)
    Quiz.objects.filter(pk=quiz.pk).update(show_key=ShowKey.IMMEDIATELY)
    browsers, ours, floor = [Browser(person) for person in people[:students]], product(), bare()
    _warm(ours, floor, Browser(people[-1]), quiz)
    course = f"/courses/{slug}/quizzes/{quiz.slug}/"
    for browser in browsers:
        expect(ours.ask("start", browser, f"{course}start/", [])[0], 303)
    attempts = {one.student_id: one for one in Attempt.objects.filter(quiz=quiz)}
    for place in range(1, QUESTIONS + 1):
        for browser in browsers:
            _save(ours, browser, attempts[browser.person.pk], course, place)
            _floors(floor, browser, attempts[browser.person.pk])
    for browser in browsers:
        expect(ours.ask("submit", browser, f"{course}attempts/{attempts[browser.person.pk].public_id}/submit/", [])[0], 303)
    assert grade_owed(now=now) == students
    for browser in browsers:
        expect(ours.ask("result", browser, f"{course}attempts/{attempts[browser.person.pk].public_id}/result/")[0], 200)
    return ours, floor


def _save(ours: Stack, browser: Browser, attempt: Attempt, course: str, place: int) -> None:
    question = AttemptQuestion.objects.get(attempt=attempt, position=place)
    data = [("question", str(place)), ("tab", "t"), ("n", str(place)), ("base", "0"), ("request_id", f"r{place}")]
    data += [("option", option) for option in question.option_order[:2]]
    expect(ours.ask("save", browser, f"{course}attempts/{attempt.public_id}/save/", data)[0], 200)


def _floors(floor: Stack, browser: Browser, attempt: Attempt) -> None:
    question = AttemptQuestion.objects.filter(attempt=attempt).order_by("position").values_list("pk", flat=True)[0]
    expect(floor.ask("upsert", browser, f"/floor/upsert/{question}/", [])[0], 200)
    expect(floor.ask("page", browser, "/floor/page/")[0], 200)


def _warm(ours: Stack, floor: Stack, browser: Browser, quiz: Quiz) -> None:
    """Read templates and make connections before anything is measured."""
    for stack in (ours, floor):
        stack.ask("warm", browser, "/floor/page/")
    ours.ask("warm", browser, f"/courses/{quiz.course.slug}/quizzes/{quiz.slug}/")
    assert isinstance(browser.person, User)
