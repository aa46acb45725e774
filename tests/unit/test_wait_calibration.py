"""Whether what families would have been told came true, on literal histories."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.insight.calibration import Tally, judge, look_back
from booking.places.waits import Key, Story, Wait

ABC_FARSTA = Key(1, 7, wide=False)
TODAY = date(2027, 1, 4)
FOUR_TO_NINE = Wait(4, 9, 80, 40)


def story(seen: date, after: int | None = None, *, left: int | None = None) -> Story:
    """Registered that day, and offered a place, or gone from the queue, so many days later."""
    days = after if after is not None else left
    ended = None if days is None else seen + timedelta(days=days)
    return Story(ABC_FARSTA, seen, seen, ended, offered=after is not None)


@pytest.mark.parametrize(
    ("days", "true"), [(27, False), (28, True), (63, True), (64, False)], ids=["early", "first", "last", "late"]
)
def test_four_to_nine_weeks_came_true_from_the_28th_day_to_the_63rd(days: int, true: bool) -> None:
    assert judge(story(date(2026, 3, 2), days), FOUR_TO_NINE, TODAY) is true


def test_who_waits_still_when_the_range_is_over_was_told_wrong() -> None:
    assert judge(story(date(2026, 3, 2)), FOUR_TO_NINE, TODAY) is False


def test_nobody_is_judged_before_their_range_is_over() -> None:
    seen = TODAY - timedelta(days=50)
    assert judge(story(seen, 30), FOUR_TO_NINE, TODAY) is None
    assert judge(story(seen), FOUR_TO_NINE, TODAY) is None


def test_who_left_the_queue_before_could_have_gone_either_way() -> None:
    assert judge(story(date(2026, 3, 2), left=30), FOUR_TO_NINE, TODAY) is None
    assert judge(story(date(2026, 3, 2), left=64), FOUR_TO_NINE, TODAY) is False


def test_at_least_thirty_weeks_comes_true_for_who_still_waits_then() -> None:
    at_least = Wait(30, None, 90, 40)
    assert judge(story(date(2026, 3, 2)), at_least, TODAY) is True
    assert judge(story(date(2026, 3, 2), 209), at_least, TODAY) is False
    assert judge(story(date(2026, 8, 3)), at_least, TODAY) is None


def every_week(weeks: int, after: int, until: date) -> list[Story]:
    """Two families a week for so many weeks until a day, each offered a place after so many days."""
    return [story(until - timedelta(days=7 * week + 1), after) for week in range(1, weeks + 1) for _twice in range(2)]


def test_a_year_in_which_nothing_changed_comes_true() -> None:
    tallies = look_back(every_week(100, after=30, until=TODAY), TODAY)
    total = sum(tallies.values(), Tally())
    assert total.registered == total.said == 104
    assert total.judged == total.inside == 96  # The last four weeks' ranges, 4–5 weeks, are not over yet.
    assert (total.share, total.promise) == (100, 80)


def test_a_queue_that_grew_suddenly_shows_in_the_month_it_did() -> None:
    summer = date(2026, 7, 6)
    before, after = every_week(60, after=30, until=summer), every_week(20, after=90, until=date(2026, 11, 23))
    tallies = look_back([*before, *after], TODAY)
    assert tallies[1, date(2026, 6, 1)].share == 100
    assert tallies[1, date(2026, 8, 1)].share == 0


def test_only_what_was_known_that_week_is_used() -> None:
    # Everyone who registered in the first three weeks was offered a place in the fourth: nothing is said before.
    first = date(2026, 2, 2)
    early = [Story(ABC_FARSTA, first, first, date(2026, 2, 24), offered=True)] * 60
    told_nothing, told = story(date(2026, 2, 23), 5), story(date(2026, 3, 2), 5)
    tallies = look_back([*early, told_nothing, told], TODAY)
    assert (tallies[1, date(2026, 2, 1)].said, tallies[1, date(2026, 3, 1)].said) == (0, 1)


def test_nothing_judged_has_no_share() -> None:
    assert (Tally().share, Tally().promise) == (None, None)
