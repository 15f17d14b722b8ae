"""Lists leave as files: what they show, all of it, narrowed as it is shown."""

import csv
import io
import re
from datetime import datetime

import openpyxl

from tests.pages.looking import reads
from tests.pages.test_today import lists


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return list(book.active.values)


def test_each_list_of_the_day_is_taken_away_whole(standing):
    for department, role in (("warehouse", "storekeeper"), ("purchasing", "buyer")):
        browser = reads(standing, role, "en")
        shown = lists(browser, department)
        assert shown
        for key in shown:
            whole = lists(browser, department, key)[key]
            heads, *rows = rows_of(browser.get(f"/{department}/today?all={key}&as=xlsx"))
            assert heads[:2] == ("Number", "What") and len(rows) == len(whole)
    assert browser.get("/purchasing/today?all=nothing&as=xlsx").status_code == 404
    assert browser.get("/purchasing/today?all=incoming&as=pdf").status_code == 404


def test_the_archive_is_taken_away_as_it_is_searched(standing):
    browser = reads(standing, "auditor", "en")
    heads, *rows = rows_of(browser.get("/archive/?as=xlsx"))
    shown = re.findall(r'<tr data-order="([^"]+)"', browser.get("/archive/").text)
    assert len(shown) > 2 and [row[0] for row in rows][: len(shown)] == shown
    assert {type(row[heads.index("Received on")]) for row in rows} == {datetime}
    one = rows_of(browser.get(f"/archive/?number={shown[1]}&as=xlsx"))
    found = browser.get(f"/archive/?number={shown[1]}").text
    assert [row[0] for row in one[1:]] == re.findall(r'<tr data-order="([^"]+)"', found)
    assert 0 < len(one[1:]) < len(rows)
    word = rows_of(browser.get(f"/archive/?words={shown[1]}&as=xlsx"))
    assert shown[1] in [row[0] for row in word[1:]]
    assert f'href="/archive/?number={shown[1]}&amp;as=csv"' in found


def test_a_history_is_taken_away_as_it_is_narrowed(standing):
    browser = reads(standing, "auditor", "en")
    ref = standing.refs["production", "closed"]
    address = f"/production/{ref}"
    _, *rows = rows_of(browser.get(f"{address}?as=xlsx"))
    told = standing.look(ref, lambda card: [(e.seq, e.happened_at) for e in card.history])
    assert [row[0] for row in rows] == [seq for seq, _ in told], "numbers are numbers"
    assert all(row[1].year == told[0][1].year for row in rows), "and moments are moments"
    answer = browser.get(f"{address}?show=moves&as=csv")
    _, *some = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert 0 < len(some) < len(rows)
    assert [row[0] for row in some] == [str(row[0]) for row in rows if row[5]]
    assert f"{address}?show=moves&amp;as=xlsx" in browser.get(f"{address}?show=moves").text
