"""Standing: what a family is told about one registration. First the answer, then what can be done, then the details.

Only what has been published is told: a proposal that staff look at is nobody's answer yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.clock import today
from booking.base.texts import _, lazy, ngettext
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people import waitlist
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, explaining, invitations, offers, placements, waits
from booking.places.invitations import Invitation
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.places.runs import AllocationRun, RunDecision, RunState
from booking.places.waits import Wait

SHOWN = (
    RegistrationState.UNCONFIRMED, RegistrationState.WAITING, RegistrationState.PLACED, RegistrationState.COMPLETED,
)  # fmt: skip
STILL_NEWS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what has happened and happens next; `when` and `text` may be empty."""

    when: str
    title: str
    text: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one registration stands. `answer` is the first sentence; `news` what became of the last offer.

    `position` counts families of the same district; `why` is the reason of the last published allocation; `wait` is
    how much longer the first offer may take, None where that cannot be said; `invitations` may still be answered.
    """

    registration: Registration
    answer: str
    offer: Offer | None
    placement: Placement | None
    meetings: list[GroupSession]
    position: int | None
    news: str | None
    why: str | None
    free_now: list[Group]
    wait: Wait | None
    invitations: list[Invitation]
    steps: list[Step]

    @property
    def waits(self) -> bool:
        """True in the queue with no offer open."""
        return self.registration.state is RegistrationState.WAITING and self.offer is None

    @property
    def rests(self) -> bool:
        """True when no more offers are sent until the family says something."""
        return self.waits and self.registration.paused_at is not None


def list_of(db: Session, carer: Carer, *, now: datetime) -> list[Standing]:
    """The standing of everything the carer takes part in, earliest registration first; ended ones are left out."""
    query = select(Registration).where(Registration.carers.contains(carer), Registration.state.in_(SHOWN))
    found = db.scalars(query.order_by(Registration.waiting_since, Registration.id))
    return [of(db, registration, now=now) for registration in found]


def of(db: Session, registration: Registration, *, now: datetime) -> Standing:
    """Where one registration stands now."""
    offer = offers.find_open(db, registration.id)
    offer = offer if offer is not None and offer.is_open(now) else None
    placement = _taken(db, registration)
    meetings = sessions.list_of(db, placement.group_id) if placement else []
    queues = registration.state is RegistrationState.WAITING and offer is None
    standing = Standing(
        registration=registration,
        answer=_answer(registration, offer),
        offer=offer,
        placement=placement,
        meetings=meetings,
        position=waitlist.position(db, registration),
        news=_news(db, registration, now) if queues else None,
        why=_why(db, registration) if queues else None,
        free_now=at_once.list_free(db, registration, now=now) if queues else [],
        wait=waits.expected(db, registration, now=now) if queues else None,
        invitations=invitations.list_open(db, registration.id, now=now) if queues else [],
        steps=[],
    )
    standing.steps.extend(_STEPS[registration.state](standing, now))
    return standing


def _taken(db: Session, registration: Registration) -> Placement | None:
    if registration.state is RegistrationState.COMPLETED:
        query = select(Placement).where(
            Placement.registration_id == registration.id, Placement.state == PlacementState.COMPLETED
        )
        return db.scalars(query.order_by(Placement.id.desc())).first()
    live = placements.find_live(db, registration.id)
    return live if live is not None and live.state is PlacementState.TAKEN else None


def _answer(registration: Registration, offer: Offer | None) -> str:
    if offer is not None:
        return _("Ni har ett erbjudande: svara senast %(time)s.", time=texts.full_time(offer.reply_by))
    return str(_ANSWERS[registration.state])


_ANSWERS = {
    RegistrationState.UNCONFIRMED: lazy("Anmälan är inte bekräftad än."),
    RegistrationState.WAITING: lazy("Ni står i kön."),
    RegistrationState.PLACED: lazy("Ni har en plats."),
    RegistrationState.COMPLETED: lazy("Gruppen är slut. Tack för att ni var med!"),
    RegistrationState.WITHDRAWN: lazy("Er anmälan är borttagen."),
    RegistrationState.CLOSED: lazy("Er anmälan är avslutad."),
}


def _news(db: Session, registration: Registration, now: datetime) -> str | None:
    """What became of the last offer, for one who waits."""
    query = select(Offer).where(Offer.registration_id == registration.id, offers.shown(now))
    last = db.scalars(query.order_by(Offer.id.desc())).first()
    if last is None:
        return None
    if last.state is OfferState.OPEN and not offers.is_told(db, last):
        return None  # Nobody could tell them yet: it will be given more time.
    # An offer whose time is out is over, whether or not the job that ends it has been by.
    state = OfferState.EXPIRED if last.state is OfferState.OPEN else last.state
    ended = last.reply_by if state is OfferState.EXPIRED else last.answered_at or now
    if state not in _NEWS or now - ended > STILL_NEWS:
        return None
    return str(_NEWS[state]) % {"day": texts.full_day(today(ended))}


_NEWS = {
    OfferState.DECLINED: lazy("Ni tackade nej till en plats %(day)s. Det kostade ingenting."),
    OfferState.EXPIRED: lazy("Ni fick ett erbjudande, och svarstiden gick ut %(day)s. Er plats i kön är kvar."),
    OfferState.WITHDRAWN: lazy(
        "Vi fick ta tillbaka ett erbjudande %(day)s. Det beror inte på er. Er plats i kön är kvar."
    ),
}


def _why(db: Session, registration: Registration) -> str | None:
    """The reason in the newest published allocation, when it gave no place."""
    query = (
        select(RunDecision)
        .join(AllocationRun, AllocationRun.id == RunDecision.run_id)
        .where(RunDecision.registration_id == registration.id, AllocationRun.state == RunState.PUBLISHED)
        .order_by(AllocationRun.published_at.desc(), AllocationRun.id.desc())
    )
    decision = db.scalars(query).first()
    if decision is None or decision.group_id is not None:
        return None
    group = db.get(Group, decision.reason_group_id) if decision.reason_group_id else None
    return explaining.for_parent(decision.reason_code, decision.reason_values, group)


def _waiting_steps(standing: Standing, now: datetime) -> list[Step]:
    registered = _registered(standing.registration)
    if standing.offer is not None:
        return [registered, *_offered_steps(standing.offer)]
    return [
        registered,
        Step(_("Nu"), _("Ni står i kön"), _("När en plats blir ledig går den till den som står på tur.")),
        Step(
            waits.heading(standing.wait),
            _("Ni får ett erbjudande"),
            _("I meddelandet står det hur länge ni har på er att svara. Ett nej kostar ingenting."),
        ),
    ]


def _offered_steps(offer: Offer) -> list[Step]:
    return [
        Step(_("Senast %(time)s", time=texts.full_time(offer.reply_by)), _("Ni svarar ja eller nej")),
        Step(texts.full_day(offer.group.first_day), _("Gruppen börjar"), _("Om ni har tackat ja.")),
    ]


def _placed_steps(standing: Standing, now: datetime) -> list[Step]:
    planned = [meeting for meeting in standing.meetings if meeting.state is SessionState.PLANNED]
    past = [meeting for meeting in planned if meeting.ends_at <= now]
    coming = [meeting for meeting in planned if meeting.ends_at > now]
    steps = [_registered(standing.registration)]
    if past:
        count = ngettext("Ni har haft %(num)d träff", "Ni har haft %(num)d träffar", len(past))
        steps.append(Step(texts.full_day(today(past[-1].starts_at)), count, done=True))
    if coming:
        title = _("Nästa träff") if past else _("Första träffen")
        steps.append(Step(texts.full_time(coming[0].starts_at), title))
    if len(coming) > 1:
        steps.append(Step(texts.full_time(coming[-1].starts_at), _("Sista träffen")))
    return steps


def _other_steps(standing: Standing, now: datetime) -> list[Step]:
    return [_registered(standing.registration)]


def _registered(registration: Registration) -> Step:
    return Step(texts.dated(today(registration.waiting_since)), _("Ni anmälde er"), done=True)


_STEPS: dict[RegistrationState, Callable[[Standing, datetime], list[Step]]] = {
    RegistrationState.WAITING: _waiting_steps,
    RegistrationState.PLACED: _placed_steps,
    RegistrationState.UNCONFIRMED: _other_steps,
    RegistrationState.COMPLETED: _other_steps,
    RegistrationState.WITHDRAWN: _other_steps,
    RegistrationState.CLOSED: _other_steps,
}
