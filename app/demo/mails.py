"""The demo's mails, as a mailbox would give them, with the dates in header and text moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from app.demo.sheets import BASE_DAY, DATA, Calendar
from app.required import required

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Mail:
    """A mail: ``raw`` is the whole message, ``text`` its plain part."""

    message_id: str
    sender: str
    subject: str
    sent_at: datetime
    text: str
    raw: bytes


def mails(calendar: Calendar, folder: Path = DATA / "emails") -> list[Mail]:
    """Return the mails of a folder in the sequence in which they were sent."""
    found = [moved(path.read_bytes(), calendar) for path in sorted(folder.glob("*.eml"))]
    return sorted(found, key=lambda mail: mail.sent_at)


def moved(raw: bytes, calendar: Calendar) -> Mail:
    """Return a message with its dates moved."""
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    sent_at = message["Date"].datetime + calendar.shift
    message.replace_header("Date", format_datetime(sent_at))
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_attachment():
            part.set_content(
                move_dates(part.get_content(), calendar.shift),
                subtype=part.get_content_subtype(),
                charset=part.get_content_charset(),
            )
    text = required(message.get_body(("plain",))).get_content()
    return Mail(
        message["Message-ID"],
        message["From"].addresses[0].addr_spec,
        message["Subject"],
        sent_at,
        text,
        message.as_bytes(),
    )


def move_dates(text: str, shift: timedelta) -> str:
    """Move the days named in a text: 2026年12月4日, 1 January 2027, and 12/2 alone in a table's
    cell.
    """

    def chinese(found: re.Match[str]) -> str:
        day = date(int(found[1]), int(found[2]), int(found[3])) + shift
        return f"{day.year}年{day.month}月{day.day}日"

    def english(found: re.Match[str]) -> str:
        day = date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])) + shift
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def cell(found: re.Match[str]) -> str:
        day = date(BASE_DAY.year, int(found[1]), int(found[2])) + shift
        return f">{day.month}/{day.day}<"

    text = re.sub(r"(\d{4})年(\d{1,2})月(\d{1,2})日", chinese, text)
    text = re.sub(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})", english, text)
    return re.sub(r">(\d{1,2})/(\d{1,2})<", cell, text)
