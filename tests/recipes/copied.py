"""A copy of the tree in which a recipe is performed as somebody would: files changed by hand,
commands called, and then the changed code asked what it does.
"""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli import migration

HOUSE = migration.CODE
COPIED = ("app", "migrations", "tests")
# What commands write; and texts that translators fill in.
WRITTEN = ("migrations/versions/", "app/translations/", "app/flow/FLOW.md")


class CopiedTree:
    """``write`` and ``insert`` change it by hand, ``washline`` and ``run`` call its code."""

    def __init__(self, root):
        self.root = root
        for folder in COPIED:
            # With what is compiled: a file's time goes along with it.
            shutil.copytree(HOUSE / folder, root / folder)
        (root / "static").symlink_to(HOUSE / "static")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WASHLINE_", "DATABASE_")) or name.startswith("WASHLINE_TEST_")
        }

    def write(self, file, text):
        """Add a file."""
        assert not (self.root / file).exists(), file
        (self.root / file).write_text(text, "utf-8")

    def insert(self, file, after, text):
        """Put text behind a place of a file that there is once."""
        path = self.root / file
        before = path.read_text("utf-8")
        assert before.count(after) == 1, (file, after, before.count(after))
        path.write_text(before.replace(after, after + text), "utf-8")

    def changed(self):
        """The files of the application that differ from the house's."""
        return {
            name
            for name in files_of(self.root) | files_of(HOUSE)
            if not (
                (self.root / name).exists()
                and (HOUSE / name).exists()
                and filecmp.cmp(self.root / name, HOUSE / name, shallow=False)
            )
        }

    def by_hand(self):
        """Those of them that no command wrote."""
        return {name for name in self.changed() if not name.startswith(WRITTEN)}

    def washline(self, *arguments):
        """Call the installed command in it."""
        self.call([Path(sys.executable).with_name("washline"), *arguments])

    def proves(self, recipe, url):
        """Have the changed code do what ``proof`` of a recipe's module asks of it, on the plant
        that stands in a database."""
        self.run("tests.recipes.proving", recipe, url, self.root / "home")

    def run(self, module, *arguments, given=""):
        """Run one of its modules with something on its standard input; what it says."""
        words = [sys.executable, "-m", module, *arguments]
        return self.call(words, given, PYTHONPATH=str(self.root))

    def call(self, words, given="", **more):
        """Run a program in it; its failure is the test's."""
        answer = subprocess.run(
            [*map(str, words)],
            cwd=self.root,
            env={**self.environment, **more},
            input=given,
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


def named_in(recipe):
    """Patterns of the files that a recipe of CONTRIBUTING.md names, ``<flow>`` for any flow, also
    one in a room of its own.
    """
    text = (HOUSE / "CONTRIBUTING.md").read_text("utf-8")
    (steps,) = re.findall(rf"^\* \*\*{recipe}\*\*(.+?)(?=^\* |^$)", text, re.M | re.S)
    return {re.sub(r"<\w+>", r"[\\w/]+", name) for name in re.findall(r"`(app/[^`]+\.py)`", steps)}


def follows(files, recipe):
    """Whether these are the files that the recipe names, one for each."""
    names = named_in(recipe)
    return len(files) == len(names) and all(
        any(re.fullmatch(name, file) for file in files) for name in names
    )


def files_of(root):
    """The source files of the application and its migrations, by their place in the tree."""
    return {
        str(path.relative_to(root))
        for folder in ("app", "migrations")
        for path in Path(root, folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
