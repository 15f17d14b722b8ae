"""The second person's signature in the first one's form: at a shared tablet nobody has to log
out for it.
"""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField
from wtforms.validators import Optional

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Chosen


def fields() -> dict[str, Any]:
    """Name and PIN of the second person; both stay empty where they sign later."""
    asks = {"autocomplete": "off", "inputmode": "numeric", "maxlength": 6, "signs": True}
    return {
        "second_by": Chosen(
            _l("Second person, here beside you"), [Optional()], render_kw={"signs": True}
        ),
        "second_pin": PasswordField(_l("Their PIN, as signature"), [Optional()], render_kw=asks),
    }


def offer(form: Any, record: Any, choices: Any) -> None:
    """Offer those who may sign second and work at this tablet; without any the form does not
    ask.
    """
    people = choices.seconds(record)
    if not people:
        del form.second_by, form.second_pin
        return
    form.second_by.choices = [("", str(_l("Later, or nobody is here"))), *people]
