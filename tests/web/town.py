"""A whole small city behind a site that forgets: what a request changes is undone when it has been answered.

So a thousand visits can be tried one after the other, each as if it were the first. The cast lives in it, twice the
same: Amina's family, group, offer, place, run and message in Farsta, Ben's in Skarpnäck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route

from booking import services
from booking.base.db import Database
from booking.catalogue import certificates, sessions
from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.interest import InterestAsk
from booking.outbox.gateway import gateway_secret
from booking.outbox.messages import DemoMessage, Message, MessageState
from booking.outbox.wording import Words, edited
from booking.people import drafts, families
from booking.people.registrations import Registration, RegistrationDistrict, RegistrationState
from booking.people.unsubscribing import unsubscribe_address
from booking.places import at_once, autopilot, offers, runs, steering
from booking.places.autopilot import Limits, Trouble
from booking.places.invitations import Invitation
from booking.places.offers import Reason
from booking.places.run_engine import compute
from booking.places.runs import AllocationRun
from booking.records import alarms, feeds, links
from booking.records.accounts import Account, Role
from booking.records.audit import SYSTEM
from booking.records.demo_clock import demo_clock
from booking.web import site as sites
from booking.web.site import Site
from config import Settings
from tests import cast
from tests.cast import NOW, Cast
from tests.conftest import KEY
from tests.web.matrix import PARENTS, Side, Visitor
from tests.web.parents.wizard import SARA

UNKNOWN = "Ingenskoder1"
MOBILE = "+46701740605"
SARA_KEPT = {
    step: {name: [texts] if isinstance(texts, str) else texts for name, texts in fields.items()}
    for step, fields in SARA.items()
}
PLACE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
THINGS = {
    "erbjudande": "offer", "anmalan": "registration", "traff": "meeting", "grupp": "group", "forslag": "run",
    "bekrafta": "carer", "program": "programme", "autopilot": "programme", "prov": "trial", "bestamt": "steer",
    "paminnelser": "programme", "ringlista": "call",
    "intyg": "certificate", "fraga": "question", "inbjudan": "invitation",
}  # fmt: skip


class Forgetful(Database):
    """A database in which nothing is kept: every transaction is undone when it ends well, too."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes reach the database, constraints and all, and are then undone."""
        with Session(self.engine, expire_on_commit=False) as db:
            yield db
            db.flush()
            db.rollback()


@dataclass(frozen=True)
class Things:
    """What addresses about one side are made of: public codes, the parent's link, a message's reference."""

    token: str
    registration: str
    carer: str
    offer: str
    group: str
    meeting: str
    message: str
    steer: str
    alarm: int
    question: str
    invitation: str
    feed: str
    placed: str
    stop: str
    call: str


@dataclass
class Town:
    """The site, who may sign in, and what there is."""

    site: Site
    settings: Settings
    accounts: dict[Visitor, list[object]]
    things: dict[Side, Things]
    run: str
    trial: str
    certificate: str
    draft: str

    def browser(self, visitor: Visitor) -> FlaskClient:
        """The visitor's browser, signed in when they have an account, and with a registration on its way."""
        client = self.site.test_client()
        with client.session_transaction() as kept:
            kept["draft"] = self.draft
            if visitor in self.accounts:
                kept["account"] = self.accounts[visitor]
        return client

    def routes(self) -> dict[tuple[str, str], Route]:
        """Every route of the site by endpoint and method; HEAD and OPTIONS follow from the others."""
        rules = self.site.url_map.iter_rules()
        return {(rule.endpoint, method): rule for rule in rules for method in (rule.methods or set()) - DERIVED}

    def token(self, visitor: Visitor) -> str:
        """The link the visitor holds, or one that nobody has."""
        return self.things[PARENTS[visitor]].token if visitor in PARENTS else UNKNOWN

    def values(self, route: Route, side: Side, token: str) -> dict[str, str]:
        """What stands in the address for each of its places, for one side's things."""
        things = self.things[side]
        known = {"offer": things.offer, "registration": things.registration, "meeting": things.meeting}
        known |= {"group": things.group, "run": self.run, "carer": things.carer, "programme": "abc"}
        known |= {"trial": self.trial, "steer": things.steer, "certificate": self.certificate}
        known |= {"call": things.call, "question": things.question, "invitation": things.invitation}
        named = {"lang": "sv", "step": "barn", "filename": "favicon.svg", "way": "sms", "reference": things.message}
        named |= {"token": token, "group_code": things.group, "registration_code": things.registration}
        named |= {"placed_code": things.placed, "secret": gateway_secret(self.settings.secret_key)}
        named |= {"alarm_id": str(things.alarm), "feed_token": things.feed, "stop_token": things.stop, "channel": "sms"}
        named |= {"kind": "offer", "channel": "sms", "written": "sv", "version": "1", "said": "inget-svar"}
        before = re.search(r"([\w-]+)/<code>", route.rule)
        return named | ({"code": known[THINGS[before[1]]]} if before else {})

    def path(self, route: Route, side: Side, token: str) -> str:
        """The address of the route about one side's things."""
        return fill(route, self.values(route, side, token))


DERIVED = {"HEAD", "OPTIONS"}


def fill(route: Route, values: dict[str, str]) -> str:
    """The route's address with these values, quoted, in its places."""
    return PLACE.sub(lambda place: quote(values[place[1]], safe="", errors="surrogatepass"), route.rule)


def build(url: str) -> Town:
    """The city in an empty, migrated database, and its site; a demo, so that the demo's own pages are there too."""
    keeping = Database(url)
    with keeping.transaction() as db:
        people = cast.build(db)
        accounts = {visitor: [each.id, each.session_key] for visitor, each in _accounts(db, people).items()}
        run = runs.request(db, now=NOW, by=SYSTEM)
        draft = drafts.start(db, SARA_KEPT, now=NOW)
    compute(keeping, run.id, clock=lambda: NOW)
    with keeping.transaction() as db:
        trial = _trial(db, people, run.id)
    compute(keeping, trial.id, clock=lambda: NOW)
    with keeping.transaction() as db:
        _stopped_autopilot(db, people)
        db.add(DemoMessage(at=NOW, channel="sms", address=MOBILE, body="Hej!"))
        held = certificates.give(db, people.carla.id, people.abc.id, NOW.date(), None, now=NOW, by=SYSTEM)
        _own_text(db, people)
        things = {
            Side.FARSTA: _things(db, people, people.amina, people.abc_farsta, people.farsta, people.carla),
            Side.SKARPNACK: _things(db, people, people.ben, people.abc_skarpnack, people.skarpnack, people.deniz),
        }
    keeping.close()
    settings = _settings(url)
    built = services.build(settings, clock=lambda: NOW, senders={})
    built.database.close()
    forgetful = Forgetful(url)
    site = sites.build(replace(built, database=forgetful, clock=demo_clock(forgetful, lambda: NOW)))
    site.config["WTF_CSRF_ENABLED"] = False
    return Town(
        site=site, settings=settings, accounts=accounts, things=things, run=run.code, trial=trial.code,
        certificate=held.code, draft=draft,
    )  # fmt: skip


def _settings(url: str) -> Settings:
    secret, lookup = "a secret key that is used in tests only", "a lookup key that is used in tests only"
    return Settings(url, secret, (KEY,), lookup, base_url="http://localhost", demo=True)


def _accounts(db: Session, people: Cast) -> dict[Visitor, Account]:
    return {
        Visitor.CARLA: people.carla,
        Visitor.DENIZ: people.deniz,
        Visitor.EVA: people.eva,
        Visitor.FILIP: people.filip,
        Visitor.GRETA: people.greta,
        Visitor.ADMINISTRATOR: cast.account(db, "Hanna", Role.ADMINISTRATOR, None),
        Visitor.AUDITOR: cast.account(db, "Ingrid", Role.AUDITOR, None),
    }


def _trial(db: Session, people: Cast, run_id: int) -> AllocationRun:
    """A run that asks what would happen if both groups took fewer."""
    sizes = {str(each.id): {"capacity": 9, "minimum": 1} for each in (people.abc_farsta, people.abc_skarpnack)}
    base = db.get_one(AllocationRun, run_id)
    return runs.request(db, now=NOW, by=SYSTEM, trial={"groups": sizes}, based_on=base)


def _own_text(db: Session, people: Cast) -> None:
    """The centre has written the offer's text itself, and then gone back to the default."""
    words, greta = Words("Hej! En plats till er, svara här: {link}"), people.greta.actor
    edited.save(db, "offer", "sms", "sv", words, after=0, now=NOW, by=greta, reason="Kortare")
    edited.save(db, "offer", "sms", "sv", None, after=1, now=NOW, by=greta, reason="Kortare")


def _stopped_autopilot(db: Session, people: Cast) -> None:
    abc = db.get_one(Programme, people.abc.id)
    setting = autopilot.change(db, abc, Limits(), on=True, reason="Vi provar", now=NOW, by=SYSTEM)
    autopilot.stop(db, setting, Trouble.PLAN_FAILED, now=NOW)


def _things(db: Session, people: Cast, who: Registration, there: Group, home: District, leader: Account) -> Things:
    """An offer of ABC to answer, a place in a Komet group that meets on Fridays, and a message that failed."""
    waiting, group = db.get_one(Registration, who.id), db.get_one(Group, there.id)
    families.set_mobile(waiting.carers[0], MOBILE)
    waiting.carers[0].mobile_confirmed_at = NOW
    offer = offers.make(
        db, waiting, group, reason=Reason("placed_resident"), reply_by=NOW + timedelta(hours=48), now=NOW, by=SYSTEM
    )
    komet = cast.group(db, people.komet, home, leader=leader, first_day=date(2027, 1, 29), hour=time(9))
    also = _also_komet(db, waiting, people)
    at_once.take(db, also, komet, now=NOW, by=SYSTEM)
    first = sessions.list_of(db, komet.id)[0]
    told = db.scalars(select(Message).where(Message.kind == "offer", Message.thing_id == offer.id)).first()
    assert told is not None
    told.state = MessageState.FAILED
    # Too few can be lined up: what is done about a group at risk can be tried on it.
    group.minimum = 7
    steer = steering.exclude(db, waiting, reason="Vi ska ringa först", now=NOW, by=SYSTEM)
    return Things(
        token=links.make(db, waiting.carers[0].id, now=NOW, days=90),
        registration=waiting.code,
        carer=waiting.carers[0].code,
        offer=offer.code,
        group=group.code,
        meeting=first.code,
        message=told.reference,
        steer=steer.code,
        alarm=alarms.sound(db, "plan_failed", thing_kind="groups", thing_id=group.id, district_id=home.id, now=NOW).id,
        question=_question(db, waiting, home).code,
        invitation=_invitation(db, waiting, group).code,
        stop=unsubscribe_address(waiting.carers[0], "").removeprefix("/av/"),
        feed=feeds.make(db, carer_id=waiting.carers[0].id, now=NOW),
        placed=also.code,
        call=calls.put(db, waiting, CallWhy.NOT_REACHED, thing_kind="offers", thing_id=offer.id, now=NOW).code,
    )


def _invitation(db: Session, waiting: Registration, group: Group) -> Invitation:
    made = Invitation(group_id=group.id, registration_id=waiting.id, made_at=NOW)
    db.add(made)
    db.flush()
    return made


def _question(db: Session, first: Registration, home: District) -> InterestAsk:
    """The family is asked about a group of a programme that it knows nothing of."""
    study = cast.programme(db, f"cirkel-{home.code}", "Studiecirkel", ages=(0, 18), count=5)
    there = cast.group(db, study, home, first_day=date(2027, 2, 5), hour=time(18), minimum=7)
    made = InterestAsk(family_id=first.family_id, programme_id=study.id, group_id=there.id, asked_at=NOW)
    made.registration_id = first.id
    db.add(made)
    db.flush()
    return made


def _also_komet(db: Session, first: Registration, people: Cast) -> Registration:
    made = Registration(family=first.family, programme=db.merge(people.komet), waiting_since=first.waiting_since)
    made.state, made.lot = RegistrationState.WAITING, first.lot
    made.districts = [RegistrationDistrict(district_id=first.home_id, rank=0)]
    made.children, made.carers = list(first.children), list(first.carers)
    db.add(made)
    db.flush()
    return made
