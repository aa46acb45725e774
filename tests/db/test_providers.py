"""Which sender each channel has, and the demo's post box."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from booking.base.db import Database
from booking.outbox.letters import Letter
from booking.outbox.messages import DemoMessage
from booking.outbox.providers import senders_for
from config import Settings
from tests.cast import NOW


@pytest.mark.parametrize(
    ("demo", "url", "sms", "email"),
    [
        (True, None, "demo", "demo"),
        (True, "smtp://smtp.example", "demo", "demo"),
        (False, None, "console", "console"),
        (False, "smtp+starttls://u:p@smtp.example:587", "console", "smtp"),
    ],
)
def test_each_channel_has_a_sender(
    settings: Settings, database: Database, demo: bool, url: str | None, sms: str, email: str
) -> None:
    senders = senders_for(replace(settings, demo=demo, smtp_url=url), database, lambda: NOW)
    assert {channel: sender.name for channel, sender in senders.items()} == {"sms": sms, "email": email}


def test_the_demos_box_keeps_every_letter_and_nothing_leaves(settings: Settings, database: Database) -> None:
    senders = senders_for(replace(settings, demo=True), database, lambda: NOW)
    senders["sms"].send(Letter("sms", "+46700000001", "Hej!"))
    senders["email"].send(Letter("email", "amina@example.org", "Hej!\n", "Ett meddelande"))
    with database.reading() as db:
        kept = db.scalars(select(DemoMessage).order_by(DemoMessage.id)).all()
        assert [(row.address, row.subject, row.body, row.at) for row in kept] == [
            ("+46700000001", None, "Hej!", NOW),
            ("amina@example.org", "Ett meddelande", "Hej!\n", NOW),
        ]


def test_what_is_in_the_box_is_not_readable_in_the_database(settings: Settings, database: Database) -> None:
    senders_for(replace(settings, demo=True), database, lambda: NOW)["sms"].send(Letter("sms", "+46700000001", "Hej!"))
    with database.reading() as db:
        row = db.execute(text("SELECT address, body FROM demo_messages")).one()
    assert not any("Hej" in value or "+467" in value for value in row)
