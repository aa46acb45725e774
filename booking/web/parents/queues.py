"""How long a programme's queues are, and what is free, district by district, as a visitor sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from booking.base.texts import _
from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.registering import Answers
from booking.places import waits
from booking.places.waits import Key, Wait
from booking.web import access
from booking.web.parents.asking import Asking

Waits = dict[Key, Wait]


@dataclass(frozen=True, slots=True)
class Queue:
    """One district's queue: how long a family there usually waits, and how many places are free there now."""

    district: str
    free: int
    wait: str


def of_programme(programme_id: int, coming: Iterable[Group], known: Waits, asking: Asking) -> list[Queue]:
    """The districts with something to tell, home first, then the nearest."""
    free: Counter[int] = Counter()
    for group in coming:
        if group.venue is not None and not group.online:
            free[asking.atlas.current(group.venue.district_id).id] += group.free
    said = {each.id: known.get(Key(programme_id, each.id)) for each in asking.nearest}
    return [
        Queue(each.name, free[each.id], waits.in_words(wait) if (wait := said[each.id]) else _("Vi vet inte än"))
        for each in asking.nearest
        if said[each.id] or free[each.id]
    ]


def usually(programme_id: int, known: Waits, asking: Asking) -> str:
    """How long it usually takes, where the family lives or in the whole city; an empty text where we cannot say."""
    home = asking.home
    wait = known.get(Key(programme_id, home.id)) if home else None
    where = _("För familjer i %(district)s", district=home.name) if home and wait else _("I hela staden")
    wait = wait or known.get(Key(programme_id))
    if wait is None:
        return ""
    return _(
        "%(where)s dröjer det oftast %(weeks)s från anmälan till erbjudande. "
        "Så har det varit för %(tenths)s av 10 familjer de senaste två åren.",
        where=where,
        weeks=waits.in_words(wait),
        tenths=wait.share // 10,
    )


def of_group(group: Group, known: Waits, atlas: Atlas) -> Wait | None:
    """How long families where the group belongs usually wait; None where nobody can say."""
    if group.whole_city or not group.districts:
        return known.get(Key(group.programme_id))
    homes = [atlas.current(each.district_id).id for each in group.districts]
    return next((wait for home in homes if (wait := known.get(Key(group.programme_id, home)))), None)


def of_answers(asking: Asking, answers: Answers) -> list[tuple[str, str]]:
    """How long it may take with these answers: (programme, sentence), where it can be said."""
    found = []
    for each in asking.programmes:
        if each.code in answers.programmes and asking.home is not None:
            wishes = len(answers.districts), len(answers.weekdays)
            key = waits.class_of(each.id, asking.home.id, *wishes, asking.atlas)
            if (wait := waits.for_key(access.db(), key)) is not None:
                found.append((each.name, waits.sentence(wait, fresh=True)))
    return found
