"""Both languages are complete: nothing untranslated, nothing lost, the plant's own terms, and no
word of the other language on a page.
"""

import csv
import re
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

import app as application
from app import clock
from app.documents.paper import terms as printed
from app.flow import departments, roles
from app.flow.documents import DOCUMENTS
from app.flow.flows import FLOWS
from app.flow.texts import terms
from app.flow.texts.lazy_text import Text, halves
from app.forms.records.form import Form
from app.web import filters
from tests import crawl, shared
from tests.application import renewed
from tests.played import played_plant

HOME = Path(application.__file__).parent
CATALOGUE = HOME / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def zh():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The texts of the code as they are now, taken out as ``make messages`` does."""
    pot = tmp_path_factory.mktemp("extracted") / "messages.pot"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            "extract",
            "-F",
            HOME.parent / "babel.cfg",
            "-k",
            "_l",
            "-o",
            pot,
            HOME,
        ],
        check=True,
        cwd=HOME.parent,
    )
    with pot.open("rb") as file:
        return read_po(file)


def entries(catalogue):
    """Each message as (forms of the English, forms of the translation)."""
    for message in catalogue:
        if message.id:
            yield tuple(as_list(message.id)), as_list(message.string)


def as_list(forms):
    return [forms] if isinstance(forms, str) else list(forms)


@pytest.fixture(scope="module")
def said(zh):
    """``said(text)``: the Chinese of a lazy text."""
    known = {english[0]: chinese[0] for english, chinese in entries(zh)}
    return lambda text: known[text.msgid if isinstance(text, Text) else text]


# The catalogue


def test_the_catalogue_holds_the_texts_of_the_code_and_no_other(zh, extracted):
    committed, wanted = {e for e, _ in entries(zh)}, {e for e, _ in entries(extracted)}
    assert not wanted - committed, "not in the catalogue: run `make messages` and translate"
    assert not committed - wanted and not zh.obsolete, "no longer in the code: run `make messages`"


def test_every_text_is_translated_and_sure(zh):
    assert not [e for e, chinese in entries(zh) if not all(c.strip() for c in chinese)]
    assert not [m.id for m in zh if m.id and m.fuzzy]


def test_arguments_survive_translation(zh):
    for english, chinese in entries(zh):
        for form in chinese:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(english[-1])), (
                english
            )
            assert "%" not in PLACEHOLDER.sub("", form), english


def test_a_sentence_ends_as_one_in_both_languages(zh):
    for english, chinese in entries(zh):
        sentence = english[0].endswith((".", "…")) and not english[0].lower().endswith("no.")
        assert sentence == chinese[0].endswith(("。", "…")), english


# Of a Chinese sentence; the time 14:30 and lists of codes are none.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”»][,:;!?]|[,;!?][\u4e00-\u9fff“]|\)s[,:;][\u4e00-\u9fff]")


def test_chinese_is_written_with_its_own_punctuation(zh):
    texts = [text for _, chinese in entries(zh) for text in chinese]
    assert [text for text in texts if HALF_WIDTH.search(text)] == []


def test_english_writes_one_apostrophe(extracted):
    assert not [e for e, _ in entries(extracted) if "'" in "".join(e)]


# The plant's own terms

GLOSSARY = {
    row["key"]: row
    for row in csv.DictReader(
        (Path(__file__).parent / "data" / "glossary.csv").open(encoding="utf-8")
    )
}

# Which text of ours is which term of the glossary.
TERMS = {
    "sales_order": FLOWS["order"].label,
    "customer_po": "Customer PO no.",
    "order_no": "Order no.",
    "requested_date": "Requested delivery date",
    "promised_date": "Promised date",
    "production_plan": departments.PLANNING.label,
    "production_order": FLOWS["production"].label,
    "formula": "Formula",
    "bulk": "Bulk",
    "finished_good": "Finished goods",
    "raw_material": "Raw material",
    "packaging_material": "Packaging",
    "batch_no": "Lot no.",
    "expiry_date": "Expiry date",
    "shelf_life": "Shelf life",
    "material_prep_sheet": DOCUMENTS["material_prep"].label,
    "quarantine": terms.LOT_STATUS["quarantine"],
    "released": terms.LOT_STATUS["released"],
    "rejected": terms.LOT_STATUS["rejected"],
    "work_instruction": "Work instruction",
    "hold_point": "Hold point",
    "anomaly": FLOWS["anomaly"].label,
    "yield": "Yield",
    "scrap": terms.DISPOSITIONS["scrap"],
    "rework": terms.DISPOSITIONS["rework"],
    "concession": terms.DISPOSITIONS["concession"],
    "ncr": DOCUMENTS["ncr"].label,
    "nonconforming_product": FLOWS["production"].stage("nonconforming").label,
    "quality_report": DOCUMENTS["quality_report"].label,
    "sample_size": "Sample size",
    "aql": "Acceptance quality limit",
    "inspection_level": "Inspection level",
    "stock_in": FLOWS["production"].action("stock_in").label,
    "packing": "Packing",
    "delivery_note": DOCUMENTS["delivery_note"].label,
    "carrier": "Carrier",
    "ship_to": "Ship to",
    "archive": "Archive",
    "purchase_requisition": FLOWS["requisition"].label,
    "passed": terms.VERDICTS["passed"],
    "failed": terms.VERDICTS["failed"],
    "bin": "Bin",
    "order_request": FLOWS["order"].stage("received").label,
    "incoming_inspection": "Incoming inspection",
    "rush_order": "Rush",
    "kit_complete": "Complete",
    "cleaning_matrix": "Changeovers",
}

# The roles, departments and phases as the written procedure names them.
ROLE_NAMES = {
    "sales": "销售专员",
    "planner": "计划员",
    "production_head": "生产部负责人",
    "operator": "操作员",
    "supervisor": "生产主管",
    "storekeeper": "仓管员",
    "buyer": "采购员",
    "inspector": "检验员",
    "quality_head": "质检主管",
    "auditor": "审计员",
    "admin": "系统管理员",
}
DEPARTMENT_NAMES = {
    "sales": "销售",
    "production": "生产",
    "purchasing": "采购",
    "warehouse": "仓库",
    "quality": "质检",
    "management": "管理层",
}
PHASE_NAMES = {
    "intake": "订单接收",
    "planning": "生产计划",
    "materials": "物料准备",
    "execution": "生产执行",
    "inspection": "质量检验",
    "delivery": "订单交付",
}


@pytest.mark.parametrize("key", TERMS)
def test_terms_are_the_glossary_s(said, key):
    alternatives = re.split(r"[/(（]", GLOSSARY[key]["zh_CN"])
    assert said(TERMS[key]) in alternatives


def test_roles_departments_and_phases_are_the_procedure_s(said):
    assert {r.key: said(r.label) for r in roles.ROLES.values()} == ROLE_NAMES
    assert {d.key: said(d.label) for d in departments.DEPARTMENTS.values()} == DEPARTMENT_NAMES
    assert {p.key: said(p.label) for p in departments.PHASES} == PHASE_NAMES


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.key)
def test_no_two_stages_or_actions_of_a_flow_read_alike(said, flow):
    for things in (flow.stages, [a for a in flow.actions if not a.driven]):
        words = [said(thing.label) for thing in things]
        assert len(set(words)) == len(words), words


@pytest.mark.parametrize(
    "screen, paper",
    [
        (terms.LOT_STATUS, printed.QC_STATUS),
        (terms.VERDICTS, printed.VERDICT),
        (terms.DEFECT_CLASSES, printed.DEFECT_CLASS),
        (terms.DISPOSITIONS, printed.DISPOSITION),
        (terms.CAME_BY, printed.CHANNEL),
    ],
    ids=["lot status", "verdict", "defect class", "disposition", "channel"],
)
def test_the_screen_says_what_the_paper_says(said, screen, paper):
    assert {key: said(text) for key, text in screen.items()} == {
        key: term.zh for key, term in paper.items()
    }


# Pages


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """A plant played forward, for tests that only look."""
    home = tmp_path_factory.mktemp("plant")
    with renewed(played_plant(home).copy("words"), home) as app:
        yield app


@pytest.fixture(scope="module")
def seen(plant):
    """``seen("en")``: everything that stands on the pages, (text, tag) → (address, role), and
    what the scripts say.
    """

    def look(language):
        texts, scripts = {}, {}
        for url, role, page in crawl.pages(plant, language):
            for found in page.texts:
                texts.setdefault(found, (url, role))
            scripts = page.words
        assert len(texts) > 1000 and scripts
        return list(texts.items()), scripts

    @cache
    def kept(language):
        texts, scripts = shared.once(f"words {language}", lambda: look(language))
        return {tuple(found): where for found, where in texts}, scripts

    return kept


def strangers(zh, column):
    """What must not stand on a page of the other language: (texts as they are, patterns of those
    with arguments).
    """
    plain, patterns = set(), []
    for english, chinese in entries(zh):
        ours, others = (english, chinese) if column == "en" else (chinese, english)
        if set(ours) & set(others) or "".join(english).lower() in NAMES:
            continue
        for form in ours:
            letters = PLACEHOLDER.sub("", form)
            if (
                PLACEHOLDER.search(form)
                and len(re.findall(r"[A-Za-z]" if column == "en" else CHINESE, letters))
                >= ENOUGH[column]
            ):
                patterns.append(
                    re.compile("(.+)".join(map(re.escape, PLACEHOLDER.split(form))), re.S)
                )
            elif not PLACEHOLDER.search(form):
                plain.add(form)
    return plain, patterns


NAMES = {"english", "chinese"}  # the switch names each language in itself
ENOUGH = {"en": 9, "zh": 5}  # so many letters make a pattern that no data matches by chance


@pytest.mark.parametrize("language, other", [("zh-CN", "en"), ("en", "zh")])
def test_a_page_speaks_one_language(seen, zh, language, other):
    texts, scripts = seen(language)
    plain, patterns = strangers(zh, other)
    assert not {
        text: where
        for (text, tag), where in texts.items()
        if not holds_both(tag, where[0])
        and (text in plain or any(p.fullmatch(text) for p in patterns))
    }
    assert not plain & {*scripts.values()}


def holds_both(tag, url):
    """A row of master data shows its names in both languages; so does a document made of them."""
    row = tag == "dd" and re.match(r"/(admin/master|customer|line|material|product)/", url)
    return bool(row) or (tag in ("dd", "mark") and re.match(r"/\w+/DR-", url) is not None)


@pytest.mark.parametrize(
    "language, wrong", [("zh-CN", re.compile(r"[A-Za-z]{4}")), ("en", CHINESE)]
)
def test_what_names_things_is_in_the_reader_s_language(plant, seen, language, wrong):
    texts, _ = seen(language)
    with plant.app_context():
        people = {user.name for user in crawl.db.session.scalars(crawl.db.select(crawl.User))}
    assert not {
        text: where
        for (text, tag), where in texts.items()
        if tag in crawl.LABELS
        and wrong.search(text.replace("NaOH", ""))  # a formula is of no language
        and text not in people | {"English", "中文"}
    }


# Days, ages, units, and what the libraries say


@pytest.fixture
def speaking(plant):
    """``with speaking("en"):`` words come in that language."""
    return lambda language: plant.test_request_context(headers={"Accept-Language": language})


@pytest.mark.parametrize(
    "language, told",
    [
        (
            "zh-CN",
            [
                "3天",
                "5小时",
                "12分钟",
                "剩3天",
                "今天",
                "逾期2天",
                "240 个",
                "1.5 kg",
                "5 个",
                "月结30天",
            ],
        ),
        (
            "en",
            [
                "3 d",
                "5 h",
                "12 min",
                "3 d left",
                "today",
                "2 d late",
                "240 pcs",
                "1.5 kg",
                "5 pcs",
                "net 30",
            ],
        ),
    ],
)
def test_ages_days_and_units_read_well(speaking, language, told):
    with speaking(language):
        assert [
            str(words)
            for words in (
                filters.age(timedelta(days=3, hours=2)),
                filters.age(timedelta(hours=5, minutes=59)),
                filters.age(timedelta(minutes=12)),
                filters.days_left(3),
                filters.days_left(0),
                filters.days_left(-2),
                filters.quantity(240, "pcs"),
                filters.quantity(1_500_000, "kg"),
                filters.measured("5 pcs"),
                halves("月结30天 net 30"),
            )
        ] == told


@pytest.mark.parametrize(
    "language, this_year, another",
    [("zh-CN", "12月4日", "2020年12月4日"), ("en", "Dec 4", "Dec 4, 2020")],
)
def test_a_day_is_short_and_names_the_year_only_when_it_must(
    speaking, language, this_year, another
):
    with speaking(language):
        assert filters.day(date(clock.today().year, 12, 4)) == this_year
        assert filters.day(date(2020, 12, 4)) == another


def test_the_forms_library_speaks_chinese_too(speaking):
    class Asked(Form):
        whole, day = IntegerField(), DateField()
        words = StringField(validators=[Length(max=2)])
        needed = StringField(validators=[InputRequired()])
        choice = SelectField(choices=[SelectChoice("1")])

    with speaking("zh-CN") as context:
        context.request.environ["REQUEST_METHOD"] = "POST"
        form = Asked(formdata=None, data=None)
        form.process(formdata=MultiDict({"whole": "x", "day": "x", "words": "abc", "choice": "9"}))
        form.validate()
        found = {
            name: " ".join(errors) for name, errors in form.errors.items() if name != "csrf_token"
        }
    assert set(found) == {"whole", "day", "words", "needed", "choice"}
    assert all(
        CHINESE.search(text) and not re.search("[A-Za-z]{3}", text) for text in found.values()
    ), found
