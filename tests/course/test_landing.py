from django.test import Client
from django.urls import reverse

from tests.conftest import Cast


def test_home_one_course_leads_into_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    response = client.get("/")
    assert response.headers["Location"] == reverse("course:now", args=["hum240"])


def test_now_student_answers(cast: Cast, client: Client) -> None:
    client.force_login(cast.student)
    assert client.get(reverse("course:now", args=["hum240"])).status_code == 200
