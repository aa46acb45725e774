"""What the page about the rule tells parents is what the engine does."""

from __future__ import annotations

from datetime import UTC, datetime, time

from booking.allocation.rows import FamilyRow
from booking.web.parents.about import EXAMPLE, EXAMPLE_PLACES, Example
from tests.unit.allocation.towns import family, group, solve

FARSTA = group("farsta", capacity=EXAMPLE_PLACES, districts=("Farsta",))


def _row(each: Example, **values: object) -> FamilyRow:
    since = datetime.combine(each.since, time(9, 0), UTC)
    row = FamilyRow(each.name, "abc", each.district, since, 1, ("farsta",))
    return row._replace(**values)  # type: ignore[arg-type]


def test_the_families_of_the_example_get_what_the_page_says() -> None:
    placed = solve([FARSTA], [_row(each) for each in EXAMPLE]).placements
    assert set(placed) == {each.name for each in EXAMPLE if each.placed}


def test_when_a_says_no_the_place_goes_to_d() -> None:
    placed = solve([FARSTA], [_row(each) for each in EXAMPLE if each.name != "A"]).placements
    assert set(placed) == {"B", "C", "D"}


def test_two_from_family_b_take_the_two_places_after_a() -> None:
    rows = [_row(each, size=2 if each.name == "B" else 1) for each in EXAMPLE]
    assert set(solve([FARSTA], rows).placements) == {"A", "B"}


def _consent(*, flexible: bool) -> dict[str, str]:
    groups = [
        group("alvsjo", capacity=7, confirmed=6, minimum=5, districts=("alvsjo",)),
        group("farsta", capacity=12, minimum=7, districts=("farsta",)),
    ]
    six = [family(f"K{number}", "farsta", days=number) for number in range(6)]
    e = family("E", "alvsjo", "farsta", days=1, district="alvsjo", flexible=flexible)
    f = family("F", "alvsjo", days=30, district="alvsjo")
    return dict(solve(groups, [*six, e, f]).placements)


def test_with_consent_eight_get_a_place_instead_of_one() -> None:
    placed = _consent(flexible=True)
    assert len(placed) == 8
    assert (placed["E"], placed["F"]) == ("farsta", "alvsjo")


def test_without_consent_nobody_is_moved() -> None:
    assert _consent(flexible=False) == {"E": "alvsjo"}
