"""Before somebody does what another step then bars them from: whether anybody would be left for
that step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flow.grammar import Action
from app.flow.texts.lazy_text import Text, _l
from app.models.people.user import User
from app.screens.home.staffing import People


def nobody_left(record: Any, action: Action, user: User) -> Iterator[Text]:
    """Yield a sentence for each step of this stage that nobody could do any more once this
    person has done the action.
    """
    people = None
    for later in record.flow.actions_from(record.stage):
        if action.key not in later.not_by or later.driven:
            continue
        people = people or People.now()
        barred = {each for key in later.not_by for each in record.doers.get(key, ())}
        able = people.among(record.roles_for(later)) - barred
        if able == {user.id}:
            yield _l(
                "If you do this, nobody is left for “%(step)s”, which another person must do.",
                step=later.label,
            )
