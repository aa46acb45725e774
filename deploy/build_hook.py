"""What the wheel needs beyond `booking/`: compiled translations, and the folders beside the package.

The app looks for `templates`, `static` and `migrations` inside the package first, then beside it, so that the
same code runs from a wheel and from the repository. The style sheets in `static/vendor` come from npm, put
there by `python3 dev.py setup`; without them a wheel would serve bare pages, so the build refuses.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE_THE_PACKAGE = ("templates", "static", "migrations")
STYLE_SHEETS = Path("static", "vendor", "designsystemet", "designsystemet.css")


class LikaplatsBuildHook(BuildHookInterface[Any]):
    """Compiles the catalogues for every build and adds the folders to real wheels, not to editable ones."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each target; `version` is "standard" or "editable"."""
        root = Path(self.root)
        compiled = compile_catalogues(root)
        if version != "standard" or self.target_name != "wheel":
            return
        if not (root / STYLE_SHEETS).exists():
            raise FileNotFoundError(f"{STYLE_SHEETS} is missing: run  python3 dev.py setup  first")
        # An editable install must not get these: a copied config.py would shadow the real one.
        include = {str(root / "config.py"): "config.py"}
        include |= {str(root / name): f"booking/{name}" for name in INSIDE_THE_PACKAGE}
        include |= {str(mo): mo.relative_to(root).as_posix() for mo in compiled}
        build_data["force_include"].update(include)


def compile_catalogues(root: Path) -> list[Path]:
    """Write a .mo beside each .po under `root`/booking/translations; returns the paths written."""
    written = []
    for po in sorted((root / "booking" / "translations").glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        with mo.open("wb") as target:
            write_mo(target, catalogue)
        written.append(mo)
    return written
