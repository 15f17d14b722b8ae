"""The first page: when it was made, how to work on paper, to whom the sheets go, and who is who."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.documents.paper.bilingual import both, joined, moment
from app.documents.paper.blocks import Block, Column, Field, Fields, Passage, Table
from app.documents.paper.heading import company
from app.extensions import db
from app.flow.texts.lazy_text import Both
from app.models.people.user import User

PEOPLE = (
    Column(Both("姓名", "Name"), 24),
    Column(Both("岗位", "Title"), 30),
    Column(Both("角色", "Roles")),
)
HOW_ZH, HOW_EN = (
    "1. 看本部门的清单:每张单在哪一步、下一步做什么、在等什么。\n"
    "2. 复印所需的空白表,一步一张;写明记录编号和发生时间(年月日、时分),在右上角编单据号"
    "(部门简称加流水号,例如 仓-12)。\n"
    "3. 谁办理谁签名;需要第二人的,另一人当场签名。复核与放行在纸上同样须由他人办理。\n"
    "4. 改错划一道线,写上正确内容并签名,不涂盖。做过的单在清单上打勾,免得重做。\n"
    "5. 新到的订单、异常照样用表;还没有编号的写“新”。\n"
    "6. 系统恢复后,单据全部交给本部门的补录人(下栏);停机时段由生产主管、部门负责人、"
    "质检主管或系统管理员登记,补录人按发生的先后逐张补录,原件归档。",
    "1. Work from your department's list: where each record stands, what is next, what it waits "
    "for.\n"
    "2. Copy the blank form you need, one sheet a step. Write the record's number, when it "
    "happened (date, hour, minute) and, top right, a sheet number: department and a running "
    "number, such as W-12.\n"
    "3. Whoever does it signs it; where a second person is asked for, that person signs there and "
    "then. What must be done by another person must be so on paper too.\n"
    "4. Strike a mistake through once, write what is right, sign it. Tick on the list what was "
    "done, so that nobody does it twice.\n"
    "5. New orders and problems have forms too; what has no number yet is “new”.\n"
    "6. When the system is back, all sheets go to whoever enters them (below). A supervisor, a "
    "head or an administrator declares the down time; the sheets are entered in the order in "
    "which things happened, and kept.",
)
ROOM = " \n "  # as high as a hand writes
HANDED = (
    Field(Both("单据交给(姓名)", "Sheets go to (name)"), ROOM),
    Field(Both("停机开始/结束", "Down from / until"), ROOM),
    Field(Both("联系电话", "Phone"), ROOM),
    Field(Both("单据张数", "Number of sheets"), ROOM),
)


def blocks(at: datetime) -> Iterator[Block]:
    yield Fields(
        (
            Field(Both("数据截至", "As of"), moment(at)),
            Field(Both("工厂", "Plant"), company().name),
        )
    )
    yield Passage(Both("纸面作业办法", ""), HOW_ZH)
    yield Passage(Both("", "How to work on paper"), HOW_EN)
    yield Fields(HANDED, Both("手写填写", "To be filled in by hand"))
    yield people()


def people() -> Table:
    """Everybody who may log in, with the roles that they have now, as a deputy too."""
    found = db.session.scalars(
        select(User).where(User.active).options(selectinload(User.stands_in)).order_by(User.id)
    )
    rows = tuple(
        (each.known_as, each.title, joined(*map(both, each.role_names()))) for each in found
    )
    return Table(PEOPLE, rows, Both("人员与角色", "People and their roles"))
