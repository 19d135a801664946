"""Stopping mail: a scanner's GET changes nothing, one POST without login does, and a link holds for one person and kind."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from course.announcing import KIND
from notifications.mail import stop_token
from notifications.models import Unsubscribe
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def stop(cast: Cast, kind: str = KIND) -> str:
    return reverse("notifications:unsubscribe", args=[stop_token(cast.student.public_id, kind)])


def off() -> list[tuple[str, str]]:
    return list(Unsubscribe.objects.order_by("kind").values_list("person__email", "kind"))


def test_get_shows_a_form_and_changes_nothing(cast: Cast) -> None:
    for method in ("get", "head"):
        assert getattr(Client(), method)(stop(cast)).status_code == 200
    assert "Stop mail about announcements?" in Client().get(stop(cast)).content.decode()
    assert off() == []


def test_one_click_post_without_login_or_csrf_stops_this_kind_only(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(stop(cast), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "You get no mail about announcements" in answer.content.decode()
        assert not answer.cookies
    assert off() == [(cast.student.email, KIND)]


def test_again_lets_it_come_and_stop_button_stops(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.post(stop(cast), {"do": "stop"})
    assert "You get mail about announcements again" in client.post(stop(cast), {"do": "again"}).content.decode()
    assert off() == []


@pytest.mark.parametrize("token", ["x", "eyJwIjoiYSJ9:abc"])
def test_forged_link_is_not_found(cast: Cast, token: str) -> None:
    assert Client().get(f"/unsubscribe/{token}/").status_code == 404
    assert Client().post(f"/unsubscribe/{token}/").status_code == 404


def test_link_for_a_kind_that_is_gone_is_not_found(cast: Cast) -> None:
    assert Client().get(stop(cast, "forgotten")).status_code == 404


def test_old_links_live_through_a_change_of_the_secret(cast: Cast, settings: Settings) -> None:
    old = stop(cast)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-0123456789-0123456789-0123456789-0123456789"
    assert Client().get(old).status_code == 200


def test_put_and_delete_are_refused(cast: Cast) -> None:
    assert Client().put(stop(cast)).status_code == 405
    assert Client().delete(stop(cast)).status_code == 405


def test_settings_panel_shows_and_saves_what_is_ticked(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.student)
    Unsubscribe.objects.create(person=cast.student, kind="quiz_due")
    body = client.get(reverse("settings")).content.decode()
    assert body.count('type="checkbox" name="mail"') == 4
    assert body.count('name="mail" value="quiz_due" checked') == 0
    assert 'name="mail" value="announcement" checked' in body
    answer = client.post(reverse("notifications:mail_kinds"), {"mail": ["quiz_due", "presentation", "nonsense"]})
    assert (answer.status_code, answer["Location"]) == (303, "/settings/#notifications")
    assert off() == [(cast.student.email, KIND), (cast.student.email, "reading_due")]


def test_settings_of_the_signed_out_go_to_login(cast: Cast) -> None:
    assert Client().post(reverse("notifications:mail_kinds")).status_code == 302
    assert off() == []
