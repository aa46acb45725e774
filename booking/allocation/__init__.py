"""Who gets which place: the rule, the engine that applies it, and the check that it did.

PURE: standard library, numpy and the HiGHS solver only; no Flask, no database, no clock but a brake.

``rows``        the records as they are given, and what makes them wrong (`ProblemError`)
``problem``     the same, frozen and held as columns in queue order; gathered row by row in ``columns``
``policy``      the published rule as a total order of claims
``engine``      `allocate(problem)` -> `plan.Plan`: each ``market`` (part that hangs together) is worked by ``working``
``table``       a market laid out for the inner loops, with a log that takes a move back; the loops are ``asking``
                (deferred acceptance), ``moves``, ``claims``, ``seating``, ``search``; ``speed`` can compile them
``warming``     starts from an earlier plan: ``settled`` finds what is open in it, ``resuming`` takes it up
``bound``       how many seats no plan can exceed
``exact``       the best plan of a market and the proof of it, by the HiGHS solver; ``proving`` asks it
``outcome``     where everyone ended, as columns of the problem
``reasons``     the codes a family's answer is made from; ``explain`` finds the true one
``verify``      an independent check of every hard rule; shares no code with the engine
``files``       problems and results as JSON: ``stream`` reads, ``fields`` checks, ``results`` writes
"""
