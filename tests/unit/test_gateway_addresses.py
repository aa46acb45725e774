"""The addresses given to an SMS gateway, and what it reports there."""

from datetime import timedelta

import pytest

from booking.outbox import gateway
from booking.outbox.messages import reference
from booking.outbox.receipts import Receipt
from booking.outbox.reports import read_receipt
from tests.cast import NOW

KEY = "a secret key that is used in tests only"
MINE = reference("offer/1/1/1/sms/1")


def test_the_secret_is_long_steady_and_not_the_key() -> None:
    secret = gateway.gateway_secret(KEY)
    assert (len(secret), secret) == (32, gateway.gateway_secret(KEY))
    assert secret != gateway.gateway_secret(KEY + "!")
    assert secret not in KEY


def test_only_the_secret_itself_is_let_in() -> None:
    secret = gateway.gateway_secret(KEY)
    assert gateway.is_secret(secret, KEY)
    assert not any(gateway.is_secret(each, KEY) for each in ("", secret[:-1], secret.upper(), secret + "0", "\ud800é"))


def test_the_addresses_stand_on_the_citys_own_domain() -> None:
    secret = gateway.gateway_secret(KEY)
    assert gateway.receipt_address("https://x.se", KEY) == f"https://x.se/sms/kvitto/{secret}"
    assert gateway.answer_address("https://x.se", KEY) == f"https://x.se/sms/svar/{secret}"


def test_a_report_is_read_with_its_time_in_utc() -> None:
    form = {"id": "s70df59406a1b4643b96f3f91e0bfb7b0", "status": "delivered", "delivered": "2027-01-04T08:58:01.5"}
    told = read_receipt(MINE, form, now=NOW)
    assert told is not None
    assert (told.reference, told.provider, told.provider_id) == (MINE, "46elks", form["id"])
    assert (told.status, told.at) == ("delivered", NOW - timedelta(seconds=118.5))


@pytest.mark.parametrize("said", ["", "soon", "2027-01-04T09:00:01", "2026-12-01T00:00", "0001-01-01T00:00+14:00"])
def test_a_time_that_cannot_be_is_now(said: str) -> None:
    told = read_receipt(MINE, {"id": "s1", "status": "delivered", "delivered": said}, now=NOW)
    assert told == Receipt(MINE, "46elks", "s1", "delivered", NOW)


def test_parts_and_cost_are_read_when_they_stand_there() -> None:
    told = read_receipt(MINE, {"status": "sent", "parts": "2", "cost": "10400"}, now=NOW)
    assert told == Receipt(MINE, "46elks", None, "sent", NOW, parts=2, cost=10400)


@pytest.mark.parametrize("form", [{}, {"status": "created"}, {"status": "\0"}, {"id": "s1"}])
def test_a_report_that_says_nothing_we_know_is_nothing(form: dict[str, str]) -> None:
    assert read_receipt(MINE, form, now=NOW) is None


@pytest.mark.parametrize("name", ["", "x", MINE.upper(), MINE + "0", "\0" * 24])
def test_a_reference_that_is_none_of_ours_is_nothing(name: str) -> None:
    assert read_receipt(name, {"status": "sent"}, now=NOW) is None


@pytest.mark.parametrize("number", ["-1", "1e9", "٣", "9" * 10, "9" * 5000])
def test_a_number_that_the_database_cannot_hold_is_left_out(number: str) -> None:
    told = read_receipt(MINE, {"status": "sent", "id": "a\0b", "parts": number, "cost": number}, now=NOW)
    assert told == Receipt(MINE, "46elks", None, "sent", NOW)
