"""A leader that is killed under two nodes: deploy/patroni as it stands, three databases, three
members of etcd and HAProxy on this machine, each by Debian's own program.
"""

from __future__ import annotations

import itertools
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, func, select, text

from app import clock
from app.demo.load import load
from app.extensions import db
from app.models.master import CustomerAddress
from app.models.sales.order import Order
from app.storage import schema

from . import plant, servers
from .client import Client
from .servers import Server, log_in
from .table import Figure, said

EXAMPLES = plant.ROOT / "deploy/patroni"
PROGRAMS = ("patroni", "etcd", "haproxy")
ORDERS, KILLED_AT = 300, 100
PATIENCE = 120


def failover(folder: Path) -> list[Figure]:
    """Enter orders on both nodes, kill the leader in the midst, and count what came of it."""
    if missing := [each for each in PROGRAMS if not shutil.which(each)]:
        said(f"no leader is killed: {', '.join(missing)} not installed")
        return []
    with ExitStack() as running:
        cluster = running.enter_context(started(folder))
        url = cluster.database()
        home = folder / "failing"
        app = plant.application(home, url)
        with app.app_context():
            schema.create()
            load(clock.today())
            db.session.commit()
            db.session.remove()
        command = (sys.executable, "-m", "bench.serve", "--home", str(home), "--demo")
        nodes = [
            running.enter_context(
                servers.running("/healthz", *command, quiet=True, DATABASE_URL=url)
            )
            for _ in range(2)
        ]
        clerks = [Clerk(app, node) for node in nodes]
        said(f"{ORDERS} orders are entered on two nodes")
        with entering(clerks):
            until(lambda: sum(len(each.told) for each in clerks) >= KILLED_AT)
            said(f"{cluster.kill_leader()}, the leader, is killed")
        said("both nodes are asked whether they work")
        back = [until(lambda n=node: ready(n)) for node in nodes]
        with app.app_context():
            kept = set(db.session.scalars(select(Order.customer_po)))
            count = db.session.scalar(select(func.count()).select_from(Order)) or 0
            db.session.remove()
            db.engine.dispose()
    told = [number for each in clerks for number in each.told]
    return [
        Figure("orders acknowledged, by two nodes", "", len(told)),
        Figure("… lost with the leader", "", len(set(told) - kept), most=0),
        Figure("… entered twice", "", count - len(kept), most=0),
        Figure("longest time without a write", "s", max(each.longest for each in clerks), most=60),
        Figure("nodes and watchers that came back", "", sum(back), least=2),
    ]


@dataclass
class Cluster:
    """Three database machines and the way to the one that leads."""

    folder: Path
    ports: dict[str, int]
    processes: dict[str, list[subprocess.Popen[bytes]]] = field(default_factory=dict)

    def start(self) -> None:
        for number in (1, 2, 3):
            self.write(number, "etcd.conf.yml")
            self.write(number, "patroni.yml")
            self.run(f"db{number}", "etcd", "--config-file", f"db{number}-etcd.conf.yml")
        for number in (1, 2, 3):
            self.run(f"db{number}", "patroni", f"db{number}-patroni.yml")
        self.write(0, "haproxy.cfg")
        self.run("haproxy", "haproxy", "-db", "-f", "db0-haproxy.cfg")

    def write(self, number: int, name: str) -> None:
        """An example with the loopback's ports in the place of the machines' addresses."""
        words = {
            f"10.0.0.1{n}:{port}": f"127.0.0.1:{self.ports[f'{n}:{port}']}"
            for n in (1, 2, 3)
            for port in (2379, 2380, 5432, 8008)
        }
        words |= {
            "10.0.0.0/24": "127.0.0.1/32",
            "127.0.0.1:5000": f"127.0.0.1:{self.ports['leader']}",
            "/var/lib/postgresql/15/washline": f"{self.folder}/db{number}-data",
            "/var/lib/etcd/washline": f"{self.folder}/db{number}-etcd",
            "/var/run/postgresql": str(self.folder),
            "/usr/lib/postgresql/15/bin": str(binaries()),
            "name: db1": f"name: db{number}",
        }
        lines = []
        for line in (EXAMPLES / name).read_text().splitlines():
            if re.search(r"(listen|advertise|connect_address)", line):  # of this machine itself
                line = line.replace("10.0.0.11", f"10.0.0.1{number}")
            elif server := re.search(r"server db\d (\S+) check port 8008", line):
                checked = self.ports[f"{server[1].split(':')[0][-1]}:8008"]
                line = line.replace("port 8008", f"port {checked}")
            lines.append(
                re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], line)
            )
        (self.folder / f"db{number}-{name}").write_text("\n".join(lines) + "\n")

    def run(self, machine: str, *command: str) -> None:
        with (self.folder / f"{machine}-{command[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": f"{os.environ['PATH']}:/usr/sbin", "LANG": "C.UTF-8"},
                **account(),
            )
        self.processes.setdefault(machine, []).append(process)

    def leader(self) -> str | None:
        """The machine that takes writes, and has one that follows in step."""
        for number in (1, 2, 3):
            with suppress(OSError, ValueError):
                asked = f"http://127.0.0.1:{self.ports[f'{number}:8008']}/cluster"
                with urllib.request.urlopen(asked, timeout=2) as answer:
                    members = json.load(answer)["members"]
                roles = {member["role"]: member["name"] for member in members}
                if "leader" in roles and "sync_standby" in roles:
                    return roles["leader"]
        return None

    def database(self) -> str:
        """Make the role and the database of Washline, once there is a leader; its address."""
        until(self.leader)
        at = f"127.0.0.1:{self.ports['leader']}"

        def made() -> bool:
            engine = create_engine(
                f"postgresql+psycopg://postgres:change-me-1@{at}/postgres",
                isolation_level="AUTOCOMMIT",
            )
            with engine.connect() as connection:
                connection.execute(text("CREATE ROLE washline LOGIN PASSWORD 'washline'"))
                connection.execute(text("CREATE DATABASE washline OWNER washline"))
            engine.dispose()
            return True

        until(made)
        return f"postgresql+psycopg://washline:washline@{at}/washline"

    def kill_leader(self) -> str:
        """Kill the machine that leads, all of it at once; its name comes back."""
        name = until(self.leader)
        for process in self.processes[name]:
            kill(process)
        return name

    def stop(self) -> None:
        for process in itertools.chain(*self.processes.values()):
            kill(process)


@contextmanager
def started(folder: Path) -> Iterator[Cluster]:
    names = [f"{n}:{port}" for n in (1, 2, 3) for port in (2379, 2380, 5432, 8008)]
    place = folder / "cluster"
    place.mkdir(mode=0o700)
    if entry := account():
        os.chown(place, entry["user"], entry["group"])
        folder.chmod(0o711)
    cluster = Cluster(place, dict(zip([*names, "leader"], free(len(names) + 1), strict=True)))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


class Clerk:
    """Somebody who enters orders on one node, each until it is acknowledged: the same form, so
    that one whose answer was lost is not entered twice.
    """

    def __init__(self, app: Flask, node: Server) -> None:
        self.node, self.told, self.longest = node, list[str](), 0.0
        self.token = log_in(app, "sales1")
        with app.app_context():
            self.address = db.session.scalar(select(func.min(CustomerAddress.id)))
            db.session.remove()
        self.client = Client(node.port, self.token)
        page = self.client.get("/sales/")[1].decode()
        self.key = re.search(r'data-key="([^"]+)"', page)[1]
        csrf = re.search(r'"X-CSRFToken": "([^"]+)"', page)[1]
        self.client.head |= {"X-CSRFToken": csrf, "Sec-Fetch-Site": "same-origin"}

    def enter(self, orders: int) -> None:
        last = time.monotonic()
        for number in range(orders):
            called = f"PO-{self.node.port}-{number}"
            while not self.is_told(number, called):
                time.sleep(0.2)
            self.longest = max(self.longest, time.monotonic() - last)
            last = time.monotonic()
            self.told.append(called)

    def is_told(self, number: int, called: str) -> bool:
        line = {
            "product_text": "P-DW-500",
            "quantity": 1200,
            "note": "",
            "requested_date": clock.today(),
        }
        try:
            status, _ = self.client.post(
                "/sales/new/order/receive",
                key=f"{self.key}.{number}",
                address_id=self.address,
                customer_po=called,
                channel="phone",
                message="请送货",
                received_at=clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
                **{f"lines-0-{name}": value for name, value in line.items()},
            )
        except OSError:
            self.client.close()
            self.client.socket = None
            return False
        return status == 303


@contextmanager
def entering(clerks: list[Clerk]) -> Iterator[None]:
    """Each enters its part of the orders; at the end all of them are acknowledged."""
    part = ORDERS // len(clerks)
    threads = [threading.Thread(target=each.enter, args=(part,), daemon=True) for each in clerks]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE)
    if any(thread.is_alive() for thread in threads):
        raise RuntimeError(f"orders are not acknowledged any more, {PATIENCE} s after")


def ready(node: Server) -> bool:
    """Whether a node writes and its watcher hears of it."""
    with suppress(OSError):
        return Client(node.port).get("/readyz")[0] == 200
    return False


def until(answer):
    """Ask until the answer is true and return it."""
    deadline, fault = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline:
        try:
            if found := answer():
                return found
        except Exception as error:
            fault = error
        time.sleep(0.2)
    raise RuntimeError(f"nothing came of it in {PATIENCE} s: {fault}")


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started, in whatever sessions."""
    found = [process.pid]
    for pid in found:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def free(count: int) -> list[int]:
    """So many ports that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def binaries() -> Path:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


def account() -> dict[str, int]:
    """PostgreSQL refuses to run as root, which hands it to its own account."""
    if os.getuid():
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid}
