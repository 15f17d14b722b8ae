"""The one way out to addresses that people typed: https only, hosts from a list, checked where they
lead, no redirect followed, little patience.

What is raised never holds the address: its path and query are a secret.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import current_app

from app.flow.texts.lazy_text import Text, _l

HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com")
CONNECT, PATIENCE = 3, 6  # seconds: to reach it, and for all of it
LARGEST = 64 * 1024


class Unreachable(Exception):
    """Nothing came of it; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class Place:
    """Where an address leads.

    ``added``: the plant named the host itself, so it may lie inside its network.
    """

    host: str
    port: int
    plain: bool
    added: bool
    target: str


def place_of(address: str, more: Collection[str] = ()) -> Place:
    """Return where an address leads.

    Raises Unreachable with a sentence for one that is not allowed. ``more`` are hosts that the
    plant has added: ``relay.plant.example``, or ``http://10.0.0.5:8080`` for one that it reaches
    without TLS.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unreachable(_l("This is not a web address.")) from None
    host = (parts.hostname or "").lower()
    if (
        parts.username
        or parts.password
        or parts.fragment
        or not host
        or any(ord(c) <= 32 or ord(c) > 126 for c in address)
    ):
        raise Unreachable(_l("This is not a web address."))
    if origin_of(parts) in more:
        return Place(
            host,
            port or (443 if parts.scheme == "https" else 80),
            parts.scheme == "http",
            True,
            target_of(parts),
        )
    if parts.scheme != "https":
        raise Unreachable(_l("The address must begin with https://."))
    if host not in HOSTS and host not in more:
        raise Unreachable(
            _l(
                "%(host)s is not a robot’s address: copy the one that WeCom, DingTalk or Feishu "
                "shows.",
                host=host,
            )
        )
    if host not in more and port not in (None, 443):
        raise Unreachable(_l("The address must not name a port."))
    return Place(host, port or 443, False, host in more, target_of(parts))


def origin_of(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.lower()}"


def target_of(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def masked(address: str) -> str:
    """What may be shown of an address: its host, and the end of its secret where that is long."""
    parts = urlsplit(address)
    end = target_of(parts)[-4:] if len(target_of(parts)) > 24 else ""
    return f"{parts.scheme}://{parts.hostname}/…{end}"


def may_send() -> bool:
    """Whether anything may leave this house: asked by every way out; never by a practice copy."""
    return not current_app.config["PRACTICE"]


def post(address: str, body: dict[str, Any], more: Collection[str] = ()) -> tuple[int, Any]:
    """Send JSON once; status and what the answer's JSON says (None where it is none).

    Raises Unreachable.
    """
    if not may_send():
        raise Unreachable(_l("This is a practice copy: nothing is sent from it."))
    place = place_of(address, more)
    connection = http.client.HTTPConnection(place.host, place.port, timeout=CONNECT)
    connection.sock = reach(place)
    late = threading.Timer(PATIENCE, cut, [connection.sock])
    late.daemon = True
    late.start()
    try:
        sent = json.dumps(body, ensure_ascii=False).encode()
        connection.request(
            "POST",
            place.target,
            sent,
            {"Content-Type": "application/json; charset=utf-8", "Connection": "close"},
        )
        answer = connection.getresponse()
        return answer.status, read(answer.read(LARGEST))
    except (OSError, http.client.HTTPException):
        raise Unreachable(
            _l("%(host)s did not answer in %(seconds)s seconds.", host=place.host, seconds=PATIENCE)
        ) from None
    finally:
        late.cancel()
        connection.close()


def reach(place: Place) -> socket.socket:
    """Connect to an address of the host that was looked at: a name that leads elsewhere a moment
    later leads nowhere.
    """
    try:
        addresses = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(_l("%(host)s is not found from here.", host=place.host)) from None
    spots = [spot for *_, spot in addresses]
    if not place.added and any(
        not ipaddress.ip_address(str(spot[0]).partition("%")[0]).is_global for spot in spots
    ):
        raise Unreachable(
            _l("%(host)s leads into a private network; nothing is sent there.", host=place.host)
        )
    for spot in spots[:3]:
        try:
            line = socket.create_connection((str(spot[0]), place.port), timeout=CONNECT)
            return (
                line
                if place.plain
                else ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
            )
        except ssl.SSLError:
            raise Unreachable(_l("%(host)s does not prove who it is.", host=place.host)) from None
        except OSError:
            continue
    raise Unreachable(_l("%(host)s cannot be reached.", host=place.host))


def cut(line: socket.socket) -> None:
    """End an answer that comes drop by drop."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def read(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None
