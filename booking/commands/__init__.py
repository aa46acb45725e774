"""The commands under `flask --app booking`. Each is idempotent, and says in one line what is wrong (exit code 2)."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the commands on the application."""


def only(problem: str) -> Flask:
    """An application that has just the commands, because the settings could not be read: `problem` says why."""
    return Flask("booking")
