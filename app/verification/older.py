"""What an event of an earlier version recorded less of is judged by what it recorded, and
counted.
"""

from __future__ import annotations

from collections.abc import Iterator

# What a comparison yields for an event that did not record yet what is compared.
OLDER = None


def told_apart(faults: Iterator[str | None]) -> tuple[list[str], tuple[str, ...]]:
    """Gather a comparison: its faults, and a sentence on how many events were judged by what
    they recorded.
    """
    everything = list(faults)
    older = everything.count(OLDER)
    said = f"{older} of an earlier version recorded less, and are judged by what they recorded"
    return [fault for fault in everything if fault is not OLDER], (said,) if older else ()
