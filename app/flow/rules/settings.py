"""What a plant may set for itself, as the page of settings asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import DEFAULT_ZONE
from app.flow.documents import DOCUMENTS
from app.flow.rules.numbers import SERIES, setting_of
from app.flow.texts.currency import DEFAULT as DEFAULT_CURRENCY
from app.flow.texts.currency import MONEY
from app.flow.texts.lazy_text import Text, _l

YEARS_KEPT = "10"  # the procedure names none
# What is entered: words, a whole number, one of a list, one of the world's zones, or currencies.
WORDS, WHOLE, CHOICE, PREFIX = "words", "whole", "choice", "prefix"
ZONE, CURRENCY = "zone", "currency"
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Declared:
    """One setting: the key it is kept under, what it is called, and what holds where it is not
    set: the ``default``, or what the variable ``environment`` says.

    ``most`` is the length of words and the largest whole number, which has a ``unit``; ``choices``
    are the values of a list with their names.
    """

    key: str
    label: Text
    hint: Text | None = None
    kind: str = WORDS
    default: str = ""
    environment: str = ""
    most: int = 120
    unit: str = ""
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Section:
    """Settings that stand together on the page."""

    label: Text
    settings: tuple[Declared, ...]
    hint: Text | None = None


PAPERS = Section(
    _l("Papers"),
    (
        Declared("company_zh", _l("Company (Chinese)"), environment="WASHLINE_COMPANY"),
        Declared("company_en", _l("Company (English)"), environment="WASHLINE_COMPANY"),
        Declared("address_zh", _l("Address (Chinese)"), most=200),
        Declared("address_en", _l("Address (English)"), most=200),
        Declared("phone", _l("Phone"), _l("Stands beside the address."), most=60),
    ),
    _l(
        "What papers say of the plant. A name in one language is enough. Papers that are on file "
        "stay as they are; those made from now on show it."
    ),
)
PLACE = Section(
    _l("Place and time"),
    (
        Declared(
            "zone",
            _l("Time zone"),
            _l(
                "Days begin and end by it, and all times are shown in it, with its daylight "
                "saving. Moments on record stay the moments they are."
            ),
            ZONE,
            DEFAULT_ZONE,
        ),
        Declared(
            "currency",
            _l("Currency"),
            _l(
                "Prices and costs of the master data are read as amounts in it. It stays as it is "
                "once an order has been approved or paid."
            ),
            CURRENCY,
            DEFAULT_CURRENCY,
        ),
    ),
)
A4, CONTINUOUS = "a4", "continuous"
NOTES = Section(
    _l("Delivery notes in three parts"),
    (
        Declared(
            "note_paper",
            _l("Paper"),
            None,
            CHOICE,
            A4,
            choices=(
                (A4, _l("A4, a page for each part")),
                (CONTINUOUS, _l("Continuous, 241 × 140 mm, three parts at once")),
            ),
        ),
        Declared(
            "note_left",
            _l("Continuous paper: from the left edge"),
            _l("More moves the print to the right. The perforated edge takes 13 mm."),
            WHOLE,
            "15",
            most=60,
            unit="mm",
        ),
        Declared(
            "note_top",
            _l("Continuous paper: from the upper edge"),
            _l("More moves the print down."),
            WHOLE,
            "6",
            most=40,
            unit="mm",
        ),
    ),
    _l("Whether prices stand on it is said of each customer."),
)
CARDS = Section(
    _l("Cards"),
    (
        Declared(
            "risk_days",
            _l("At risk from so many days before the due day"),
            _l("As boards, lists of the day and the home page mark them."),
            WHOLE,
            "2",
            most=60,
            unit="d",
        ),
        Declared(
            "rush_days",
            _l("Rush where it is wanted within so many days of receipt"),
            _l("For orders that come in from now on; Sales may set an order otherwise."),
            WHOLE,
            "3",
            most=60,
            unit="d",
        ),
    ),
)
COUNTS = Section(
    _l("Counts of stock"),
    (
        Declared(
            "count_percent",
            _l("Second person above a difference of"),
            _l("Of what the book says of a lot. 0: for every difference."),
            WHOLE,
            "5",
            most=100,
            unit="%",
        ),
        Declared(
            "count_value",
            _l("Second person above a difference worth"),
            _l("By the cost of the material or the list price of the product, lot by lot."),
            WHOLE,
            "500",
            most=10_000_000,
            unit=MONEY,
        ),
        Declared(
            "count_blind",
            _l("What the book says, while it is counted"),
            _l("Who does not know what ought to be there counts what is there."),
            CHOICE,
            YES,
            choices=((YES, _l("Not shown")), (NO, _l("Shown on sheet and screen"))),
        ),
    ),
    _l("A production head signs a count of which one of the two figures is exceeded."),
)
NUMBERS = Section(
    _l("Numbers"),
    (
        Declared(
            "number_year",
            _l("The year in numbers"),
            _l("With it each year begins at 1."),
            CHOICE,
            YES,
            choices=((YES, _l("With the year")), (NO, _l("Without the year"))),
        ),
        Declared(
            "prefix_lots",
            _l("Finished lots: letters in front"),
            _l("Line, day and serial follow, as printed on the packs: L1-261122-01."),
            PREFIX,
            most=4,
        ),
        *(
            Declared(setting_of(series), label, None, PREFIX, series, most=6)
            for series, label in SERIES.items()
        ),
    ),
    _l(
        "What numbers begin with; it holds for the next number. Numbers that were given stay and "
        "are found, none is left out and none given twice."
    ),
)
LANGUAGES = Section(
    _l("Languages"),
    (
        Declared(
            "languages",
            _l("Languages offered"),
            _l(
                "The first holds where nobody has chosen. Where only one is offered, there is "
                "nothing to choose, and everybody reads that one."
            ),
            CHOICE,
            "zh_Hans_CN,en",
            choices=(
                ("zh_Hans_CN,en", _l("Chinese, then English")),
                ("en,zh_Hans_CN", _l("English, then Chinese")),
                ("zh_Hans_CN", _l("Chinese only")),
                ("en", _l("English only")),
            ),
        ),
    ),
)
RETENTION = Section(
    _l("How long documents are kept"),
    tuple(
        Declared(f"keep_{kind.key}", kind.label, None, WHOLE, YEARS_KEPT, most=100, unit="a")
        for kind in DOCUMENTS.values()
    ),
    _l(
        "In years from the day a document is filed. The archive and the dossier say until when. "
        "Nothing is deleted by it."
    ),
)
VOUCHERS = Section(
    _l("Bookkeeping"),
    (
        Declared(
            "vouchers",
            _l("Movements of stock go out as vouchers"),
            _l("From when it is switched on; what moved before is taken to be booked there."),
            CHOICE,
            NO,
            choices=((NO, _l("No")), (YES, _l("Yes"))),
        ),
    ),
)
SECTIONS = (PAPERS, NOTES, PLACE, CARDS, COUNTS, NUMBERS, LANGUAGES, RETENTION, VOUCHERS)
# Put on record as a file is, by a form of its own; its value is what the file is stored under.
LOGO = Declared("logo", _l("Logo"), most=32)
# Turned by a button of the first steps' own page.
START_ASIDE = Declared("start_aside", _l("First steps put aside"))
ENTERED = {each.key: each for section in SECTIONS for each in section.settings}
SETTINGS = ENTERED | {each.key: each for each in (LOGO, START_ASIDE)}
