"""A landed migration never changes."""

import hashlib
import re

from app.storage.schema import MIGRATIONS

LISTED = dict(
    reversed(line.split("  ")) for line in (MIGRATIONS / "landed.sha256").read_text().splitlines()
)
PRESENT = sorted((MIGRATIONS / "versions").glob("*.py"))


def test_every_migration_is_what_landed():
    """A new one adds its line to migrations/landed.sha256; no line there may change."""
    assert {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in PRESENT} == LISTED


def test_the_migrations_are_one_line():
    """One after another: no two behind the same one, and each is found by its number."""
    before = [re.search(r"^down_revision\b.*= (.*)$", f.read_text(), re.M)[1] for f in PRESENT]
    assert len(set(before)) == len(before)
