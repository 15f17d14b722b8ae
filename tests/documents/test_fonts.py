"""The fonts of the printed documents: recorded, licensed, and no character of the plant missing
from them.
"""

import hashlib
import json
import re
import runpy
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static/fonts"
SLICES = ROOT / "static/webfont"
WEIGHTS = {"NotoSansSC-Regular.ttf": 400, "NotoSansSC-Bold.ttf": 700}
LATIN = {"NotoSans-Regular.ttf": 400, "NotoSans-Bold.ttf": 700}
# Signs of the forms; then what GB 2312 lacks: a product's name, traditional labels, rare characters
# of people's names.
SIGNS = "℃≤≥±×→←↑↓✓①②③④⑤⑥⑦⑧⑨⑩□■●▲△○◆…—–‰µ²³《》「」、。（）：；￥€"
RARE = "啫區樣號標籤體喆堃珺祎赟𬱖翀"


@pytest.fixture(scope="module", params=WEIGHTS)
def font(request):
    return TTFont(FOLDER / request.param)


@pytest.fixture(scope="module", params=LATIN)
def latin(request):
    return TTFont(FOLDER / request.param)


def missing(font, text):
    return "".join(sorted({char for char in text if ord(char) not in font.getBestCmap()}))


def used():
    """What the font's own script counts as used by the demo plant and the translations."""
    sys.path.insert(0, str(ROOT / "bin"))
    try:
        return runpy.run_path(str(ROOT / "bin/fonts.py"))["used"]()
    finally:
        sys.path.remove(str(ROOT / "bin"))


def test_every_file_has_the_recorded_hash():
    packages = json.loads((FOLDER / "manifest.json").read_text())
    files = {file["file"]: file["sha256"] for package in packages for file in package["files"]}
    files |= {
        f"../webfont/{file}": digest
        for file, digest in json.loads((SLICES / "manifest.json").read_text()).items()
    }
    for name, digest in files.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
    there = {path.name for path in FOLDER.iterdir()} | {
        f"../webfont/{path.name}" for path in SLICES.iterdir()
    }
    assert there == {*files, "manifest.json", "../webfont/manifest.json"}


@pytest.mark.parametrize(
    ("file", "copyright"),
    [
        ("OFL.txt", "Copyright 2014-2021 Adobe"),
        ("OFL-NotoSans.txt", "Copyright 2022 The Noto Project"),
    ],
)
def test_the_licence_lies_beside_the_fonts(file, copyright):
    text = (FOLDER / file).read_text()
    assert re.search("SIL Open Font License, Version 1.1", text, re.I)
    assert copyright in text


def test_the_outlines_are_truetype_of_the_right_weight(font):
    assert "glyf" in font and "CFF " not in font and "fvar" not in font
    assert font["OS/2"].usWeightClass == WEIGHTS[Path(font.reader.file.name).name]
    assert font["name"].getDebugName(1) == "Noto Sans SC"


def test_no_character_of_the_plant_or_the_translations_is_missing(font):
    characters = used()
    assert "啫" in characters, "the demo plant was not read"
    assert missing(font, characters) == ""


def test_the_slices_of_the_screen_have_every_chinese_character_of_the_plant():
    """And the first one, which comes with every page, what the pages themselves say."""
    slices = [set(map(chr, TTFont(path).getBestCmap())) for path in sorted(SLICES.glob("*.woff2"))]
    chinese = {char for char in used() | set(RARE) if "\u3400" <= char <= "\u9fff"}
    assert len(chinese) > 900 and not chinese - set().union(*slices)
    assert set("订单生产仓库质检销售逾期停线返工报废") <= slices[0]


def test_latin_has_every_letter_of_europe_and_small_figures(latin):
    letters = "".join(
        map(chr, [*range(0xC0, 0x180), *range(0x1E00, 0x1F00), *range(0x2080, 0x208A)])
    )
    assert missing(latin, letters + "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₊₋αβγμΩЖя") == ""


def test_signs_and_rare_characters_are_there(font):
    assert missing(font, SIGNS + RARE) == ""


def test_all_of_gb2312_is_there(font):
    pairs = (bytes([lead, trail]) for lead in range(0xA1, 0xF8) for trail in range(0xA1, 0xFF))
    assert missing(font, "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)) == ""


def test_a_weight_stays_light_enough_to_embed(font):
    assert (FOLDER / Path(font.reader.file.name).name).stat().st_size < 5_000_000
