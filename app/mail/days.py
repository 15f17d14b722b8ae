"""Days as people write them in a mail."""

from __future__ import annotations

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMES = "|".join(f"{month}[a-z]*" for month in MONTHS)
WITH_YEAR = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
ENGLISH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({NAMES})\.?,?\s+(20\d\d)", re.IGNORECASE)
AMERICAN = re.compile(rf"\b({NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d\d)", re.IGNORECASE)
NO_YEAR = re.compile(r"(?<![\d/])(\d{1,2})\s*(?:月|/)\s*(\d{1,2})(?:[日号]|(?![\d/]))")
WANTED = re.compile(
    r"交货|交期|到货|送货|送到|发货|之前|日前|deliver|\bby\b|\bdue\b|arriv", re.IGNORECASE
)


def day_in(words: str, today: date) -> date | None:
    """The first day that words name; one without its year is the next one."""
    if found := WITH_YEAR.search(words):
        return day(int(found[1]), int(found[2]), int(found[3]))
    if found := ENGLISH.search(words):
        return day(int(found[3]), month(found[2]), int(found[1]))
    if found := AMERICAN.search(words):
        return day(int(found[3]), month(found[1]), int(found[2]))
    if found := NO_YEAR.search(words):
        this = day(today.year, int(found[1]), int(found[2]))
        if this and this < today:
            return day(today.year + 1, int(found[1]), int(found[2]))
        return this
    return None


def wanted_day(text: str, today: date) -> date | None:
    """The day by which a mail wants its goods: that of the first line that speaks of delivery."""
    lines = (line for line in text.splitlines() if WANTED.search(line))
    return next((found for line in lines if (found := day_in(line, today))), None)


def month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
