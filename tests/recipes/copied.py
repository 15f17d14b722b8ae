"""A copy of the tree in which a recipe is performed as somebody would: files changed by hand,
commands called, and then the changed code asked what it does.
"""

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli import migration
from tests import commands

HOUSE = migration.CODE
COPIED = ("app", "migrations", "tests")
# What commands write; and texts that translators fill in.
WRITTEN = ("migrations/versions/", "app/translations/", "app/flow/FLOW.md")
NOT_SOURCE = ("__pycache__", "*.pyc")


class CopiedTree:
    """``write`` and ``insert`` change it by hand, ``washline`` and ``run`` call its code."""

    def __init__(self, root):
        self.root = root
        for folder in COPIED:
            shutil.copytree(
                HOUSE / folder, root / folder, ignore=shutil.ignore_patterns(*NOT_SOURCE)
            )
        (root / "static").symlink_to(HOUSE / "static")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WASHLINE_", "DATABASE_"))
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

    def by_hand(self):
        """The files of the application that differ from the house's, but those that commands
        wrote; whoever deletes a file changes it too."""
        return sorted(
            name
            for name in self.files() | files_of(HOUSE)
            if not name.startswith(WRITTEN)
            and not (
                (self.root / name).exists()
                and (HOUSE / name).exists()
                and filecmp.cmp(self.root / name, HOUSE / name, shallow=False)
            )
        )

    def files(self):
        return files_of(self.root)

    def washline(self, *arguments):
        """Call a command in it."""
        answer = commands.run([*arguments], self.environment, where=self.root)
        assert answer.returncode == 0, answer.stderr

    def run(self, module, *arguments):
        """Run one of its modules; what it says comes back, and a failure of it is the test's."""
        answer = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=self.root,
            env={**self.environment, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


def files_of(root):
    """The source files of the application and its migrations, by their place in the tree."""
    return {
        str(path.relative_to(root))
        for folder in ("app", "migrations")
        for path in Path(root, folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
