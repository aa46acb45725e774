"""Sara's answers, step by step, as her browser sends them; and a hand that sends them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.base.db import Database
from booking.people.families import ContactCheck

Fields = dict[str, str | list[str]]

SARA: dict[str, Fields] = {
    "barn": {"years": ["2019", "2021"]},
    "program": {"programmes": ["abc", "komet-3-11"]},
    "hem": {"home": "farsta"},
    "platser": {"near": "y", "districts": ["farsta"]},
    "dagar": {"weekdays": ["1", "3"]},
    "vuxna": {"adults": "1"},
    "sprak": {"languages": ["sv", "so"], "interpreter": ""},
    "latt": {"flexible": "y"},
    "kontakt": {"name": "Sara Demo", "mobile": "070-174 06 05", "email": ""},
    "om-dig": {"gender": "woman", "heard_from": "friend"},
}
ORDER = list(SARA)


def begin(client: FlaskClient, **wishes: str) -> TestResponse:
    """Press the first button."""
    return client.post("/sv/anmalan/", data=wishes)


def send(client: FlaskClient, step: str, answers: Fields | None = None) -> TestResponse:
    """Send one step, with Sara's answers unless others are given."""
    return client.post(f"/sv/anmalan/{step}", data=SARA[step] if answers is None else answers)


def walk(client: FlaskClient, *, until: str = "stammer", **instead: Fields) -> None:
    """Begin and answer every step before `until`; keyword arguments are other answers to a step (om_dig for om-dig)."""
    begin(client)
    for step in ORDER:
        if step == until:
            return
        answer = send(client, step, instead.get(step.replace("-", "_")))
        assert answer.status_code == 303, (step, answer.text)


def finish(client: FlaskClient) -> TestResponse:
    """Send it all."""
    return client.post("/sv/anmalan/stammer")


def code(database: Database) -> str:
    """The newest code."""
    with database.reading() as db:
        check = db.scalars(select(ContactCheck).order_by(ContactCheck.id.desc())).first()
        assert check is not None
        return check.code
