"""Check scripts and style sheets: their layout file by file, and the scripts as the browser gets
them, joined into one module, where a name may neither be missing nor be given twice.

``python bin/scripts.py --fix`` lays them out.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.web.assets import ALL_SCRIPTS, FOLDER, JOINED, LIBRARIES

ROOT = FOLDER.parent
DENO = Path(sys.executable).parent / "deno"
WIDEST = 100
# What a script finds in a browser without saying where it comes from.
GIVEN = (
    "CSS, DOMParser, HTMLFormElement, Option, PointerEvent, SharedWorker, Sortable, document, "
    "history, htmx, print, "
    "requestAnimationFrame"
)


def run(*command: str) -> bool:
    """Run Deno; it asks nobody whether there is a newer one."""
    environment = {**os.environ, "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run([DENO, *command], cwd=ROOT, env=environment, check=False).returncode == 0


def joined_is_sound(folder: Path) -> bool:
    """Whether Deno finds nothing against any of the scripts that are sent."""
    for name, parts in JOINED.items():
        if name.endswith(".js"):
            own = "".join(
                (FOLDER / part).read_text("utf-8") for part in parts if part not in LIBRARIES
            )
            given = f"const {{ {GIVEN} }} = globalThis;\n" if name == ALL_SCRIPTS else ""
            (folder / Path(name).name).write_text(given + own, "utf-8")
    rules = "--rules-include=no-undef"
    everything, others = folder / "all.js", [folder / "live.js", folder / "wall.js"]
    return run("lint", "--quiet", rules, str(everything)) & run(
        "lint", "--quiet", *map(str, others)
    )


def too_wide() -> list[str]:
    """The lines that no window shows whole, where the formatter leaves them."""
    files = [*(FOLDER / "js").glob("*.js"), *(FOLDER / "css").glob("*.css")]
    return [
        f"{file.relative_to(ROOT)}:{number}: longer than {WIDEST}"
        for file in sorted(files)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDEST
    ]


def main() -> int:
    fix = "--fix" in sys.argv
    laid_out = run("fmt", "--quiet", *([] if fix else ["--check"]), "static/js", "static/css")
    wide = too_wide()
    print("\n".join(wide), end="\n" if wide else "")
    with tempfile.TemporaryDirectory() as folder:
        sound = joined_is_sound(Path(folder))
    return 0 if laid_out and sound and not wide else 1


if __name__ == "__main__":
    sys.exit(main())
