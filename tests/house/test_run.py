"""The one command of a stranger: `dev.py run` starts the demo city, says where it is, and stops cleanly."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.house.sources import ROOT

# The demo of whoever runs this test stays as it is: var/ is elsewhere, and the set-up is done already.
START = """
import pathlib, sys
import dev
dev.VAR = pathlib.Path(sys.argv[1])
dev.set_up = lambda lock: None
sys.exit(dev.run(["--port", "0"]))
"""
READY_SECONDS = 300
STOP_SECONDS = 60


def read_until_ready(process: subprocess.Popen[str]) -> str:
    """What it says until it is ready, or until it ends."""
    said = ""
    assert process.stdout is not None
    deadline = time.monotonic() + READY_SECONDS
    for line in process.stdout:
        said += line
        if "Ctrl-C stops everything" in line or time.monotonic() > deadline:
            break
    return said


def status(address: str, path: str) -> int:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def start_and_stop(folder: Path, how: signal.Signals) -> str:
    """What it said, after it was seen to serve, was told to stop, and had let go of its port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIKAPLATS_")}
    command = [sys.executable, "-c", START, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = read_until_ready(process)
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address, said
            assert [status(address[0], path) for path in ("/healthz", "/sv/", "/dev/outbox")] == [200, 200, 200]
            process.send_signal(how)
            assert process.wait(STOP_SECONDS) == 0
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)
    with pytest.raises(OSError, match="refused"):
        status(address[0], "/healthz")
    return said


def test_the_demo_starts_twice_on_the_same_city_and_stops_cleanly(tmp_path: Path) -> None:
    first = start_and_stop(tmp_path, signal.SIGINT)
    city = (tmp_path / "demo.db").stat().st_ino
    second = start_and_stop(tmp_path, signal.SIGTERM)
    assert (tmp_path / "demo.db").stat().st_ino == city
    assert re.findall("@[a-z.]+", first) == re.findall("@[a-z.]+", second) != []
