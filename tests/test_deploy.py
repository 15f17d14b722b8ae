"""The examples of deploy/ are of today: the settings that they name are there, and the programs
that are installed take them.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
DEPLOY = HOUSE / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
SETTINGS = re.compile(r"\bWASHLINE_[A-Z_]+\b")


def test_every_setting_that_an_example_names_is_read():
    read = {
        name
        for file in (HOUSE / "app").rglob("*.py")
        for name in SETTINGS.findall(file.read_text("utf-8"))
    }
    page = (HOUSE / "docs/several-machines.md").read_text("utf-8")
    for file, text in [(file, file.read_text("utf-8")) for file in FILES] + [("page", page)]:
        assert set(SETTINGS.findall(text)) <= read, file


def test_what_was_not_run_says_so():
    untested = [f.name for f in FILES if "Untested:" in f.read_text("utf-8").partition("\n")[0]]
    assert sorted(untested) == ["Containerfile", "compose.yaml"]
    table = (DEPLOY / "README.md").read_text("utf-8")
    named = set(re.findall(r"`([\w./]+)`(?=[, |])", table))
    for entry in DEPLOY.iterdir():
        if not entry.name.startswith(("README", "Containerfile.")):
            assert entry.name + ("/" if entry.is_dir() else "") in named, entry


def asked(program, *arguments, **environment):
    """Have a program look at an example; the test is skipped where it is not installed."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        pytest.skip(f"{program} is not installed")
    answer = subprocess.run(
        [found, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_caddy_takes_its_example():
    file = DEPLOY / "Caddyfile"
    adapted = asked("caddy", "adapt", "--config", file, "--adapter", "caddyfile")
    assert '"dial":"10.0.0.22:8000"' in adapted
    named = asked("caddy", "adapt", "--config", file, "--adapter", "caddyfile", NODES="a:1 b:2")
    assert '"dial":"a:1"' in named and '"dial":"b:2"' in named


def test_haproxy_takes_its_example():
    asked("haproxy", "-c", "-f", DEPLOY / "patroni/haproxy.cfg")


def test_nginx_takes_its_example(tmp_path):
    certificate = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x")
    asked("openssl", *certificate, "-keyout", tmp_path / "key", "-out", tmp_path / "crt")
    example = (DEPLOY / "nginx.conf").read_text()
    for kind in ("crt", "key"):
        example = example.replace(f"/etc/ssl/washline.{kind}", str(tmp_path / kind))
    whole = f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{example}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    asked("nginx", "-t", "-c", tmp_path / "nginx.conf")
