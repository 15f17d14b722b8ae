"""What instruments show: typical readings, each record its own, always the same ones."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zlib import crc32

from app.required import required

WHOLE = {"min", "rpm", "pcs", "mPa.s", "件"}
INSTRUMENTS = {
    "PH": "pH-02",
    "VISC": "NDJ-5S 01",
    "DENS": "DMA-01",
    "NET": "SCALE-07",
    "NETAVG": "SCALE-07",
    "AVCL": "TITR-03",
    "TAM": "TITR-01",
    "ACID": "TITR-02",
    "QAC": "TITR-04",
    "CATION": "TITR-04",
    "IPA": "GC-01",
    "H2O2": "TITR-05",
    "ALKA": "TITR-02",
    "FE": "UV-01",
    "ASSAY": "TITR-01",
}


def reading(
    seed: str, lower: Decimal | None, upper: Decimal | None, uom: str = "", target: str = ""
) -> Decimal:
    """Return a reading within the limits, near the target where there is one; one in twelve lies
    close to a limit.
    """
    luck = crc32(seed.encode())
    share = Decimal(luck % 101 - 50) / 100  # of the way from the middle to a limit
    if luck % 12 == 0:
        share = Decimal("0.94") if share > 0 else Decimal("-0.94")
    middle = aim(lower, upper, target)
    low = lower if lower is not None else middle - abs(middle) / 2
    high = upper if upper is not None else middle + (middle - low)
    value = middle + share * ((high - middle) if share > 0 else (middle - low))
    return rounded(value, places(uom, high), lower, upper)


def aim(lower: Decimal | None, upper: Decimal | None, target: str) -> Decimal:
    try:
        wanted = Decimal(target)
    except InvalidOperation:
        wanted = None
    if wanted is not None and wanted != lower and wanted != upper:
        return wanted
    if lower is None:
        return required(upper) * Decimal("0.6")
    if upper is None:
        return lower * Decimal("1.006")
    return (lower + upper) / 2


def places(uom: str, high: Decimal) -> int:
    return 0 if uom in WHOLE else 1 if high >= 20 else 2


def rounded(value: Decimal, digits: int, lower: Decimal | None, upper: Decimal | None) -> Decimal:
    value = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if lower is not None and value < lower:
        return lower
    return upper if upper is not None and value > upper else value
