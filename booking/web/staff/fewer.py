"""Two ways for a group with too few: go up in another group, or start with fewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

from booking.base.texts import _, ngettext
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.course.group_changes import Lowered, Merged
from booking.places import explaining
from booking.web import access
from booking.web.staff import door, own, weighing
from booking.web.staff.weighing import Act, Answer, Effect


@door.route("/grupp/<code>/sla-ihop", methods=["GET", "POST"])
@access.for_staff
def group_merge(code: str) -> Answer:
    """Merge the group into another of the same programme."""
    group = own.group(code)
    others = group_changes.list_to_merge_with(access.db(), group, now=access.now())
    lead = _("De som passar och får rum flyttar till den andra gruppen. Den här gruppen försvinner.")
    return weighing.page(
        group,
        Act(
            title=_("Slå ihop med en annan grupp"),
            lead=lead if others else _("Det finns ingen annan kommande grupp i programmet med plats."),
            button=_("Slå ihop grupperna"),
            weigh=_weigh_merger,
            kind="select",
            label=_("Med vilken grupp?"),
            options=[(each.code, _merging_label(each)) for each in others],
            also=lambda choice: [groups.get_by_code(access.db(), choice).id],
        ),
    )


def _merging_label(group: Group) -> str:
    return _("%(group)s, %(free)s lediga", group=explaining.label(group), free=group.free)


def _weigh_merger(group: Group, choice: str) -> Effect:
    db, now = access.db(), access.now()
    into = groups.get_by_code(db, choice)
    may_pass = access.may_run_group(into)
    foreseen = group_changes.what_if_merged(db, group, into, now=now, may_pass=may_pass)

    def do(reason: str) -> str:
        done = group_changes.merge(
            db, group, into, now=now, by=access.account().actor, reason=reason, may_pass=may_pass
        )
        return ngettext(
            "Grupperna är ihopslagna. %(num)d familj har flyttat.",
            "Grupperna är ihopslagna. %(num)d familjer har flyttat.",
            done.moved,
        )

    return Effect(_merger_lines(foreseen, into), (into.id, into.version, *astuple(foreseen)), do)


def _merger_lines(foreseen: Merged, into: Group) -> list[str]:
    return [
        ngettext(
            "%(num)d familj flyttar till %(group)s och har kvar en plats.",
            "%(num)d familjer flyttar till %(group)s och har kvar sina platser.",
            foreseen.moved,
            group=explaining.label(into),
        ),
        _("Den gruppen har sedan %(taken)s och behöver minst %(needs)s.", taken=foreseen.places, needs=into.minimum),
        *_longer_waits(foreseen),
        *_left_behind(foreseen),
        ngettext("%(num)d träff ställs in.", "%(num)d träffar ställs in.", foreseen.meetings),
        ngettext("%(num)d meddelande skickas.", "%(num)d meddelanden skickas.", foreseen.messages),
        _("Det går inte att ångra."),
    ]


def _longer_waits(foreseen: Merged) -> Iterator[str]:
    if foreseen.passing:
        yield ngettext(
            "%(num)d av dem går före någon som har väntat längre på en plats där.",
            "%(num)d av dem går före någon som har väntat längre på en plats där.",
            foreseen.passing,
        )


def _left_behind(foreseen: Merged) -> Iterator[str]:
    """Those who do not move: what becomes of them, and of the offers."""
    if foreseen.first:
        yield ngettext(
            "%(num)d familj passar inte eller får inte rum där. Den går först i kön med samma kötid.",
            "%(num)d familjer passar inte eller får inte rum där. De går först i kön med samma kötid.",
            foreseen.first,
        )
    if foreseen.behind:
        yield ngettext(
            "%(num)d av dem står efter någon som har väntat längre. Den gruppens samordnare kan slå ihop ändå.",
            "%(num)d av dem står efter någon som har väntat längre. Den gruppens samordnare kan slå ihop ändå.",
            foreseen.behind,
        )
    if foreseen.offered:
        yield ngettext(
            "%(num)d erbjudande tas tillbaka. Familjen står kvar i kön.",
            "%(num)d erbjudanden tas tillbaka. Familjerna står kvar i kön.",
            foreseen.offered,
        )


@door.route("/grupp/<code>/farre", methods=["GET", "POST"])
@access.for_staff
def group_lower(code: str) -> Answer:
    """Let the group start with fewer."""
    group = own.group(code)
    fewest, reach = group_changes.least(group.programme), group_changes.outlook(access.db(), group).reach
    numbers = range(fewest, group.minimum)
    lead = _(
        "Nu behövs minst %(needs)s. Vanligt i programmet är %(usual)s.",
        needs=group.minimum,
        usual=group.programme.minimum,
    )
    return weighing.page(
        group,
        Act(
            title=_("Starta med färre"),
            lead=lead if numbers else _("Gruppen kan inte starta med färre än %(needs)s.", needs=group.minimum),
            button=_("Sänk minsta antalet"),
            weigh=_weigh_minimum,
            kind="select",
            label=_("Minsta antal"),
            hint=_("Minst hälften av det vanliga i programmet."),
            options=[(str(number), str(number)) for number in numbers],
            suggested=str(max(fewest, min(reach, group.minimum - 1))),
        ),
    )


def _weigh_minimum(group: Group, choice: str) -> Effect:
    db, now = access.db(), access.now()
    minimum = int(choice) if choice.isascii() and choice.isdigit() else 0
    foreseen = group_changes.what_if_lowered(db, group, minimum, now=now)

    def do(reason: str) -> str:
        group_changes.lower(
            db, group, minimum, version=group.version, now=now, by=access.account().actor, reason=reason
        )
        return _("Gruppen startar när den har %(count)s.", count=minimum)

    found = foreseen.outlook
    return Effect(_minimum_lines(foreseen), (minimum, found.taken, found.offered, found.planned), do)


def _minimum_lines(foreseen: Lowered) -> list[str]:
    found = foreseen.outlook
    facts = {"taken": found.taken, "offered": found.offered, "planned": found.planned}
    if foreseen.certain:
        outcome = _("De som har plats räcker: gruppen startar.")
    elif foreseen.enough:
        outcome = _("Gruppen startar om tillräckligt många av de erbjudna och föreslagna säger ja.")
    else:
        short = foreseen.minimum - found.reach
        outcome = ngettext("Det saknas fortfarande %(num)d.", "Det saknas fortfarande %(num)d.", short)
    return [
        _("Gruppen startar med %(count)s i stället för %(before)s.", count=foreseen.minimum, before=foreseen.before),
        _("Nu har %(taken)s plats, %(offered)s är erbjudna och %(planned)s finns i förslaget.", **facts),
        outcome,
        _("Nästa fördelning räknar med det nya antalet. Inget meddelande skickas."),
    ]
