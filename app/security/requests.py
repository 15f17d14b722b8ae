"""What every request passes: its origin, its policy, its CSRF token; and the headers of every
answer.
"""

from __future__ import annotations

import hmac
import logging
import re
from typing import TYPE_CHECKING, Any, NoReturn

from flask import Flask, Response, abort, current_app, redirect, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from app import metrics
from app.database import reading
from app.extensions import csrf, db
from app.flow.texts.lazy_text import _l
from app.security import resumption, sessions
from app.security.policies import MONITOR, SAFE, policy_of

if TYPE_CHECKING:
    from app.tls.serving import Tls

log = logging.getLogger("washline.security")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_TOKEN = _l(
    "This is for monitors, which show the token of WASHLINE_METRICS_TOKEN_FILE (Authorization: "
    "Bearer …)."
)
ONE_YEAR = 365 * 24 * 3600
# Without HTTPS nothing is read but whom to trust for it.
TRUST = "trust"
PORT = re.compile(r":[0-9]+$")


def init_app(app: Flask) -> None:
    if hops := app.config.get("PROXY_HOPS"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # asked below, after the policy
    app.before_request(admit)
    app.after_request(seal)
    app.teardown_request(close)


def admit() -> Any:
    """Let a request in, lead it to HTTPS, or abort with 400, 401 or 403. The one place where that
    is decided.
    """
    tls: Tls | None = current_app.config["TLS"]
    readable = request.blueprint == TRUST or request.endpoint == "static"
    if tls and not (request.is_secure or readable):
        return led_to_https(tls)
    check()
    return None


def led_to_https(tls: Tls) -> Any:
    """Send the same request to where HTTPS is spoken, for this time: it may be given up again."""
    host = PORT.sub("", request.host)
    return redirect(tls.address(host) + request.full_path.removesuffix("?"), 307)


def check() -> None:
    """Abort unless the request may be answered."""
    unsafe = request.method not in SAFE
    reading.set(True)
    if request.endpoint is None:
        return
    request.environ[metrics.ENDPOINT] = request.endpoint
    if unsafe and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403, description=_l("This request came from another site and was refused."))
    refuse_null_characters(request.path)
    declared = policy_of(current_app, request.endpoint)
    if declared is None:
        abort(403)
    if request.endpoint == "static":
        return
    if declared.key == MONITOR.key:
        ask_for_token()
        return
    sessions.bind_form_session()
    if unsafe and not current_user.is_authenticated and resumption.LOGIN in request.form:
        let_in_beside_the_form()
    person = current_user._get_current_object()
    if not declared.allows(person, request.method):
        turn_away(person)
    # Only now is what was sent read: what is too large is told to those who may send something.
    refuse_null_characters(*(t for k, v in request.values.items(multi=True) for t in (k, str(v))))
    if unsafe and current_app.config["WTF_CSRF_ENABLED"] and not resumption.is_resumed():
        csrf.protect()
    if unsafe:
        # Who comes in has only been read so far: the write lock is taken by what follows.
        sessions.end_reading()
        # The answer shows what was written as it was; what others wrote, it asks for.
        db.session().expire_on_commit = False
        reading.set(False)


def let_in_beside_the_form() -> None:
    """Log somebody in whose login ended while they filled in what they send."""
    csrf.protect()
    sessions.end_reading()
    reading.set(False)
    resumption.come_in()
    reading.set(True)


def ask_for_token() -> None:
    """Abort with 403 unless a monitor shows its token, also where there is none to show."""
    token = current_app.config["METRICS_TOKEN"]
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    is_shown = hmac.compare_digest(shown.strip().encode(), (token or "").encode())
    if not (token and scheme.lower() == "bearer" and is_shown):
        log.warning("no token, or a wrong one, for %s", request.endpoint)
        abort(403, description=NO_TOKEN)


def turn_away(person: Any) -> NoReturn:
    """Abort: 401 for nobody, 403 for somebody, with words where another device would do."""
    if not person.is_authenticated:
        abort(401)
    log.warning("user %s may not %s %s", person.id, request.method, request.endpoint)
    elsewhere = _l("This is not open at a shared tablet. Log in at a computer of your own.")
    abort(403, description=elsewhere if person.spot else None)


def refuse_null_characters(*texts: str) -> None:
    """Abort with 400 where a text holds U+0000, which no field means and PostgreSQL cannot
    store.
    """
    if any("\x00" in t for t in texts):
        abort(400)


def seal(response: Response) -> Response:
    """Put the headers on an answer; what shows data is stored nowhere."""
    resumption.hand_over(response)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    tls: Tls | None = current_app.config["TLS"]
    if request.is_secure and (tls is None or tls.insists):
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    if response.status_code == 413:
        response.headers["Connection"] = "close"  # the rest of the body is not waited for
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("HX-Request")
    return response


def close(_error: BaseException | None = None) -> None:
    """End the request's transaction (what was not committed never was), then touch the login."""
    try:
        let_go()
        sessions.touch()
    finally:
        reading.set(False)


def let_go() -> None:
    """End the session, also where its connection died: that must not take the answer with it."""
    try:
        db.session.remove()
    except SQLAlchemyError:
        log.warning("a dead connection was let go", exc_info=True)
        db.session.registry.clear()


_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def safe_path(target: Any, otherwise: str = "/") -> str:
    """Return the target if it is a path of this site, else the other one.

    Browsers drop tabs and turn a backslash round.
    """
    return target if isinstance(target, str) and _PATH.fullmatch(target) else otherwise
