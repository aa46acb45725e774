"""Who gets which place: the rule, the engine that applies it, and the check that it did.

PURE: standard library and numpy only; no Flask, no database, no clock but a brake.

``rows``        the records as they are given, and what makes them wrong (`ProblemError`)
``problem``     the same, frozen and held as columns in queue order
``policy``      the published rule as a total order of claims
``engine``      `allocate(problem)` -> `plan.Plan`; it leans on ``market`` (working lists),
                ``acceptance`` (deferred acceptance), ``closing`` and ``pairs`` (minimum sizes), ``repair``, ``bound``
``reasons``     the codes a family's answer is made from; ``explain`` finds the true one
``verify``      an independent check of every hard rule; shares no code with the engine
``files``       problems and results as JSON, field by field with ``fields``
"""
