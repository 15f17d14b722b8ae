"""What is missing of master data before it can be used, declared once for many rows and one."""

from app.models.master.incomplete.counting import (
    ANY,
    Missing,
    lacking,
    missing_in,
    missing_of,
    number_incomplete,
)
from app.models.master.incomplete.gaps import GAPS, Gap, gap_called, is_incomplete

__all__ = [
    "ANY",
    "GAPS",
    "Gap",
    "Missing",
    "gap_called",
    "is_incomplete",
    "lacking",
    "missing_in",
    "missing_of",
    "number_incomplete",
]
