"""Senders: one method, `send`, and beside each the table that tells a passing fault from a lasting one.

A sender is called from several threads at once. How one is added stands in `booking.outbox.providers`.
"""

from __future__ import annotations

from typing import Protocol

from booking.outbox.letters import Handed, Letter

__all__ = ["Handed", "Letter", "SendError", "Sender", "Unclear"]


class SendError(Exception):
    """The provider did not take the message. `permanent` says that trying again is useless.

    `why` is a short code such as "recipient 550", always the same for the same cause, by which faults are grouped;
    it names nobody. `provider_down` says that the fault is the provider's (or our account's there) and would meet
    every other message.
    """

    def __init__(self, why: str, *, permanent: bool, provider_down: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.permanent = permanent
        self.provider_down = provider_down


class Unclear(Exception):
    """Nobody can tell whether the provider took the message: never resend blindly. Its text is such a code too."""


class Sender(Protocol):
    """Hands letters of one channel to one provider. `per_minute` is how many it may be given; None for any number."""

    name: str
    per_minute: int | None

    def send(self, letter: Letter) -> Handed:
        """Hand it over; returns what the provider says of it. Raises SendError or Unclear."""
