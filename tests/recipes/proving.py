"""In a copy of the tree: ask the proof of a recipe of the copy's own code."""

import sys
from importlib import import_module
from pathlib import Path

from app.cli import migration
from tests import application
from tests.walk import Walk

if __name__ == "__main__":
    recipe, url, home = sys.argv[1:]
    assert Path.cwd() == migration.CODE, "another tree's code was loaded"
    with application.renewed(url, Path(home)) as app:
        import_module(f"tests.recipes.{recipe}").proof(Walk(app))
