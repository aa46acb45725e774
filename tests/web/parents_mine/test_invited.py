"""An open invitation: opened by a link, answered by a button; the first to answer gets the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.invitations import Invitation, InvitationState
from booking.places.offers import Reason
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast


@pytest.fixture
def invitation(database: Database, cast: Cast) -> str:
    """The code of an invitation to Amina, to the last place in Farsta; in this city such places go so for a month."""
    with database.transaction() as db:
        policies.change(db, Policy(reply_last_days=30), now=NOW, by=SYSTEM, reason="test")
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        made = Invitation(group_id=cast.abc_farsta.id, registration_id=cast.amina.id, made_at=NOW)
        db.add(made)
        db.flush()
        return made.code


def state(database: Database) -> tuple[InvitationState, RegistrationState]:
    with database.reading() as db:
        made = db.scalars(select(Invitation)).one()
        return made.state, db.get_one(Registration, made.registration_id).state


def fill(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 12


def test_it_says_plainly_that_the_first_to_answer_gets_it(client: FlaskClient, amina: str, invitation: str) -> None:
    page = client.get(f"/sv/min/{amina}/inbjudan/{invitation}").text
    for text in ("Den som svarar först får platsen.", "tisdag 26 januari kl. 17.30", "Ett nej kostar ingenting"):
        assert text in page


def test_my_page_and_the_short_link_lead_there(client: FlaskClient, amina: str, ben: str, invitation: str) -> None:
    assert f"/sv/min/{amina}/inbjudan/{invitation}" in client.get(f"/sv/min/{amina}/").text
    assert client.get(f"/i/{amina}").location == f"/sv/min/{amina}/inbjudan/{invitation}"
    assert client.get(f"/i/{ben}").location == f"/sv/min/{ben}/"


def test_yes_takes_the_place_and_a_second_click_shows_it_again(
    client: FlaskClient, database: Database, amina: str, invitation: str
) -> None:
    for _click in range(2):
        answer = client.post(f"/sv/min/{amina}/inbjudan/{invitation}/ja")
        assert answer.status_code == 303
        assert "Ni har en plats." in client.get(answer.location).text
    assert state(database) == (InvitationState.ACCEPTED, RegistrationState.PLACED)


def test_who_was_not_first_is_told_so_and_that_it_costs_nothing(
    client: FlaskClient, database: Database, cast: Cast, amina: str, invitation: str
) -> None:
    fill(database, cast)
    answer = client.post(f"/sv/min/{amina}/inbjudan/{invitation}/ja")
    assert answer.status_code == 409
    assert "Platsen hann gå till någon annan" in answer.text
    assert "Det kostar er ingenting" in client.get(f"/sv/min/{amina}/inbjudan/{invitation}").text
    assert state(database) == (InvitationState.OPEN, RegistrationState.WAITING)


def test_who_has_an_offer_already_is_told_that_and_not_that_others_were_faster(
    client: FlaskClient, database: Database, cast: Cast, amina: str, invitation: str
) -> None:
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_skarpnack.id)
        reason, by = Reason("by_hand"), NOW + timedelta(hours=4)
        offers.make(db, wanted, group, reason=reason, reply_by=by, now=NOW, by=SYSTEM, override="Ja")
    page = client.get(f"/sv/min/{amina}/inbjudan/{invitation}").text
    assert "Ni kan inte ta platsen just nu" in page
    assert "redan en plats eller ett erbjudande" in page


def test_no_changes_nothing_else(client: FlaskClient, database: Database, amina: str, invitation: str) -> None:
    for _click in range(2):
        answer = client.post(f"/sv/min/{amina}/inbjudan/{invitation}/nej", follow_redirects=True)
        assert "Er plats i kön är kvar" in answer.text
    assert state(database) == (InvitationState.DECLINED, RegistrationState.WAITING)
    assert client.get(f"/sv/min/{amina}/inbjudan/{invitation}").status_code == 410


def test_it_is_over_when_the_group_has_begun(
    client: FlaskClient, database: Database, cast: Cast, amina: str, invitation: str
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).first_day = (NOW - timedelta(days=1)).date()
    for answer in (
        client.get(f"/sv/min/{amina}/inbjudan/{invitation}"),
        client.post(f"/sv/min/{amina}/inbjudan/{invitation}/ja"),
    ):
        assert answer.status_code in (409, 410)
        assert "Inbjudan gäller inte längre" in answer.text


@pytest.mark.parametrize("path", ["", "/ja", "/nej"])
def test_another_familys_invitation_does_not_exist(client: FlaskClient, ben: str, invitation: str, path: str) -> None:
    address = f"/sv/min/{ben}/inbjudan/{invitation}{path}"
    assert (client.post(address) if path else client.get(address)).status_code == 404
