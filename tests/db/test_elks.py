"""SMS against a gateway that keeps 46elks' contract: what it gets, and which fault passes, lasts or leaves all open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.outbox import elks as elks_module
from booking.outbox.elks import Account, Elks
from booking.outbox.letters import Handed, Letter
from booking.outbox.senders import SendError, Unclear
from tests import gateway as gateways
from tests.db import mail_servers
from tests.gateway import Answer, Fault, Gateway

LETTER = Letter("sms", "+46700000001", "Hej åäö! Läs: https://likaplats.example/m/7Kq2mX9p /Staden", key="a/1")
RECEIPTS = "https://likaplats.example/sms/kvitto/hemligt"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateways.running() as running:
        yield running


@pytest.fixture
def elks(gateway: Gateway) -> Iterator[Elks]:
    opened = Elks(gateway.setting, sender="Staden", receipts=RECEIPTS, answer_seconds=2.0)
    yield opened
    opened.close()


def refused(elks: Elks, letter: Letter = LETTER) -> tuple[str, bool, bool]:
    with pytest.raises(SendError) as fault:
        elks.send(letter)
    assert "+467" not in f"{fault.value} {fault.value.why} {fault.value.__cause__}"
    return fault.value.why, fault.value.permanent, fault.value.provider_down


def test_an_sms_arrives_whole_and_its_id_parts_and_cost_are_known(elks: Elks, gateway: Gateway) -> None:
    handed = elks.send(LETTER)
    (taken,) = gateway.taken
    assert (taken.sender, taken.to, taken.message) == ("Staden", "+46700000001", LETTER.text)
    assert handed == Handed(taken.id, 1, 5200)


def test_the_gateway_is_told_where_receipts_go_and_to_keep_no_text(elks: Elks, gateway: Gateway) -> None:
    elks.send(LETTER)
    assert (gateway.taken[0].whendelivered, gateway.taken[0].dontlog) == (f"{RECEIPTS}/{LETTER.reference}", True)


def test_without_an_address_for_receipts_none_are_asked_for(gateway: Gateway) -> None:
    Elks(gateway.setting, sender="+46766860000").send(LETTER)
    assert (gateway.taken[0].sender, gateway.taken[0].whendelivered) == ("+46766860000", None)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Answer(401, "API access requires Basic HTTP authentication"), ("elks 401", False, True)),
        (Answer(403, "Forbidden"), ("elks 403", False, True)),
        (Answer(403, "Not enough credits"), ("elks credits", False, True)),
        (Answer(403, '{"error": "Not enough credits"}'), ("elks credits", False, True)),
        (Answer(402, ""), ("elks credits", False, True)),
        (Answer(404, "Not found"), ("elks 404", False, True)),
        (Answer(400, "Invalid to number +46700000001"), ("elks 400", True, False)),
        (Answer(400, '{"error": "Invalid to number"}'), ("elks 400", True, False)),
        (Answer(400, "Invalid from Stadsdelarna"), ("elks sender", False, True)),
        (Answer(400, '{"error": "Invalid sender"}'), ("elks sender", False, True)),
        (Answer(413, ""), ("elks 413", True, False)),
        (Answer(409, ""), ("elks 409", False, False)),
        (Answer(302, ""), ("elks 302", False, True)),
        (Fault.BUSY, ("elks 429", False, True)),
        (Fault.BROKEN, ("elks 500", False, True)),
        (Fault.PAGE, ("elks 502", False, True)),
    ],
)
def test_an_answer_other_than_yes_lasts_or_passes_by_its_code(
    elks: Elks, gateway: Gateway, fault: Fault | Answer, told: tuple[str, bool, bool]
) -> None:
    gateway.next(fault)
    assert refused(elks) == told
    assert gateway.taken == []


def test_the_wrong_password_is_ours_to_mend(gateway: Gateway) -> None:
    account = Elks(gateway.setting.replace("secret", "wrong"), sender="Staden")
    assert refused(account) == ("elks 401", False, True)


def test_an_account_without_money_is_told_from_a_refused_key(elks: Elks, gateway: Gateway) -> None:
    gateway.credits = 0
    assert refused(elks) == ("elks credits", False, True)


def test_what_the_gateway_would_refuse_it_refuses(elks: Elks) -> None:
    assert refused(elks, Letter("sms", "+46700000001", "", key="a/1")) == ("elks 400", True, False)


@pytest.mark.parametrize("number", ["0700000001", "", "+46700000001\r\nX: y", "amina@example.org"])
def test_what_is_no_number_never_reaches_the_gateway(elks: Elks, gateway: Gateway, number: str) -> None:
    assert refused(elks, Letter("sms", number, "Hej", key="a/1")) == ("not a number", True, False)
    assert gateway.requests == 0


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.CUT_MIDWAY, Answer(200, "[]"), Answer(204, "")])
def test_a_yes_that_nobody_understands_is_a_yes(elks: Elks, gateway: Gateway, fault: Fault | Answer) -> None:
    gateway.next(fault)
    assert elks.send(LETTER) == Handed()


@pytest.mark.parametrize(
    ("body", "handed"),
    [
        ('{"id": "s1", "parts": 2, "cost": 10400}', Handed("s1", 2, 10400)),
        ('{"id": 17, "parts": "2", "cost": -1}', Handed()),
        ('{"id": "", "parts": true}', Handed()),
        (f'{{"id": "{"s" * 121}"}}', Handed()),
    ],
)
def test_only_what_makes_sense_in_an_answer_is_kept(body: str, handed: Handed) -> None:
    assert elks_module.receipt(body.encode()) == handed


def test_a_message_that_failed_at_once_has_failed(elks: Elks, gateway: Gateway) -> None:
    gateway.next(Answer(200, '{"id": "s1", "status": "failed"}'))
    assert refused(elks) == ("elks failed", True, False)


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Answer(504, "upstream"), Fault.STALL])
def test_when_no_answer_comes_nobody_can_tell(gateway: Gateway, fault: Fault | Answer) -> None:
    gateway.next(fault)
    with pytest.raises(Unclear) as unclear:
        Elks(gateway.setting, sender="Staden", answer_seconds=0.2).send(LETTER)
    assert "+467" not in str(unclear.value)


def test_the_message_after_a_cut_connection_goes_by_a_new_one(elks: Elks, gateway: Gateway) -> None:
    gateway.next(Fault.CUT_AFTER)
    with pytest.raises(Unclear):
        elks.send(LETTER)
    assert elks.send(LETTER).provider_id == gateway.taken[1].id


def test_a_gateway_that_is_not_there_has_taken_nothing() -> None:
    with gateways.running() as gateway:
        account = Elks(gateway.setting, sender="Staden")
    assert refused(account) == ("elks ConnectionRefusedError", False, True)


def test_a_host_that_does_not_exist_has_taken_nothing() -> None:
    account = Elks("46elks://u:p@likaplats.invalid", sender="Staden")
    assert refused(account) == ("elks gaierror", False, True)


def test_messages_travel_encrypted(tmp_path: Path) -> None:
    theirs, ours = mail_servers.certificate(tmp_path)
    with gateways.running(tls=theirs) as gateway:
        Elks(gateway.setting, sender="Staden", tls=ours).send(LETTER)
        assert len(gateway.taken) == 1


def test_a_gateway_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    theirs, _ = mail_servers.certificate(tmp_path)
    with gateways.running(tls=theirs) as gateway:
        assert refused(Elks(gateway.setting, sender="Staden")) == ("elks SSLCertVerificationError", False, True)
        assert gateway.requests == 0


def test_messages_after_one_another_share_a_connection(elks: Elks, gateway: Gateway) -> None:
    for _ in range(5):
        elks.send(LETTER)
    assert (len(gateway.taken), gateway.connections) == (5, 1)


def test_an_answer_that_refuses_leaves_the_connection_open(elks: Elks, gateway: Gateway) -> None:
    gateway.next(Fault.BUSY)
    refused(elks)
    elks.send(LETTER)
    assert gateway.connections == 1


def test_a_gateway_that_has_hung_up_in_between_is_called_again(elks: Elks, gateway: Gateway) -> None:
    elks.send(LETTER)
    gateway.hang_up()
    elks.send(LETTER)
    assert (len(gateway.taken), gateway.connections) == (2, 2)


def test_threads_use_connections_of_their_own_and_each_message_arrives_once(elks: Elks, gateway: Gateway) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 10):
            elks.send(Letter("sms", f"+467000000{number:02}", "Hej", key=f"a/{number}"))

    workers = [threading.Thread(target=work, args=(10 * thread,)) for thread in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(taken.to for taken in gateway.taken) == [f"+467000000{number:02}" for number in range(40)]
    assert gateway.connections <= 4


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("46elks://u:p@api.46elks.com", Account(True, "api.46elks.com", None, "dTpw")),
        ("46elks://u:p%2Fw@sms.example:8443", Account(True, "sms.example", 8443, "dTpwL3c=")),
        ("46elks+http://u:p@127.0.0.1:8046", Account(False, "127.0.0.1", 8046, "dTpw")),
    ],
)
def test_the_setting_says_where_and_who(url: str, account: Account) -> None:
    assert Account.parse(url) == account


def test_no_secret_is_shown_when_an_account_is_printed() -> None:
    assert "dTpw" not in repr(Account.parse("46elks://u:p@api.46elks.com"))
