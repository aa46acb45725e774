"""Commands that prepare a city: the schema, the demo, and the people who sign in."""

from __future__ import annotations

import sys

import click
from sqlalchemy.orm import Session

from booking.base import migrating
from booking.catalogue import districts
from booking.commands.plainly import Command, Stop, ready, services
from booking.people import contacts
from booking.records import accounts
from booking.records.accounts import Account, Role
from booking.records.audit import SYSTEM


@click.command(cls=Command)
def upgrade() -> None:
    """Bring the database's schema up to date; harmless when it is."""
    migrating.upgrade(services().database)
    click.echo("The database is up to date.")


@click.command(cls=Command)
@click.option("--sign-ins", is_flag=True, help="Only say who can sign in, and with what.")
def demo(sign_ins: bool) -> None:
    """Build the demo city, unless it is there. Refused outside the demo: its people are invented."""
    # The demo's data are loaded by this command alone.
    from booking.insight import demo as city

    if not services().settings.demo:
        raise Stop("The demo city is only for a demo: set LIKAPLATS_DEMO=1 on a database of its own.")
    if sign_ins:
        rows = city.sign_ins()
        wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
        click.echo("\n".join(f"{mail:{wide[0]}}  {password:{wide[1]}}  {what}" for mail, password, what in rows))
        return
    found = ready()
    with found.database.transaction() as db:
        built = city.build(db, now=found.clock())
    click.echo("The demo city has been built." if built else "The demo city is there already.")


@click.command("create-user", cls=Command)
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and parents see it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--district", help="The code of the district a coordinator runs.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create_user(email: str, name: str, role: str, district: str | None, password_stdin: bool) -> None:
    """Make an account for somebody who signs in. One that is there already is left as it is."""
    found, wanted = ready(), Role(role)
    if (wanted is Role.COORDINATOR) != (district is not None):
        raise Stop("A coordinator needs --district; nobody else has one.")
    with found.database.reading() as db:
        roles = [(wanted, _district_id(db, district))]
        there = accounts.find_by_email(db, contacts.email(email))
        if there is not None:
            click.echo(_left_as_it_is(there, roles))
            return
    password = _password(password_stdin)
    with found.database.transaction() as db:
        accounts.create(db, name, contacts.email(email), password, roles=roles, now=found.clock(), by=SYSTEM)
    click.echo("The account has been made.")


def _district_id(db: Session, code: str | None) -> int | None:
    if code is None:
        return None
    known = {each.code: each.id for each in districts.atlas(db).districts.values()}
    if code not in known:
        raise Stop(f"There is no district {code!r}. There are: {', '.join(sorted(known)) or 'none yet'}.")
    return known[code]


def _left_as_it_is(there: Account, roles: list[tuple[Role, int | None]]) -> str:
    if [(held.role, held.district_id) for held in there.roles] != roles:
        raise Stop("There is already an account with that address, and its roles are others. Nothing was changed.")
    return "The account was there already. Nothing was changed."


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
