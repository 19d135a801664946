import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.enums import Theme
from accounts.models import User
from tests.conftest import PASSWORD, Cast, person

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> tuple[int, str]:
    """Return status and text of one try through the sign-in page."""
    response = client.post(LOGIN, {"login": user.email, "password": password} | {"next": extra.pop("next", "")}, **extra)
    return response.status_code, response.content.decode()


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_right_password_leads_into_the_one_course(cast: Cast, client: Client) -> None:
    response = client.post(LOGIN, {"login": cast.student.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/courses/hum240/"


def test_sign_in_address_in_capitals_is_the_same_address(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": f"  {cast.student.email.upper()} ", "password": PASSWORD})
    assert signed_in(client)


def test_sign_in_wrong_password_says_so_at_the_field_and_above(cast: Cast, client: Client) -> None:
    _, page = sign_in(client, cast.student, "wrong password here")
    assert "<title>Error: Sign in" in page
    assert page.index("error-summary") < page.index("<h1>")
    assert 'href="#id_password"' in page
    assert page.count("The e-mail address and password do not match") == 2
    assert f'value="{cast.student.email}"' in page
    assert not signed_in(client)


def test_sign_in_session_key_changes(cast: Cast, client: Client) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = "planted"
    session.save()
    before = client.session.session_key
    sign_in(client, cast.student)
    assert client.session.session_key != before


def test_sign_out_old_cookie_is_dead(cast: Cast, client: Client) -> None:
    sign_in(client, cast.student)
    cookie = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert thief.get("/courses/hum240/").status_code == 302


def test_sign_out_by_get_asks_first(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    page = client.get("/account/logout/").content.decode()
    assert "Sign out of Seminar" in page
    assert signed_in(client)


def test_wrong_password_five_times_locks_this_account_only(cast: Cast, client: Client) -> None:
    for _ in range(5):
        _, page = sign_in(client, cast.student, "wrong password here")
        assert "do not match" in page
    _, page = sign_in(client, cast.student)
    assert "Too many wrong tries" in page
    assert not signed_in(client)
    other = Client()
    sign_in(other, cast.other_student)
    assert signed_in(other)


def test_wrong_password_from_many_addresses_locks_the_account(cast: Cast, client: Client) -> None:
    for number in range(5):
        sign_in(client, cast.student, "wrong password here", REMOTE_ADDR=f"192.0.2.{number}")
    _, page = sign_in(client, cast.student, REMOTE_ADDR="192.0.2.77")
    assert "Too many wrong tries" in page


def test_wrong_password_under_another_host_name_has_no_new_budget(cast: Cast, client: Client) -> None:
    for _ in range(5):
        sign_in(client, cast.student, "wrong password here")
    _, page = sign_in(client, cast.student, HTTP_HOST="localhost")
    assert "Too many wrong tries" in page


def test_wrong_passwords_from_one_address_stop_at_sixty(cast: Cast, client: Client) -> None:
    for number in range(60):
        client.post(LOGIN, {"login": f"nobody{number}@example.edu", "password": "x"})
    _, page = sign_in(client, cast.student)
    assert "Too many wrong tries" in page
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    sign_in(elsewhere, cast.student)
    assert signed_in(elsewhere)


@pytest.fixture
def six_of_one_address(settings: Settings) -> None:
    """One address may fail six times a minute and not sixty: where the count itself is not what is tested."""
    limits = settings.ACCOUNT_RATE_LIMITS["login_failed"]
    assert limits.startswith("60/m/ip,")
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": limits.replace("60/m/ip", "6/m/ip")}


@pytest.mark.usefixtures("six_of_one_address")
def test_forwarded_address_without_known_proxies_gives_no_new_budget(cast: Cast, client: Client) -> None:
    for number in range(6):
        client.post(LOGIN, {"login": f"nobody{number}@example.edu", "password": "x"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    _, page = sign_in(client, cast.student, HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert "Too many wrong tries" in page


@pytest.mark.usefixtures("six_of_one_address")
def test_forwarded_address_behind_one_proxy_counts_the_last_hop(
    cast: Cast,
    client: Client,
    settings: Settings,
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(6):
        client.post(
            LOGIN,
            {"login": f"nobody{number}@example.edu", "password": "x"},
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.5",
        )
    _, page = sign_in(client, cast.student, HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert "Too many wrong tries" in page
    sign_in(client, cast.student, HTTP_X_FORWARDED_FOR="203.0.113.6")
    assert signed_in(client)


@pytest.mark.usefixtures("six_of_one_address")
def test_sign_in_of_a_whole_hall_behind_one_address_passes(cast: Cast) -> None:
    for _ in range(9):
        one = Client()
        sign_in(one, cast.student)
        assert signed_in(one)


def test_sign_in_too_many_posts_shows_the_designed_page(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
    for _ in range(3):
        client.post(LOGIN, {})
    response = client.post(LOGIN, {})
    assert response.status_code == 429
    assert "Too many tries in a short time" in response.content.decode()


def test_reset_letter_ends_the_wait(cast: Cast, client: Client) -> None:
    for _ in range(6):
        sign_in(client, cast.student, "wrong password here")
    reset_password(client, cast.student, "another long password")
    sign_in(client, cast.student, "another long password")
    assert signed_in(client)


def reset_password(client: Client, user: User, password: str) -> None:
    client.post("/account/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link
    page = client.get(link[1], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_reset_letter_followed_changes_the_password_and_ends_other_sessions(cast: Cast, client: Client) -> None:
    other = Client()
    other.force_login(cast.student)
    reset_password(client, cast.student, "another long password")
    cast.student.refresh_from_db()
    assert cast.student.check_password("another long password")
    assert other.get("/courses/hum240/").status_code == 302
    assert mail.outbox[-1].subject == "Your password for Seminar was changed"


def test_reset_link_used_twice_says_what_to_do(cast: Cast, client: Client) -> None:
    reset_password(client, cast.student, "another long password")
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    page = Client().get(link[1], follow=True).content.decode()
    assert "This link is used up or too old" in page


def test_reset_letter_links_start_with_the_site_not_the_host_header(cast: Cast, client: Client) -> None:
    client.post("/account/password/reset/", {"email": cast.student.email}, HTTP_HOST="localhost")
    assert "http://testserver/account/password/reset/key/" in mail.outbox[-1].body
    assert "localhost" not in mail.outbox[-1].body


def test_reset_known_and_unknown_address_give_the_same_answer(cast: Cast, client: Client) -> None:
    def answer(address: str) -> tuple[int, str, str]:
        response = Client().post("/account/password/reset/", {"email": address}, follow=True)
        return response.status_code, str(response.redirect_chain), mask(response.content.decode())

    assert answer(cast.student.email) == answer("nobody@example.edu")
    assert [letter.to for letter in mail.outbox] == [[cast.student.email], ["nobody@example.edu"]]


def mask(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_sign_in_known_and_unknown_address_give_the_same_answer(cast: Cast, client: Client) -> None:
    def answer(address: str) -> str:
        response = Client().post(LOGIN, {"login": address, "password": "wrong password here"})
        return mask(response.content.decode()).replace(address, "?")

    assert answer(cast.student.email) == answer("nobody@example.edu")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "http:evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https://testserver@evil.example/",
        "javascript:alert(1)",
        "/%09//evil.example/..//\tevil",
        "ftp://testserver/",
        "https:///evil.example",
    ],
)
def test_sign_in_next_leads_away_is_ignored(cast: Cast, client: Client, target: str) -> None:
    response = client.post(LOGIN, {"login": cast.student.email, "password": PASSWORD, "next": target})
    assert signed_in(client)
    location = response.headers["Location"]
    assert location.startswith("/")
    assert location[1:2] not in {"/", "\\"}


def test_sign_in_next_inside_is_followed(cast: Cast, client: Client) -> None:
    response = client.post(LOGIN, {"login": cast.student.email, "password": PASSWORD, "next": "/courses/hum240/weeks/"})
    assert response.headers["Location"] == "/courses/hum240/weeks/"


def test_admin_sign_in_goes_through_the_same_door(cast: Cast, client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2F"
    posted = client.post("/admin/login/", {"username": cast.admin.email, "password": PASSWORD})
    assert posted.headers["Location"].startswith(LOGIN)
    assert not signed_in(client)


def test_admin_sign_in_of_a_student_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert client.get("/admin/login/").status_code == 403


def test_sign_in_closed_account_says_so(cast: Cast, client: Client) -> None:
    cast.student.is_active = False
    cast.student.save()
    response = client.post(LOGIN, {"login": cast.student.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in response.content.decode()
    assert not signed_in(client)


def test_closed_account_session_ends_at_the_next_request(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    User.objects.filter(pk=cast.student.pk).update(is_active=False)
    assert client.get("/courses/hum240/").status_code == 302


def test_sign_up_is_closed_and_says_how_to_get_in(client: Client) -> None:
    page = client.get("/account/signup/").content.decode()
    assert "An invitation opens your account" in page
    client.post("/account/signup/", {"email": "new@example.edu", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="new@example.edu").exists()


def test_address_not_proven_gets_a_confirmation_letter_first(cast: Cast, client: Client) -> None:
    user = User(email="made.in.admin@example.edu", name="Made in Admin")
    user.set_password(PASSWORD)
    user.save()
    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD}, follow=True)
    assert "Confirm your address" in response.content.decode()
    assert not signed_in(client)
    link = re.search(r"http://testserver(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert link
    assert "Made in Admin" in client.get(link[1]).content.decode()
    client.post(link[1])
    sign_in(client, user)
    assert signed_in(client)


def test_confirmation_link_unknown_says_what_to_do(client: Client) -> None:
    assert "This link is used up or too old" in client.get("/account/confirm-email/nonsense/").content.decode()


def test_change_password_keeps_this_session_and_tells_by_mail(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    other = Client()
    other.force_login(cast.student)
    data = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
    response = client.post("/account/password/change/", data)
    assert response.headers["Location"] == "/settings/"
    assert client.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302
    assert mail.outbox[-1].subject == "Your password for Seminar was changed"


@pytest.mark.parametrize(
    ("password", "words"), [("short", "too short"), ("password1234", "too common"), ("ines.caballero", "too similar")]
)
def test_change_password_weak_is_refused(cast: Cast, client: Client, password: str, words: str) -> None:
    client.force_login(cast.student)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post("/account/password/change/", data).content.decode()
    assert words in page
    assert "<title>Error:" in page


def test_reauthenticate_page_asks_for_the_password(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert "Your password once more" in client.get("/account/reauthenticate/").content.decode()
    page = client.post("/account/reauthenticate/", {"password": "wrong password here"}).content.decode()
    assert "This is not your password" in page


def test_reset_mail_server_silent_says_the_letter_was_not_sent(
    cast: Cast,
    client: Client,
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    response = client.post("/account/password/reset/", {"email": cast.student.email}, follow=True)
    assert response.status_code == 200
    assert "The mail server did not take the letter" in response.content.decode()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_theme_chosen_stands_on_the_page(cast: Cast, client: Client, theme: Theme) -> None:
    User.objects.filter(pk=cast.student.pk).update(theme=theme)
    client.force_login(cast.student)
    assert f'<html lang="en" data-theme="{theme.value}">' in client.get("/settings/").content.decode()


def test_theme_of_the_device_leaves_the_page_unmarked(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert "data-theme" not in client.get("/settings/").content.decode()


def test_fragment_signed_out_gets_401_with_a_way_back(cast: Cast, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example//evil.example/courses/hum240/?q=1"}
    response = client.get(reverse("course:now", args=["hum240"]), headers=headers)
    assert response.status_code == 401
    page = response.content.decode()
    assert "You have been signed out" in page
    assert f'href="{LOGIN}?next=%2Fevil.example%2Fcourses%2Fhum240%2F%3Fq%3D1"' in page


def test_page_signed_out_leads_to_sign_in_and_back(cast: Cast, client: Client) -> None:
    response = client.get(reverse("course:now", args=["hum240"]))
    assert response.headers["Location"] == f"{LOGIN}?next=/courses/hum240/"


def test_personal_page_is_kept_by_no_cache(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert client.get("/settings/").headers["Cache-Control"] == "private, no-store"


def test_person_made_with_a_password_counts_as_proven(db: None, client: Client) -> None:
    user = person("Vera Vouched")
    sign_in(client, user)
    assert signed_in(client)


def test_address_page_of_allauth_adds_no_address(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    response = client.post("/account/email/", {"action_add": "", "email": "second@example.edu"})
    assert response.headers["Location"] == "/settings/"
    assert list(EmailAddress.objects.filter(user=cast.student).values_list("email", flat=True)) == [cast.student.email]
