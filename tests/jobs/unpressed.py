"""A worker that writes neither pages nor sheets: of a list everything else is done as always."""

import threading

from app import create_app, documents
from app.jobs import bundles, worker


def work():
    documents.set_in_type = lambda paper, pdf_client=None: b"%PDF-1.7 a stand-in\n%%EOF\n"
    bundles.as_xlsx = lambda sheets: b"a stand-in"
    worker.run(create_app(), threading.Event())
