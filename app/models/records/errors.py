"""What a record answers when it cannot do what is asked: always a sentence that a person can act
on.
"""

from __future__ import annotations

from app.flow.texts.lazy_text import Text


class Refused(Exception):
    """An action that cannot be done; ``sentence`` tells a person why and who can clear it."""

    status = 409

    def __init__(self, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Forbidden(Refused):
    """The person lacks the role."""

    status = 403


class MovedOn(Refused):
    """The record is no longer where, or what, the person saw."""


class Blocked(Refused):
    """A guard speaks against it."""
