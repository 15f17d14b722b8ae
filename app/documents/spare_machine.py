"""The page that lies beside the backups, printed: how a spare machine takes this one's place, step
by step, with this plant's own paths and settings.

Who reads it has neither this machine nor its documentation.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.documents.paper.blocks import Column, Field, Fields, Paper, Table
from app.documents.paper.heading import by_environment, find_url
from app.flow.texts.lazy_text import Both

TITLE = Both("备用机接替单", "A spare machine takes over")
NAME = "spare-machine"
COLUMNS = (
    Column(Both("步", "Step"), 6),
    Column(Both("做什么", "What to do"), 40),
    Column(Both("命令(以 root 身份,照抄)", "Command, as root, as it stands")),
    Column(Both("完成", "Done"), 7),
)


@dataclass(frozen=True)
class Installed:
    """What the page tells of this machine: its program, where its backups lie, and the settings
    of its environment, by name.
    """

    version: str
    program: Path
    home: Path
    backups: Path
    user: str
    settings: Mapping[str, str]

    @property
    def tree(self) -> Path:
        """The folder of the program's source, whose ``.venv`` it runs in."""
        return self.program.parents[2]


Step = tuple[Both, str]


def page(here: Installed, at: datetime) -> Paper:
    """Return the page as it is at a moment; inside an application's context."""
    address = here.settings.get("WASHLINE_URL", "")
    facts = (
        (Both("网址", "Address"), address or None),
        (Both("版本", "Version"), here.version),
        (Both("程序目录", "Folder of the program"), str(here.tree)),
        (Both("数据目录", "Home folder"), str(here.home)),
        (Both("备份位置", "Backups"), str(here.backups)),
        (Both("运行账户", "Account of the service"), here.user),
    )
    rows = tuple(
        (str(number), what, command or None, "□")
        for number, (what, command) in enumerate(steps(here, address), 1)
    )
    return Paper(
        title=TITLE,
        number=NAME,
        revision=1,
        refs=(),
        issued=at,
        code=address or find_url(NAME),
        company=by_environment(),
        clause="四",
        blocks=(
            Fields(tuple(Field(label, value) for label, value in facts)),
            Table(COLUMNS, rows, Both("十五分钟内", "Within fifteen minutes")),
        ),
    )


def steps(here: Installed, address: str) -> Iterator[Step]:
    """Yield what is to be done, with its command; an empty one where a hand does it."""
    program, backups = here.program, here.backups
    yield (
        Both(
            "旧机器断电或拔掉网线:两台不得同时运行。"
            "备用机上装 Debian 12 或更新版本,接上备份盘或共享文件夹,位置与上面相同。",
            "Switch the old machine off or unplug it: never let both run. On the spare one with "
            "Debian 12 or newer connect the disk or share of the backups at the place above.",
        ),
        f"ls {backups}",
    )
    yield (
        Both(
            "把上述版本(或更新版本)的 Washline 放进程序目录并安装。",
            "Put Washline, this version or a newer one, into the program's folder, and install it.",
        ),
        f"cd {here.tree} && make install",
    )
    yield (
        Both(
            "写入本厂的设置。PASSWORD 处换成真正的密码。"
            f"本页也在备份旁边({NAME}.pdf),可从那里复制。",
            "Give it this plant's settings. Where it says PASSWORD, type the real one. This page "
            f"lies beside the backups too, as {NAME}.pdf: copy from there.",
        ),
        "export " + " ".join(f"{k}={shlex.quote(v)}" for k, v in here.settings.items()),
    )
    if secret := here.settings.get("WASHLINE_SECRET_FILE"):
        yield (
            Both(
                "密钥不在任何备份里:造一个新的。停机时正在填的表格须重新打开。",
                "No backup holds the secret: make another. Forms that were open must be reopened.",
            ),
            f"mkdir -p {Path(secret).parent} && openssl rand -base64 48 > {secret}",
        )
    if here.settings.get("DATABASE_URL", "").startswith("postgresql"):
        yield (
            Both(
                "数据库服务器:先让它可用;上面地址里的账户须能新建数据库(CREATEDB)。",
                "Have the database server up first; the account in the address above must be one "
                "that may create databases (CREATEDB).",
            ),
            "",
        )
    yield (
        Both(
            "恢复最新一夜的备份:逐条核对后才放到位。要几分钟。",
            "Bring back the newest night: each record is checked before it counts. This takes "
            "minutes.",
        ),
        f'{program} restore "$(ls {backups}/washline-????-??-??.tar | tail -n 1)"',
    )
    yield (
        Both(
            "再核对一次;最后一行须是 All is well.",
            "Check once more; the last line must be: All is well.",
        ),
        f"{program} verify",
    )
    yield (
        Both(
            "让它现在就启动,并在每次开机时启动、每夜备份。",
            "Have it start now and at each boot, and be backed up every night.",
        ),
        f"{program} install-service {backups} --user {here.user}",
    )
    yield (
        Both(
            "把旧机器的 IP 地址或域名转给备用机,用手机打开网址并登录。",
            "Give the spare machine the old one's IP address or name; open the address, log in.",
        ),
        address,
    )
    yield (
        Both(
            "备份之后录入的内容已丢失:按纸质单据补录,并告诉各部门。",
            "What was entered after that backup is gone: enter it again from the papers, and tell "
            "every department.",
        ),
        "",
    )
