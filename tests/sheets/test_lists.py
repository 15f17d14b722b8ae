"""A board's cards, taken away as the board shows them."""

import csv
import io

import openpyxl


def test_a_board_is_taken_away_as_it_is_filtered(standing):
    browser = standing.browser("planner")
    assert 'href="/production/?as=xlsx"' in browser.get("/production/").text
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/production/?as=xlsx").data))
    numbers = [row[0] for row in book.active.values][1:]
    assert standing.refs["production", "to_plan"] in numbers
    of_line = read(browser.get("/production/?line=L1&as=csv"))
    assert 0 < len(of_line) < len(numbers) and {row[0] for row in of_line} < set(numbers)


def read(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
