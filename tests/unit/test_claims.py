"""The two homes of the published rule are one rule: what the web asks at the last moment, and the engine's own."""

from datetime import UTC, date, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from booking.allocation import policy
from booking.catalogue.districts import Atlas, District
from booking.catalogue.groups import Group, GroupDistrict
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import placements

SINCE = [datetime(2026, 3, 14, hour, tzinfo=UTC) for hour in (9, 10, 11)]
FARSTA, VANTOR, ENSKEDE = 1, 2, 3
# Vantör has gone into Enskede; families and groups still carry the old id.
ATLAS = Atlas(
    {
        FARSTA: District(id=FARSTA, code="farsta", name="Farsta", valid_from=date(2018, 1, 1)),
        VANTOR: District(id=VANTOR, code="vantor", name="Vantör", valid_from=date(2018, 1, 1), successor_id=ENSKEDE),
        ENSKEDE: District(id=ENSKEDE, code="enskede", name="Enskede", valid_from=date(2020, 1, 1)),
    },
    {},
)

waiters = st.tuples(st.sampled_from([FARSTA, VANTOR, ENSKEDE]), st.booleans(), st.sampled_from(SINCE))
queues = st.lists(waiters, min_size=2, max_size=8)
homes = st.sampled_from([FARSTA, VANTOR, ENSKEDE])


def registration(row: int, home: int, cancelled: bool, since: datetime, lot: int) -> Registration:
    family = Family(home_district_id=home)
    return Registration(id=row, family=family, city_cancelled=cancelled, waiting_since=since, lot=lot)


@given(queue=queues, home=homes, whole_city=st.booleans(), draw=st.randoms(use_true_random=False))
def test_the_web_and_the_engine_put_families_in_the_same_order(
    queue: list[tuple[int, bool, datetime]], home: int, whole_city: bool, draw: Random
) -> None:
    lots = draw.sample(range(100), len(queue))
    group = Group(whole_city=whole_city, districts=[GroupDistrict(district_id=home)])
    waiting = [registration(row, *who, lot) for row, (who, lot) in enumerate(zip(queue, lots, strict=True))]
    keys = sorted(waiting, key=lambda r: policy.queue_key(
        0, str(r.id), r.waiting_since, cancelled=r.city_cancelled, lot=r.lot
    ))  # fmt: skip
    strengths = {
        each.id: policy.claim(place, len(keys), resident=group.is_resident(each.home_id, ATLAS))
        for place, each in enumerate(keys)
    }
    by_the_engine = sorted(waiting, key=lambda r: strengths[r.id])
    by_the_web = sorted(waiting, key=lambda r: placements.claim(r, group, ATLAS))
    assert [r.id for r in by_the_web] == [r.id for r in by_the_engine]
