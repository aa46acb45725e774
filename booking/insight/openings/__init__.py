"""Where the next group would do most good.

``search``      a search: asked for by the web, computed by a worker
``found``       what a search finds, to and from JSON
``candidates``  groups that could be: with certified leaders who are free, and a venue
``trials``      what a change would do, tried with the engine
``looking``     what a search has at hand
``weighing``    which candidates are tried, and what comes of each
``blocked``     groups that cannot be opened for want of leaders or a venue
``neighbours``  districts without such a group, and whose groups could be opened to them
``work``        one search from claimed to done

The web loads the first two alone; the rest is for workers, since it brings the engine.
"""

from booking.insight.openings.found import Blocked, Found, Missing, Neighbour, Opening
from booking.insight.openings.search import (
    OpeningSearch,
    Refused,
    SearchState,
    find_latest,
    find_waiting,
    is_due,
    request,
    request_due,
)

__all__ = [
    "Blocked",
    "Found",
    "Missing",
    "Neighbour",
    "Opening",
    "OpeningSearch",
    "Refused",
    "SearchState",
    "find_latest",
    "find_waiting",
    "is_due",
    "request",
    "request_due",
]
