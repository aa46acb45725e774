"""Commands that say what is wrong in one line on standard error and end with 2; a traceback means a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import click
from click.exceptions import NoArgsIsHelpError
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from booking.base import migrating
from booking.base.errors import NotFound, Refused
from booking.services import Services

PROBLEM = "LIKAPLATS_PROBLEM"


class Stop(click.ClickException):
    """The command cannot go on; the message says why in one line."""

    exit_code = 2


class Command(click.Command):
    """A command whose refusals are one line."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line."""
        with _plainly():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out, with the application at hand."""
        with _plainly():
            return with_appcontext(super().invoke)(ctx)


class Group(click.Group):
    """Commands under one name."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out one of them."""
        with _plainly():
            return super().invoke(ctx)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Stop(f"{error.format_message()} (--help says more)") from None
    except Refused as refusal:
        raise Stop(refusal.sentence) from None
    except NotFound:
        raise Stop("There is no such thing in the database.") from None
    except DBAPIError as error:
        raise Stop(f"The database cannot be used: {_first_line(error.orig)}") from None


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def services() -> Services:
    """What the composition root put together. Stops when the settings could not be read."""
    found = getattr(current_app, "services", None)
    if found is None:
        raise Stop(current_app.config[PROBLEM])
    return cast(Services, found)


def ready() -> Services:
    """The same, when the database answers and has the newest schema. Stops otherwise."""
    found = services()
    if not migrating.is_current(found.database):
        raise Stop("The database is not upgraded. Run this first:  flask --app booking upgrade")
    return found
