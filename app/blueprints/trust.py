"""Whom a device is to trust: the plant's own certificate authority, read without HTTPS, since the
device does not trust it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, g, render_template, request

from app.documents.pdf import qr
from app.security import PUBLIC, policy
from app.web.languages import known

if TYPE_CHECKING:
    from app.tls.files import Root
    from app.tls.serving import Tls

blueprint = Blueprint("trust", __name__, url_prefix="/trust")
# What a browser says of the device that it runs on; an iPad may call itself a Macintosh.
DEVICES = {
    "android": ("Android", "HarmonyOS", "OpenHarmony"),
    "ios": ("iPhone", "iPad", "Macintosh"),
    "windows": ("Windows",),
    "mac": ("Macintosh",),
    "linux": ("X11",),
}
CHAT_BROWSERS = ("MicroMessenger", "wxwork")


@blueprint.get("/")
@policy(PUBLIC)
def show() -> Any:
    """How a phone, a tablet or a PC comes to trust it; ``?lang=`` chooses the language, which takes
    no cookie.
    """
    tls, root = in_force()
    if language := known(request.args.get("lang")):
        g.language = language
    agent, name = request.user_agent.string, tls.certificate.names[0]
    here = tls.plain_address(name) + request.path
    return render_template(
        "trust/show.html",
        root=root,
        here=here,
        qr=qr.code(here),
        home=tls.address(name),
        devices=[key for key, marks in DEVICES.items() if any(mark in agent for mark in marks)],
        in_chat=any(mark in agent for mark in CHAT_BROWSERS),
    )


@blueprint.get("/washline-ca.crt")
@policy(PUBLIC)
def der() -> Response:
    """The authority's certificate as phones and Windows take it."""
    _, root = in_force()
    return Response(root.der, mimetype="application/x-x509-ca-cert")


@blueprint.get("/washline-ca.pem")
@policy(PUBLIC)
def pem() -> Response:
    """The same as text."""
    _, root = in_force()
    return Response(root.pem, mimetype="application/x-pem-file")


def in_force() -> tuple[Tls, Root]:
    """How HTTPS is spoken, and the own authority behind it; 404 where there is none."""
    tls: Tls | None = current_app.config["TLS"]
    if tls is None or tls.certificate.root is None:
        abort(404)
    return tls, tls.certificate.root
