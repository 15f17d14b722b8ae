"""Lazy texts that need neither Flask nor a request: they become words only when somebody reads
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

_translate: Callable[[str], str] = str
_language: Callable[[], str] = lambda: "en"  # noqa: E731 (a default that is replaced)


def translate_with(translate: Callable[[str], str], language: Callable[[], str]) -> None:
    """Name the functions that translate an English msgid and that tell the reader's language
    (the application does, once).
    """
    global _translate, _language
    _translate, _language = translate, language


class Text:
    """An English sentence with arguments, translated when it is shown; it survives a trip
    through JSON.
    """

    __slots__ = ("args", "msgid")

    def __init__(self, msgid: str, **args: Any) -> None:
        self.msgid = msgid
        self.args = args

    def __str__(self) -> str:
        words = _translate(self.msgid)
        return words % self.args if self.args else words

    def __repr__(self) -> str:
        return f"Text({self.msgid!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.msgid, self.args) == (other.msgid, other.args)

    def __hash__(self) -> int:
        return hash(self.msgid)

    def to_json(self) -> dict[str, Any]:
        """Return ``{"msgid": …, "args": {…}}``; arguments that are texts are turned likewise."""
        args = {k: v.to_json() if isinstance(v, Text) else v for k, v in self.args.items()}
        return {"msgid": self.msgid, "args": args}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Text:
        args = {
            k: cls.from_json(v) if isinstance(v, dict) and "msgid" in v else v
            for k, v in value["args"].items()
        }
        return cls(value["msgid"], **args)


def _l(msgid: str, **args: Any) -> Text:
    """Mark a text for translation without translating it yet."""
    return Text(msgid, **args)


COMMA, SEMICOLON = _l("%(some)s, %(one)s"), _l("%(some)s; %(one)s")


def listed(things: Iterable[Any], by: Text = COMMA) -> Any:
    """Things one after another, set apart as the reader's language does; a lone one as it is,
    nothing where there is none.
    """
    found = list(things)
    return reduce(lambda some, one: Text(by.msgid, some=some, one=one), found) if found else ""


class Both:
    """A name that master data gives in Chinese and English, or in one of them, which then stands
    for both.
    """

    __slots__ = ("en", "zh")

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh or en
        self.en = en or zh

    def __str__(self) -> str:
        return (self.zh if _language().startswith("zh") else self.en) or ""

    @property
    def together(self) -> str:
        """Both, one after the other; once where they are the same."""
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"

    def to_json(self) -> str:
        return str(self)


# Between the halves of words that were chosen from a list and signed. What people write themselves
# is never parted: few would set this sign between two languages.
SIGNED = " ／ "


def for_record(zh: str, en: str) -> str:
    """Return what goes on record of words that master data gives in both languages."""
    return zh if zh == en else SIGNED.join(filter(None, (zh, en)))


def as_signed(text: str) -> Both | str:
    """Return words on record as both their halves where they were chosen from a list; others as
    they are.
    """
    zh, parted, en = (text or "").partition(SIGNED)
    return Both(zh, en) if parted and SIGNED not in en else text


# Chinese first, then words without any Chinese to the end.
HALVES = re.compile(
    r"^(.*[\u3400-\u9fff][^\u3400-\u9fffA-Za-z]*?)\s([A-Za-z][^\u3400-\u9fff]*)$", re.S
)


def halves(text: str) -> Both | str:
    """Return a text that master data keeps as “中文 English” in one field as both its halves; as
    it is where it has none.
    """
    if SIGNED in (text or ""):
        return as_signed(text)
    found = HALVES.match(text or "")
    return Both(found[1].strip(), found[2].strip()) if found else text
