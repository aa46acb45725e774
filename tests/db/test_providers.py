"""Which sender each channel has, and the demo's post box."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from booking.base.db import Database
from booking.outbox import gateway, providers
from booking.outbox.letters import Letter
from booking.outbox.messages import DemoMessage
from booking.outbox.providers import senders_for
from config import SMS_SCHEMES, Settings
from tests import gateway as gateways
from tests.cast import NOW

SMS = ("46elks://u:p@api.46elks.com", "46elks://v:q@api.46elks.com")
MAIL = "smtp+starttls://u:p@smtp.example:587"


@pytest.mark.parametrize(
    ("demo", "mail", "accounts", "sms", "email"),
    [
        (True, None, (), ["demo"], ["demo"]),
        (True, MAIL, SMS, ["demo"], ["demo"]),
        (False, None, (), ["console"], ["console"]),
        (False, MAIL, (), ["console"], ["smtp"]),
        (False, None, SMS[:1], ["46elks"], ["console"]),
        (False, MAIL, SMS, ["46elks", "46elks 2"], ["smtp"]),
    ],
)
def test_each_channel_has_its_senders_in_order_of_preference(
    settings: Settings,
    database: Database,
    demo: bool,
    mail: str | None,
    accounts: tuple[str, ...],
    sms: list[str],
    email: list[str],
) -> None:
    given = replace(settings, demo=demo, smtp_url=mail, sms_urls=accounts, sms_from="Staden")
    made = senders_for(given, database, lambda: NOW)
    assert {channel: [sender.name for sender in senders] for channel, senders in made.items()} == {
        "sms": sms, "email": email,
    }  # fmt: skip


def test_each_account_has_its_own_limit(settings: Settings, database: Database) -> None:
    given = replace(settings, smtp_url=MAIL, sms_urls=SMS, sms_from="Staden", sms_per_minute=60, mail_per_minute=500)
    made = senders_for(given, database, lambda: NOW)
    assert [sender.per_minute for sender in made["sms"] + made["email"]] == [60, 60, 500]


def test_every_provider_that_a_setting_may_name_can_be_made() -> None:
    assert providers.SMS.keys() == SMS_SCHEMES


def test_an_sms_goes_to_the_account_of_the_setting_and_its_receipt_comes_to_this_site(
    settings: Settings, database: Database
) -> None:
    with gateways.running() as elks:
        given = replace(settings, sms_urls=(elks.setting,), sms_from="Staden")
        letter = Letter("sms", "+46700000001", "Hej!", key="a/1")
        senders_for(given, database, lambda: NOW)["sms"][0].send(letter)
        asked = elks.taken[0].whendelivered
    assert asked == f"{gateway.receipt_address('http://localhost', settings.secret_key)}/{letter.reference}"


def test_the_demos_box_keeps_every_letter_and_nothing_leaves(settings: Settings, database: Database) -> None:
    senders = senders_for(replace(settings, demo=True), database, lambda: NOW)
    senders["sms"][0].send(Letter("sms", "+46700000001", "Hej!"))
    senders["email"][0].send(Letter("email", "amina@example.org", "Hej!\n", "Ett meddelande"))
    with database.reading() as db:
        kept = db.scalars(select(DemoMessage).order_by(DemoMessage.id)).all()
        assert [(row.address, row.subject, row.body, row.at) for row in kept] == [
            ("+46700000001", None, "Hej!", NOW),
            ("amina@example.org", "Ett meddelande", "Hej!\n", NOW),
        ]


def test_what_is_in_the_box_is_not_readable_in_the_database(settings: Settings, database: Database) -> None:
    senders_for(replace(settings, demo=True), database, lambda: NOW)["sms"][0].send(
        Letter("sms", "+46700000001", "Hej!")
    )
    with database.reading() as db:
        row = db.execute(text("SELECT address, body FROM demo_messages")).one()
    assert not any("Hej" in value or "+467" in value for value in row)
