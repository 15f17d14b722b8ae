"""What is installed is what the lock files say, and they say what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
WANTED = {
    "requirements.lock": RUN,
    "requirements-dev.lock": RUN + PROJECT["project"]["optional-dependencies"]["dev"],
}


def locked(name):
    """Package → version of the lock file `name`."""
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", WANTED)
def test_every_requirement_is_locked_within_its_bounds(name):
    versions = locked(name)
    for requirement in map(Requirement, WANTED[name]):
        version = versions.get(canonicalize_name(requirement.name))
        assert version and requirement.specifier.contains(version), (
            f"{requirement}: run `make lock`"
        )


@pytest.mark.parametrize("name", WANTED)
def test_every_version_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.fullmatch(r"[\w.-]+==[^\n]+(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+", block), (
            block[:80]
        )
    assert "://" not in text


def test_running_and_testing_use_the_same_versions():
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()
