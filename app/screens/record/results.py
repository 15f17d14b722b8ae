"""What an event says of test results: old → new, the verdict, and which count no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flow.texts.lazy_text import Both, Text, _l, halves
from app.flow.texts.terms import LAID_ASIDE, VERDICTS, term


def result_lines(record: Any, data: dict[str, Any]) -> Iterator[tuple[Both | str, Text | str]]:
    """Yield the name of each test that an event of a sample changed, and what became of its
    result.
    """
    entries = [
        entry for entry in data.get("results") or () if isinstance(entry, dict) and "test" in entry
    ]
    names = {result.code: result.name for result in record.results} if entries else {}
    for entry in entries:
        before, new = (str(halves(entry.get(key) or "")) for key in ("before", "value"))
        if kind := entry.get("set_aside"):
            sentence: Text | str = _l(
                "%(value)s (%(verdict)s)", value=before, verdict=term(LAID_ASIDE, kind)
            )
        else:
            change = f"{before} → {new}" if before and before != new else new
            sentence = _l(
                "%(value)s (%(verdict)s)", value=change, verdict=term(VERDICTS, entry["verdict"])
            )
        yield names.get(entry["test"]) or entry["test"], sentence
