"""What is vendored is exactly what its publisher released, with its licence beside it."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "static/vendor", ROOT / "tests/browser/vendor")
GRANTS = {
    "0BSD": "Permission to use, copy, modify, and/or distribute this software",
    "MIT": "The above copyright notice and this permission notice shall be included",
    "MPL-2.0": "Mozilla Public License, version 2.0",
}


def packages(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_has_the_recorded_hash(folder):
    for package in packages(folder):
        for file in package["files"]:
            content = (folder / file["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"], file["file"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_nothing_lies_there_that_the_manifest_does_not_name(folder):
    named = {file["file"] for package in packages(folder) for file in package["files"]}
    assert {path.name for path in folder.iterdir()} == named | {"manifest.json"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_package_brings_the_text_of_its_licence(folder):
    for package in packages(folder):
        texts = [
            (folder / file["file"]).read_text()
            for file in package["files"]
            if "LICENSE" in file["file"]
        ]
        assert any(GRANTS[package["licence"]] in " ".join(text.split()) for text in texts), package[
            "name"
        ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_versions_are_exact(folder):
    for package in packages(folder):
        assert all(part.isdigit() for part in package["version"].split(".")), package["name"]
