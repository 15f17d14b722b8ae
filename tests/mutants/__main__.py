"""``make mutants``: plants each fault of the table in a copy of the tree; its tests must fail.

An argument chooses the mutants whose name contains it: ``make mutants ARGS="lock 'four eyes'"``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from .table import MUTANTS, ROOT, Mutant

# A fault may make its test wait for something that never comes.
PATIENCE = 300
LAST_LINES = 15


def main(wanted: list[str]) -> None:
    if misfits := [mutant.name for mutant in MUTANTS if not mutant.fits()]:
        sys.exit(f"the code has changed, and the table does not fit it: {'; '.join(misfits)}")
    chosen = [m for m in MUTANTS if not wanted or any(words in m.name for words in wanted)]
    if not chosen:
        sys.exit("no mutant is called so")
    with tempfile.TemporaryDirectory(prefix="washline-mutants-") as folder:
        copy = Path(folder).resolve()
        copy_tree(copy)
        code, said = tested(copy, [test for mutant in chosen for test in mutant.tests])
        if code != 0:
            sys.exit(f"{end_of(said)}\nwithout any fault these tests must pass")
        survived = [mutant.name for mutant in chosen if not is_caught(copy, mutant)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} caught")
    if survived:
        sys.exit(f"survived: {'; '.join(survived)}")


def copy_tree(copy: Path) -> None:
    """Copy what is tracked, as it stands in the working tree, and the compiled translations."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    tracked = [ROOT / name for name in names.split("\0") if name]
    for file in (*tracked, *ROOT.glob("app/translations/*/LC_MESSAGES/*.mo")):
        target = copy / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    found = run(copy, "-c", "import app; print(app.__file__)").stdout.strip()
    assert Path(found) == copy / "app/__init__.py", f"the tests would import {found}"


def is_caught(copy: Path, mutant: Mutant) -> bool:
    """Plant a fault, run its tests, restore the file; tell how it went."""
    file, began = copy / mutant.file, time.monotonic()
    file.write_text(mutant.planted(file.read_text("utf-8")), "utf-8")
    try:
        code, said = tested(copy, mutant.tests, "-x")
    finally:
        # With its former time: what Python compiled of it before is valid again, of the fault not.
        shutil.copy2(ROOT / mutant.file, file)
    # Where no test could be collected or set up, nothing was tested.
    caught = code == 1 and re.search(r"^\d+ failed\b", said, re.MULTILINE) is not None
    outcome = "caught  " if caught else "SURVIVED"
    print(f"{outcome} {time.monotonic() - began:6.1f} s  {mutant.name}", flush=True)
    if not caught:
        print(end_of(said), flush=True)
    return caught


def tested(copy: Path, tests: Iterable[str], *options: str) -> tuple[int | None, str]:
    """Run tests in the copy: pytest's exit code (None: it took too long) and what it said."""
    try:
        done = run(copy, "-m", "pytest", "-p", "no:cacheprovider", *options, *dict.fromkeys(tests))
    except subprocess.TimeoutExpired:
        return None, f"no answer within {PATIENCE} s"
    return done.returncode, done.stdout + done.stderr


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy; its ``app`` goes before an installed one, in child processes too."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=environment,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    )


def end_of(said: str) -> str:
    return "\n".join(said.splitlines()[-LAST_LINES:])


if __name__ == "__main__":
    main(sys.argv[1:])
