"""The limits count in rows, whatever the view is called."""

from datetime import timedelta

from booking.base.db import Database
from booking.web.limits import SqlStorage
from tests.cast import NOW


def test_a_view_with_a_long_name_is_counted_like_any_other(database: Database) -> None:
    now = NOW
    storage = SqlStorage("likaplats+sql://", database, lambda: now)
    key = f"LIMITER/{'a' * 32}/staff.a_view_with_quite_a_long_name/240/1/minute"
    assert [storage.incr(key, 60), storage.incr(key, 60), storage.get(key)] == [1, 2, 2]
    now += timedelta(seconds=60)
    assert (storage.get(key), storage.incr(key, 60)) == (0, 1)
