"""What the processes write about themselves: one line per event on standard error, never anything about a person.

JSON in production, plain text in the demo. Of an error only its class and its place are written: its own text may
hold the values of a statement. Servers that write down each request leave out what lets somebody in: the tokens of
links, and the secret of the addresses that a gateway posts to.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from pathlib import Path

import structlog

from config import Settings

SERVERS = ("werkzeug", "gunicorn.access")
TOKEN = re.compile(r"(?<=/)[0-9A-Za-z_-]{12,}")

_PACKAGE = Path(__file__).resolve().parent


class _Veil(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Let the line through without the tokens in its address."""
        record.msg, record.args = TOKEN.sub("…", record.getMessage()), ()
        return True


_VEIL = _Veil()


def install(settings: Settings) -> None:
    """Write from now on as this deployment wants it."""
    for server in SERVERS:
        logging.getLogger(server).addFilter(_VEIL)
    plain = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            plain if settings.demo else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        # Standard error is looked up at each line: tests, and whoever redirects it, put another in its place.
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def failure(error: BaseException) -> dict[str, str]:
    """What may be written about an error: its class, and the last place of ours it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    place = f"{Path(ours[-1].filename).relative_to(_PACKAGE.parent)}:{ours[-1].lineno}" if ours else "elsewhere"
    return {"error": type(error).__name__, "at": place}
