"""A scheduler as deployments run it, but its clock may run faster, and its messages are of a made-up kind.

python -m tests.rehearsal.worker '{"database_url": "…", "sms_urls": ["…"], "smtp_url": "…", …}'
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from booking import logs, services
from booking.base.clock import Clock
from booking.commands.scheduling import Runner
from booking.outbox import gateway
from booking.outbox.elks import Elks
from booking.outbox.mail import Mail
from booking.outbox.senders import Sender
from booking.services import Services
from config import DEFAULT_ADDRESS, Settings
from tests.cast import NOW
from tests.rehearsal.queue import KIND, compose

SECRET = "a secret key that is used in rehearsals only"
KEY = base64.urlsafe_b64encode(b"a key for rehearsals, 32 bytes!!").decode()


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told. It is NOW at `began` (seconds since 1970), and time runs `speed` times as fast.

    Receipts come to `base_url`, if there is one. `real` letters are those that families get; others say their key.
    """

    database_url: str
    sms_urls: tuple[str, ...]
    smtp_url: str
    began: float
    speed: float = 1.0
    answer_seconds: float = 20.0
    base_url: str = ""
    per_minute: int | None = None
    real: bool = False

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Orders:
        """From the text of one."""
        told = json.loads(text)
        return cls(**told | {"sms_urls": tuple(told["sms_urls"])})

    @property
    def clock(self) -> Clock:
        """The clock that all processes share."""
        return lambda: NOW + timedelta(seconds=(time.time() - self.began) * self.speed)

    @property
    def settings(self) -> Settings:
        """Those of the deployment."""
        return Settings(
            self.database_url, SECRET, (KEY,), SECRET, self.base_url or DEFAULT_ADDRESS, smtp_url=self.smtp_url,
            sms_urls=self.sms_urls, sms_from="Staden",
        )  # fmt: skip


def build(orders: Orders) -> Services:
    """The deployment, with limits of its own for its senders."""
    clock: Callable[[], datetime] = orders.clock
    receipts = gateway.receipt_address(orders.base_url, SECRET) if orders.base_url else None
    sms: list[Sender] = [
        Elks(
            url,
            sender="Staden",
            receipts=receipts,
            name=name,
            per_minute=orders.per_minute,
            answer_seconds=orders.answer_seconds,
        )
        for name, url in zip(("46elks", "46elks 2"), orders.sms_urls, strict=False)
    ]
    mail = Mail(
        orders.smtp_url,
        sender="a@likaplats.example",
        sender_name="Staden",
        clock=clock,
        per_minute=orders.per_minute,
        answer_seconds=orders.answer_seconds,
        text_seconds=orders.answer_seconds,
    )
    built = services.build(orders.settings, clock=clock, senders={"sms": sms, "email": [mail]})
    return built if orders.real else replace(built, composers={KIND: compose})


def main() -> None:
    """Work until told to end."""
    orders = Orders.parse(sys.argv[1])
    logs.install(replace(orders.settings, log_level="ERROR"))
    runner = Runner(build(orders))
    print("at work", flush=True)  # noqa: T201  Whoever started it knows how long loading takes.
    runner.run()


if __name__ == "__main__":
    main()
