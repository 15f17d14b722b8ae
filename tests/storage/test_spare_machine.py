"""The page beside the backups is followed to the letter on a machine that has nothing else."""

import os
import re
import shutil
import socket
import subprocess
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.cli.systemd import program
from app.documents import SOURCE
from tests import commands
from tests.serving import PATIENCE, Server, house, until

LANGUAGES = re.compile(r"[\u4e00-\u9fff].*[A-Za-z]{3}", re.S)


class Cells(HTMLParser):
    """The rows of a page's tables, each cell as its text."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def handle_starttag(self, tag, _):
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def read(file):
    """What the page says in each step, and its command."""
    pdf = PdfReader(BytesIO(file.read_bytes()))
    assert len(pdf.pages) == 1
    cells = Cells()
    cells.feed(pdf.attachments[SOURCE][0].decode())
    return [(row[1].strip(), row[2].strip()) for row in cells.rows if len(row) == 4]


def taken_over(steps):
    """Follow the page with nothing but what it says, and return what was said.

    Two things are not done again: installing (the tests run in what it installs), and handing the
    service to systemd, of which it is only shown what it would start.
    """
    lines = [command for _, command in steps if command != "–" and "://" not in command[:10]]
    (install,) = (each for each in lines if each.endswith("make install"))
    assert Path(install.split()[1], "Makefile").is_file()
    lines.remove(install)
    assert "install-service" in lines[-1]
    lines[-1] += " --show"
    bare = {k: os.environ[k] for k in ("PATH", "PYTHONPATH", "TMPDIR") if k in os.environ}
    bare["PYTHONPATH"] = str(Path(commands.__file__).parents[1])
    said = subprocess.run(["sh", "-ec", "\n".join(lines)], capture_output=True, text=True, env=bare)
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.fixture
def burnt(house, tmp_path):
    """A plant that was backed up and is gone: the house, and the page that is left."""
    disk, secret = tmp_path / "disk", tmp_path / "etc/secret"
    disk.mkdir()
    secret.parent.mkdir()
    secret.write_text("s" * 48)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    house.environment |= {
        "WASHLINE_SECRET_FILE": str(secret),
        "WASHLINE_URL": "https://washline.plant.example",
        "WASHLINE_COMPANY": "老李家的厂|Li's plant & sons",
        "PORT": port,
    }
    house.report()
    for arguments in ((disk,), (disk, "--page")):
        answer = house.run("nightly", *arguments)
        assert answer.returncode == 0, answer.stderr
    shutil.rmtree(house.home)
    shutil.rmtree(secret.parent)
    return house, disk / "spare-machine.pdf"


def test_a_spare_machine_takes_over_by_the_page(burnt):
    house, page = burnt
    steps = read(page)
    assert all(LANGUAGES.search(what) for what, _ in steps), "both languages"
    said = taken_over(steps)
    assert "All is well." in said
    unit = re.search(r"^ExecStart=(.*) serve$", said, re.M)
    assert Path(unit[1]).resolve() == program().resolve()
    settings = dict(re.findall(r'^(\w+)="(.*)"$', said, re.M))
    assert settings["WASHLINE_COMPANY"] == house.environment["WASHLINE_COMPANY"]
    house.environment = {**os.environ, **settings}
    server = Server(house, port=int(settings["PORT"]))
    try:
        until(server.answers)
        assert server.get("/readyz").status == 200
        assert server.get("/", house.log_in()).status == 200
    finally:
        server.process.send_signal(15)
        server.process.wait(PATIENCE)


def test_the_page_names_no_password(house, tmp_path):
    environment = {
        **house.environment,
        "DATABASE_URL": "postgresql://u:s3c:r3t@h1,h2/db",
        "AWS_SECRET_ACCESS_KEY": "k3y",
    }
    answer = commands.run(["nightly", str(tmp_path), "--page"], environment)
    assert answer.returncode == 0, answer.stderr
    text = " ".join(command for _, command in read(tmp_path / "spare-machine.pdf"))
    assert "u:PASSWORD@h1,h2" in text and all(
        secret not in text for secret in ("s3c", "r3t", "k3y")
    )
