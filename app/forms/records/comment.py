"""What somebody says about a record, and the files they put to it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, MultipleFileField
from wtforms.validators import ValidationError

from app.content import ALLOWED, NotTaken, Upload, recognise
from app.flow.texts.lazy_text import Text, _l
from app.forms.records.action import Prose
from app.forms.records.form import Form

LONGEST = 4000
MOST_FILES = 10
FIRST_TEXT = 64 * 1024
TOO_LARGE = _l(
    "These files are too large: 5 MB at most, all together. What you wrote is still here; choose "
    "fewer or smaller files."
)
DISK_FULL = _l(
    "The files could not be kept: the server’s disk is full or fails. What you wrote is still "
    "here; tell an administrator."
)
STORE_AWAY = _l(
    "The files could not be kept: the store of files does not answer. What you wrote is still "
    "here; send it again in a while."
)


class Files(MultipleFileField):
    """Several files, each recognised by its content; ``uploads`` are those that are accepted."""

    uploads: tuple[Upload, ...] = ()

    def pre_validate(self, form: Any) -> None:
        uploads = [
            each for each in self.data or () if isinstance(each, FileStorage) and each.filename
        ]
        if len(uploads) > MOST_FILES:
            raise ValidationError(str(_l("At most %(most)s files at once.", most=MOST_FILES)))
        try:
            self.uploads = tuple(
                recognise(each.filename or "", each.stream.read()) for each in uploads
            )
        except NotTaken as reason:
            raise ValidationError(str(reason.sentence)) from None


def may_prove(upload: Upload) -> bool:
    """Whether a file can be the picture of a paper."""
    return upload.content_type.startswith("image/") or upload.content_type == "application/pdf"


class CommentForm(Form):
    """Words, files, or both."""

    text = Prose(_l("Comment"), length=LONGEST)
    files = Files(_l("Files"), description=_l("%(kinds)s; 5 MB at most.", kinds=ALLOWED))
    proof = HiddenField()  # the files are the copy of a delivery note that the customer signed
    key = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.text.data and not self.files.uploads:
            self.text.errors = [str(_l("Write something, or choose a file."))]
            return False
        if self.proof.data and not all(map(may_prove, self.files.uploads)):
            self.files.errors = [str(_l("A signed copy is a photograph or a PDF."))]
            return False
        return True

    @classmethod
    def refused(cls, sentence: Text, text: str = "") -> CommentForm:
        """The form as it comes back where its files could not be taken: with the words, and why."""
        form = cls(formdata=None, data={"text": text})
        form.files.errors = [str(sentence)]
        return form
