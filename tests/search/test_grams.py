"""The index of grams against a plain reading of every entry, on both databases."""

import random
import re

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from app.extensions import db
from app.models.master import Customer, Product
from app.models.records.column_types import normal
from app.models.records.search_index.entries import SearchEntry, SearchName, SearchSubject, shelved
from app.models.records.search_index.grams import SHELVES, Shelf
from app.models.records.search_index.newest import (
    ALL_LOTS,
    EVER,
    ORDERS,
    RECORDS,
    Sought,
    newest,
    sought,
)
from app.screens.archive import hits
from app.storage import schema
from tests import around

pytestmark = pytest.mark.on_both

# What words are made of: numbers that begin alike, both writings, signs of every database, an
# emoji, letters beside ideographs, and what normal() has folded.
PARTS = (
    *("2026-0{n:04d}", "r-2026-{n:05d}", "ht-{n}", "-1-2", "00{n}00", "11111", "2121"),
    *("柠檬", "洗洁精{n}g", "海棠公司", "厂", "a", "b2", "po_%", "it's", 'a"b', "\\'", ":*&|!()"),
    *("🍋柠", "ß→ss", "ﬁne", "ＡＢ", "é", "or and not near", "²", "x\u3000y"),
)
FLOWS = ("order", "order", "production", "sample", "lot")
NAMES = {"product:1": "柠檬洗洁精 lemon", "product:2": "皂 soap", "customer:1": "海棠公司 haitang"}


def filled(dice, count=300):
    """Write entries and names; what the entries hold comes back, by id."""
    ids = sorted(dice.sample(range(1, 400_000), count))  # so that they lie in many eras
    rows, about = [], []
    for number, entry in enumerate(ids):
        parts = dice.choices(PARTS, k=dice.randrange(1, 7))
        words = normal(dice.choice(["", " "]).join(parts).format(n=dice.randrange(3000)))
        flow = dice.choice(FLOWS)
        keys = dice.sample(sorted(NAMES), dice.randrange(3)) if dice.random() < 0.3 else []
        rows.append({"id": entry, "flow": flow, "record_id": 9000 + number, "words": words})
        about += shelved(flow, keys, entry)
    db.session.execute(insert(SearchEntry), rows)
    db.session.execute(insert(SearchSubject.__table__), about)
    return rows, about


def named():
    """Write the names."""
    names = [{"subject": key, "words": words} for key, words in NAMES.items()]
    db.session.execute(insert(SearchName), names)


def oracle(rows, about, wanted, shelves, whole=False):
    """The ids of the entries that hold what is wanted, newest first, by reading all."""
    called = {
        row["entry_id"]: 1 for row in about if row["subject"][1:] in wanted.subjects
    }  # the shelf is the entry's own
    return [
        row["id"]
        for row in reversed(rows)
        if SHELVES.get(row["flow"], Shelf.OTHERS) in shelves
        and (
            row["id"] in called
            or any(
                f" {each} " in f" {row['words']} " if whole else each in row["words"]
                for each in wanted.texts
            )
        )
    ]


def asked(dice, rows):
    """Substrings of one, two and more characters, some of them spoilt."""
    for length in (1, 2, 3, 4, 5, 9, 20, 60):
        for _ in range(12):
            words = dice.choice(rows)["words"]
            start = dice.randrange(len(words))
            word = words[start : start + length].strip()
            if dice.random() < 0.2:
                word = word[:-1] + dice.choice("9z柠'")
            yield word or "柠"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_stands_in_an_entry_finds_it_the_newest_first(app, seed):
    dice = random.Random(seed)
    with app.app_context():
        named()
        rows, about = filled(dice)
        hits_seen = 0
        for word in asked(dice, rows):
            for shelves in (RECORDS, ORDERS, ALL_LOTS):
                wanted, most = sought(word), dice.choice([1, 5, 1000])
                expected = oracle(rows, about, wanted, shelves)
                got = [row.id for row in newest(wanted, shelves, most)]
                assert got == expected[:most], (word, shelves, most)
                before = dice.choice(expected) if expected else EVER
                rest = [row.id for row in newest(wanted, shelves, 1000, before)]
                assert rest == [each for each in expected if each < before], (word, before)
                hits_seen += len(expected)
            exact = Sought((word,), whole=True)
            assert [row.id for row in newest(exact, RECORDS, 1000)] == oracle(
                rows, about, exact, RECORDS, whole=True
            ), word
        assert hits_seen > 1000, "most of the words stand somewhere"


def test_where_nothing_was_entered_yet_nothing_is_found_at_once(app):
    """Not after all numbers that there are: PostgreSQL would give up after ten seconds."""
    with app.app_context():
        assert newest(sought("柠檬"), RECORDS, 20) == []


def test_any_of_several_texts_is_found_and_nothing_by_no_text(app):
    dice = random.Random(4)
    with app.app_context():
        named()
        rows, about = filled(dice)
        wanted = Sought(("柠檬", "2121", "zz"))
        assert [row.id for row in newest(wanted, RECORDS, 1000)] == oracle(
            rows, about, wanted, RECORDS
        )
        for nothing in (Sought(), Sought(("",)), Sought((" ",))):
            assert newest(nothing, RECORDS, 20) == []


def test_a_changed_entry_is_found_by_its_new_words_alone(app, kind):
    dice = random.Random(5)
    with app.app_context():
        named()
        rows, about = filled(dice)
        for row in dice.sample(rows, 60):
            row["words"] = normal(f"{dice.choice(PARTS)} neu".format(n=7))
            here = SearchEntry.id == row["id"]
            db.session.execute(update(SearchEntry).where(here).values(words=row["words"]))
        gone = [
            row for row in dice.sample(rows, 60) if all(a["entry_id"] != row["id"] for a in about)
        ]
        db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_([g["id"] for g in gone])))
        rows = [row for row in rows if row not in gone]
        for word in ("neu", "n", "柠檬", "2121", "2026-0", "ht-", "厂"):
            wanted = sought(word)
            found = [row.id for row in newest(wanted, RECORDS, 1000)]
            assert found == oracle(rows, about, wanted, RECORDS), word
        if kind == "sqlite":  # what a trigger leaves behind is never found, but in the way
            gram = Shelf.ORDERS + "柠檬".encode().hex()
            kept = "SELECT rowid FROM search_gram WHERE search_gram MATCH :gram ORDER BY 1 DESC"
            held = oracle(rows, [], Sought(("柠檬",)), ORDERS)
            assert db.session.scalars(text(kept), {"gram": gram}).all() == held != []


@pytest.fixture
def plant(app, trail):
    """Three orders of two customers, one of them approved."""

    def make():
        with app.app_context():
            around.open_plant()
            around.approve(around.take_in(po="PO-A"))
            refs = [around.take_in("C002", po="PO-B").ref, around.take_in(po="PO-C").ref]
            db.session.commit()
            return refs

    return trail.follow("three orders to be found", make)


def found(browser, q):
    return re.findall(
        r'<li data-record="([^"]+)"', browser.get("/find", query_string={"q": q}).text
    )


@pytest.mark.parametrize("model,field", [(Product, "name_zh"), (Customer, "name_local")])
def test_a_name_that_is_corrected_finds_at_once_and_the_former_no_more(
    app, plant, login_as, model, field
):
    browser = login_as("sales")
    with app.app_context():
        row = db.session.scalars(select(model).order_by(model.id)).first()
        former = getattr(row, field)
        setattr(row, field, "翡翠" + former[::-1])
        db.session.commit()
    assert plant[1] in found(browser, "翡翠") and plant[1] in found(browser, "翠")
    assert plant[1] not in found(browser, former)
    with app.app_context():
        listed = browser.get("/archive/", query_string={"words": "翡翠"}).text
    assert f'data-order="{plant[1]}"' in listed


def test_of_many_orders_the_archive_tells_that_there_are_more_and_pages_through_all(
    app, login_as, monkeypatch
):
    monkeypatch.setattr(hits, "COUNTED", 30)
    monkeypatch.setattr("app.screens.archive.index.COUNTED", 30)  # one page
    monkeypatch.setattr(hits, "FEW", 4)
    monkeypatch.setattr(hits, "MANY", 16)
    with app.app_context():
        around.open_plant()
        orders = [around.take_in(po="MANY-PO") for _ in range(60)]
        for order in orders[::2]:
            around.set_back(order, stage="fulfilled")
        refs = [order.ref for order in (*orders[-2::-2], *orders[::-2])]
        db.session.commit()
    browser, page, seen, counts = login_as("auditor"), "/archive/?words=many-po+洗洁", [], []
    while page:
        answer = browser.get(page).text
        seen += re.findall(r'<tr data-order="([^"]+)"', answer)
        counts.append(re.search(r'data-count="(\d+)"', answer)[1])
        following = re.search(r'rel="next" href="([^"]+)"', answer)
        page = following and following[1].replace("&amp;", "&")
        assert "多于" in answer
    assert seen == refs and counts == ["30", "30", "30"]
    assert 'data-count="1"' in browser.get(f"/archive/?words=many-po&number={refs[3]}").text


# What may not be read from one end to the other: SQLite says SCAN, PostgreSQL Seq Scan.
SCANS = re.compile(r"(?:SCAN|Seq Scan on) (?:e|s|search_entry|search_subject|sales_order)\b")


@pytest.mark.parametrize("with_statistics", [False, True])
def test_no_search_reads_all_entries(app, plant, login_as, kind, with_statistics):
    asked, browser = [], login_as("auditor")
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(_connection, _cursor, statement, parameters, *_):
            if re.search(r"SELECT.*search_(gram|entry|subject)", statement, re.DOTALL):
                asked.append((statement, parameters))

    for word in ("洗洁", "po-a", "PO-B 洗洁", "haitnag", "1-1", "12345678", "海棠"):
        for page in ("/find", "/archive/"):
            assert browser.get(page, query_string={"q": word, "words": word}).status_code < 400
    plans = []
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", note)
        filled(random.Random(6), 2000)
        db.session.commit()
        if with_statistics:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        if kind == "postgresql":  # which reads few rows from one end to the other if it may
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in asked:
            explain = "EXPLAIN QUERY PLAN" if kind == "sqlite" else "EXPLAIN"
            rows = db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
            plans.append("\n".join(str(row[-1]) for row in rows))
    assert len(plans) > 30
    assert not [plan for plan in plans if SCANS.search(plan)]


def test_a_house_whose_index_no_longer_follows_the_entries_is_not_served(app, kind):
    with app.app_context():
        schema.check()
        for what in (
            ("TRIGGER search_entry_insert", "TRIGGER search_entry_update")
            if kind == "sqlite"
            else ("INDEX ix_search_entry_grams",)
        ):
            with db.engine.begin() as connection:
                connection.execute(text(f"DROP {what}"))
            with pytest.raises(schema.NotReady, match="search index"):
                schema.check()
