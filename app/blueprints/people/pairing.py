"""How a device comes to be paired: it shows a code and asks what became of it; an administrator
confirms it, and may take it back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.database import reading
from app.documents.pdf import qr
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR
from app.flow.texts.lazy_text import Text, _l
from app.models.people.pairing import Paired, UnknownCode
from app.security import devices, new_key, policy, sessions

ONE = "/<int:device_id>"


def wait(kind: type[Paired], home: str, desk: str) -> Any:
    """Let a confirmed device in, or show the code of one that waits.

    ``home`` and ``desk`` are endpoints: its own pages' first one, and where an administrator
    confirms it. On a shared device whoever was logged in is not any more.
    """
    now, secret = datetime.now(UTC), devices.secret(kind)
    db.session.rollback()
    reading.set(False)
    if token := kind.claim_token(secret, now):
        response = redirect(url_for(home), 303)
        response = sessions.end(response) if kind.shared else response
        db.session.commit()
        return devices.keep_token(response, kind, token)
    waiting = kind.pending(secret, now)
    code = waiting.code if waiting else None
    if code is None:
        secret, code = kind.request_codes(now)
    db.session.commit()
    page = render_template(
        "people/pairing/pair.html",
        code=code,
        shared=kind.shared,
        home=url_for(home),
        address=url_for(desk, _external=True),
        qr=qr.code(url_for(desk, code=code, _external=True)),
    )
    return devices.keep_secret(make_response(page), kind, secret)


def state(kind: type[Paired]) -> Any:
    """What became of a waiting device: 200 once it is confirmed, 204 while it waits, 410 when
    its code is over.
    """
    waiting = kind.pending(devices.secret(kind), datetime.now(UTC))
    return "", 410 if waiting is None else 200 if waiting.device_id else 204


def standing(device: Paired) -> Text:
    """How a device stands."""
    if device.revoked_at:
        return _l("Unpaired")
    return _l("In use") if device.token_hash else _l("Starts in a moment")


def desk(
    name: str,
    kind: type[Paired],
    form_class: type[Any],
    folder: str,
    heading: Text,
    told: dict[Text, Callable[[Any], Any]],
    **shown: Any,
) -> Blueprint:
    """The pages where administrators confirm, change and unpair the devices of a kind, at
    ``/admin/<name>/``; ``told`` is what its list says of each beside what all have.
    """
    blueprint = Blueprint(name, __name__, url_prefix=f"/admin/{name}")

    def as_file() -> ListFile:
        heads = [_l("Name"), *told, _l("Paired"), _l("Paired by"), _l("State")]
        rows = [
            [
                device.name,
                *(tell(device) for tell in told.values()),
                device.paired_at,
                device.paired_by.name_at(device.paired_at),
                standing(device),
            ]
            for device in kind.all()
        ]
        return name, [(name, heads, rows)]

    @blueprint.route("/", methods=["GET", "POST"])
    @policy(ADMIN, readers=(AUDITOR,))
    @idempotent
    @offers(as_file)
    def index() -> Any:
        """All devices, and the form that confirms the code of a new one."""
        form = form_class(code=request.args.get("code", ""))
        if form.validate_on_submit():
            try:
                device = kind.pair(form.code.data, by=me(), now=datetime.now(UTC), **form.values)
                return said(
                    _l(
                        "“%(name)s” is paired. It shows its first page in a moment.",
                        name=device.name,
                    )
                )
            except UnknownCode as unknown:
                form.code.errors = [str(unknown.sentence)]
        form.key.data = new_key() if request.method != "POST" else form.key.data
        return render_template(
            f"{folder}/index.html",
            devices=kind.all(),
            form=form,
            may_change=me().has_role([ADMIN.key]),
            key=new_key(),
            desk=name,
            heading=heading,
            standing=standing,
            **shown,
        ), 422 if form.is_submitted() else 200

    @blueprint.route(ONE, methods=["GET", "POST"])
    @policy(ADMIN)
    @idempotent
    def change(device_id: int) -> Any:
        """Change a device's settings."""
        device = db.get_or_404(kind, device_id)
        form = form_class(obj=None if request.method == "POST" else device)
        del form.code
        if form.validate_on_submit():
            device.change(by=me(), now=datetime.now(UTC), version=form.version.seen, **form.values)
            return said(_l("Saved."))
        form.key.data = form.key.data or new_key()
        return render_template(
            "people/pairing/change.html", device=device, form=form, desk=name, heading=heading
        ), 422 if form.is_submitted() else 200

    @blueprint.post(ONE + "/revoke")
    @policy(ADMIN)
    @idempotent
    def revoke(device_id: int) -> Any:
        """Unpair a device: within half a minute it shows a new code."""
        device = db.get_or_404(kind, device_id)
        device.revoke(by=me(), now=datetime.now(UTC))
        return said(_l("“%(name)s” is unpaired.", name=device.name))

    def me() -> Any:
        return current_user._get_current_object()

    def said(sentence: Any) -> Any:
        flash(str(sentence), "success")
        return redirect(url_for(f"{name}.index"), 303)

    return blueprint
