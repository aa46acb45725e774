"""Asking families who wait for something else whether a group at risk is of interest: counts only, and only once."""

from __future__ import annotations

from booking.base.texts import _, ngettext
from booking.catalogue.groups import Group
from booking.course import interest as asking_families
from booking.web import access
from booking.web.staff import door, own, weighing
from booking.web.staff.weighing import Act, Answer, Effect


@door.route("/grupp/<code>/fraga", methods=["GET", "POST"])
@access.for_staff
def interest(code: str) -> Answer:
    """How many families would be asked, and asking them."""
    return weighing.page(
        own.group(code),
        Act(
            title=_("Fråga dem som väntar på annat"),
            lead=_(
                "Familjer som väntar på ett annat program, har ett barn i rätt ålder och kan komma till den här gruppen"
                " får frågan om den är något för dem."
            ),
            button=_("Skicka frågan"),
            weigh=_weigh,
        ),
    )


def _weigh(group: Group, choice: str) -> Effect:
    db, now = access.db(), access.now()
    foreseen = asking_families.what_if_asked(db, group, now=now)
    if not foreseen.families:
        raise asking_families.Refused(_("Just nu finns ingen familj att fråga."), code="nobody")

    def do(reason: str) -> str:
        done = asking_families.ask(db, group, now=now, by=access.account().actor, reason=reason)
        return ngettext("%(num)d familj får frågan.", "%(num)d familjer får frågan.", done.families)

    lines = [
        ngettext("%(num)d familj får frågan.", "%(num)d familjer får frågan.", foreseen.families),
        ngettext("%(num)d meddelande skickas.", "%(num)d meddelanden skickas.", foreseen.messages),
        _("Den som säger ja ställs i kö till det här programmet från den dagen. Anmälan de redan har rörs inte."),
        _("Den som säger nej eller inte svarar förlorar ingenting och får inte frågan om programmet igen."),
    ]
    return Effect(lines, (foreseen.families,), do)
