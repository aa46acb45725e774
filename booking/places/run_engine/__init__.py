"""The worker's half of an allocation run: load, compute, verify, store. Never loaded by the web.

``loading``    from rows to the engine's problem, and who is left out of it and why
``computing``  one run from asked for to proposed; nothing is kept open while the engine works
``figures``    what a plan comes to, in numbers that staff compare
"""

from booking.places.run_engine.computing import compute, compute_waiting
from booking.places.run_engine.loading import Loaded, load

__all__ = ["Loaded", "compute", "compute_waiting", "load"]
