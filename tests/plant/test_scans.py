"""What a scanner typed, and the lot it means: the plant's own code and suppliers' GS1 element
strings, with and without FNC1.
"""

import pytest

from app.plant.scans import check_digit, day_of, label, read

GS, LOT, GTIN, SSCC = "\x1d", "ML26-0127", "06901234567892", "069012345678901237"


@pytest.mark.parametrize(
    "code",
    [
        LOT,
        f" {LOT}\r\n",
        f"https://plant.example/lots/{LOT}",
        f"http://192.168.1.5:8000/lots/{LOT}?id=7",
        f"HTTPS://PLANT.EXAMPLE/lots/{LOT}/",
        "https://plant.example/lots/ML26%2D0127",
        "ＭＬ２６－０１２７",
        f"\ufeff１０{LOT}\u200b",
        f"]Q1{LOT}",
        f"]Q1https://plant.example/lots/{LOT}",
        f"https://id.gs1.org/01/{GTIN}/10/{LOT}?17=261231",
        f"10{LOT}",
        f"]C110{LOT}",
        f"]C101{GTIN}10{LOT}",
        f"]d201{GTIN}17261231" + f"10{LOT}",
        f"{GS}01{GTIN}10{LOT}",
        f"]e001{GTIN}10{LOT}{GS}",
        f"01{GTIN}11260101" + f"10{LOT}",
        f"00{SSCC}02{GTIN}15261231" + f"10{LOT}{GS}37480",
        "3103001250" + f"10{LOT}",
        "4106901234567892" + f"10{LOT}",
        f"01{GTIN}21A10B{GS}10{LOT}",
        f"01{GTIN}10{LOT}{GS}17261231",
        f"01{GTIN}10{LOT}{GS}21A10B",
        f"01{GTIN}10{LOT}\u241d17261231",
        f"01{GTIN}10{LOT}<GS>17261231",
        f"01{GTIN}10{LOT}^]17261231",
        f"01{GTIN}10{LOT}[GS]17261231",
        f"01{GTIN}10{LOT}<0x1D>17261231",
        f"01{GTIN}10{LOT}\\x1d17261231",
        f"]d20106901234567892240AB-1{GS}10{LOT}",
        f"(01){GTIN}(17)261231(10){LOT}",
        f"(10){LOT}(17)261231",
        f"]C1(10){LOT}",
    ],
)
def test_a_code_that_means_one_lot(code):
    assert read(code).numbers[-1 if code.strip() != LOT else 0] == LOT
    assert LOT in read(code).numbers


@pytest.mark.parametrize(
    "code",
    [
        f"01{GTIN}10{LOT}17261231",
        f"10{LOT}01{GTIN}",
        f"10{LOT}21SER123",
        f"21SER12310{LOT}",
        f"01{GTIN}37480" + f"10{LOT}",
        f"01{GTIN}21A1B10{LOT}17261231",
    ],
)
def test_where_fnc1_is_left_out_the_lot_is_among_the_readings(code):
    assert LOT in read(code).numbers


@pytest.mark.parametrize(
    "code",
    [
        f"10{LOT}9",
        f"10{LOT}17261331",
        f"10{LOT}01{GTIN[:-1]}3",
        f"10{LOT}30480",
        f"21{LOT}",
        f"01{GTIN}21{LOT}",
        f"01{GTIN}21X{GS}21{LOT}",
        f"10{LOT}17261231{GS}21X",
        f"17{LOT}",
        f"https://plant.example/lots/{LOT}9",
        f"https://plant.example/lots/?q={LOT}",
        f"X{LOT}",
        "",
    ],
)
def test_what_does_not_name_the_lot(code):
    assert LOT not in read(code).numbers


def test_a_told_end_leaves_one_reading_and_a_label_no_bare_one():
    assert read(f"]C110AB{GS}17261231").numbers == ("AB",)
    assert read("(10)A(1)B(17)261231").numbers == ("A(1)B",)
    assert read("10AB17261231").numbers == ("10AB17261231", "AB17261231", "AB")


def test_an_address_names_the_lot_s_id():
    assert read(f"https://plant.example/lots/{LOT}?id=41").lot_id == 41
    assert read(f"https://plant.example/lots/{LOT}?id=x").lot_id is None
    assert read("http://[").numbers == ("http://[",)


def test_check_digits_as_gs1_prints_them():
    assert (
        check_digit("629104150021") == "3"
    )  # the example of the General Specifications, section 7.9
    assert check_digit("37610425002123456") == "9"


def test_a_long_string_is_read_in_bounded_time():
    assert len(read("21" + "10" * 190).numbers) < 60


@pytest.mark.parametrize(
    ("code", "lot", "expiry"),
    [
        (f"]C101{GTIN}17261231" + f"10{LOT}", LOT, "261231"),
        (f"01{GTIN}17261200" + f"10{LOT}", LOT, "261200"),
        (f"01{GTIN}10{LOT}{GS}17261231", LOT, "261231"),
        (f"01{GTIN}10{LOT}<GS>17261231", LOT, "261231"),
        (f"10{LOT}{GS}17261231", LOT, "261231"),
        (f"\ufeff]C101{GTIN}17261231" + f"10{LOT}\u200b", LOT, "261231"),
        (f"(01){GTIN}(17)261231(10){LOT}", LOT, "261231"),
        (f"https://id.gs1.org/01/{GTIN}/10/{LOT}?17=261231", LOT, "261231"),
        (f"https://id.gs1.org/01/{GTIN}/10/ML26%2D0127", LOT, None),
        (f"00{SSCC}", None, None),
        ("10ABC", None, None),  # a supplier may number so
        ("01234567890123", None, None),
        ("0106901234567893", None, None),  # its check digit is wrong
        (LOT, None, None),
        ("B/77-x", None, None),
        ("http://[", None, None),
        ("", None, None),
    ],
)
def test_what_a_suppliers_label_tells(code, lot, expiry):
    assert (label(code).get("10"), label(code).get("17")) == (lot, expiry)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("261231", "2026-12-31"),
        ("280200", "2028-02-29"),
        ("270200", "2027-02-28"),
        ("261301", "None"),
        ("270230", "None"),
        ("26123", "None"),
        ("", "None"),
        ("２６１２３１", "None"),
    ],
)
def test_a_labels_day(value, day):
    assert str(day_of(value)) == day
