"""The worker's half of an allocation run: load, compute, verify, store. Never loaded by the web.

``loading``    from rows to the engine's problem, and who is left out of it and why
``waiting``    who waits, as light rows           ``history``   who has held which place, and when groups meet
``choosing``   which groups work for whom         ``steered``   what staff have decided beforehand
``trying``     a trial with other sizes           ``warm``      the last plan, as far as it still stands
``computing``  one run from asked for to proposed; nothing is kept open while the engine works
``storing``    the decisions with their reasons   ``figures``, ``alone``  what a plan comes to, beside today's habit
"""

from booking.places.run_engine.computing import compute, compute_waiting
from booking.places.run_engine.loading import Loaded, load

__all__ = ["Loaded", "compute", "compute_waiting", "load"]
