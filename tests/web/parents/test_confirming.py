"""The code, the thanks, and a new link: a stranger learns nothing."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.outbox.messages import Message
from booking.people.families import Carer, ContactCheck
from booking.people.registrations import Registration, RegistrationState
from booking.records import links
from booking.web.site import Site
from tests.cast import NOW, Cast
from tests.web.parents.wizard import SARA, Fields, code, finish, walk

BOTH: Fields = {"name": "Sara Demo", "mobile": "070-174 06 05", "email": "sara@example.org"}


def registered(client: FlaskClient, contact: Fields | None = None) -> str:
    """The address of the page where the code is typed."""
    walk(client, kontakt=contact or SARA["kontakt"])
    return finish(client).location


def confirmed(client: FlaskClient, database: Database, contact: Fields | None = None) -> str:
    """The address of the thanks."""
    where = registered(client, contact)
    return client.post(where, data={"code": code(database), "channel": "sms"}).location


def waiting(database: Database) -> int:
    with database.reading() as db:
        query = select(func.count()).where(
            Registration.state == RegistrationState.WAITING, Registration.waiting_since == NOW
        )
        return db.scalar(query) or 0


def test_the_page_asks_for_the_code_and_shows_only_the_end_of_the_number(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    page = client.get(registered(client))
    assert "mobilen som slutar på …05" in page.text
    assert "1740605" not in page.text
    assert code(database) not in page.text


def test_the_right_code_leads_to_the_thanks(client: FlaskClient, database: Database, cast: Cast) -> None:
    where = confirmed(client, database)
    assert re.fullmatch(r"/sv/tack/\w{16}/", where)
    page = client.get(where).text
    assert "Ni står i kön till ABC sedan i dag." in page
    assert "Ni står i kön till Komet 3–11 sedan i dag." in page
    assert "Tisdag 26 januari" in page
    assert waiting(database) == 2


def test_the_thanks_lead_to_my_page(client: FlaskClient, database: Database, cast: Cast) -> None:
    page = client.get(confirmed(client, database)).text
    mine = re.findall(r'href="(/sv/min/\w{16}/)"', page)[0]
    assert client.get(mine).status_code == 200


def test_the_code_may_be_typed_with_spaces_and_from_an_arabic_keyboard(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    where, right = registered(client), code(database)
    typed = " ".join(chr(0x0660 + int(digit)) for digit in right)
    assert client.post(where, data={"code": typed, "channel": "sms"}).status_code == 303


def test_a_double_click_on_the_code_is_harmless(client: FlaskClient, database: Database, cast: Cast) -> None:
    where, right = registered(client), code(database)
    answers = [client.post(where, data={"code": right, "channel": "sms"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert waiting(database) == 2


def test_a_wrong_code_is_counted_and_said(client: FlaskClient, database: Database, cast: Cast) -> None:
    where, wrong = registered(client), "000000" if code(database) != "000000" else "111111"
    pages = [client.post(where, data={"code": wrong, "channel": "sms"}) for _ in range(6)]
    assert [page.status_code for page in pages] == [422] * 6
    assert "Koden stämmer inte" in pages[0].text
    assert all("Koden har slutat gälla" in page.text for page in pages[4:])
    assert client.post(where, data={"code": code(database), "channel": "sms"}).status_code == 422
    with database.reading() as db:
        assert db.scalars(select(ContactCheck.tries).order_by(ContactCheck.id.desc())).first() == 5


def test_something_that_is_no_code_costs_no_try(client: FlaskClient, database: Database, cast: Cast) -> None:
    page = client.post(registered(client), data={"code": "vet inte", "channel": "sms"})
    assert page.status_code == 422
    assert "Koden är sex siffror." in page.text
    with database.reading() as db:
        assert db.scalars(select(ContactCheck.tries).order_by(ContactCheck.id.desc())).first() == 0


def test_opening_the_link_in_the_e_mail_confirms_nothing(client: FlaskClient, database: Database, cast: Cast) -> None:
    where = registered(client, {"name": "Sara Demo", "email": "sara@example.org"})
    page = client.get(where, query_string={"kod": code(database)}).text
    assert f'value="{code(database)}"' in page
    assert waiting(database) == 0


def test_a_new_code_can_be_sent_to_the_e_mail_instead(client: FlaskClient, database: Database, cast: Cast) -> None:
    where = registered(client, BOTH)
    assert client.post(where + "ny", data={"channel": "email"}).status_code == 303
    assert "mejl till s…@example.org" in client.get(where).text
    assert client.post(where, data={"code": code(database), "channel": "email"}).status_code == 303
    assert waiting(database) == 2


def test_a_new_code_is_not_sent_within_a_minute(client: FlaskClient, database: Database, cast: Cast) -> None:
    where = registered(client)
    client.post(where + "ny", data={"channel": "sms"})
    assert "Vänta en minut" in client.get(where).text


def test_who_registers_again_is_led_to_the_first_registration(
    site: Site, client: FlaskClient, database: Database, cast: Cast
) -> None:
    confirmed(client, database)
    other = site.test_client()
    where = confirmed(other, database)
    page = other.get(where).text
    assert "Ni hade redan anmält er till ABC" in page
    assert waiting(database) == 2
    mine = other.post(where + "tidigare").location
    with database.reading() as db:
        link = links.find(db, mine.split("/")[3])
        assert link is not None
        first = db.scalars(select(Carer.id).where(Carer.mobile_confirmed_at == NOW).order_by(Carer.id)).first()
        assert link.carer_id == first


def test_a_stranger_who_types_somebodys_number_sees_what_everyone_sees(
    site: Site, client: FlaskClient, database: Database, cast: Cast
) -> None:
    confirmed(client, database)
    stranger = site.test_client()
    page = stranger.get(registered(stranger)).text
    newcomer = site.test_client()
    other = newcomer.get(registered(newcomer, {"name": "Ny Demo", "mobile": "070-174 06 15"})).text
    assert _same_for_all(page) == _same_for_all(other).replace("…15", "…05")


def _same_for_all(page: str) -> str:
    page = re.sub(r"/bekrafta/\w{12}/", "/bekrafta/CODE/", page)
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_asking_for_a_link_answers_everyone_alike(client: FlaskClient, database: Database, cast: Cast) -> None:
    known = client.post("/sv/lank", data={"contact": cast.amina.carers[0].email})
    unknown = client.post("/sv/lank", data={"contact": "stranger@example.org"})
    assert (known.status, known.location) == (unknown.status, unknown.location)
    assert list(known.headers) == list(unknown.headers)
    assert known.text == unknown.text
    with database.reading() as db:
        assert db.scalars(select(Message.carer_id).where(Message.kind == "link")).all() == [cast.amina.carers[0].id]


def test_asking_for_a_link_refuses_what_is_neither_number_nor_address(client: FlaskClient, cast: Cast) -> None:
    page = client.post("/sv/lank", data={"contact": "amina"})
    assert page.status_code == 422
    assert 'value="amina"' in page.text


def test_an_unguessed_code_page_does_not_exist(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/sv/bekrafta/222222222222/").status_code == 404
    assert client.post("/sv/bekrafta/222222222222/ny").status_code == 404
