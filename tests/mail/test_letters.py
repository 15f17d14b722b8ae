"""What is read from a mail, however it is written or broken."""

from datetime import date

import pytest

from app.mail.letters import NoMail, read
from app.mail.proposing import Meant, proposals
from tests.mail.letters import DEMO, mail

TODAY = date(2026, 11, 20)
CODES = {"P-DW-500": Meant("P-DW-500", 12), "商用洗洁精 5kg": Meant("P-DW-5K", 4)}


def lines(raw):
    return [
        (line["product_text"], line["quantity"], line["requested_date"], line["read_from"]["in"])
        for line in proposals(read(raw), CODES.get, TODAY)
    ]


def test_text_of_gb18030_gives_a_line_for_each_product():
    day = date(2026, 12, 4)
    assert lines(DEMO["01"]) == [
        ("澄光柠檬洗洁精 500g", 6000, day, "text"),
        ("澄光薰衣草洗衣液 2kg", 1800, day, "text"),
        ("澄盾洁厕灵 600mL", 2400, day, "text"),
    ]


def test_a_table_of_html_gives_its_rows_and_is_never_shown_as_html():
    letter = read(DEMO["02"])
    assert lines(DEMO["02"])[0] == ("P-DW-5K", 400, date(2026, 12, 2), "table")
    assert [quantity for _, quantity, *_ in lines(DEMO["02"])] == [400, 1200, 60]
    assert "<" not in letter.text and "厨房重油污净" in letter.text
    script = mail(
        "<p>P-DW-500 60</p><script>alert(1)</script>", Content_Type="text/html; charset=utf-8"
    )
    assert read(script).text == "P-DW-500 60"


def test_an_attached_sheet_goes_before_the_text():
    assert lines(DEMO["03"]) == [
        ("P-QD-1L", 2400, date(2027, 1, 1), "sheet"),
        ("P-GC-500", 4800, date(2027, 1, 1), "sheet"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P-DW-500 6000 瓶", [("P-DW-500", 6000)]),
        ("P-DW-500 x 1,200", [("P-DW-500", 1200)]),
        ("P-DW-500: 10箱", [("P-DW-500", 120)]),
        ("1. 无人知道的货 24 瓶", [("无人知道的货", 24)]),
        ("请回电 13800000000", []),
        ("> P-DW-500 6000 瓶", []),
        ("P-DW-500 0 瓶", []),
    ],
)
def test_a_line_of_text(text, found):
    assert [(product, count) for product, count, *_ in lines(mail(text))] == found


def test_what_is_broken_is_read_as_far_as_it_goes():
    bare = read(b"From: a@b.example\nSubject: =?utf-8?b?broken\n\nP-DW-500 6000\n")
    assert bare.told_at is None and bare.key.startswith("sha256:") and "6000" in bare.text
    boxed = read(
        b"From x@y Mon Nov 16 08:00:00 2026\n" + mail("您好", Date="Mon, 99 Nov", number="1")
    )
    assert boxed.told_at is None and boxed.text == "您好" and boxed.key == "<1@test>"
    wrong = read(mail("您好", Content_Type="text/plain; charset=nonsense"))
    assert wrong.text == "您好"
    cut = b'From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary="q"\n\n--q\n'
    assert read(cut + b"Content-Type: text/plain\n\nP-DW-500 12\n").text == "P-DW-500 12"
    raw = "From: 林示一 <a@b.example>\nSubject: 订单\n\n好\n".encode("gb18030")
    assert read(raw).subject == "订单" and read(raw).name == "林示一"


@pytest.mark.parametrize("raw", [b"", b"\x89PNG\r\n\x1a\n", b"Hello", mail("x") + b"\x00"])
def test_what_is_no_mail_is_said_so(raw):
    with pytest.raises(NoMail):
        read(raw)


@pytest.mark.parametrize(
    "head", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}]
)
def test_what_a_machine_sent_is_known_as_that(head):
    assert read(mail("P-DW-500 6000 瓶", **head)).automatic
    assert not read(mail("P-DW-500 6000 瓶", Auto_Submitted="no")).automatic
