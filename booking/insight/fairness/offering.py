"""The offers of a run: each to whom the plan gave it, and none past anybody with a stronger claim."""

from __future__ import annotations

from collections.abc import Iterator

from booking.insight.fairness.cases import Case, Decided, Finding, Offered
from booking.insight.fairness.plans import Claim, Rebuilt
from booking.places.explaining import OwnCode
from booking.places.runs import DecisionState, RunState

NEVER_OFFERED = (RunState.FAILED, RunState.TRIED, RunState.UNCHANGED)


def check(case: Case, rebuilt: Rebuilt) -> Iterator[Finding]:
    """Every offer of the run that should not have been made, and every family that was passed."""
    for offer in case.offers:
        if wrong := _wrong(case, rebuilt, offer):
            yield Finding(case.code, f"offer {offer.id}", wrong)
    yield from _passed(case, rebuilt)


def is_pinned(offer: Offered) -> bool:
    """True when staff had decided on it beforehand, so that the plan says nothing about it."""
    return offer.code == OwnCode.PINNED.value


def _wrong(case: Case, rebuilt: Rebuilt, offer: Offered) -> str | None:
    """What is wrong with one offer."""
    if case.state in NEVER_OFFERED:
        return f"was made from a run that is {case.state.value}"
    decision = case.decisions.get(offer.registration)
    if decision is None or decision.group != offer.group:
        return "is of another group than the run decided"
    if is_pinned(offer):
        return _wrong_pin(case, offer)
    if rebuilt.plan.placements.get(str(offer.registration)) != str(offer.group):
        return "was made to a family that the plan did not place there"
    return None


def _wrong_pin(case: Case, offer: Offered) -> str | None:
    if (offer.registration, offer.group) not in case.pins:
        return "is called decided beforehand, and nobody is on record as having done so"
    return None if offer.override else "was decided beforehand, and no reason is on record"


def _passed(case: Case, rebuilt: Rebuilt) -> Iterator[Finding]:
    """Families the plan placed in a group who had a stronger claim than somebody who was offered it, and were not."""
    claims = rebuilt.claims()
    weakest: dict[int, Claim] = {}
    offered = {(offer.registration, offer.group) for offer in case.offers}
    for each in offered & claims.keys():
        weakest[each[1]] = max(weakest.get(each[1], claims[each]), claims[each])
    for (registration, group), claim in claims.items():
        decision = case.decisions.get(registration)
        passed = (registration, group) not in offered and claim < weakest.get(group, claim)
        if decision is not None and passed and (wrong := _unsaid(case, decision)):
            yield Finding(case.code, f"decision {decision.id}", wrong)


def _unsaid(case: Case, decision: Decided) -> str | None:
    """Why it is wrong that this family was not offered its place, unless it is on record why."""
    if decision.state is DecisionState.EXCLUDED:
        return None if decision.id in case.reasoned else "was held back, and no reason is on record"
    if decision.state is DecisionState.STALE:
        return None if decision.note else "could not be offered, and nobody has written down why"
    return "was passed by a family with a weaker claim"
