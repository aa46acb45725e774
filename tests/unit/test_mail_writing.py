"""A letter as an e-mail: what mail programmes find in it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from booking.outbox import mail_writing
from booking.outbox.letters import Attachment, Letter
from tests.cast import NOW

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Tr\xc3\xa4ff\r\nEND:VCALENDAR\r\n"
FILE = Attachment("traffar.ics", "text/calendar; method=PUBLISH; charset=utf-8", CALENDAR)
STOP = "https://likaplats.stockholm.example/sv/avanmal/7Kq2mX9pLw4TzzzZ7Kq2mX9pLw4TzzzZ7Kq2mX9pLw4Tzzz"


def letter(html: str | None = None, attachments: tuple[Attachment, ...] = (), unsubscribe: str | None = None) -> Letter:
    return Letter("email", "amina@example.org", "Hej åäö!\n", "Ett meddelande", html, "a/1", attachments, unsubscribe)


def as_bytes(given: Letter) -> bytes:
    written = mail_writing.write(given, sender="no-reply@likaplats.example", sender_name="Stockholms stad", now=NOW)
    return mail_writing.as_bytes(written, given.unsubscribe, wide=False)


def read(given: Letter) -> EmailMessage:
    return message_from_bytes(as_bytes(given), policy=policy.default)


def kinds(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def test_a_plain_letter_is_plain() -> None:
    assert kinds(read(letter())) == ["text/plain"]


def test_html_stands_beside_the_same_text() -> None:
    assert kinds(read(letter("<p>Hej</p>"))) == ["multipart/alternative", "text/plain", "text/html"]


def test_a_calendar_file_is_an_attachment_and_hides_no_text() -> None:
    assert kinds(read(letter("<p>Hej</p>", (FILE,)))) == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


def test_an_attachment_arrives_byte_for_byte_under_its_name_and_says_what_it_is() -> None:
    (part,) = read(letter(attachments=(FILE,))).iter_attachments()
    assert part.get_payload(decode=True) == CALENDAR
    assert (part.get_filename(), part.get_content_disposition()) == ("traffar.ics", "attachment")
    assert dict(part["Content-Type"].params) == {"method": "PUBLISH", "charset": "utf-8"}


def test_an_attachments_name_may_have_other_letters() -> None:
    (part,) = read(letter(attachments=(Attachment("träffar.ics", "text/calendar", CALENDAR),))).iter_attachments()
    assert part.get_filename() == "träffar.ics"


def test_a_letter_can_be_declined_with_one_click() -> None:
    declined = read(letter(unsubscribe=STOP))
    assert declined["List-Unsubscribe"] == f"<{STOP}>"
    assert declined["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_long_address_to_decline_at_is_never_broken_up() -> None:
    assert f"List-Unsubscribe: <{STOP}>\r\n".encode() in as_bytes(letter(unsubscribe=STOP))


def test_one_click_is_for_secure_addresses_only() -> None:
    declined = read(letter(unsubscribe="http://127.0.0.1:8000/sv/avanmal/x"))
    assert (declined["List-Unsubscribe"], declined["List-Unsubscribe-Post"]) == (
        "<http://127.0.0.1:8000/sv/avanmal/x>", None,
    )  # fmt: skip


def test_a_letter_that_cannot_be_declined_says_nothing_of_it() -> None:
    assert "List-Unsubscribe" not in read(letter())


@pytest.mark.parametrize("address", ["https://x.example/\r\nBcc: b@example.org", "https://x.example/>", "mailto:a@b"])
def test_what_is_no_address_to_decline_at_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="unsubscribe"):
        as_bytes(letter(unsubscribe=address))


@pytest.mark.parametrize("kind", ["calendar", "text/", "multipart/mixed", "text/calendar\r\nBcc: b@example.org"])
def test_what_is_no_kind_of_file_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="not a kind of file"):
        as_bytes(letter(attachments=(Attachment("a.ics", kind, CALENDAR),)))


def test_no_line_is_longer_than_servers_take() -> None:
    long = letter("<p>" + "lång " * 500 + "</p>", (FILE,), STOP)
    assert max(map(len, as_bytes(long).split(b"\r\n"))) <= 998
