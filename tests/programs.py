"""Programs that the tests drive and PyPI does not carry: a browser and a PostgreSQL server.

Standard library only, since `dev.py` asks here before anything is installed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Debian packs the browser's Swedish and the letters of other scripts apart; a page without them looks wrong.
DEBIAN_BROWSER = {
    "chromium": "/usr/bin/chromium",
    "chromium-l10n": "/usr/lib/chromium/locales/sv.pak",
    "fonts-noto-core": "/usr/share/fonts/truetype/noto",
}
DEBIAN_DATABASE = "postgresql"
HOW = """The tests need Chromium and PostgreSQL. As root on Debian or Ubuntu:  {}
Elsewhere install both and set TEST_CHROMIUM (the program) and TEST_PG_BINDIR (the folder of initdb)."""


def chromium() -> Path | None:
    """The browser: TEST_CHROMIUM, else Debian's, else one on the PATH."""
    named = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium", path=f"/usr/bin:{os.environ['PATH']}")
    return Path(named) if named and Path(named).exists() else None


def postgres() -> Path | None:
    """The folder with initdb and postgres: TEST_PG_BINDIR, else Debian's newest, else the PATH's."""
    return next((folder for folder in _postgres_folders() if (folder / "initdb").exists()), None)


def _postgres_folders() -> Iterator[Path]:
    if named := os.environ.get("TEST_PG_BINDIR"):
        yield Path(named)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def missing() -> list[str]:
    """Debian's names of the packages that are needed and not there."""
    on_debian = shutil.which("dpkg") and not os.environ.get("TEST_CHROMIUM")
    needed = DEBIAN_BROWSER if on_debian or not chromium() else {}
    browser = [package for package, file in needed.items() if not Path(file).exists()]
    return browser if postgres() else [*browser, DEBIAN_DATABASE]


def see_to_them() -> None:
    """Use what is there; install the rest as root on Debian; else say what to do and fail, never skip."""
    if not (wanted := missing()):
        return
    install = ["apt-get", "install", "--no-install-recommends", *wanted]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(HOW.format(" ".join(install)))
    sys.stderr.write(f"Installing {', '.join(wanted)} ...\n")
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*install, "-y", "-qq"]):
        if subprocess.run(command, env=quietly, stdout=subprocess.DEVNULL).returncode:
            sys.exit(f"This failed:  {' '.join(command)}")
    if missing():
        sys.exit(f"Still missing after the installation: {', '.join(missing())}")
