"""Where a channel has no provider yet: says in the log that a message would have gone, and not what it says."""

from __future__ import annotations

import structlog

from booking.outbox.letters import Handed, Letter

log = structlog.get_logger()


class Console:
    """Takes every letter and writes its key in the log; never a text, never an address."""

    name = "console"
    per_minute: int | None = None

    def send(self, letter: Letter) -> Handed:
        """Say that the message would have gone."""
        log.info("message sent to nobody: the channel has no provider", key=letter.key, channel=letter.channel)
        return Handed()
