"""What we send, and when: told from the settings and the reminder plans that are in force."""

from __future__ import annotations

from sqlalchemy import select

from booking.base.texts import _, ngettext
from booking.course.reminders import Plan, plans
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.records import policies
from booking.records.policies import Policy
from booking.web import access
from booking.web.parents.showing import listed

LIVE = (RegistrationState.WAITING, RegistrationState.PLACED)


def what_we_send(carer: Carer) -> list[tuple[str, str]]:
    """What and when, in pairs of words; of what the carer waits for or goes to, else of everything there is."""
    policy = policies.current(access.db())
    query = select(Registration).where(Registration.carers.contains(carer), Registration.state.in_(LIVE))
    live = list(access.db().scalars(query.order_by(Registration.waiting_since, Registration.id)))
    waits = not live or any(each.state is RegistrationState.WAITING for each in live)
    told = _while_waiting(policy) if waits else []
    told += _before_meetings(live, policy)
    told.append((_("Om något ändras"), _("Så fort vi vet, till exempel om en träff ställs in.")))
    if not carer.family.discreet:
        told.append(
            (_("Om ni har missat en träff"), _("Samma kväll, bara för att säga att ni är välkomna nästa gång."))
        )
    return told + _at_night(policy)


def _while_waiting(policy: Policy) -> list[tuple[str, str]]:
    offered = _("När det finns en plats till er, och en gång till när halva svarstiden har gått.")
    told = [(_("Erbjudande"), offered)]
    if policy.status_weeks:
        every = ngettext("Varje vecka", "Var %(num)d:e vecka", policy.status_weeks)
        told.append((_("Medan ni väntar"), _("%(every)s: att ni står kvar i kön.", every=every)))
    return told


def _before_meetings(live: list[Registration], policy: Policy) -> list[tuple[str, str]]:
    db = access.db()
    found = {each.programme.name: plans.of(db, each.programme_id) for each in live}
    if len(set(map(_in_words, found.values()))) < 2:
        first, later = _in_words(next(iter(found.values()), plans.of_city(policy)))
        return [(_("Före första träffen"), first), (_("Före varje senare träff"), later)]
    return [
        line
        for name, plan in found.items()
        for line in (
            (_("Före första träffen i %(programme)s", programme=name), _in_words(plan)[0]),
            (_("Före varje senare träff i %(programme)s", programme=name), _in_words(plan)[1]),
        )
    ]


def _in_words(plan: Plan) -> tuple[str, str]:
    return _days(plan.first_days, plan.first_morning), _days(plan.later_days, plan.later_morning)


def _days(days: tuple[int, ...], morning: bool) -> str:
    said = [ngettext("%(num)d dag före", "%(num)d dagar före", each) for each in sorted(set(days), reverse=True)]
    said += [_("samma morgon")] if morning else []
    return listed(said) if said else _("Ingen påminnelse")


def _at_night(policy: Policy) -> list[tuple[str, str]]:
    first, last = policy.quiet_from_hour, policy.quiet_until_hour
    if first == last:
        return []
    when = _("Ingenting mellan kl. %(first)s och %(last)s, utom det ni själva ber om.", first=first, last=last)
    return [(_("På kvällen och natten"), when)]
