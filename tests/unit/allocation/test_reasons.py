"""Everyone has a reason, and it is true."""

from __future__ import annotations

import pytest

from booking.allocation.reasons import Code, Reason
from booking.allocation.rows import FamilyRow, GroupRow
from tests.unit.allocation.towns import family, group, solve

AMINA = family("Amina", "farsta", days=0)
BEN = family("Ben", "farsta", days=2)
GUEST = family("Ben", "farsta", days=2, district="alvsjo")
HERE: dict[str, int | str] = {"choice": 1, "since": "2026-03-16"}


@pytest.mark.parametrize(
    ("farsta", "amina", "ben", "code", "values"),
    [
        (group(capacity=9), AMINA, BEN, Code.PLACED_RESIDENT, HERE),
        (group(capacity=9), AMINA, GUEST, Code.PLACED_GUEST, HERE),
        (group(), AMINA, BEN._replace(cancelled=True), Code.PLACED_CANCELLED, HERE),
        (group(capacity=9), AMINA, BEN._replace(cancelled=True), Code.PLACED_RESIDENT, HERE),
        (group(), AMINA._replace(size=2), BEN, Code.PLACED_SINGLE, HERE),
        (group(capacity=3, confirmed=3), AMINA, BEN, Code.FULL_BEFORE, {"capacity": 3}),
        (
            group(),
            AMINA,
            BEN,
            Code.FULL_LONGER_WAIT,
            {"limit": "2026-03-14", "since": "2026-03-16"},
        ),
        (
            group(capacity=9, guest_places=1),
            AMINA._replace(district="alvsjo"),
            GUEST,
            Code.FULL_LONGER_WAIT,
            {"limit": "2026-03-14", "since": "2026-03-16"},
        ),
        (
            group(),
            AMINA._replace(waiting_since=BEN.waiting_since, lot=1),
            BEN._replace(lot=2),
            Code.FULL_LOT,
            {"limit": "2026-03-16", "since": "2026-03-16"},
        ),
        (
            group(),
            family("Amina", "farsta", days=9, cancelled=True),
            BEN,
            Code.FULL_CANCELLED,
            {"since": "2026-03-16"},
        ),
        (group(), AMINA, GUEST, Code.FULL_RESIDENTS, {"since": "2026-03-16"}),
        (group(capacity=5, guest_places=0), AMINA, GUEST, Code.HELD_FOR_RESIDENTS, {"free": 4}),
        (
            group(capacity=2),
            AMINA,
            BEN._replace(size=2),
            Code.PAIR_ONE_LEFT,
            {"left": 1, "free": 1, "needs": 2},
        ),
        (group(capacity=9, minimum=5), AMINA, BEN, Code.TOO_FEW, {"had": 2, "needs": 5}),
    ],
    ids=lambda value: value.value if isinstance(value, Code) else "",
)
def test_ben_is_told_why(
    farsta: GroupRow, amina: FamilyRow, ben: FamilyRow, code: Code, values: dict[str, int | str]
) -> None:
    assert solve([farsta], [amina, ben]).reasons["Ben"] == Reason(code, "farsta", values)


def test_whoever_can_attend_no_group_is_told_so() -> None:
    assert solve([group()], [family("Amina")]).reasons["Amina"] == Reason(Code.NO_CHOICES, None, {})


def test_the_reason_speaks_of_the_best_liked_group_that_starts() -> None:
    groups = [group("alvsjo", capacity=9, minimum=9), group("farsta"), group("skarpnack", confirmed=1)]
    ben = family("Ben", "alvsjo", "farsta", "skarpnack", days=2)
    assert solve(groups, [AMINA, ben]).reasons["Ben"].group == "farsta"


def test_a_pair_is_told_when_a_single_got_the_one_place() -> None:
    families = [AMINA, BEN._replace(size=2), family("Noor", "farsta", days=3)]
    plan = solve([group(capacity=2)], families)
    assert plan.reasons["Ben"].values == {"left": 1, "free": 0, "needs": 2}
    assert plan.reasons["Noor"].code is Code.PLACED_SINGLE


def test_a_pair_goes_before_a_single_only_where_the_group_needs_two_to_start() -> None:
    plan = solve([group(capacity=2, minimum=2)], [AMINA, BEN._replace(size=2)])
    assert plan.reasons["Ben"] == Reason(Code.PLACED_TO_START, "farsta", {**HERE, "minimum": 2})
    assert plan.reasons["Amina"] == Reason(Code.PAIR_NEEDED, "farsta", {"minimum": 2})


def test_dates_are_stockholm_dates() -> None:
    late = AMINA.waiting_since.replace(hour=23, minute=30)
    plan = solve([group()], [AMINA._replace(waiting_since=late), BEN])
    assert plan.reasons["Ben"].values["limit"] == "2026-03-15"


def test_every_code_says_what_it_means() -> None:
    placed = {code for code in Code if code.placed}
    assert Code.PLACED_FLEXIBLE in placed
    assert Code.TOO_FEW not in placed
