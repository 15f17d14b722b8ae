"""Cut the fonts of the printed documents out of Noto Sans SC.

The whole font has 31,000 characters and 10 MB a weight. What is kept is what a document here may contain: Latin,
the signs of a form, and the Chinese characters of `characters()`. Hinting, vertical metrics and the variants of
other countries go: paper needs none of them. The result is the same bytes every time.
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
LEVEL_THREE = ROOT / "bin/fonts.txt"
TEXTS = (ROOT / "app/demo/data", ROOT / "app/translations")
# Latin with its accents, punctuation, currency, letter-like signs, numbers in circles, arrows, mathematics, lines,
# shapes, dingbats, Chinese punctuation, squared units, full-width forms.
SIGNS = ((0x20, 0x7F), (0xA0, 0x180), (0x2000, 0x2070), (0x2070, 0x2800), (0x3000, 0x3040), (0x3200, 0x3400),
         (0xFF00, 0xFFF0))
NAME_IDS = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]


def characters() -> set[str]:
    """GB 2312, the common half of Big5, the State Council's table of 2013 (names are registered in it), the signs,
    and whatever the demo plant and the translations use."""
    signs = {chr(code) for first, end in SIGNS for code in range(first, end)}
    table = {char for line in LEVEL_THREE.read_text().splitlines() if not line.startswith("#") for char in line}
    return signs | charset("gb2312", 0xA1, 0xF8) | charset("big5", 0xA1, 0xC7) | table | used()


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
                    found.update(part.get_content() if part.get_content_maintype() == "text" else "")
            elif path.suffix in {".csv", ".po", ".md", ".txt", ".json", ".toml"}:
                found.update(path.read_text(encoding="utf-8-sig"))
    return {char for char in found if char.isprintable()}


def cut(source: Path, target: Path, wanted: set[str]) -> None:
    """Write the subset of `source` that covers `wanted` to `target`."""
    options = Options(hinting=False, notdef_outline=True, glyph_names=False, name_IDs=NAME_IDS,
                      layout_features=["ccmp", "kern", "mark"])
    options.drop_tables += ["BASE", "STAT", "vhea", "vmtx"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, wanted))
    subsetter.subset(font)
    font.save(target)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    manifest = FONTS / "manifest.json"
    package = json.loads(manifest.read_text())
    wanted = characters()
    with tempfile.TemporaryDirectory() as workshop:
        original = unpack(package["name"], package["version"], Path(workshop))
        for file in package["files"]:
            source, target = original / file["source"], FONTS / file["file"]
            digest = sha256(source)
            if file["source_sha256"] not in ("", digest):
                sys.exit(f"{file['source']} of {package['name']} {package['version']} is not the file recorded")
            if source.suffix == ".ttf":
                cut(source, target, wanted)
            else:
                target.write_bytes(source.read_bytes())
            file.update(source_sha256=digest, sha256=sha256(target))
            print(f"{file['file']}  {target.stat().st_size} bytes")
    manifest.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n")
