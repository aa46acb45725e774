"""The commands: each does its work, twice is harmless, and what is wrong is said in one line with exit code 2."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast as as_type

import pytest
from click.testing import Result
from sqlalchemy import func, select, update

from booking import commands, create_app
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.outbox.gateway import gateway_secret
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer, OfferState, Reason
from booking.records import accounts
from booking.records.accounts import Role
from booking.records.audit import SYSTEM
from booking.web.site import Site
from config import Settings
from tests.cast import NOW, PASSWORD, Cast
from tests.db.post_office import Box

Run = Callable[..., Result]
EVERY = [
    "upgrade", "demo", "create-user", "allocate", "allocation", "deliver", "remind", "expire-offers", "scheduler",
    "sms-addresses",
]  # fmt: skip
NEED_SETTINGS = [name for name in EVERY if name not in ("allocate", "allocation", "create-user")]
PROBLEM = {"format": "likaplats-allocation/1", "seed": 1, "groups": [], "families": []}


@pytest.fixture
def run(settings: Settings) -> Iterator[Run]:
    """Run a command 49 hours after NOW, when offers of 48 hours have lapsed."""
    box = Box()
    late = NOW + timedelta(hours=49)
    site = as_type(Site, create_app(settings, clock=lambda: late, senders={"email": box, "sms": box}))
    runner = site.test_cli_runner()
    yield lambda *words, **options: runner.invoke(args=words, **options)
    site.services.database.close()


def said(result: Result) -> tuple[int, str]:
    """The exit code, and all it said."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output.strip()


def one_line(result: Result, *, word: str) -> None:
    """It ended with 2 and one line on standard error that holds the word."""
    code, _ = said(result)
    assert (code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert word in result.stderr


def bare(*words: str) -> Result:
    """Run a command of an application whose settings could not be read."""
    app = commands.only("LIKAPLATS_SECRET_KEY is not set.")
    return app.test_cli_runner().invoke(args=words)


@pytest.mark.parametrize("name", EVERY)
def test_every_command_explains_itself_without_any_settings(name: str) -> None:
    code, text = said(bare(name, "--help"))
    assert code == 0
    assert text.startswith("Usage:")


@pytest.mark.parametrize("name", NEED_SETTINGS)
def test_a_command_without_its_settings_names_what_is_missing(name: str) -> None:
    one_line(bare(name), word="LIKAPLATS_SECRET_KEY is not set")


def test_a_page_without_settings_names_what_is_missing_too() -> None:
    answer = commands.only("LIKAPLATS_SECRET_KEY is not set.").test_client().get("/")
    assert (answer.status_code, answer.text) == (503, "LIKAPLATS_SECRET_KEY is not set.\n")


def test_allocating_a_file_needs_no_settings(tmp_path: Path) -> None:
    problem, result = tmp_path / "problem.json", tmp_path / "result.json"
    problem.write_text(json.dumps(PROBLEM))
    assert said(bare("allocate", str(problem), str(result)))[0] == 0
    assert json.loads(result.read_text())["placements"] == []


@pytest.mark.parametrize("text", ["", "{}", "[1, 2", '{"format": "other"}', "\ud800"])
def test_a_bad_problem_is_one_line_and_leaves_no_result(tmp_path: Path, text: str) -> None:
    problem, result = tmp_path / "problem.json", tmp_path / "result.json"
    problem.write_bytes(text.encode("utf-8", "surrogatepass"))
    one_line(bare("allocate", str(problem), str(result)), word="the problem")
    assert not result.exists()


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("allocate",), "PROBLEM"),
        (("allocate", "nowhere.json", "r.json"), "cannot be read"),
        (("allocate", "p", "r", "--time-limit", "soon"), "--time-limit"),
        (("allocate", "p", "r", "--time-limit", "-1"), "above 0"),
        (("allocate", "p", "r", "--nope"), "--nope"),
        (("allocation", "nope"), "nope"),
        (("deliver", "--limit", "0"), "--limit"),
        (("create-user", "x@example.org", "--name", "X", "--role", "king"), "--role"),
    ],
)
def test_bad_words_on_the_command_line_are_one_line(words: tuple[str, ...], word: str) -> None:
    one_line(bare(*words), word=word)


def test_a_database_that_is_not_upgraded_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    site = as_type(Site, create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'new.db'}")))
    one_line(site.test_cli_runner().invoke(args=["remind"]), word="flask --app booking upgrade")
    assert said(site.test_cli_runner().invoke(args=["upgrade"])) == (0, "The database is up to date.")
    assert said(site.test_cli_runner().invoke(args=["remind"]))[0] == 0
    site.services.database.close()


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached_is_one_line(settings: Settings, url: str) -> None:
    site = as_type(Site, create_app(replace(settings, database_url=url)))
    one_line(site.test_cli_runner().invoke(args=["upgrade"]), word="The database cannot be used")
    site.services.database.close()


def test_upgrading_again_is_harmless(run: Run) -> None:
    assert said(run("upgrade")) == (0, "The database is up to date.")


def test_offers_lapse_and_are_told_by_hand(database: Database, cast: Cast, run: Run) -> None:
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by = NOW + timedelta(hours=48)
        offers.make(db, wanted, group, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM)
        db.execute(update(Message).values(state=MessageState.SENT))
    assert said(run("expire-offers")) == (0, "1 offers lapsed.")
    assert said(run("expire-offers")) == (0, "0 offers lapsed.")
    assert said(run("deliver")) == (0, "1 sent, 0 dropped, 0 to be tried again, 0 failed, 0 unknown.")
    assert said(run("deliver"))[1].startswith("0 sent")


def test_an_offer_that_nobody_was_told_of_does_not_lapse_by_hand(database: Database, cast: Cast, run: Run) -> None:
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by = NOW + timedelta(hours=48)
        offers.make(db, wanted, group, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM)
    assert said(run("expire-offers")) == (0, "0 offers lapsed.")


def test_an_allocation_is_run_and_then_published(database: Database, cast: Cast, run: Run) -> None:
    code, text = said(run("allocation", "run"))
    assert (code, text.endswith("publish it to make the offers.")) == (0, True)
    assert said(run("allocation", "publish"))[0] == 0
    with database.reading() as db:
        assert set(db.scalars(select(Offer.state))) == {OfferState.OPEN}
        made = db.scalar(select(func.count()).select_from(Offer))
    one_line(run("allocation", "publish"), word="There is no proposal")
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Offer)) == made


def test_a_run_with_an_unknown_code_is_one_line(cast: Cast, run: Run) -> None:
    one_line(run("allocation", "publish", "nosuchcode"), word="no such thing")


def test_reminders_are_written_down_by_hand(cast: Cast, run: Run) -> None:
    assert said(run("remind")) == (0, "0 reminders written down.")


def new_user(run: Run, *words: str, password: str = PASSWORD, mail: str = "hanna@example.org") -> Result:
    return run("create-user", mail, "--name", "Hanna", "--password-stdin", *words, input=f"{password}\n")


def test_a_coordinator_is_made_for_a_district(database: Database, cast: Cast, run: Run) -> None:
    made = new_user(run, "--role", "coordinator", "--district", "farsta")
    assert said(made) == (0, "The account has been made.")
    with database.reading() as db:
        found = accounts.find_by_email(db, "hanna@example.org")
        assert found is not None
        assert found.may(Role.COORDINATOR, cast.farsta.id)
        assert accounts.check_password(found, PASSWORD, now=NOW)


def test_the_password_can_be_typed(cast: Cast, run: Run) -> None:
    typed = run("create-user", "h@example.org", "--name", "H", "--role", "leader", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert typed.exit_code == 0
    assert PASSWORD not in typed.output


def test_making_the_same_account_again_changes_nothing(cast: Cast, run: Run) -> None:
    new_user(run, "--role", "central")
    assert said(new_user(run, "--role", "central")) == (0, "The account was there already. Nothing was changed.")
    one_line(new_user(run, "--role", "leader"), word="already an account")


@pytest.mark.parametrize(
    ("words", "password", "mail", "word"),
    [
        (("--role", "coordinator"), PASSWORD, "h@example.org", "--district"),
        (("--role", "leader", "--district", "farsta"), PASSWORD, "h@example.org", "--district"),
        (("--role", "coordinator", "--district", "mars"), PASSWORD, "h@example.org", "farsta, skarpnack"),
        (("--role", "leader"), "short", "h@example.org", "12"),
        (("--role", "leader"), PASSWORD, "not an address", "mejladress"),
    ],
)
def test_an_account_that_cannot_be_made_is_one_line(
    cast: Cast, run: Run, words: tuple[str, ...], password: str, mail: str, word: str
) -> None:
    one_line(new_user(run, *words, password=password, mail=mail), word=word)


def test_the_demo_city_is_refused_outside_the_demo(run: Run) -> None:
    one_line(run("demo"), word="LIKAPLATS_DEMO=1")


def test_the_addresses_for_the_gateway_are_printed_with_their_secret(run: Run) -> None:
    result = run("sms-addresses")
    addresses = [line for line in result.stdout.splitlines() if line.startswith("http")]
    secret = gateway_secret("a secret key that is used in tests only")
    assert (result.exit_code, addresses) == (
        0,
        [f"http://localhost/sms/svar/{secret}", f"http://localhost/sms/kvitto/{secret}/REFERENCE"],
    )
    assert "LIKAPLATS_SMS_FROM is not a number" in result.stderr
