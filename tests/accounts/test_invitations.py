import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.access import invitation_for, token_hash
from accounts.actions import InvitationGoneError, accept_invitation, invite, note_letter, person_with_address
from accounts.enums import InvitationState
from accounts.models import Invitation, User
from course.actions.people import enroll
from course.enums import Role
from tests.conftest import NOW, PASSWORD, Cast

FORM = {"name": "Noor Haddad", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


def noor() -> User:
    return person_with_address(email="Noor.Haddad@example.edu")


def letter(cast: Cast) -> tuple[Invitation, str]:
    return invite(person=noor(), invited_by=cast.instructor, now=timezone.now())


def test_person_with_address_twice_is_one_person(db: None) -> None:
    assert noor() == person_with_address(email=" noor.haddad@EXAMPLE.edu ", name="Somebody Else")
    assert not noor().has_usable_password()


def test_invite_token_is_long_and_stored_only_as_a_hash(cast: Cast) -> None:
    invitation, token = letter(cast)
    assert len(token) == 43  # 32 bytes in base64
    assert invitation.token_hash == token_hash(token)
    assert token not in str(vars(Invitation.objects.get()))


def test_invite_again_ends_the_earlier_letter(cast: Cast) -> None:
    _, first = letter(cast)
    _, second = letter(cast)
    assert invitation_for(first, timezone.now()).state is InvitationState.UNKNOWN
    assert invitation_for(second, timezone.now()).state is InvitationState.OPEN


def test_invitation_after_fourteen_days_has_ended(cast: Cast) -> None:
    _, token = invite(person=noor(), invited_by=None, now=NOW)
    assert invitation_for(token, NOW + timedelta(days=14, seconds=-1)).state is InvitationState.OPEN
    assert invitation_for(token, NOW + timedelta(days=14)).state is InvitationState.EXPIRED


def test_accept_twice_is_refused_the_second_time(cast: Cast) -> None:
    invitation, _ = letter(cast)
    now = timezone.now()
    accept_invitation(invitation=invitation, name="Noor Haddad", password=PASSWORD, now=now)
    with pytest.raises(InvitationGoneError):
        accept_invitation(invitation=invitation, name="Thief", password="another long password", now=now)
    assert noor().name == "Noor Haddad"
    assert noor().check_password(PASSWORD)


def test_accept_too_late_changes_nothing(cast: Cast) -> None:
    invitation, _ = invite(person=noor(), invited_by=None, now=NOW)
    with pytest.raises(InvitationGoneError):
        accept_invitation(invitation=invitation, name="Late", password=PASSWORD, now=NOW + timedelta(days=14))
    assert not noor().has_usable_password()


def test_letter_refused_by_the_server_is_noted_at_the_invitation(cast: Cast) -> None:
    invitation, _ = letter(cast)
    note_letter(invitation=invitation, failure="x" * 300, now=NOW)
    invitation.refresh_from_db()
    assert (invitation.sent_at, len(invitation.failure)) == (None, 200)
    note_letter(invitation=invitation, failure="", now=NOW)
    invitation.refresh_from_db()
    assert (invitation.sent_at, invitation.failure) == (NOW, "")


def test_invitation_page_opens_the_account_and_leads_into_the_course(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    enroll(course=cast.course, person=noor(), role=Role.STUDENT)
    page = client.get(f"/invitation/{token}/").content.decode()
    assert "Ruth Vandermeer invites you" in page
    assert "noor.haddad@example.edu" in page
    response = client.post(f"/invitation/{token}/", FORM, follow=True)
    assert response.redirect_chain[0] == ("/", 303)
    assert response.redirect_chain[-1][0] == "/courses/hum240/"
    assert noor().name == "Noor Haddad"
    assert EmailAddress.objects.get(user=noor()).verified


def test_invitation_page_bad_passwords_keep_the_name_typed(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    response = client.post(f"/invitation/{token}/", FORM | {"password1": "noor haddad1", "password2": "other"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error:" in page
    assert 'value="Noor Haddad"' in page
    assert "The two passwords differ" in page
    assert "too similar" in page
    assert PASSWORD not in page
    assert not noor().has_usable_password()


def test_invitation_page_used_link_leads_to_sign_in(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    client.post(f"/invitation/{token}/", FORM)
    response = Client().get(f"/invitation/{token}/")
    assert response.status_code == 410
    assert "Your account is open already" in response.content.decode()


def test_invitation_page_expired_link_names_whom_to_ask(cast: Cast, client: Client) -> None:
    _, token = invite(person=noor(), invited_by=cast.instructor, now=timezone.now() - timedelta(days=15))
    response = client.get(f"/invitation/{token}/")
    assert response.status_code == 410
    assert 'href="mailto:ruth.vandermeer@example.edu"' in response.content.decode()


@pytest.mark.parametrize("token", ["nonsense", "x" * 5000, "%00"])
def test_invitation_page_unknown_link_says_what_to_do(db: None, client: Client, token: str) -> None:
    response = client.get(f"/invitation/{token}/")
    assert response.status_code == 410
    assert "This invitation does not work" in response.content.decode()


def test_invitation_page_closed_account_is_unknown(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    User.objects.filter(email="noor.haddad@example.edu").update(is_active=False)
    assert "This invitation does not work" in client.post(f"/invitation/{token}/", FORM).content.decode()


def test_invitation_page_opened_by_somebody_signed_in_changes_the_session(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    client.force_login(cast.student)
    before = client.session.session_key
    assert "opening this account signs you out there" in client.get(f"/invitation/{token}/").content.decode()
    client.post(f"/invitation/{token}/", FORM)
    assert client.session["_auth_user_id"] == str(noor().pk)
    assert client.session.session_key != before


def test_invitation_page_is_kept_by_no_cache_and_tells_no_other_site(cast: Cast, client: Client) -> None:
    _, token = letter(cast)
    response = client.get(f"/invitation/{token}/")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r'(?:src|href)="https?:', response.content.decode())
