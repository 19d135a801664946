"""An empty POST is a form that was sent: it comes back with what is missing, and nothing happens."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions import invite
from accounts.models import User
from course.models import Announcement, ImportDraft, Page, Week
from quizzes.models import Quiz
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


@pytest.fixture
def addresses(cast: Cast) -> dict[str, str]:
    """One address of each form that is sent to its own page, by the words that it says when all is missing."""
    Week.objects.create(course=cast.course, number=5, slug="5", title="The Next Word", source="# Week 5: The Next Word\n")
    Quiz.objects.create(course=cast.course, slug="check", title="Check", changed_at=timezone.now())
    Page.objects.create(course=cast.course, slug="syllabus", title="Syllabus")
    draft = ImportDraft.objects.create(
        course=cast.course,
        person=cast.instructor,
        kind="quiz",
        source="## One?\n- [x] A\n- [ ] B\n",
        options={"format": "markdown"},
        created_at=timezone.now(),
    )
    _, token = invite(person=User.objects.create_user("noor@example.edu"), invited_by=None, now=timezone.now())
    course = f"/courses/{cast.course.slug}/"
    return {
        f"{course}presentations/add/": "Choose at least one class.",
        f"{course}quizzes/new/": "Enter the title.",
        f"{course}people/{cast.student.public_id}/accommodation/": "This changes nothing.",
        f"{course}quizzes/check/exceptions/{cast.student.public_id}/": "This changes nothing.",
        f"{course}quizzes/check/settings/": "Choose a kind.",
        f"{course}quizzes/import/": "Choose a file or paste the text of a quiz",
        f"{course}quizzes/import/{draft.public_id}/": "Enter the title of the quiz.",
        f"{course}announcements/new/": "Write the message.",
        f"{course}weeks/new/": "Enter the week number.",
        f"{course}weeks/import/": "Choose a file or paste the text of a week",
        f"{course}weeks/5/readings/add/": "Enter the title.",
        f"{course}weeks/5/release/": "Choose whether it opens now, later, or stays a draft.",
        f"{course}pages/syllabus/edit/": "Enter the title.",
        f"{course}files/": "Choose the picture.",
        f"{course}folder/download/": "Choose a copy.",
        f"{course}folder/upload/": "Choose the folder as a .zip file.",
        f"{course}people/invite/": "Enter the e-mail addresses.",
        "/settings/": "Enter the name that others see.",
        f"/invitation/{token}/": "Enter the password.",
    }


def test_empty_post_is_a_form_that_was_sent(client: Client, cast: Cast, addresses: dict[str, str]) -> None:
    client.force_login(cast.instructor)
    answers = {path: client.post(path, {}) for path in addresses}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(addresses, 422)
    assert {path: addresses[path] in answer.content.decode() for path, answer in answers.items()} == dict.fromkeys(
        addresses, True
    )
    assert not Announcement.objects.exists()
