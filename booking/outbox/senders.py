"""Senders: one method, `send`, and beside each the table that tells a passing fault from a lasting one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be handed over. `subject` is None for SMS; `html` may stand beside `text` for e-mail."""

    channel: str
    address: str
    text: str
    subject: str | None = None
    html: str | None = None
    key: str = ""


class SendError(Exception):
    """The provider did not take the message. `permanent` says that trying again is useless."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.why = why
        self.permanent = permanent


class Unclear(Exception):
    """Nobody can tell whether the provider took the message: never resend blindly."""


class Sender(Protocol):
    """Hands letters of one channel to one provider."""

    name: str

    def send(self, letter: Letter) -> str | None:
        """Hand it over; returns the provider's id if it gives one. Raises SendError or Unclear."""
