"""Tests, work instructions and the codes people report by."""

from __future__ import annotations

from app.flow.roles import ROLES
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import DEFECT_CLASSES, ENTRY_TYPES, SEVERITIES
from app.models.master import codes, instructions, products, quality
from app.models.master.dictionary.fields import (
    DAY,
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
    row_of,
    text,
    whole,
    yes,
)

QUALITY = _l("Quality")
WORK = _l("Work instructions and codes")

CLASSES = tuple(DEFECT_CLASSES.items())
TESTED = (("bulk", _l("Bulk")), ("finished", _l("Finished goods")))
TEST_KINDS = (
    ("release", _l("Release test, on every batch")),
    ("type", _l("Type test, at an interval")),
)
INTERVALS = (
    ("batch", _l("Every batch")),
    ("month", _l("Monthly")),
    ("quarter", _l("Quarterly")),
    ("year", _l("Yearly")),
)
ENTRIES = tuple(ENTRY_TYPES.items())
STAGES = (("production", _l("Production")), ("materials", _l("Materials")), ("any", _l("Anywhere")))
SIGNERS = tuple(
    (role.key, role.label) for role in ROLES.values() if role.key not in ("auditor", "admin")
)
REPORTERS = (("any", _l("Everyone on the staff")), *SIGNERS)

TABLES = (
    Table(
        "test",
        _l("Tests of products"),
        QUALITY,
        quality.SpecTest,
        (
            row_of("product", _l("Product"), products.Product, fixed=True),
            choice("stage", _l("Tested on"), TESTED, fixed=True),
            code(),
            *names(),
            text("uom", _l("Unit"), required=True, hint=_l("“text” for a test without a number.")),
            exact("lower", _l("Lower limit"), required=False, low=None),
            text("target", _l("Target")),
            exact("upper", _l("Upper limit"), required=False, low=None),
            text("method", _l("Method")),
            choice("defect_class", _l("Defect class"), CLASSES),
            text(
                "limit_basis",
                _l("Basis of the limits"),
                hint=_l(
                    "Beginning with “own” where the plant set them itself; a limit of law or "
                    "standard allows no concession."
                ),
            ),
            choice("kind", _l("Kind"), TEST_KINDS),
            choice("every", _l("How often"), INTERVALS),
            exact("duration_h", _l("Duration"), "h", high=10_000),
            code_of(
                "anomaly",
                _l("Anomaly where work misses the limits"),
                codes.AnomalyCode,
                required=False,
            ),
        ),
        ("product", "stage", "code", "name", "lower", "upper", "uom", "kind"),
        filters=("stage", "kind", "defect_class"),
    ),
    Table(
        "defect",
        _l("Defect codes"),
        QUALITY,
        quality.DefectCode,
        (
            code(),
            *names(),
            choice("defect_class", _l("Defect class"), CLASSES),
        ),
        ("code", "name", "defect_class"),
        filters=("defect_class",),
    ),
    Table(
        "aql",
        _l("Acceptance quality limits"),
        QUALITY,
        quality.AqlDefault,
        (
            code(),
            *names(),
            text("inspection_level", _l("Inspection level"), required=True),
            exact(
                "aql",
                _l("Acceptance quality limit"),
                required=False,
                high=1000,
                hint=_l("Empty: not sampled by AQL."),
            ),
            text("note", _l("Note")),
        ),
        ("code", "name", "inspection_level", "aql"),
    ),
    Table(
        "net_content",
        _l("Net content tolerances"),
        QUALITY,
        quality.NetContentTolerance,
        (
            whole("qn_from_exclusive", _l("Nominal content above"), "g, mL", fixed=True),
            whole("qn_to_inclusive", _l("Nominal content up to"), "g, mL", low=1),
            percent("tolerance_pct", _l("Tolerance in percent"), required=False),
            exact("tolerance_abs", _l("Tolerance as an amount"), "g, mL", required=False),
        ),
        ("qn_from_exclusive", "qn_to_inclusive", "tolerance_pct", "tolerance_abs"),
    ),
    Table(
        "document_type",
        _l("Documents customers ask for"),
        QUALITY,
        quality.DocumentRequirement,
        (
            code(),
            *names(),
            codes_of("products", _l("Only for these products"), products.Product),
        ),
        ("code", "name", "products"),
    ),
    Table(
        "instruction",
        _l("Work instructions"),
        WORK,
        instructions.WorkInstruction,
        (
            code(),
            text("version", _l("Version"), required=True),
            code_of("family", _l("Product family"), products.ProductFamily),
            text("title_zh", _l("Chinese title"), required=True),
            text("title_en", _l("English title"), required=True),
        ),
        ("code", "title", "version", "family"),
        filters=("family",),
    ),
    Table(
        "step",
        _l("Steps of work instructions"),
        WORK,
        instructions.WorkStep,
        (
            row_of("instruction", _l("Work instruction"), instructions.WorkInstruction, fixed=True),
            whole("step_no", _l("Step no."), low=1, fixed=True),
            text("section_zh", _l("Section in Chinese"), required=True),
            text("section_en", _l("Section in English"), required=True),
            long("text_zh", _l("Instruction in Chinese"), required=True),
            long("text_en", _l("Instruction in English"), required=True),
            choice("entry_type", _l("What is entered"), ENTRIES),
            text("parameter_zh", _l("Reading in Chinese")),
            text("parameter_en", _l("Reading in English")),
            text("uom", _l("Unit")),
            exact("lower", _l("Lower limit"), required=False, low=None),
            exact("upper", _l("Upper limit"), required=False, low=None),
            text(
                "limit_ref",
                _l("Limits of the product’s test"),
                hint=_l("A test’s code; then no limits here."),
            ),
            whole(
                "repeat_minutes",
                _l("Repeat while filling, every"),
                "min",
                low=1,
                high=1440,
                required=False,
            ),
            yes("hold_point", _l("Hold point: work waits")),
            choice("role", _l("Who signs"), SIGNERS),
            choice("second_role", _l("Second person who signs"), SIGNERS, required=False),
            code_of(
                "anomaly",
                _l("Anomaly where it is not as it must be"),
                codes.AnomalyCode,
                required=False,
                hint=_l("Empty: that of the product’s test, else what is usual."),
            ),
        ),
        ("instruction", "step_no", "section", "text", "entry_type", "role"),
        filters=("entry_type", "role"),
    ),
    Table(
        "notice",
        _l("Notices on wall displays"),
        WORK,
        codes.Notice,
        (
            code(),
            text("title_zh", _l("Chinese title"), required=True),
            text("title_en", _l("English title"), required=True),
            long("text_zh", _l("Text in Chinese")),
            long("text_en", _l("Text in English")),
            Field("first_day", _l("From"), DAY),
            Field("last_day", _l("Until"), DAY),
        ),
        ("code", "title", "first_day", "last_day"),
    ),
    Table(
        "anomaly_code",
        _l("Anomaly codes"),
        WORK,
        codes.AnomalyCode,
        (
            code(),
            *names(),
            choice("stage", _l("Where"), STAGES),
            choice("severity", _l("Severity"), tuple(SEVERITIES.items())),
            yes("stops_line", _l("Halts the card")),
            choice("reporter", _l("Who may report it"), REPORTERS),
        ),
        ("code", "name", "stage", "severity", "stops_line"),
        filters=("stage", "severity"),
    ),
)
