"""The archive that installs without internet: a small one is made and installed, without a network
where the system lets a test have none. The whole one is checked by what makes it (bin/offline.py).
"""

import hashlib
import os
import shutil
import subprocess
import zipfile

import pytest

from bin import offline

ROOT = offline.ROOT
# Installs itself as a project of setuptools would, from nothing.
BACKEND = """
import zipfile
def build_editable(folder, *_):
    with zipfile.ZipFile(f"{folder}/own-1-py3-none-any.whl", "w") as wheel:
        said = "Metadata-Version: 2.1\\nName: own\\nVersion: 1\\n"
        wheel.writestr("own-1.dist-info/METADATA", said)
        wheel.writestr("own-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("own-1.dist-info/RECORD", "")
    return "own-1-py3-none-any.whl"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
COMPILES = "[console_scripts]\npybabel = trial:main\n"
# In the place of bin/setup: what apt would do, then the real one.
SETUP = """#!/bin/sh
set -e
apt-get -qq update
apt-get -s install -y washline-trial
exec bin/real-setup "$1"
"""


def wheel(folder):
    """A wheel with a command pybabel; its line in a lock comes back."""
    file = folder / "trial-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as content:
        content.writestr("trial.py", "def main():\n    print('compiled')\n")
        for name, text in (
            ("METADATA", "Metadata-Version: 2.1\nName: trial\nVersion: 1\n"),
            ("WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"),
            ("entry_points.txt", COMPILES),
            ("RECORD", ""),
        ):
            content.writestr(f"trial-1.dist-info/{name}", text)
    return f"trial==1 \\\n    --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def deb(folder):
    """A package that no machine has."""
    control = folder / "washline-trial/DEBIAN/control"
    control.parent.mkdir(parents=True)
    control.write_text(
        "Package: washline-trial\nVersion: 1\nArchitecture: all\nMaintainer: nobody\n"
        "Description: a trial\n"
    )
    built = ["dpkg-deb", "--build", control.parents[1], folder]
    subprocess.run(built, check=True, capture_output=True)
    shutil.rmtree(control.parents[1])


@pytest.fixture
def unpacked(tmp_path):
    """What an archive unpacks to, with one wheel and one package."""
    if os.geteuid() or not shutil.which("dpkg-deb"):
        pytest.skip("it installs on Debian, as root")
    folder = tmp_path / "washline"
    for name in ("bin", "wheels", "debs"):
        (folder / name).mkdir(parents=True)
    for name, copy in (("install", "install"), ("setup", "bin/real-setup")):
        shutil.copy(ROOT / "bin" / name, folder / copy)
    (folder / "bin/setup").write_text(SETUP)
    (folder / "bin/setup").chmod(0o755)
    (folder / "made-for").write_text(offline.made_for())
    (folder / "requirements.lock").write_text(wheel(folder / "wheels"))
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    deb(folder / "debs")
    offline.index(folder / "debs")
    return folder


def without_a_network():
    """What to put before a command so that it has none; nothing where that is not allowed."""
    cut_off = ["unshare", "--net"]
    tried = shutil.which("unshare") and subprocess.run([*cut_off, "true"], capture_output=True)
    return cut_off if tried and tried.returncode == 0 else []


def install(folder):
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:9", "LC_ALL": "C"}
    return subprocess.run(
        [*without_a_network(), folder / "install"],
        env=environment,
        capture_output=True,
        text=True,
    )


def test_an_archive_installs_from_itself_alone(unpacked):
    done = install(unpacked)
    assert done.returncode == 0, done.stderr
    assert "Inst washline-trial (1 localhost" in done.stdout, "apt finds it in the archive"
    assert "compiled" in done.stdout and (unpacked / ".venv/bin/python").exists()
    assert f"{unpacked}/.venv/bin/washline serve" in done.stdout


def test_what_does_not_fit_is_told_and_nothing_is_done(unpacked):
    (unpacked / "made-for").write_text("debian9-cp35-x86_64\n")
    refused = install(unpacked)
    assert refused.returncode == 1 and "this archive is for debian9-cp35-x86_64" in refused.stderr
    (unpacked / "made-for").write_text(offline.made_for())
    spaced = unpacked.rename(unpacked.with_name("wash line"))
    assert "move it" in install(spaced).stderr
    assert not (spaced / ".venv").exists()
    (spaced / "wheels/trial-1-py3-none-any.whl").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        offline.check(spaced)


def test_the_archive_asks_for_what_setup_would():
    named = subprocess.run([ROOT / "bin/setup", "packages"], capture_output=True, text=True)
    assert named.stdout.split() == [
        "python3",
        "python3-venv",
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
    ]
