"""Delivery: claims what is due, composes it, hands it to a sender with no transaction open, records what happened."""

from __future__ import annotations

from booking.outbox.letters import Compose, Dropped

__all__ = ["Compose", "Dropped"]
