"""What a comparison finds: sentences, the first of them kept, all of them counted."""

from __future__ import annotations

from collections.abc import Iterable

# What a comparison yields for an event that did not record yet what is compared: it is judged by
# what it recorded, and counted.
OLDER = None
# A record that was altered everywhere must not fill the memory with sentences.
KEPT = 10_000


class Faults:
    """Sentences about faults, in the order they were found."""

    def __init__(self, found: Iterable[str | None] = ()) -> None:
        self.sentences: list[str] = []
        self.more = self.older = 0
        self.extend(found)

    def add(self, sentence: str | None) -> None:
        if sentence is OLDER:
            self.older += 1
        elif len(self.sentences) < KEPT:
            self.sentences.append(sentence)
        else:
            self.more += 1

    def extend(self, found: Iterable[str | None]) -> None:
        for sentence in found:
            self.add(sentence)

    @property
    def told(self) -> tuple[str, ...]:
        """How many events were judged by what they recorded."""
        said = "of an earlier version recorded less, and are judged by what they recorded"
        return (f"{self.older} {said}",) if self.older else ()
