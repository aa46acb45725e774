"""A term by a literal clock: the scheduler's real steps at the instants one names, and senders that remember.

`Term.got` is what somebody got, a line each: when on the city's own clock, how, in which language, what, and with what
file. Times are Stockholm's, written "2027-02-22 21.30".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import jobs, services
from booking.base.clock import STOCKHOLM, Clock, at, local
from booking.base.db import Database
from booking.outbox import delivery
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.senders import SendError
from booking.services import Services
from config import Settings
from tests.cast import NOW

# What computes is done by the story itself; what tidies and learns sends nothing.
LEFT_OUT = {"deliver", "compute", "request_run", "publish_by_itself", "find_openings", "learn_waits", "tidy", "grow"}
DAYS = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"]
MONTHS = ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"]
# Words that stand in every text of their language and in none of another.
HALLMARKS = {
    "sv": re.compile(r"\b(Hej|och|till|är)\b"),
    "en": re.compile(r"\b(Hello|you|your)\b"),
    "so": re.compile(r"\b(Salaan|waxaan|waad|baad)\b"),
    "ar": re.compile(r"[\u0627-\u064a]{3}"),
}


def when(text: str) -> datetime:
    """An instant from Stockholm's clock."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=STOCKHOLM)


def language(text: str) -> str:
    """The language in which a text is written."""
    counts = {code: len(words.findall(text)) for code, words in HALLMARKS.items()}
    return max(counts, key=lambda code: counts[code])


@dataclass
class Post:
    """A provider of both channels that remembers when what came; it takes nothing for the `refused` addresses."""

    clock: Clock
    name: str = "post"
    per_minute: int | None = None
    taken: list[tuple[datetime, Letter]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def send(self, letter: Letter) -> Handed:
        if letter.address in self.refused:
            raise SendError("elks 400", permanent=True)
        self.taken.append((self.clock(), letter))
        return Handed(f"post {len(self.taken)}")


class Term:
    """The city's clock, its scheduler and its post, on one database."""

    def __init__(self, settings: Settings) -> None:
        self.now = NOW
        self.post = Post(lambda: self.now)
        senders = {"sms": self.post, "email": self.post}
        self.services: Services = services.build(settings, clock=lambda: self.now, senders=senders)
        self._steps = [step for step in jobs.steps(demo=False) if step.name not in LEFT_OUT]

    @property
    def database(self) -> Database:
        return self.services.database

    def at(self, *instants: str) -> None:
        """Let the clock show each instant in turn, and the scheduler work."""
        for text in instants:
            self.go(when(text))

    def every_day(self, first: str, last: str, *hours: int, weekdays: range = range(7)) -> None:
        """Work at these hours of each day, but at no hour that has passed already."""
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            for hour in hours if day.weekday() in weekdays else ():
                self.go(at(day, time(hour)))
            day += timedelta(days=1)

    def go(self, instant: datetime) -> None:
        """Work at one instant: what a step writes down is sent at once, as the scheduler would within seconds."""
        if instant < self.now:
            return
        self.now = instant
        for step in self._steps:
            step.work(self.services, lambda: False)
        if not self._is_anything_queued():
            return
        served = self.services
        delivery.deliver(served.database, served.senders, served.composers, served.clock, threads=1)

    def _is_anything_queued(self) -> bool:
        # An empty queue is looked at by one question instead of by threads: a term has many quiet hours.
        with self.database.reading() as db:
            return (
                db.scalars(select(Message.id).where(Message.state == MessageState.QUEUED).limit(1)).first() is not None
            )

    @contextmanager
    def doing(self, text: str) -> Iterator[Session]:
        """Somebody does something at that instant; what it causes is sent."""
        self.at(text)
        with self.database.transaction() as db:
            yield db
        self.go(self.now)

    def got(self, *addresses: str) -> list[str]:
        """What came to these addresses, by time; what came at once by channel and kind."""
        came = [(instant, _line(instant, letter)) for instant, letter in self.post.taken if letter.address in addresses]
        return [line for _instant, line in sorted(came)]

    def letters(self, kind: str, address: str) -> list[Letter]:
        """The letters of one kind to one address."""
        return [letter for _, letter in self.post.taken if letter.address == address and _kind(letter) == kind]


def _kind(letter: Letter) -> str:
    return letter.key.split("/")[0]


def _line(instant: datetime, letter: Letter) -> str:
    there = local(instant)
    moment = f"{DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there:%H.%M}"
    file = " +ics" if any(each.name.endswith(".ics") for each in letter.attachments) else ""
    channel = "mejl" if letter.channel == "email" else letter.channel
    return f"{moment} {channel} {language(letter.text)} {_kind(letter)}{file}"
