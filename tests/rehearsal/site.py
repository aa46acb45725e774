"""The web site of a rehearsal, to which the SMS gateways send what became of each message.

python -m tests.rehearsal.site ORDERS PORT
"""

from __future__ import annotations

import logging
import sys
from dataclasses import replace

from werkzeug.serving import make_server

from booking import create_app
from tests.rehearsal.worker import Orders


def main() -> None:
    """Serve until killed."""
    orders = Orders.parse(sys.argv[1])
    app = create_app(replace(orders.settings, log_level="ERROR"), clock=orders.clock, senders={})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", int(sys.argv[2]), app, threaded=True)
    print(orders.base_url, flush=True)  # noqa: T201  Whoever started it knows that it works.
    server.serve_forever()


if __name__ == "__main__":
    main()
