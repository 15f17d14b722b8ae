"""``washline serve`` whose worker sets no pages: an index's PDF is a stand-in, everything else of a
list is gathered as always.

A page takes the press a fifth of a second of processor time, and what is measured is the queue.
"""

from __future__ import annotations

from app import documents

documents.set_in_type = lambda paper, pdf_client=None: b"%PDF-1.7 a stand-in\n%%EOF\n"

from . import serve  # noqa: E402, F401 – it is the server from here on
