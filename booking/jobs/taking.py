"""How a step takes its work: each thing by itself, so that what fails stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from booking import logs
from booking.base.db import Base
from booking.base.errors import NotFound, Refused
from booking.services import Services

Stopping = Callable[[], bool]
BATCH = 100

log = structlog.get_logger()


def never() -> bool:
    """Nothing wants to end."""
    return False


def each(services: Services, ids: Iterable[int], work: Callable[[Session, int], object], stopping: Stopping) -> int:
    """Do the work for each id in a transaction of its own; how many were done, or what the work says of itself."""
    done = 0
    for id in ids:
        if stopping():
            break
        try:
            with services.database.transaction() as db:
                got = work(db, id)
        except (Refused, NotFound):
            continue  # Somebody was first.
        except Exception as error:
            log.error("left out", id=id, **logs.failure(error))
            continue
        done += got if isinstance(got, int) else 1
    return done


def see_to(
    services: Services, find: Callable[..., Iterable[int]], work: Callable[..., object], stopping: Stopping
) -> int:
    """Do the work for each id that is found, all by one clock: `find(db, now=...)`, then `work(db, id, now=...)`."""
    now = services.clock()
    with services.database.reading() as db:
        due = list(find(db, now=now))
    return each(services, due, partial(work, now=now), stopping)


def on(kind: type[Base], work: Callable[..., object]) -> Callable[..., object]:
    """The work on a thing, as work on the id of a thing of that kind."""

    def on_id(db: Session, id: int, **values: Any) -> object:
        return work(db, db.get_one(kind, id), **values)

    return on_id
