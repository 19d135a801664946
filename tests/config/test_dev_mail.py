from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

pytestmark = pytest.mark.django_db
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(folder: Path, *subjects: str, html: str = "") -> None:
    """Send through one connection, as a worker does: one file with several mails."""
    with get_connection(FILE_BACKEND, file_path=folder) as connection:
        for subject in subjects:
            mail = EmailMultiAlternatives(
                subject,
                "Read https://seminar.example.edu/x now.\n<script>alert(1)</script>",
                to=["ines.caballero@example.edu"],
                connection=connection,
                headers={"List-Unsubscribe": "<https://seminar.example.edu/unsubscribe/abc/>"},
            )
            if html:
                mail.attach_alternative(html, "text/html")
            mail.send()


def test_mail_list_without_a_folder_says_that_there_is_none(folder: Path, client: Client) -> None:
    assert "No mail yet" in client.get(reverse("dev_mail")).text


def test_mail_list_of_two_in_one_file_shows_the_newest_first(folder: Path, client: Client) -> None:
    send(folder, "First news", "Second news")
    page = client.get(reverse("dev_mail")).text
    assert page.index("Second news") < page.index("First news")
    assert "ines.caballero@example.edu" in page


def test_mail_detail_shows_headers_text_and_html_that_cannot_act(folder: Path, client: Client) -> None:
    send(
        folder,
        "News",
        html='<p style="color:red" onclick="x()">Go <a href="https://seminar.example.edu/y">there</a><script>alert(2)</script></p>'
        '<a href="javascript:alert(3)">no</a><img src="https://elsewhere.example/pixel.gif">',
    )
    name = f"{next(folder.iterdir()).stem}-1"
    page = client.get(reverse("dev_mail_detail", args=[name])).text
    assert "List-Unsubscribe" in page
    assert 'href="https://seminar.example.edu/unsubscribe/abc/' in page
    assert 'href="https://seminar.example.edu/x"' in page
    assert 'href="https://seminar.example.edu/y"' in page
    for harm in ("<script>alert", "javascript:", "onclick", " style=", "pixel.gif"):
        assert harm not in page


@pytest.mark.parametrize(
    "name",
    ["..", "..%2Fsecret", "secret", "20261122-114327-1-9", "20261122-114327-1", "%00", "٢٠٢٦١١٢٢-114327-1-1"],
)
def test_mail_detail_of_a_strange_name_is_not_found(name: str, folder: Path, client: Client) -> None:
    send(folder, "News")
    (folder.parent / "secret.log").write_text("Subject: no\n\nno")
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_mail_detail_of_a_place_that_is_not_there_is_not_found(folder: Path, client: Client) -> None:
    send(folder, "News")
    name = next(folder.iterdir()).stem
    assert client.get(reverse("dev_mail_detail", args=[f"{name}-1"])).status_code == 200
    assert client.get(reverse("dev_mail_detail", args=[f"{name}-2"])).status_code == 404
