"""What a mail looks like: headers that nothing can break into, links from SITE_URL, plain text that reads well."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from course.announcing import KIND
from course.markdown import render
from course.models import Announcement
from notifications import actions
from notifications.mail import build, read_stop_token, single_line, stop_token
from notifications.models import Delivery, Notice
from notifications.plaintext import plain_text
from notifications.registry import Kind, Letter, kind_named
from tests.conftest import NOW, Cast
from tests.notifications.conftest import announce, send_all
from tests.notifications.test_ledger import DUE
from tests.proof import examples

HEADERS = {
    "content-type",
    "mime-version",
    "subject",
    "from",
    "to",
    "reply-to",
    "date",
    "message-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
}
nasty = st.text(st.sampled_from('ab é\r\n\t\0\x85\u2028\u202e\u200b\U0001f469,;:<>@"\\=?'), max_size=300)


def parsed(message: mail.EmailMessage) -> EmailMessage:
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def kind() -> Kind:
    found = kind_named(KIND)
    assert found is not None
    return found


@pytest.mark.django_db
def test_mail_of_an_announcement_has_both_forms_and_all_headers(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    send_all(DUE)
    row = Delivery.objects.get(person=cast.student)
    got = parsed(next(one for one in mail.outbox if cast.student.email in one.to[0]))
    assert {name.lower() for name in got.keys()} == HEADERS  # noqa: SIM118 - a message iterates over its lines
    assert got["Subject"] == "HUM240: Room change"
    assert got["From"] == "Ruth Vandermeer via Seminar <seminar@example.edu>"
    assert got["Reply-To"] == "ruth.vandermeer@example.edu"
    assert got["Message-ID"] == row.message_id == f"<delivery-{row.token}@testserver>"
    stop = got["List-Unsubscribe"].strip(" <>")
    assert stop.startswith("http://testserver/unsubscribe/")
    assert read_stop_token(stop.split("/")[-2]) == (cast.student.public_id, KIND)
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    body = text.get_content()
    assert body.startswith(
        "HUM240 Machines That Write\n\nROOM CHANGE\n\nWe meet upstairs.\n\nRuth Vandermeer, Wed 7 Oct, 11:00 Chicago time."
    )
    assert f"Read it in Seminar:\nhttp://testserver{Announcement.objects.get().get_absolute_url()}" in body
    assert "You get this because you are a student of HUM240" in body
    assert stop in body
    assert "<strong>upstairs</strong>" in html.get_content()


@pytest.mark.django_db
def test_links_of_the_page_become_absolute(cast: Cast) -> None:
    announce(cast, NOW)
    Announcement.objects.update(html='<p><a href="/courses/hum240/">here</a> <a href="//evil.example.edu/">x</a></p>')
    actions.plan(now=NOW)
    send_all(DUE)
    html = parsed(mail.outbox[0]).get_body(("html",))
    assert html is not None
    assert 'href="http://testserver/courses/hum240/"' in html.get_content()
    assert 'href="//evil.example.edu/"' in html.get_content()


@pytest.mark.django_db
def test_pictures_and_formulas_of_an_announcement_are_words_in_its_mail(cast: Cast) -> None:
    announce(cast, NOW)
    Announcement.objects.update(html=render("See ![the & board](files/board.png): $a < b$."))
    actions.plan(now=NOW)
    send_all(DUE)
    message = parsed(mail.outbox[0])
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "See [Picture: the & board]: a < b." in text.get_content()
    assert "See [Picture: the &amp; board]: " in html.get_content()
    assert "<img" not in html.get_content()


@settings(max_examples=examples(150, 10_000), deadline=None)
@given(subject=nasty, heading=nasty, name=nasty, sender=nasty, place=nasty)
def test_nasty_words_break_into_no_header(subject: str, heading: str, name: str, sender: str, place: str) -> None:
    person = User(email="ines@example.edu", name=name)
    delivery = Delivery(
        notice=Notice(kind=KIND, object_key="announcement:1", version="1"), person=person, planned_at=NOW, due_at=NOW
    )
    letter = Letter(
        subject=subject,
        place=place,
        heading=heading,
        html="<p>x</p>",
        text="x",
        path="/",
        action="Read",
        why="Because.",
        sender=sender,
        reply_to="ruth@example.edu",
    )
    got = parsed(build(delivery, kind(), letter))
    assert {header.lower() for header in got.keys()} == HEADERS  # noqa: SIM118 - a message iterates over its lines
    assert [one.addr_spec for one in got["To"].addresses] == ["ines@example.edu"]
    assert [one.addr_spec for one in got["From"].addresses] == ["seminar@example.edu"]
    assert len(got["Subject"]) <= 200


@given(nasty)
def test_single_line_is_one_line(text: str) -> None:
    line = single_line(text)
    assert line == " ".join(line.split())
    assert not set(line) & set("\r\n\t\0\x85\u2028\u202e\u200b")


@pytest.mark.parametrize(
    "address", ["a@example.edu\nBcc: b@example.edu", "no address", "a@b@example.edu", "a@example.edu,b@example.edu\r"]
)
def test_bad_address_makes_no_mail(address: str) -> None:
    delivery = Delivery(
        notice=Notice(kind=KIND, object_key="a:1", version="1"), person=User(email=address), planned_at=NOW, due_at=NOW
    )
    letter = Letter(subject="s", place="p", heading="h", html="", text="", path="/", action="a", why="w")
    with pytest.raises(ValueError, match="address"):
        build(delivery, kind(), letter)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: f"{token}x", lambda _: "x", lambda _: "", lambda t: t.replace(":", ".")]
)
def test_stop_token_that_we_did_not_sign_is_refused(change: object) -> None:
    assert callable(change)
    assert read_stop_token(change(stop_token("abc", KIND))) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One.</p>\n<p>Two &amp; three.</p>", "One.\n\nTwo & three."),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ('<p>See <a href="https://example.edu/x">the guide</a>.</p>', "See the guide (https://example.edu/x)."),
        ('<p><a href="https://example.edu/x">https://example.edu/x</a></p>', "https://example.edu/x"),
        ("<pre><code>a  b\n  c\n</code></pre>", "    a  b\n      c"),
        ("<p>a<br>b</p>", "a\nb"),
        (
            "<h2>Title</h2><p>" + "word " * 30 + "</p>",
            "Title\n\n" + ("word " * 14).strip() + "\n" + ("word " * 14).strip() + "\nword word",
        ),
    ],
)
def test_plain_text_reads_well(html: str, text: str) -> None:
    assert plain_text(html) == text
