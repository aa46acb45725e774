"""Senders: one method, `send`, and beside each the table that tells a passing fault from a lasting one."""

from __future__ import annotations

from typing import Protocol

from booking.outbox.letters import Letter

__all__ = ["Letter", "SendError", "Sender", "Unclear"]


class SendError(Exception):
    """The provider did not take the message. `permanent` says that trying again is useless. `why` names nobody."""

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
