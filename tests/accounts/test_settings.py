import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import settings_panels
from accounts.models import User
from tests.conftest import Cast

GOOD = {"name": "Ines C.", "zone": "Europe/Madrid", "theme": "dark"}


def test_settings_saved_answer_on_the_next_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    response = client.post("/settings/", GOOD, follow=True)
    assert response.redirect_chain == [("/settings/", 303)]
    cast.student.refresh_from_db()
    assert (cast.student.name, cast.student.zone, cast.student.theme) == ("Ines C.", "Europe/Madrid", "dark")
    page = response.content.decode()
    assert "Your settings are saved." in page
    assert 'data-theme="dark"' in page
    assert '<option value="Europe/Madrid" selected>Madrid</option>' in page


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("zone", "Mars/Base"), ("theme", "neon")])
def test_settings_refused_keep_what_was_typed(cast: Cast, client: Client, field: str, value: str) -> None:
    client.force_login(cast.student)
    response = client.post("/settings/", GOOD | {field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error:" in page
    assert page.index("error-summary") < page.index("<h1>")
    assert f'href="#id_{field}' in page
    cast.student.refresh_from_db()
    assert cast.student.theme == "system"


def test_settings_fields_not_on_the_page_stay(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    client.post(
        "/settings/", GOOD | {"email": "x@example.edu", "is_staff": "1", "is_superuser": "1", "public_id": "x", "id": "1"}
    )
    after = User.objects.get(pk=cast.student.pk)
    assert (after.email, after.is_staff, after.is_superuser) == (cast.student.email, False, False)
    assert after.public_id == cast.student.public_id


def test_settings_zone_of_older_spelling_is_kept(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.student.pk).update(zone="US/Central")
    client.force_login(cast.student)
    assert '<option value="US/Central" selected>' in client.get("/settings/").content.decode()
    assert client.post("/settings/", GOOD | {"zone": "US/Central"}).status_code == 303


def test_settings_page_without_panels_costs_two_queries(
    cast: Cast,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    no_panels: None,
) -> None:
    client.force_login(cast.student)
    with django_assert_num_queries(2):
        client.get("/settings/")


@pytest.fixture
def no_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the panels of this test."""
    monkeypatch.setattr(settings_panels, "_shows", [])


def test_settings_panel_registered_stands_on_the_page(
    cast: Cast,
    client: Client,
    no_panels: None,
) -> None:
    @settings_panels.register
    def show(person: User) -> settings_panels.Panel | None:
        return settings_panels.Panel("mail", f"Mail to {person.name}", "accounts/signed_out.html", {"sign_in": "/x/"})

    @settings_panels.register
    def nothing(person: User) -> settings_panels.Panel | None:
        return None

    client.force_login(cast.student)
    page = client.get("/settings/").content.decode()
    assert '<h2 class="passage-title" id="mail">Mail to Ines Caballero</h2>' in page
