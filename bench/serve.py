"""``washline serve``, run from this checkout whether or not its console script is installed."""

from __future__ import annotations

import sys

from app.cli import main

sys.argv.insert(1, "serve")
main()
