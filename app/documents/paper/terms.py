"""Terms of the forms that master data and records keep as keys, in both languages (glossary of
the procedure).
"""

from __future__ import annotations

from app.flow.texts.lazy_text import Both

QC_STATUS = {
    "quarantine": Both("待检", "quarantine"),
    "released": Both("放行", "released"),
    "rejected": Both("拒收", "rejected"),
}
VERDICT = {"passed": Both("合格", "passed"), "failed": Both("不合格", "failed")}
DEFECT_CLASS = {
    "critical": Both("致命", "critical"),
    "major": Both("严重", "major"),
    "minor": Both("轻微", "minor"),
}
DISPOSITION = {
    "reinspect": Both("挑选后复检", "sort and re-inspect"),
    "rework": Both("返工", "rework"),
    "scrap": Both("报废", "scrap"),
    "concession": Both("让步接收", "concession"),
}
LAID_ASIDE = {
    "retested": Both("已复测", "tested again"),
    "retracted": Both("已撤回", "retracted"),
    "invalidated": Both("无效", "invalid"),
    "withdrawn": Both("已撤销", "withdrawn"),
}
CHANNEL = {
    "phone": Both("电话", "phone"),
    "email": Both("邮件", "e-mail"),
    "online": Both("在线", "online"),
    "wecom": Both("企业微信", "WeCom"),
    "wechat": Both("微信", "WeChat"),
    "paper": Both("期初转入，上线前为纸质", "on paper, before the cut-over"),
}
UNITS = Both("件", "units")
REMARKS = Both("备注", "Remarks")


def term(terms: dict[str, Both], key: str | None) -> Both | str | None:
    """Return the term of a key; an unknown key as it is."""
    return terms.get(key, key) if key else None
