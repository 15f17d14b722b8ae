"""What people say about a record and put to it."""

from __future__ import annotations

import logging
from typing import Any

from flask import abort, redirect, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData

from app.blueprints.answers import page_of, url_of
from app.blueprints.of_department import asked, blueprint
from app.blueprints.records.idempotent import idempotent
from app.content import Upload
from app.database import is_full, reading
from app.extensions import db
from app.flow.departments import Department
from app.forms.records.comment import (
    DISK_FULL,
    FIRST_TEXT,
    STORE_AWAY,
    TOO_LARGE,
    CommentForm,
)
from app.models.records.discussion.mention import Mention
from app.models.records.kinds import record_of
from app.models.records.papers.attachment import Attachment
from app.models.records.record import Record
from app.models.warehouse.shipment import Shipment
from app.security import STAFF, end_reading, policy
from app.security.autonomous_transaction import autonomous_transaction
from app.storage import archive
from app.storage.store import Unavailable
from app.web import errors

log = logging.getLogger(__name__)
# So much of what is too large is read and dropped, so that the browser gets to the answer; then the
# line is cut.
DRAINED = 64 * 1024 * 1024


@blueprint.post("/<ref>/comment")
@policy(STAFF)
def comment(department: Department, ref: str) -> Any:
    """Add words or files: back to the record's page, or the page with what speaks against
    them.
    """
    form = CommentForm()
    if not form.validate():
        return again(department, ref, form, 422)
    # Looked through and kept before the write lock is taken: a store may be slow. A retry comes
    # here too and is answered as before.
    try:
        files = [] if "X-Became" in request.headers else stored_uploads(form.files.uploads)
    except OSError as error:
        log.exception("an attachment could not be kept")
        away = isinstance(error, Unavailable) and not is_full(error)
        sentence, status = (STORE_AWAY, 503) if away else (DISK_FULL, 507)
        return again(department, ref, CommentForm.refused(sentence, form.text.data), status)
    try:
        return idempotent(add)(department=department, ref=ref, form=form, files=files)
    finally:
        drop(files)


def add(department: Department, ref: str, form: CommentForm, files: list[Attachment]) -> Any:
    """Put words and files on record; these are taken out of the list, and stay."""
    record = record_of(ref) or abort(404)
    put = record.prove if form.proof.data and isinstance(record, Shipment) else record.comment
    event = put(current_user._get_current_object(), form.text.data, list(files))
    files.clear()
    return redirect(f"{url_of(department, record)}#event-{event.seq}", 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Any:
    """A comment whose files are too large comes back with its words; they stand before the
    files in what was sent.
    """
    ref = (request.view_args or {}).get("ref", "")
    if not (request.endpoint or "").endswith(".comment") or not record_of(ref):
        return errors.http_error(error)
    return again(asked(), ref, CommentForm.refused(TOO_LARGE, words_sent()), 413)


def again(department: Department, ref: str, form: CommentForm, status: int) -> Any:
    db.session.rollback()
    reading.set(True)
    return page_of(department, record_of(ref) or abort(404), comment=form), status


def stored_uploads(uploads: tuple[Upload, ...]) -> list[Attachment]:
    """Store the files and return their rows, not yet on record.

    Raises OSError and keeps none where one cannot be stored.
    """
    files: list[Attachment] = []
    try:
        for upload in uploads:
            files.append(file := Attachment.new(upload.filename, upload.content_type))
            stored = archive.store(file, upload.content)
            file.sha256, file.size = stored.sha256, stored.size
    except OSError:
        drop(files)
        raise
    return files


def drop(files: list[Attachment]) -> None:
    """Take back what is not on record; where that cannot be, `verify` will name it."""
    for file in files:
        try:
            archive.drop(file)
        except OSError:
            log.exception("%s could not be taken back", file.name)


def words_sent() -> str:
    """The comment in a request whose body is too large to be read as a form: what its first
    field says.
    """
    stream, boundary = request.environ["wsgi.input"], request.mimetype_params.get("boundary", "")
    bytes_left = min(request.content_length or 0, DRAINED)
    head = stream.read(min(bytes_left, FIRST_TEXT))
    bytes_left -= len(head)
    while bytes_left > 0 and (block := stream.read(min(bytes_left, 1 << 16))):
        bytes_left -= len(block)
    return field_of(head, boundary, "text") if boundary else ""


def field_of(head: bytes, boundary: str, name: str) -> str:
    """A field of a form of which only the beginning is there; empty where it is not in it."""
    decoder, inside, content = MultipartDecoder(boundary.encode()), False, b""
    decoder.receive_data(head)
    try:
        while not isinstance(event := decoder.next_event(), (NeedData, Epilogue)):
            if isinstance(event, Field):
                inside = event.name == name
            elif inside and isinstance(event, Data):
                content += event.data
                if not event.more_data:
                    return content.decode("utf-8", "replace").strip()
    except ValueError:
        pass
    return ""


def look_at(record: Record) -> None:
    """Note that the person has opened a record at which they were named.

    It must not keep them from reading it.
    """
    user, flow, number = current_user.id, record.flow.key, record.id
    if not Mention.waits_at(record, user):
        return
    end_reading()
    try:
        with autonomous_transaction() as connection:
            connection.execute(Mention.seen_at_record(flow, number, user))
    except SQLAlchemyError:
        log.warning("a mention could not be noted as seen", exc_info=True)
