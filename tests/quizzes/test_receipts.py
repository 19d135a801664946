"""The receipt of an attempt: what the file says, and what the page that checks it finds."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.models import AnswerLog, Attempt
from quizzes.receipt import NoReceipt, Verdict, compared, read, written
from quizzes.result_page import receipt_of
from quizzes.saving import chain
from tests.conftest import NOW, Cast
from tests.quizzes.making import CANARY, at, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    made = start(quiz=make_quiz(cast.course, closes_at=None), student=cast.student, now=NOW)
    for n, (place, letters) in enumerate([(1, "AC"), (2, "B"), (1, "A")], start=1):
        save(attempt=made, request=request(made, place, letters, counter=n), now=at(n))
    return made


def over(attempt: Attempt) -> Attempt:
    return submit(attempt=attempt, known={}, now=at(60)).attempt


def text_of(attempt: Attempt) -> str:
    found = Attempt.objects.select_related("quiz__course").get(pk=attempt.pk)
    return written(found, receipt_of(found))


def check(attempt: Attempt, text: str) -> Verdict:
    found = Attempt.objects.select_related("quiz__course").get(pk=attempt.pk)
    return compared(read(text), found, receipt_of(found))


def test_receipt_as_written_agrees_with_what_is_stored(attempt: Attempt) -> None:
    over(attempt)
    text = text_of(attempt)
    verdict = check(attempt, text)
    assert verdict.agrees
    assert [line.save for line in verdict.lines] == ["1", "2", "3"]
    assert CANARY not in text


def test_receipt_digests_follow_from_the_file_alone(attempt: Attempt) -> None:
    head = ""
    for save_ in json.loads(text_of(attempt))["saves"]:
        digest = save_.pop("digest")
        head = chain(head, save_)
        assert digest == head


def test_receipt_of_saves_told_on_another_clock_agrees(cast: Cast, attempt: Attempt) -> None:
    """Whoever hands a time in a zone of its own to the action, the digest is over what the database gives back."""
    later = at(9).astimezone(ZoneInfo("America/Chicago"))
    save(attempt=attempt, request=request(attempt, 2, "C", counter=9), now=later)
    assert check(attempt, text_of(attempt)).agrees


def test_receipt_made_before_the_last_save_and_the_submission_still_agrees(attempt: Attempt) -> None:
    early = text_of(attempt)
    save(attempt=attempt, request=request(attempt, 3, "E", counter=9), now=at(9))
    over(attempt)
    assert check(attempt, early).agrees


Change = Callable[[dict[str, Any]], None]


def rechained(saves: list[dict[str, Any]]) -> None:
    """What somebody does who knows how the chain is made."""
    head = ""
    for one in saves:
        one.pop("digest")
        head = chain(head, one)
        one["digest"] = head


def answer(said: dict[str, Any]) -> None:
    said["saves"][1]["chosen"] = said["saves"][0]["chosen"]


def answer_and_chain(said: dict[str, Any]) -> None:
    answer(said)
    rechained(said["saves"])


def time_of_one(said: dict[str, Any]) -> None:
    said["saves"][2]["at"] = said["saves"][1]["at"]


def one_more(said: dict[str, Any]) -> None:
    said["saves"].append(said["saves"][2] | {"save": 4})
    rechained(said["saves"])


def one_less(said: dict[str, Any]) -> None:
    del said["saves"][2]


def in_another_order(said: dict[str, Any]) -> None:
    said["saves"][:2] = reversed(said["saves"][:2])


def submission(said: dict[str, Any]) -> None:
    said["submitted_at"], said["answers_digest"] = "2026-10-07T15:00:00+00:00", "0" * 64


@pytest.mark.parametrize(
    ("change", "differing", "whole"),
    [
        (answer, 1, 0),
        (answer_and_chain, 2, 0),  # its own line, and the digest of the next
        (time_of_one, 1, 0),
        (one_more, 1, 0),
        (one_less, 0, 1),
        (in_another_order, 3, 0),
        (submission, 0, 2),
    ],
)
def test_receipt_that_was_changed_is_found_out(attempt: Attempt, change: Change, differing: int, whole: int) -> None:
    over(attempt)
    said = json.loads(text_of(attempt))
    change(said)
    verdict = check(attempt, json.dumps(said))
    assert (verdict.agrees, verdict.differing, len(verdict.whole)) == (False, differing, whole)


def test_receipt_of_answers_changed_in_the_store_is_found_out(attempt: Attempt) -> None:
    text = text_of(attempt)
    AnswerLog.objects.filter(save_number=2).update(chosen=[])
    verdict = check(attempt, text)
    assert [(line.agrees, line.words) for line in verdict.lines] == [
        (True, "Agrees with what is stored."),
        (False, "Differs from what is stored: the answer."),
        (True, "Agrees with what is stored."),
    ]


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"kind": "seminar receipt"}', "[" * 100_000])
def test_receipt_that_is_none_is_refused_with_words(text: str) -> None:
    with pytest.raises(NoReceipt, match="receipt"):
        read(text)


# --- the pages


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_receipt_page_gives_a_file_that_the_check_page_takes(cast: Cast, attempt: Attempt) -> None:
    client = signed_in(cast.student)
    answer = client.get(reverse("quizzes:attempt_receipt", args=["hum240", attempt.quiz.slug, attempt.public_id]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    upload = SimpleUploadedFile("receipt.json", answer.content)
    address = reverse("quizzes:receipt_verify", args=["hum240"])
    assert "This receipt agrees with what is stored" in client.post(address, {"file": upload}).content.decode()
    changed = answer.content.decode().replace('"question": 2', '"question": 3')
    page = client.post(address, {"text": changed}).content.decode()
    assert "1 of 3 saves differs" in page
    assert "Differs from what is stored: the question." in page


@pytest.mark.parametrize(
    ("who", "known"), [("student", True), ("instructor", True), ("other_student", False), ("observer", False)]
)
def test_check_page_knows_only_attempts_that_one_may_read(cast: Cast, attempt: Attempt, who: str, known: bool) -> None:
    address = reverse("quizzes:receipt_verify", args=["hum240"])
    answer = signed_in(getattr(cast, who)).post(address, {"text": text_of(attempt)})
    assert answer.status_code == (200 if known else 422)
    assert ("No attempt of yours in this course" in answer.content.decode()) is not known


def test_check_page_refuses_what_is_no_receipt_in_words(cast: Cast) -> None:
    client, address = signed_in(cast.student), reverse("quizzes:receipt_verify", args=["hum240"])
    for data, words in (
        ({}, "Choose the file of a receipt, or paste its text."),
        ({"text": "nonsense"}, "it is not JSON"),
        ({"file": SimpleUploadedFile("x.json", b"\xff\xfe")}, "it is not text in UTF-8"),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 422
        assert words in answer.content.decode()
