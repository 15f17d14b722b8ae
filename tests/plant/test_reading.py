"""What people type is read in one way: words keep their own signs, codes and numbers have one
way of being written.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.plant import reading

# What is typed, with what is read: none where it is refused.
EXAMPLES = json.loads((Path(__file__).parent.parent / "data" / "numbers.json").read_text("utf-8"))


@pytest.mark.parametrize(("typed", "expected"), EXAMPLES)
def test_a_number_is_read_or_refused(typed, expected):
    if expected is None:
        with pytest.raises(ValueError):
            reading.number(typed)
    else:
        assert reading.number(typed) == Decimal(expected)
        assert len(str(reading.number(typed))) <= len(typed)


@pytest.mark.parametrize("typed", ["1,250", "１，２５０", "-1,250", "+1,250", "01,250"])
def test_a_comma_before_three_digits_may_mean_either(typed):
    with pytest.raises(reading.TwoWays):
        reading.number(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("12", 12), ("１２", 12), ("12.0", 12), ("12.5", None), ("1,000", None), ("1_0", None)],
)
def test_a_whole_number(typed, expected):
    if expected is None:
        with pytest.raises(ValueError):
            reading.whole(typed)
    else:
        assert reading.whole(typed) == expected


UNSEEN = [
    " ",
    "\t\n",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\u2066\u2069",
    "\u200d",
    "\u00ad",
    "\u2060",
    "\u3164",
    "\u115f",
    "\uffa0",
    "\u2800",
    "\u180e",
    "\ufe0f",
    "\U000e0041",
    "\u034f",
    "\x1d",
    "\u0301",
    "\u00a0",
    "\u2028",
    "\ud800",
    "\ufffc",
    "\U0001d159",
    "\U00013441",
]


@pytest.mark.parametrize("typed", [*UNSEEN, "".join(UNSEEN)])
def test_what_cannot_be_seen_says_nothing(typed):
    assert reading.words(typed) == reading.code(typed).strip("\u0301") == reading.line(typed) == ""
    assert not reading.says(typed)


@pytest.mark.parametrize(
    "text",
    [
        "ClO₂ 5 m² ½",
        "Ｐ-ＬＤ",
        "张三（白班）",
        "a\r\n\r\nb",
        "👨‍👩‍👧 ❤️",
        "葛\U000e0100飾",
        "Łódź — 7–9",
    ],
)
def test_words_stay_the_persons_own(text):
    assert reading.words(f"\u200b {text}\u3000\ufeff") == text


def test_what_turns_the_writing_round_goes():
    assert reading.words("ok\u202egnp.exe\u200b") == "okgnp.exe"
    assert reading.line("one\r\n two\u2028three") == "one two three"


@pytest.mark.parametrize(
    "typed",
    [
        "P-LD-2K",
        "Ｐ-ＬＤ-２Ｋ",
        "p‑ld–2k",
        " P−LD-2K\u200b",
        "P\u00adー".replace("\u00adー", "-LD-2K"),
    ],
)
def test_codes_are_compared_in_one_way(typed):
    assert reading.folded(typed) == "p-ld-2k"


def test_facts_are_read_however_deep():
    assert reading.read({"a": " x ", "b": [{"c": "\u200b"}, 7], "d": None}) == {
        "a": "x",
        "b": [{"c": ""}, 7],
        "d": None,
    }
