"""Letters share connections to the mail server, and none is lost or doubled when one of them dies."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import Envelope

from booking.outbox import mail as mail_module
from booking.outbox.letters import Letter
from booking.outbox.mail import Mail
from booking.outbox.senders import SendError, Unclear
from tests.cast import NOW
from tests.db import mail_servers
from tests.db.mail_servers import Postmaster, Server


@pytest.fixture
def postmaster() -> Postmaster:
    return Postmaster()


@pytest.fixture
def server(postmaster: Postmaster) -> Iterator[Server]:
    with mail_servers.serving(postmaster) as server:
        yield server


def to(port: int) -> Mail:
    return Mail(
        f"smtp://127.0.0.1:{port}", sender="no-reply@likaplats.example", sender_name="Staden", clock=lambda: NOW
    )


def letter(number: int, address: str = "amina@example.org") -> Letter:
    return Letter("email", address, f"Hej {number}\n", "Ett meddelande", key=f"a/{number}")


def number_of(envelope: Envelope) -> int:
    return int(str(envelope.content).partition("Hej ")[2].partition("\\")[0])


def numbers(postmaster: Postmaster) -> list[int]:
    return [number_of(envelope) for envelope in postmaster.taken]


def test_letters_after_one_another_share_a_connection(postmaster: Postmaster, server: Server) -> None:
    mail = to(server.port)
    for number in range(5):
        mail.send(letter(number))
    assert (len(server.sessions), numbers(postmaster)) == (1, [0, 1, 2, 3, 4])


def test_threads_use_connections_of_their_own_and_each_letter_arrives_once(
    postmaster: Postmaster, server: Server
) -> None:
    mail, threads = to(server.port), 4
    begin = threading.Barrier(threads)

    def work(first: int) -> None:
        begin.wait()
        for number in range(first, first + 10):
            mail.send(letter(number))

    workers = [threading.Thread(target=work, args=(10 * thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert Counter(number_of(envelope) for envelope in postmaster.taken) == dict.fromkeys(range(40), 1)
    assert len(server.sessions) <= threads


def test_a_server_that_has_hung_up_in_between_is_called_again(postmaster: Postmaster, server: Server) -> None:
    mail = to(server.port)
    mail.send(letter(1))
    server.hang_up()
    mail.send(letter(2))
    assert (len(server.sessions), numbers(postmaster)) == (2, [1, 2])


def test_a_connection_that_dies_before_the_recipient_is_named_is_opened_anew(
    postmaster: Postmaster, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As when the server hangs up at the very moment: the connection still looked well.
    monkeypatch.setattr("booking.outbox.connections._is_quiet", lambda sock: True)
    mail = to(server.port)
    mail.send(letter(1))
    server.hang_up()
    mail.send(letter(2))
    assert numbers(postmaster) == [1, 2]


def test_a_server_that_has_gone_for_good_is_tried_once_more_and_no_longer(postmaster: Postmaster) -> None:
    with mail_servers.serving(postmaster) as server:
        mail = to(server.port)
        mail.send(letter(1))
    with pytest.raises(SendError, match="connect ConnectionRefusedError") as fault:
        mail.send(letter(2))
    assert (fault.value.permanent, fault.value.provider_down) == (False, True)


def test_a_server_that_has_had_enough_of_one_connection_is_called_again(postmaster: Postmaster, server: Server) -> None:
    mail = to(server.port)
    mail.send(letter(1))
    postmaster.senders.append("421 too many letters")
    mail.send(letter(2))
    assert (len(server.sessions), numbers(postmaster)) == (2, [1, 2])


def test_a_refused_letter_leaves_nothing_for_the_next_and_the_connection_stays(
    postmaster: Postmaster, server: Server
) -> None:
    postmaster.recipients["ben@example.org"] = "550 no such person"
    mail = to(server.port)
    with pytest.raises(SendError):
        mail.send(letter(1, "ben@example.org"))
    mail.send(letter(2))
    assert (len(server.sessions), [envelope.rcpt_tos for envelope in postmaster.taken]) == (1, [["amina@example.org"]])


def test_a_refused_text_leaves_the_connection_open(postmaster: Postmaster, server: Server) -> None:
    mail = to(server.port)
    postmaster.text = "554 looks like spam"
    with pytest.raises(SendError):
        mail.send(letter(1))
    postmaster.text = "250 taken"
    mail.send(letter(2))
    assert (len(server.sessions), len(postmaster.taken)) == (1, 1)


def test_a_connection_carries_so_many_letters_and_no_more(
    postmaster: Postmaster, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "MOST_LETTERS", 2)
    mail = to(server.port)
    for number in range(5):
        mail.send(letter(number))
    assert (len(server.sessions), len(postmaster.taken)) == (3, 5)


def test_a_connection_that_has_rested_too_long_is_not_used_again(
    postmaster: Postmaster, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "IDLE_SECONDS", 0.0)
    mail = to(server.port)
    mail.send(letter(1))
    mail.send(letter(2))
    assert (len(server.sessions), len(postmaster.taken)) == (2, 2)


@pytest.mark.parametrize(
    ("recipient", "down"), [("550 no such person", False), ("451 later", False), ("421 going down", True)]
)
def test_what_is_about_one_recipient_does_not_stop_the_others(
    postmaster: Postmaster, server: Server, recipient: str, down: bool
) -> None:
    postmaster.recipients["amina@example.org"] = recipient
    with pytest.raises(SendError) as fault:
        to(server.port).send(letter(1))
    assert fault.value.provider_down is down


def test_a_sender_that_is_refused_is_ours_to_mend(postmaster: Postmaster, server: Server) -> None:
    postmaster.senders.append("550 who are you")
    with pytest.raises(SendError) as fault:
        to(server.port).send(letter(1))
    assert (fault.value.why, fault.value.permanent, fault.value.provider_down) == ("sender 550", False, True)


def test_a_server_that_is_silent_after_the_text_leaves_all_open() -> None:
    with mail_servers.breaking_off(b".\r\n", silent=True) as port:
        mail = Mail(
            f"smtp://127.0.0.1:{port}", sender="a@likaplats.example", sender_name="", clock=lambda: NOW,
            text_seconds=0.1,
        )  # fmt: skip
        with pytest.raises(Unclear, match="no answer to the text"):
            mail.send(letter(1))
