"""The fairness audit: every stored run is checked again, and every offer held against the run it came from.

``cases``     what is stored about one run and its offers, as it was written down
``plans``     the plan itself, checked again by the rule as it stood
``offering``  the offers: each to whom the plan gave it, and past nobody with a stronger claim
``records``   what people decided over the plan: each with its reason on record

No code is shared with the engine. Nobody is named: families, groups and offers are row ids.
"""

from booking.insight.fairness.auditing import Report, audit
from booking.insight.fairness.cases import Finding

__all__ = ["Finding", "Report", "audit"]
