"""Customers complain: one complaint is closed, one answered, one in work with a photograph, one has
just come.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import timedelta

from app.clock import local
from app.demo.play.clock import after
from app.demo.play.world import Script, World
from app.extensions import db
from app.models.master.quality import DefectCode
from app.models.records.papers.attachment import Attachment
from app.models.warehouse.complaint import Complaint
from app.required import required
from app.storage import archive


@dataclass(frozen=True)
class Complaining:
    """What a customer says on a day of the goods of an order's line; what is found and answered,
    as far as that goes.
    """

    ref: tuple[str, int]
    day: int
    hour: str
    defect: str
    quantity: int
    words: str
    photo: str = ""
    taken_up: bool = True
    cause: str = ""
    containment: str = ""
    measures: str = ""
    answer: str = ""
    last_words: str = ""


COMPLAINTS = (
    Complaining(
        ("YS-1171", 1),
        -4,
        "15:40",
        "D09",
        24,
        "24 瓶的外箱受潮发软,标签起皱,不能摆上客房推车。",
        cause="装车时遇雨,尾板处两箱未盖防水布",
        containment="同车其余外箱已请客户逐箱查看,无受潮",
        measures="雨天装车一律在雨棚内进行,尾板处外箱加缠绕膜",
        answer="受潮的 24 瓶已收回,不计货款。装车改在雨棚内进行,外箱加缠绕膜。给您添麻烦了。",
        last_words="处理及时,认可。",
    ),
    Complaining(
        ("H9-2026-318", 1),
        -3,
        "10:20",
        "D09",
        12,
        "一箱外箱有压痕,箱角开裂,里面的瓶子没有漏。",
        cause="托盘码放超出边缘 3 cm,叉车挤压箱角",
        measures="码盘图贴在打包工位,出库前由仓管复核码放",
        answer="外箱压痕由码盘超边造成,产品不受影响。今后每托出库前复核码放。",
    ),
    Complaining(
        ("PO-HT-2610-31", 1),
        -3,
        "09:30",
        "D01",
        60,
        "有一批泵头破损漏液,货架都弄湿了,先退 60 瓶,请尽快查明原因。",
        photo="泵头破损.png",
    ),
    Complaining(("BC-0903", 2), 0, "09:50", "D05", 6, "有 6 瓶标签贴歪,还有气泡。", taken_up=False),
)


def complaints(world: World) -> list[Script]:
    return [complaint_story(world, each) for each in COMPLAINTS]


def complaint_story(world: World, said: Complaining) -> Script:
    """From the customer's call as far as it has come."""
    yield world.days.at(said.day, said.hour)
    while not has_got(world, said.ref):
        yield after(world.now, 45)
    card = required(world.card(*said.ref))
    complaint = world.make(
        Complaint,
        "complain",
        "sales2",
        card_id=card.id,
        defect_id=required(DefectCode.by_code(said.defect)).id,
        quantity=said.quantity,
        words=said.words,
        said_by=required(card.shipment).address.receiver,
        heard_on=local(world.now).date(),
        answer_by=local(world.now).date() + timedelta(days=7),
    )
    if said.photo:
        attach(world, complaint, said.photo)
    if not said.taken_up:
        return
    yield after(world.now, 70)
    world.act(complaint, "take_up", "inspector1")
    if said.measures:
        yield from answered(world, complaint, said)


def answered(world: World, complaint: Complaint, said: Complaining) -> Script:
    """The next day Quality has found the cause; Sales answers, and hears what is said to it."""
    yield world.days.at(said.day + 1, "14:20")
    world.act(
        complaint,
        "look_into",
        "qhead1",
        cause=said.cause,
        containment=said.containment,
        measures=said.measures,
    )
    yield world.days.at(said.day + 1, "16:10")
    world.act(complaint, "answer_complaint", "sales2", customer_answer=said.answer)
    if said.last_words:
        yield world.days.at(said.day + 2, "10:40")
        world.act(complaint, "close_complaint", "sales2", last_words=said.last_words)


def has_got(world: World, ref: tuple[str, int]) -> bool:
    card = world.card(*ref)
    return card is not None and card.shipment is not None and card.shipment.shipped_at is not None


def attach(world: World, complaint: Complaint, name: str) -> None:
    """Put a photograph to it, as somebody does on its page."""
    file = Attachment.new(name, "image/png")
    stored = archive.store(file, picture())
    file.sha256, file.size = stored.sha256, stored.size
    complaint.comment(world.who("sales2"), "客户发来的照片", [file])
    db.session.commit()


def picture(width: int = 240, height: int = 320) -> bytes:
    """A PNG: a bottle whose pump broke, with a puddle below."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in colour(x, y)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def colour(x: int, y: int) -> tuple[int, int, int]:
    if (110 <= x <= 130 and 40 <= y < 90) or (130 <= x - (y - 40) <= 175 and 40 <= y < 56):
        return 70, 74, 80  # the pump, and its head that broke off
    if 80 <= x <= 160 and 90 <= y < 280:
        return (236, 240, 244) if 130 <= y < 220 else (66, 140, 200)  # label and bottle
    if (x - 130) ** 2 / 90**2 + (y - 285) ** 2 / 14**2 <= 1:
        return 140, 190, 226  # what leaked
    return (206, 198, 184) if y >= 262 else (222, 222, 216)
