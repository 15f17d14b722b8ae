"""Re-fetch the vendored front-end files and check or record their hashes.

The manifests say what is wanted. A published version never changes, so bytes that differ from a
recorded hash are an error; to upgrade, write the new version and empty the hashes of that package.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

from npm import unpack

ROOT = Path(__file__).resolve().parent.parent
MANIFESTS = (ROOT / "static/vendor/manifest.json", ROOT / "tests/browser/vendor/manifest.json")


def refresh(manifest: Path, workshop: Path) -> None:
    """Bring every file of `manifest` back to the bytes its package publishes."""
    packages = json.loads(manifest.read_text())
    for package in packages:
        source = unpack(package["name"], package["version"], workshop)
        for file in package["files"]:
            content = (source / file["source"]).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if file["sha256"] not in ("", digest):
                sys.exit(
                    f"{file['source']} of {package['name']} {package['version']} is not the file "
                    f"recorded"
                )
            file["sha256"] = digest
            (manifest.parent / file["file"]).write_bytes(content)
            print(f"{package['name']} {package['version']}  {file['file']}  {len(content)} bytes")
    manifest.write_text(json.dumps(packages, indent=2) + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as workshop:
        for manifest in MANIFESTS:
            refresh(manifest, Path(workshop))
