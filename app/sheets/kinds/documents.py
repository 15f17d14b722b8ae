"""The documents that are in force on paper: under which edition, since when, approved by whom.

What stands in them is no part of the file: it is in the rows of master data already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.master.revisions import AUTHORS, KINDS, REVISIONS, TAKE_OVER
from app.flow.texts.lazy_text import _l
from app.models.controlled.in_force import HOMES
from app.models.controlled.on_paper import Paper
from app.models.controlled.revision import Revision
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import CHOICE, DAY, Options, text
from app.models.records.errors import Blocked, Refused
from app.sheets.kinds.listed import Listed, Pass
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, Change, Plan, Planned
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User

# What a kind is called besides; its own name stands last, by which it is shown.
CALLED = (
    ("instruction", "操作规程"),
    ("instruction", "工艺规程"),
    ("specification", "质量标准"),
    ("packaging", "包装规范"),
    ("prices", "价格表"),
)
OPTIONS: Options = (*CALLED, *((kind.key, kind.label) for kind in KINDS.values()))
LONGEST = {"edition": 10, "approver": 120, "author": 120, "remark": 400}


class Documents(Listed):
    """One person takes the list over, another signs it as a whole."""

    key, file, label = "documents", "documents_on_paper", _l("Documents in force on paper")
    keepers = frozenset(role.key for role in AUTHORS)
    key_fields = ("kind", "code")
    own = (
        Column(
            "document_kind",
            Field("kind", _l("Kind of document"), CHOICE, options=OPTIONS),
            ("文件类型", "文件类别", "类型", "kind"),
        ),
        Column(
            "document_code",
            text("code", _l("Document no."), required=True),
            ("文件编号", "文件编码", "编号", "code"),
        ),
        Column(
            "edition",
            text("edition", _l("Edition"), required=True),
            ("版次", "版本", "版本号", "version", "revision"),
        ),
        Column(
            "effective_date",
            Field("effective_on", _l("In force since"), DAY),
            ("生效日期", "实施日期", "effective from"),
        ),
        Column(
            "approved_by",
            text("approver", _l("Approved by (as printed)"), required=True),
            ("批准人", "批准", "审批人", "approver"),
        ),
        Column(
            "written_by",
            text("author", _l("Written by (as printed)")),
            ("编制人", "编制", "拟制", "author"),
        ),
        Column("remark", text("remark", _l("Remark")), ("备注", "说明")),
    )

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        for name, most in LONGEST.items():
            if len(read.values.get(name) or "") > most:
                read.wrong(_l("At most %(n)s characters.", n=most), at.source(name))
        kind, code, paper = printed(read.values)
        if is_on_record(kind, code, paper):
            planned.state = SAME
        elif wrong := Revision.fault_of_paper(kind, code, paper):
            read.wrong(wrong)
        else:
            planned.state = NEW
            told = {"edition": paper.edition, "effective_on": paper.since.isoformat()}
            told["approver"] = paper.approver
            planned.changes = [Change(name, None, value) for name, value in told.items()]
        planned.work = (kind, code, paper)

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        """Take the rows over as one list, which waits for another person's signature."""
        if by is None:
            raise Blocked(_l("Say by --by who takes them over: another person confirms it."))
        first = ""
        for planned in rows:
            kind, code, paper = planned.work
            try:
                revision = Revision.create(
                    TAKE_OVER.key,
                    by=by,
                    kind=kind,
                    code=code,
                    printed=paper,
                    paper_list=first,
                    source=plan.source,
                )
            except Refused as refusal:
                raise Refused(
                    _l("%(what)s: %(value)s", what=planned.title, value=refusal.sentence)
                ) from None
            first = first or revision.paper_list

    def exported(self) -> Iterator[Sequence[Any]]:
        """What was taken over from paper and has not been followed by another edition."""
        here = (Revision.paper_list != "") & Revision.stage.in_(REVISIONS.open)
        for each in db.session.scalars(select(Revision).where(here).order_by(Revision.id)):
            yield [
                each.kind,
                each.code,
                each.edition,
                each.effective_on,
                each.paper_approver,
                each.paper_author,
                each.reason,
            ]


def printed(said: dict[str, Any]) -> tuple[str, str, Paper]:
    """The document that a row names, and what is printed on it."""
    paper = Paper(
        said["edition"],
        said["effective_on"],
        said["approver"],
        said.get("author") or "",
        said.get("remark") or "",
    )
    return said["kind"], said["code"], paper


def is_on_record(kind: str, code: str, paper: Paper) -> bool:
    """Whether just that was taken over already."""
    known = HOMES[kind].called(code)
    same = select(Revision.id).where(
        Revision.kind == kind,
        Revision.code == known,
        Revision.paper_list != "",
        Revision.stage.in_(REVISIONS.open),
        Revision.edition == paper.edition,
        Revision.effective_on == paper.since,
        Revision.paper_approver == paper.approver,
        Revision.paper_author == paper.author,
    )
    return db.session.scalar(same.limit(1)) is not None
