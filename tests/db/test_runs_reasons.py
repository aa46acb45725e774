"""Why a family was placed, or was not: what a run writes down for those who go first and those who let us choose."""

from __future__ import annotations

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places import explaining
from tests import cast as people
from tests.cast import Cast, at
from tests.db import rounds


def told(database: Database, run_id: int, registration: Registration) -> tuple[str, str]:
    """The code, and the sentence as the family reads it without the group's name."""
    decision = rounds.decision(database, run_id, registration)
    return decision.reason_code, explaining.for_parent(decision.reason_code, decision.reason_values, None)


def one_place(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12


def newcomer(database: Database, cast: Cast, name: str, month: int) -> Registration:
    """A family in Farsta that wants to go nowhere else."""
    with database.transaction() as db:
        farsta = db.merge(cast.farsta)
        return people.registration(db, name, farsta, db.merge(cast.abc), [farsta], at(2026, month, 1))


def test_a_family_whose_group_we_cancelled_is_told_that_this_is_why_it_goes_first(
    database: Database, cast: Cast
) -> None:
    one_place(database, cast)
    dana = newcomer(database, cast, "Dana Demo", 12)
    rounds.change(database, dana, city_cancelled=True)
    assert told(database, rounds.propose(database), dana) == (
        "placed_cancelled",
        "Ni erbjuds gruppen före dem som har väntat längre, för att vi ställde in er förra grupp.",
    )


def test_of_two_whose_groups_we_cancelled_the_later_is_told_that_the_other_waited_longer_and_why_it_counts(
    database: Database, cast: Cast
) -> None:
    one_place(database, cast)
    dana, emil = newcomer(database, cast, "Dana Demo", 11), newcomer(database, cast, "Emil Demo", 12)
    for each in (dana, emil):
        rounds.change(database, each, city_cancelled=True)
    assert told(database, rounds.propose(database), emil) == (
        "full_longer_wait",
        "I gruppen gick den sista platsen till någon vars grupp vi också hade ställt in, och som anmälde sig "
        "1 november 2026. Ni anmälde er 1 december 2026.",
    )


def test_a_flexible_family_is_told_which_number_it_lets_its_group_reach(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        skarpnack = db.get_one(Group, cast.abc_skarpnack.id)
        skarpnack.minimum = 2
    rounds.change(database, cast.amina, flexible=True)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).group_id == cast.abc_skarpnack.id
    assert told(database, run_id, cast.amina) == (
        "placed_flexible",
        "Ni har sagt att vi får välja ordning: med er når gruppen de 2 som behövs för att starta. "
        "Säger ni nej ändras ingenting för er.",
    )
