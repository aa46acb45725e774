"""The migrations make the schema that the code means, and the database itself guards what must not change."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import DBAPIError

from booking.base import migrating
from booking.base.db import BUSY_SECONDS, Database
from booking.schema import NOUNS, metadata
from tests import testpg
from tests.cast import Cast
from tests.db.post_office import write

REVISIONS = [file.name[:4] for file in sorted((migrating.folder("migrations") / "versions").glob("[0-9]*.py"))]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield opened
        opened.close()
        return
    base = request.getfixturevalue("postgres")
    opened = Database(testpg.create(base, "empty"))
    yield opened
    opened.close()
    testpg.drop(base, "empty")


def differences(database: Database) -> list[object]:
    """What autogenerate would change."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def checks(database: Database, table: str) -> set[str]:
    """The names of a table's CHECKs; autogenerate does not look at them."""
    return {str(check["name"]) for check in inspect(database.engine).get_check_constraints(table)}


def test_the_migrations_make_what_the_code_means(database: Database) -> None:
    assert NOUNS
    assert differences(database) == []


def test_the_migrations_make_every_check_the_code_means(database: Database) -> None:
    for table in metadata.sorted_tables:
        meant = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        assert (table.name, checks(database, table.name)) == (table.name, meant)


def test_every_step_goes_down_and_up_again(empty: Database) -> None:
    migrating.upgrade(empty)
    for revision in reversed(REVISIONS):
        migrating.downgrade(empty, "-1")
        migrating.upgrade(empty, revision)
        migrating.downgrade(empty, "-1")
    assert tables(empty) == set()
    migrating.upgrade(empty)
    assert differences(empty) == []


def test_messages_are_the_same_when_the_schema_has_gone_down_and_up_again(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, 2)

    def stand() -> list[tuple[object, ...]]:
        query = text("SELECT id, key, reference, version, state, urgent, stalls FROM messages ORDER BY id")
        with database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    before = stand()
    migrating.downgrade(database, "0017")
    migrating.upgrade(database)
    assert (len(before), stand()) == (2, before)


def test_there_is_one_line_of_migrations_and_no_other_step() -> None:
    script = ScriptDirectory(str(migrating.folder("migrations")))
    assert [step.revision for step in reversed(list(script.walk_revisions()))] == REVISIONS


def test_upgrading_twice_is_harmless(database: Database) -> None:
    migrating.upgrade(database)
    assert migrating.is_current(database)


def test_an_empty_database_is_not_current(empty: Database) -> None:
    assert not migrating.is_current(empty)


def refused(database: Database, statement: str) -> None:
    """The database says no to the statement."""
    with pytest.raises(DBAPIError), database.transaction() as db:
        db.execute(text(statement))


def test_the_date_of_waiting_cannot_be_rewritten(database: Database, cast: Cast) -> None:
    refused(database, "UPDATE registrations SET waiting_since = '2020-01-01 00:00:00+00:00'")


def test_everything_else_about_a_registration_can_be_changed(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.execute(text("UPDATE registrations SET lot = 7, waiting_since = waiting_since"))
    with database.reading() as db:
        assert db.execute(text("SELECT DISTINCT lot FROM registrations")).scalars().all() == [7]


@pytest.mark.parametrize("table", ["audit_entries", "ledger_lines"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_what_only_grows_cannot_be_changed_or_removed(
    database: Database, cast: Cast, table: str, statement: str
) -> None:
    with database.transaction() as db:
        line = "'2027-01-04 09:00:00+00:00', 'test'"
        db.execute(text(f"INSERT INTO ledger_lines (at, event, \"values\") VALUES ({line}, '{{}}')"))  # noqa: S608
        columns = "at, actor, action, thing, thing_id, override"
        entry = f"'2027-01-04 09:00:00+00:00', 'system', 'test', 'groups', 1, {'TRUE'}"
        db.execute(text(f"INSERT INTO audit_entries ({columns}) VALUES ({entry})"))  # noqa: S608
    refused(database, statement.format(table))


@pytest.mark.parametrize("table", ["audit_entries", "ledger_lines"])
def test_what_only_grows_cannot_be_emptied(postgres_url: str, table: str) -> None:
    with closing(Database(postgres_url)) as database:
        refused(database, f"TRUNCATE {table} CASCADE")


def test_a_group_can_never_hold_more_than_its_places(database: Database, cast: Cast) -> None:
    refused(database, "UPDATE groups SET places_taken = capacity + 1")


def test_asking_whether_the_schema_is_current_waits_for_nobody_who_writes(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction() as db:
        db.execute(text("DELETE FROM rate_counts"))
        begun = time.monotonic()
        assert migrating.is_current(database)
        assert time.monotonic() - begun < BUSY_SECONDS / 2
    database.close()


def test_every_column_says_whether_it_is_personal() -> None:
    unclassed = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.info.get("personal"), bool)
    ]
    assert unclassed == []


@pytest.mark.parametrize(
    "column",
    [
        "carers.name", "carers.mobile", "carers.email", "accounts.name", "accounts.email", "messages.body",
        "demo_messages.address", "demo_messages.body", "contact_checks.code", "audit_values.before",
        "audit_values.after", "placements.override", "steers.reason",
    ],
)  # fmt: skip
def test_names_contacts_and_texts_are_personal_and_encrypted(column: str) -> None:
    table, name = column.split(".")
    found = metadata.tables[table].columns[name]
    assert (found.info["personal"], type(found.type).__name__) == (True, "EncryptedText")


@pytest.mark.parametrize("column", ["run_snapshots.problem", "run_snapshots.result", "run_snapshots.breaches"])
def test_what_a_run_was_made_from_is_personal_and_sealed(column: str) -> None:
    table, name = column.split(".")
    found = metadata.tables[table].columns[name]
    assert (found.info["personal"], type(found.type).__name__) == (True, "SealedText")


def test_ids_are_never_used_again(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.execute(text("DELETE FROM travel_times"))
        made = (
            "INSERT INTO closed_periods (name, first_day, last_day, assumed) VALUES ('x', {0}, {0}, TRUE) RETURNING id"
        )
        first = db.execute(text(made.format("'2027-01-01'"))).scalar_one()
        db.execute(text("DELETE FROM closed_periods"))
        second = db.execute(text(made.format("'2027-01-01'"))).scalar_one()
    assert second > first
