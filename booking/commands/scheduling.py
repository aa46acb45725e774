"""The scheduler's process: every step at its own pace until the process is told to end.

Only this process runs APScheduler, and it keeps nothing: what is due stands in the database.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from booking import jobs, logs
from booking.base.clock import system_clock
from booking.services import Services

LAST_SECONDS = 5.0
THREADS = 4
APART = "apart"
ENDS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Runner:
    """Takes the steps, and knows which ones are being taken."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._busy: set[str] = set()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS), APART: ThreadPoolExecutor(THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> None:
        """Take steps until SIGTERM or SIGINT; a step on its way gets a few seconds to end."""
        # It says at every turn that a long step is still on its way; that is as it should be.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        # Blocked in every thread and waited for below: a signal can come at any moment and is never lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        self.begin(jobs.steps(demo=self._services.settings.demo))
        signal.sigwait(ENDS)
        self.end()
        self._wait()

    def begin(self, steps: Sequence[jobs.Step]) -> None:
        """Take these steps from now on, each at its own pace."""
        for step in steps:
            # The first time at once, so that a process that is often restarted does the rare steps too.
            self._scheduler.add_job(
                self.take,
                "interval",
                [step],
                seconds=step.seconds,
                id=step.name,
                next_run_time=system_clock(),
                executor=APART if step.apart else "default",
            )
        log.info("scheduler started", steps=[step.name for step in steps])
        self._scheduler.start()

    def end(self) -> None:
        """Take no more steps, and tell those on their way to end."""
        self._stop.set()
        self._scheduler.shutdown(wait=False)

    def take(self, step: jobs.Step) -> None:
        """Take one step; whatever happens in it stays in it."""
        if self._stop.is_set():
            return
        self._busy.add(step.name)
        try:
            done = step.work(self._services, self._stop.is_set)
            if done:
                log.info("step", step=step.name, done=done)
        except Exception as error:
            log.error("a step failed", step=step.name, **logs.failure(error))
        finally:
            self._busy.discard(step.name)

    def _wait(self) -> None:
        deadline = time.monotonic() + LAST_SECONDS
        while self._busy and time.monotonic() < deadline:
            time.sleep(0.05)
        log.info("scheduler stopped", left=sorted(self._busy))
        if self._busy:
            # What is still on its way is picked up by another scheduler, or shown as unknown: nothing is lost.
            os._exit(0)
