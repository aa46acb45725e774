"""E-mail against real SMTP servers: what arrives, and which fault passes, lasts or leaves all open."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from booking.outbox.letters import Letter
from booking.outbox.mail import Mail, Server
from booking.outbox.senders import SendError, Unclear
from tests.cast import NOW
from tests.db import mail_servers
from tests.db.mail_servers import Postmaster

LETTER = Letter("email", "amina@example.org", "Hej åäö!\n.En punkt först.\nHälsningar\n", "Ett meddelande", key="a/1")

UNENCRYPTED = "ignore:Requiring AUTH while not requiring TLS"


@pytest.fixture
def postmaster() -> Postmaster:
    return Postmaster()


@pytest.fixture
def port(postmaster: Postmaster) -> Iterator[int]:
    with mail_servers.running(postmaster) as port:
        yield port


def mail(url: str) -> Mail:
    return Mail(url, sender="no-reply@likaplats.example", sender_name="Stockholms stad", clock=lambda: NOW)


def to(port: int) -> Mail:
    return mail(f"smtp://127.0.0.1:{port}")


def arrived(postmaster: Postmaster) -> EmailMessage:
    (envelope,) = postmaster.taken
    content = envelope.content
    assert isinstance(content, bytes)
    return message_from_bytes(content, policy=policy.default)


def test_a_letter_arrives_with_its_text_whole(postmaster: Postmaster, port: int) -> None:
    to(port).send(LETTER)
    assert arrived(postmaster).get_content().splitlines() == LETTER.text.splitlines()


def test_its_headers_say_who_and_when_and_that_a_machine_wrote_it(postmaster: Postmaster, port: int) -> None:
    to(port).send(LETTER)
    headers = {name: str(arrived(postmaster)[name]) for name in ("From", "To", "Subject", "Date", "Auto-Submitted")}
    assert headers == {
        "From": "Stockholms stad <no-reply@likaplats.example>",
        "To": "amina@example.org",
        "Subject": "Ett meddelande",
        "Date": "Mon, 04 Jan 2027 09:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }


def test_the_same_message_has_the_same_id_and_it_says_nothing(postmaster: Postmaster, port: int) -> None:
    ids = {to(port).send(LETTER), to(port).send(LETTER)}
    assert len(ids) == 1
    assert "a/1" not in str(ids)


def test_html_may_stand_beside_the_text(postmaster: Postmaster, port: int) -> None:
    to(port).send(Letter("email", "amina@example.org", "Hej\n", "Hej", "<p>Hej</p>", "a/1"))
    assert [part.get_content_type() for part in arrived(postmaster).iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(("answer", "lasts"), [("550 no such person", True), ("451 later", False)])
def test_a_refused_recipient_lasts_or_passes_by_its_code(
    postmaster: Postmaster, port: int, answer: str, lasts: bool
) -> None:
    postmaster.recipients["amina@example.org"] = answer
    with pytest.raises(SendError) as fault:
        to(port).send(LETTER)
    assert (fault.value.permanent, fault.value.why) == (lasts, f"recipient {answer[:3]}")


@pytest.mark.parametrize(("answer", "lasts"), [("554 looks like spam", True), ("452 full", False)])
def test_a_refused_text_lasts_or_passes_by_its_code(
    postmaster: Postmaster, port: int, answer: str, lasts: bool
) -> None:
    postmaster.text = answer
    with pytest.raises(SendError) as fault:
        to(port).send(LETTER)
    assert (fault.value.permanent, fault.value.why) == (lasts, f"text {answer[:3]}")


@pytest.mark.parametrize("line", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_connection_cut_before_the_text_passes(line: bytes) -> None:
    with mail_servers.breaking_off(line) as port, pytest.raises(SendError) as fault:
        to(port).send(LETTER)
    assert not fault.value.permanent


@pytest.mark.parametrize("line", [b"From: ", b".\r\n"])
def test_a_connection_cut_after_the_text_began_leaves_all_open(line: bytes) -> None:
    with mail_servers.breaking_off(line) as port, pytest.raises(Unclear):
        to(port).send(LETTER)


def test_a_server_that_does_not_say_goodbye_has_taken_the_letter_all_the_same() -> None:
    with mail_servers.breaking_off(b"quit") as port:
        assert to(port).send(LETTER).provider_id


def test_a_server_that_is_not_there_passes() -> None:
    with mail_servers.running(Postmaster()) as port:
        pass
    with pytest.raises(SendError, match="connect ConnectionRefusedError") as fault:
        to(port).send(LETTER)
    assert not fault.value.permanent


@pytest.mark.filterwarnings(UNENCRYPTED)
@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_letters_travel_encrypted_and_signed_in(postmaster: Postmaster, tmp_path: Path, scheme: str) -> None:
    theirs, ours = mail_servers.certificate(tmp_path)
    options = (
        {"tls_context": theirs, "require_starttls": True} if scheme == "smtp+starttls" else {"ssl_context": theirs}
    )
    with mail_servers.running(postmaster, **mail_servers.knows(b"city", b"p@ss:word"), **options) as port:
        url = f"{scheme}://city:p%40ss%3Aword@127.0.0.1:{port}"
        Mail(url, sender="a@likaplats.example", sender_name="Staden", clock=lambda: NOW, tls=ours).send(LETTER)
    assert len(postmaster.taken) == 1


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(postmaster: Postmaster, tmp_path: Path) -> None:
    theirs, _ = mail_servers.certificate(tmp_path)
    with mail_servers.running(postmaster, tls_context=theirs) as port, pytest.raises(SendError) as fault:
        mail(f"smtp+starttls://127.0.0.1:{port}").send(LETTER)
    assert (fault.value.permanent, postmaster.taken) == (False, [])


@pytest.mark.filterwarnings(UNENCRYPTED)
def test_a_wrong_password_is_ours_to_mend_and_loses_no_letter(postmaster: Postmaster) -> None:
    with (
        mail_servers.running(postmaster, **mail_servers.knows(b"city", b"right")) as port,
        pytest.raises(SendError) as fault,
    ):
        mail(f"smtp://city:wrong@127.0.0.1:{port}").send(LETTER)
    assert (fault.value.permanent, fault.value.why) == (False, "greeting 535")


def test_a_domain_with_other_letters_is_written_in_plain_ones_for_every_server(
    postmaster: Postmaster, port: int
) -> None:
    to(port).send(Letter("email", "asa@förskolan.example", "Hej\n", "Hej", key="a/1"))
    assert postmaster.taken[0].rcpt_tos == ["asa@xn--frskolan-n4a.example"]


def test_an_address_with_other_letters_arrives_where_the_server_takes_it(postmaster: Postmaster) -> None:
    with mail_servers.running(postmaster, enable_SMTPUTF8=True) as port:
        to(port).send(Letter("email", "åsa@exempel.example", "Hej\n", "Hej", key="a/1"))
    assert postmaster.taken[0].rcpt_tos == ["åsa@exempel.example"]


def test_an_address_with_other_letters_fails_for_good_where_the_server_does_not(postmaster: Postmaster) -> None:
    with mail_servers.running(postmaster, enable_SMTPUTF8=False) as port, pytest.raises(SendError) as fault:
        to(port).send(Letter("email", "åsa@exempel.example", "Hej\n", "Hej", key="a/1"))
    assert fault.value.permanent


@pytest.mark.parametrize("address", ["a@example.org\r\nBcc: b@example.org", "a,b@example.org", "no address", "a@", ""])
def test_what_is_no_address_never_reaches_a_server(port: int, address: str) -> None:
    with pytest.raises(SendError) as fault:
        to(port).send(Letter("email", address, "Hej\n", "Hej", key="a/1"))
    assert fault.value.permanent


def test_no_fault_repeats_the_address(postmaster: Postmaster, port: int) -> None:
    postmaster.recipients["amina@example.org"] = "550 amina@example.org is unknown"
    with pytest.raises(SendError) as fault:
        to(port).send(LETTER)
    assert "amina" not in f"{fault.value} {fault.value.why}"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://smtp.example", Server("smtp", "smtp.example", 25, None, "")),
        ("smtp+starttls://smtp.example", Server("smtp+starttls", "smtp.example", 587, None, "")),
        ("smtps://u%40x:p%2Fw@smtp.example", Server("smtps", "smtp.example", 465, "u@x", "p/w")),
        ("smtp://smtp.example:2525", Server("smtp", "smtp.example", 2525, None, "")),
    ],
)
def test_the_setting_says_where_and_how(url: str, server: Server) -> None:
    assert Server.parse(url) == server
