"""An SMS gateway for the tests: a real HTTP server that keeps 46elks' published contract, and breaks it as told.

    with gateway.running() as elks:
        elks.url                          # http://127.0.0.1:…, for LIKAPLATS_SMS_URL see `elks.setting`
        elks.next(Fault.STALL)            # the next message is taken, and nothing is answered
        elks.taken                        # what was taken, in order: id, to, message, …
        elks.report(taken, "delivered")   # a delivery report, until it is answered with 200 to 204
        elks.incoming(url, "+46…", "JA")  # somebody's SMS to us; the answer's body would go back as an SMS

    python -m tests.gateway --port 8046 --fault stall=0.01 --latency 0.05-0.2 --log taken.jsonl

No SMS leaves the machine.
"""

from tests.gateway.faults import Answer, Fault, Faults
from tests.gateway.server import Gateway, Incoming, Taken, running

__all__ = ["Answer", "Fault", "Faults", "Gateway", "Incoming", "Taken", "running"]
