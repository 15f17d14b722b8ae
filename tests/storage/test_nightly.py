"""One box: every night a backup of its own, the old ones go, and a failure is told."""

import configparser
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models.alerts import alerting
from app.models.alerts.group_robot import Robot, RobotMessage
from app.models.records.event import FIRST
from app.models.records.papers.document import Job
from app.web.languages import speaking
from tests import commands
from tests.serving import house


@pytest.fixture
def disk(tmp_path):
    """A second disk, with a backup of 31 days ago, one of 30, and something of somebody's own."""
    folder = tmp_path / "second disk"
    folder.mkdir()
    for days in (31, 30):
        (folder / f"washline-{clock.today() - timedelta(days=days)}.tar").write_text("old")
    (folder / "washline-2020-photos.tar").write_text("mine")
    return folder


def run(house, *arguments, **environment):
    return commands.run([*map(str, arguments)], {**house.environment, **environment})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_night_has_its_backup_and_the_oldest_goes(house, disk):
    house.report()
    today = clock.today()
    kept = [f"washline-{today - timedelta(days=30)}.tar", f"washline-{today}.tar"]
    for _ in range(2):  # twice a day: the later one stays
        assert "checked" in run(house, "nightly", disk).stdout
        assert names(disk) == sorted([*kept, "washline-2020-photos.tar"])
    assert "checked" in run(house, "nightly", disk, "--keep", 7).stdout
    assert names(disk) == sorted([kept[1], "washline-2020-photos.tar"])
    # On another machine it is a plant again.
    spare = {"WASHLINE_HOME": str(disk.parent / "spare"), "DATABASE_URL": ""}
    assert run(house, "restore", disk / kept[1], **spare).returncode == 0
    assert "All is well." in run(house, "verify", **spare).stdout


def test_a_night_without_a_backup_is_told_once_and_takes_nothing_away(house, disk, tmp_path):
    house.report()
    with house.app():
        for name, roles in (("行政群", ["admin"]), ("包装群", ["supervisor"])):
            robot = Robot(name=name, kind="wecom", address_secret="x", roles=roles, language="en")
            robot.version, robot.seq, robot.head = 0, 0, FIRST
            db.session.add(robot)
        db.session.commit()
    before = names(disk)
    for target, reason in (
        (tmp_path / "not mounted", "is its disk or share there?"),
        (house.home / "archive", "lies in the home folder"),
    ):
        refused = run(house, "nightly", target)
        assert refused.returncode == 1
        assert "no backup was made: " in refused.stderr and reason in refused.stderr
    assert names(disk) == before
    with house.app():
        robots = dict(db.session.execute(select(Robot.id, Robot.name)).all())
        told = db.session.scalars(select(RobotMessage)).all()
        assert [(robots[each.robot_id], each.kind) for each in told] == [("行政群", "backup")]
        assert str(clock.today()) in told[0].said["args"]["day"]
        with speaking("en"):
            late = alerting.joined(told, told[0].at + timedelta(hours=1))
            assert [str(line) for line, _ in late] == ["Nightly backups that were not made: 1."]
        assert db.session.scalars(select(Job).where(Job.kind == "robot")).one()


def test_the_units_of_the_service_are_units(house, tmp_path):
    environment = {
        "WASHLINE_URL": 'https://washline.plant.example/"x"',
        "WASHLINE_WITNESS": "/mnt/witness",
        "WASHLINE_PAPER_DAY_FOLDER": "/mnt/paper",
        "AWS_PROFILE": "plant",
        "PORT": "8010",
    }
    shown = run(house, "install-service", "/mnt/disk", "--show", **environment).stdout
    files = dict(part.split("\n", 1) for part in shown.removeprefix("# ").split("\n# /"))
    settings = files.pop("/etc/washline.env")
    assert f'WASHLINE_HOME="{house.home}"' in settings and 'PORT="8010"' in settings
    assert r'WASHLINE_URL="https://washline.plant.example/\"x\""' in settings
    units = {}
    for path, text in files.items():
        units[Path(path).name] = unit = configparser.ConfigParser(strict=False)
        unit.optionxform = str
        unit.read_string(text)
        (tmp_path / Path(path).name).write_text(text)
    assert list(units) == ["washline-backup.service", "washline-backup.timer", "washline.service"]
    assert units["washline.service"]["Service"]["Restart"] == "always"
    assert units["washline.service"]["Service"]["AmbientCapabilities"] == "CAP_NET_BIND_SERVICE"
    assert units["washline-backup.service"]["Service"]["ExecStart"].endswith("nightly /mnt/disk")
    writes = units["washline.service"]["Service"]["ReadWritePaths"]
    assert writes == f"{house.home} /mnt/witness /mnt/paper"
    assert 'AWS_PROFILE="plant"' in settings
    assert str(house.home) in units["washline-backup.service"]["Service"]["ReadWritePaths"]
    if verify := shutil.which("systemd-analyze"):
        said = subprocess.run(
            [verify, "verify", *map(str, tmp_path.glob("washline*.[st]*"))],
            capture_output=True,
            text=True,
        )
        complaints = [line for line in said.stderr.splitlines() if "washline" in line]
        assert not [line for line in complaints if "not found" not in line], said.stderr


def test_what_systemd_would_read_otherwise_is_refused(house):
    for backups in ("/mnt/my backups", "/mnt/%h"):
        refused = run(house, "install-service", backups, "--show")
        assert refused.returncode == 1
        assert "holds more than letters, digits" in refused.stderr
