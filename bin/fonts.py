"""Cut the fonts: of the printed documents, and of screens on machines that have no Chinese font.

Noto Sans SC has 31,000 characters and 10 MB a weight. What is kept is what a document here may
contain: Latin, the signs of a form, and the Chinese characters of `characters()`. Noto Sans has
what it lacks of Latin, Greek, Cyrillic, and of raised and lowered figures. Hinting, vertical
metrics and the variants of other countries go: paper needs none of them. A screen gets the Chinese
part in slices, of which a browser fetches those that a page needs. The result is the same bytes
every time.
"""

import hashlib
import json
import sys
import tempfile
from email import policy
from email.parser import BytesParser
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from npm import unpack

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static/fonts"
SLICES = ROOT / "static/webfont"
SHEET = ROOT / "static/css/webfont.css"
LEVEL_THREE = ROOT / "bin/fonts.txt"
TEXTS = (ROOT / "app/demo/data", ROOT / "app/translations")
# Latin with its accents, punctuation, currency, letter-like signs, numbers in circles, arrows,
# mathematics, lines, shapes, dingbats, Chinese punctuation, squared units, full-width forms.
SIGNS = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x2000, 0x2070),
    (0x2070, 0x2800),
    (0x3000, 0x3040),
    (0x3200, 0x3400),
    (0xFF00, 0xFFF0),
)
# European languages, Greek, Cyrillic, accents that combine, raised and lowered figures, currencies,
# letter-like signs.
LATIN = ((0x20, 0x250), (0x300, 0x530), (0x1E00, 0x1F00), (0x2000, 0x2190))
# What the pages themselves say is the first slice; then come so many characters each.
SLICE = 1000
# Where the machine has a Chinese font that its own fallback would find, that one is taken and
# nothing fetched.
FACE = (
    '@font-face {{ font-family: "Washline SC"; src: local("Noto Sans CJK SC"), '
    'local("NotoSansCJKsc-Regular"), '
    'local("PingFang SC"), local("Microsoft YaHei"), url("../{file}") format("woff2"); '
    "unicode-range: {ranges}; }}"
)
NAME_IDS = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]


def characters() -> set[str]:
    """GB 2312, the common half of Big5, the State Council's table of 2013 (names are registered
    in it), the signs, and whatever the demo plant and the translations use.
    """
    signs = within(SIGNS)
    table = {
        char
        for line in LEVEL_THREE.read_text().splitlines()
        if not line.startswith("#")
        for char in line
    }
    return signs | charset("gb2312", 0xA1, 0xF8) | charset("big5", 0xA1, 0xC7) | table | used()


def within(ranges: tuple[tuple[int, int], ...]) -> set[str]:
    return {chr(code) for first, end in ranges for code in range(first, end)}


def charset(codec: str, first: int, end: int) -> set[str]:
    """The two-byte characters of `codec` whose leading byte lies in the range."""
    pairs = (bytes([lead, trail]) for lead in range(first, end) for trail in range(0x40, 0xFF))
    decoded = (pair.decode(codec, errors="ignore") for pair in pairs)
    return {char for char in decoded if len(char) == 1 and ord(char) > 0x7F}


def used(folders=TEXTS) -> set[str]:
    """Every printable character in the files of these folders, mails decoded."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix == ".eml":
                mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                found.update(str(dict(mail.items())))
                for part in mail.walk():
                    found.update(
                        part.get_content() if part.get_content_maintype() == "text" else ""
                    )
            elif path.suffix in {".csv", ".po", ".md", ".txt", ".json", ".toml"}:
                found.update(path.read_text(encoding="utf-8-sig"))
    return {char for char in found if char.isprintable()}


def cut(source: Path, target: Path, wanted: set[str], flavor: str | None = None) -> None:
    """Write the subset of `source` that covers `wanted` to `target`; `flavor` may be `woff2`."""
    options = Options(
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=NAME_IDS,
        layout_features=["ccmp", "kern", "mark"],
    )
    options.drop_tables += ["BASE", "STAT", "vhea", "vmtx"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, wanted))
    subsetter.subset(font)
    font.flavor = flavor
    font.save(target)


def slices(source: Path) -> list[set[str]]:
    """The characters of each slice: those of the pages, then the rest of `source` that may be
    needed, by number.
    """
    has = {chr(code) for code in TTFont(source, lazy=True).getBestCmap() if code > 0xFF}
    pages = used((ROOT / "app/translations",)) & has
    rest = sorted((characters() & has) - pages)
    return [pages, *(set(rest[n : n + SLICE]) for n in range(0, len(rest), SLICE))]


def ranges(wanted: set[str]) -> str:
    """The characters as a `unicode-range`."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, wanted)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


def cut_slices(source: Path) -> None:
    """Write the slices and the sheet that says which characters each has."""
    SLICES.mkdir(exist_ok=True)
    for old in SLICES.glob("*.woff2"):
        old.unlink()
    faces = []
    for number, wanted in enumerate(slices(source)):
        file = SLICES / f"NotoSansSC-{number:02}.woff2"
        cut(source, file, wanted, "woff2")
        # The last face that names a character is asked first, so only the pages' own need be named
        # one by one.
        spans = f"U+{ord(min(wanted)):X}-{ord(max(wanted)):X}" if number else ranges(wanted)
        faces.insert(0, FACE.format(file=file.relative_to(ROOT / "static"), ranges=spans))
        print(f"{file.name}  {file.stat().st_size} bytes")
    note = (
        "/* Made by bin/fonts.py: Chinese for machines that have no font of it, fetched by "
        "slices where needed. */"
    )
    SHEET.write_text("\n".join([note, *faces]) + "\n")
    hashes = {file.name: sha256(file) for file in sorted(SLICES.glob("*.woff2"))}
    (SLICES / "manifest.json").write_text(json.dumps(hashes, indent=2) + "\n")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    manifest = FONTS / "manifest.json"
    packages = json.loads(manifest.read_text())
    wanted = {"NotoSansSC": characters(), "NotoSans": within(LATIN)}
    for package in packages:
        with tempfile.TemporaryDirectory() as workshop:
            original = unpack(package["name"], package["version"], Path(workshop))
            for file in package["files"]:
                source, target = original / file["source"], FONTS / file["file"]
                digest = sha256(source)
                if file["source_sha256"] not in ("", digest):
                    sys.exit(
                        f"{file['source']} of {package['name']} {package['version']} is not the "
                        f"file recorded"
                    )
                if source.suffix == ".ttf":
                    cut(source, target, wanted[target.stem.partition("-")[0]])
                else:
                    target.write_bytes(source.read_bytes())
                if target.name == "NotoSansSC-Regular.ttf":
                    cut_slices(source)
                file.update(source_sha256=digest, sha256=sha256(target))
                print(f"{file['file']}  {target.stat().st_size} bytes")
    manifest.write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n")
