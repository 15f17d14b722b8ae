"""Made-up papers, to look at the layout without a database: ``python -m tests.documents.samples
FOLDER``.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from app.documents import copied, set_in_type
from app.documents.paper.blocks import (
    Attachment,
    Column,
    Company,
    Field,
    Fields,
    Paper,
    Passage,
    SignOff,
    SignOffs,
    Table,
)
from app.documents.pdf.client import PdfClient
from app.flow.texts.lazy_text import Both

AT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
COMPANY = Company(Both("净单示范工厂", "Washline demo plant"), Both("", ""))
PASSED = Both("合格", "Passed")


def paper(**changes) -> Paper:
    """A short form of every kind of block; ``changes`` replace parts of it."""
    given = {
        "title": Both("质量检验报告", "Quality inspection report"),
        "number": "QIR-2026-00007",
        "revision": 1,
        "refs": (Field(Both("生产任务单号", "Production order no."), "2026-00042-1"),),
        "issued": AT,
        "code": "http://127.0.0.1:8000/find?q=2026-00042-1",
        "company": COMPANY,
        "clause": "5.2",
        "blocks": (
            Fields(
                (
                    Field(Both("产品名称/规格", "Product / pack"), "柠檬洗洁精 500 mL × 12"),
                    Field(Both("批号", "Batch no."), "20261122-L1-01"),
                    Field(Both("备注", "Remarks"), "客户 <b>要求</b> & 'quotes' \"x\"", wide=True),
                )
            ),
            Table(
                (
                    Column(Both("检验项目", "Test")),
                    Column(Both("标准要求(限值)", "Requirement (limits)"), 24),
                    Column(Both("实测值", "Result"), 14, number=True),
                    Column(Both("单项判定", "Verdict"), 14),
                ),
                tuple(
                    (f"总活性物 Total active matter {n}", "≥ 15.0 %", "15.62 %", PASSED)
                    for n in range(12)
                ),
                Both("检验结果", "Results"),
            ),
            Passage(
                Both("原始消息", "Original message"),
                "您好,\n  订 6,000 瓶。\nfile:///etc/passwd <img src=x>",
                quoted=True,
            ),
            SignOffs(
                (
                    SignOff(
                        Both("检验员/日期", "Inspector / date"),
                        "郑小燕",
                        Both("检验员", "Inspector"),
                        Both("检验并出具报告", "tested and reported"),
                        "2026-11-22 14:05 +08:00",
                    ),
                    SignOff(Both("复核/批准(放行)", "Reviewed / approved (release)")),
                )
            ),
        ),
    }
    return Paper(**{**given, **changes})


def printed(sheet: Paper, printer: PdfClient) -> bytes:
    return set_in_type(sheet, printer)


def wide() -> Paper:
    """A landscape sheet with as many columns as a form has."""
    names = [
        "序号 No.",
        "物料编码 Material code",
        "物料名称/规格 Name / grade",
        "单位 UoM",
        "应备数量 Required",
        "物料批号 Lot no.",
        "效期 Expiry",
        "质检状态 QC status",
        "库位 Bin",
        "实备数量 Prepared",
        "实收数量 Received",
        "差异及原因 Variance & reason",
    ]
    columns = tuple(Column(Both(*name.split(" ", 1))) for name in names)
    row = (
        "1",
        "R-003",
        "直链烷基苯磺酸 LABSA 96 %",
        "kg",
        "278.29",
        "ML26-0101",
        "2027-05-01",
        PASSED,
        "A-01-02",
        "278.29",
        "278.29",
        None,
    )
    return paper(
        title=Both("物料准备单", "Material preparation sheet"),
        number="MPS-2026-00017",
        clause="3.2",
        landscape=True,
        blocks=(Table(columns, (row,) * 40),),
    )


def dossier(printer: PdfClient) -> Paper:
    history = Table(
        tuple(
            Column(Both(zh, en))
            for zh, en in (("序号", "No."), ("时间", "Time"), ("谁", "Who"), ("做了什么", "What"))
        ),
        tuple(
            (
                str(n),
                "2026-11-22 14:05:06 +08:00",
                "郑小燕",
                Both("交接了物料", "handed the materials over"),
            )
            for n in range(60)
        ),
        Both("全部经过", "Full history"),
        small=True,
    )
    return paper(
        title=Both("订单档案", "Dossier"),
        number="DOS-2026-00003",
        clause="四",
        copies=tuple(
            copied(each.title, each.number, printed(each, printer)) for each in (wide(), paper())
        ),
        blocks=(*paper().blocks, history),
        attachments=(Attachment("events.json", "events", "{}", AT),),
    )


if __name__ == "__main__":
    folder, printer = Path(sys.argv[1]), PdfClient()
    folder.mkdir(exist_ok=True)
    for sheet in (paper(), wide(), dossier(printer)):
        (folder / f"{sheet.number}.pdf").write_bytes(printed(sheet, printer))
