"""Lines, tanks, rates, wash-outs and stores."""

from __future__ import annotations

from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import ZONE_KINDS
from app.models.master import plant, products
from app.models.master.dictionary.fields import (
    DAY,
    WEEK,
    Field,
    Table,
    choice,
    code,
    code_of,
    codes_of,
    exact,
    long,
    names,
    percent,
    quantity,
    row_of,
    several,
    text,
    whole,
    yes,
)

PLANT = _l("Plant")
SAFETY = _l("Chemistry and storage")

TIME = r"([01]\d|2[0-3]):[0-5]\d"
END = rf"{TIME}|24:00"
TIME_HINT = _l("Like 08:00.")
APART = (("OK", _l("Together")), ("SEPARATE", _l("Apart")))
DAYS = (("off", _l("Day off")), (plant.WORKED, _l("Working day")))
EQUIPMENT = (("OK", _l("Together")), ("WASH", _l("After a wash-out")), ("FORBID", _l("Never")))

TABLES = (
    Table(
        "line",
        _l("Production lines"),
        PLANT,
        plant.Line,
        (
            code(),
            *names(),
            codes_of("families", _l("Product families"), products.ProductFamily),
            text("shift_start", _l("Shift starts"), required=True, pattern=TIME, hint=TIME_HINT),
            text("shift_end", _l("Shift ends"), required=True, pattern=END, hint=TIME_HINT),
            whole("shifts_per_day", _l("Shifts a day"), low=1, high=4),
            several("weekdays", _l("Works on"), WEEK, hint=_l("None chosen: on any day.")),
            whole("crew_std", _l("Usual crew"), low=1, high=200),
            yes("dedicated", _l("Dedicated to its chemistry")),
        ),
        ("code", "name", "families", "shift_start", "shift_end", "crew_std"),
    ),
    Table(
        "calendar",
        _l("Working calendar"),
        PLANT,
        plant.CalendarEntry,
        (
            code(),
            *names(),
            choice("kind", _l("Kind"), DAYS),
            Field("first_day", _l("First day"), DAY),
            Field("last_day", _l("Last day"), DAY),
            row_of(
                "line",
                _l("Production line"),
                plant.Line,
                required=False,
                hint=_l("None: for the whole plant."),
            ),
        ),
        ("code", "name", "kind", "first_day", "last_day", "line"),
        filters=("kind", "line"),
    ),
    Table(
        "tank",
        _l("Tanks"),
        PLANT,
        plant.Tank,
        (
            code(),
            *names(),
            row_of("line", _l("Production line"), plant.Line),
            quantity("working_volume_ml", _l("Working volume"), "L", low=1),
            percent("min_fill_pct", _l("Filled at least")),
            percent("max_fill_pct", _l("Filled at most")),
            text("material", _l("Made of"), required=True),
            codes_of("classes", _l("Classes of chemistry"), plant.IncompatClass),
        ),
        ("code", "name", "line", "working_volume_ml", "classes"),
        filters=("line",),
    ),
    Table(
        "rate",
        _l("Rates of lines"),
        PLANT,
        plant.LineRate,
        (
            row_of("line", _l("Production line"), plant.Line, fixed=True),
            row_of("product", _l("Product"), products.Product, fixed=True),
            whole("units_per_hour", _l("Units an hour"), "pcs", low=1),
            whole("crew", _l("Crew"), low=1, high=200),
            exact("mix_hours_per_batch", _l("Mixing of a pot"), "h", high=1000),
            quantity("min_batch_mg", _l("Smallest pot"), "kg", low=1),
            quantity("max_batch_mg", _l("Largest pot"), "kg", low=1),
            percent("bulk_yield_pct", _l("Bulk yield"), low=1),
            percent("filling_loss_pct", _l("Filling loss"), high=99),
        ),
        ("line", "product", "units_per_hour", "crew", "min_batch_mg", "max_batch_mg"),
        filters=("line",),
    ),
    Table(
        "wash_level",
        _l("Wash levels"),
        PLANT,
        plant.WashLevel,
        (
            code(),
            *names(),
            long("steps_zh", _l("Steps in Chinese"), required=True),
            long("steps_en", _l("Steps in English"), required=True),
        ),
        ("code", "name"),
    ),
    Table(
        "changeover",
        _l("Changeovers"),
        PLANT,
        plant.Changeover,
        (
            code_of("from_family", _l("From family"), products.ProductFamily, fixed=True),
            code_of("to_family", _l("To family"), products.ProductFamily, fixed=True),
            code_of("wash_level", _l("Wash level"), plant.WashLevel),
            whole("minutes", _l("Time"), "min", required=False),
            whole("rinse_water_l", _l("Rinse water"), "L", required=False),
            text("verification", _l("Verification")),
        ),
        ("from_family", "to_family", "wash_level", "minutes", "rinse_water_l"),
        filters=("from_family", "to_family", "wash_level"),
    ),
    Table(
        "zone",
        _l("Storage zones"),
        SAFETY,
        plant.StorageZone,
        (
            code(),
            *names(),
            choice("kind", _l("Kind"), tuple(ZONE_KINDS.items())),
            codes_of("classes", _l("Classes of chemistry"), plant.IncompatClass),
        ),
        ("code", "name", "kind", "classes"),
        filters=("kind",),
    ),
    Table(
        "class",
        _l("Classes of chemistry"),
        SAFETY,
        plant.IncompatClass,
        (
            code(),
            *names(),
            text("typical_ph", _l("Typical pH")),
        ),
        ("code", "name", "typical_ph"),
    ),
    Table(
        "incompatible",
        _l("Incompatible classes"),
        SAFETY,
        plant.Incompatibility,
        (
            code_of("class_a", _l("Class"), plant.IncompatClass, fixed=True),
            code_of("class_b", _l("Other class"), plant.IncompatClass, fixed=True),
            choice("equipment_rule", _l("On the same equipment"), EQUIPMENT),
            choice("storage_rule", _l("In the stores"), APART),
            choice("loading_rule", _l("On the vehicle"), APART),
            text("effect_zh", _l("Effect in Chinese"), required=True),
            text("effect_en", _l("Effect in English"), required=True),
            text("source", _l("Source")),
        ),
        ("class_a", "class_b", "equipment_rule", "storage_rule", "loading_rule"),
        filters=("equipment_rule", "storage_rule", "loading_rule"),
    ),
)
