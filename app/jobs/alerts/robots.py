"""How each product's group robot is spoken to: the message, its signature, and what its answer
means. Nothing is sent here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from app.flow.texts.lazy_text import Text, _l

KINDS: dict[str, Text] = {"wecom": _l("WeCom"), "dingtalk": _l("DingTalk"), "feishu": _l("Feishu")}
LONGEST = 1900  # bytes: WeCom takes 2,048, the others more
OK = ("0", "None")


def message(
    kind: str, address: str, secret: str, text: str, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The address to send to and the body, signed where the robot has a secret."""
    text = fitting(text)
    if kind == "feishu":
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(int(now.timestamp()))
            body |= {"timestamp": stamp, "sign": signature(f"{stamp}\n{secret}", "")}
        return address, body
    body = {"msgtype": "text", "text": {"content": text}}
    if kind == "dingtalk" and secret:
        stamp = str(int(now.timestamp() * 1000))
        joint = "&" if "?" in address else "?"
        sign = quote_plus(signature(secret, f"{stamp}\n{secret}"))
        address += f"{joint}timestamp={stamp}&sign={sign}"
    return address, body


def signature(key: str, said: str) -> str:
    """HMAC-SHA256 in base64.

    DingTalk signs time and secret by the secret, Feishu nothing by both of them.
    """
    return base64.b64encode(hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()).decode()


def fitting(text: str) -> str:
    """As much of a text as a robot takes."""
    return (
        text
        if len(text.encode()) <= LONGEST
        else text.encode()[: LONGEST - 3].decode(errors="ignore") + "…"
    )


def refusal(status: int, answer: Any, secrets: tuple[str, ...] = ()) -> Text | None:
    """What speaks against it in an answer, without what must stay secret; None where the robot
    took the message.
    """
    if 300 <= status < 400:
        return _l(
            "The robot’s server sends elsewhere (status %(status)s); that is not followed.",
            status=status,
        )
    if status != 200:
        return _l("The robot’s server answered with status %(status)s.", status=status)
    if not isinstance(answer, dict):
        return _l("The robot’s server answered something that is no robot’s answer.")
    code = str(answer.get("errcode", answer.get("code", answer.get("StatusCode", "?"))))
    if code in OK:
        return None
    message_of_robot = str(answer.get("errmsg", answer.get("msg", answer.get("StatusMessage", ""))))
    for secret in filter(None, secrets):
        message_of_robot = message_of_robot.replace(secret, "…")
    return _l(
        "The robot refused it: %(said)s (%(code)s).",
        said=" ".join(message_of_robot.split())[:120] or "–",
        code=code[:12],
    )
