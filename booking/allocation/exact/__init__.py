"""The best plan there is under the rule, and the proof of it.

``program``   the one door to the solver HiGHS
``model``     a market as a program of zeros and ones: rules H1 and H2
``cuts``      what the claims (H3, H4 and C) demand of any plan, found as it is missing
``rarities``  the same for a single who stands behind a pair
``judging``   whether a seating keeps the rule, worked out from the claims themselves
``leading``   a seating by deferred acceptance, led by a point of the program
``solving``   `solve`: bound and plan closing in on each other; `close_in`: the bound above all
"""

from booking.allocation.exact.solving import Exact, close_in, solve

__all__ = ["Exact", "close_in", "solve"]
