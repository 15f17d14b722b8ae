"""A worker whose press waits for a file: it can be killed at a known moment."""

import os
import sys
import threading
import time
from pathlib import Path

from app import create_app, documents
from app.jobs import worker


def work():
    """Of the command line: the file that it waits for, the folder of its marks, and perhaps a
    word to stop once the paper is stored.
    """
    gate, marks = Path(sys.argv[1]), Path(sys.argv[2])

    def produce(document):
        (marks / f"{os.getpid()}-{document.id}").touch()
        while not gate.exists():
            time.sleep(0.01)
        return f"%PDF-1.7 made by {os.getpid()}".encode()

    def stopped(*_):
        (marks / f"{os.getpid()}-stored").touch()
        time.sleep(60)

    documents.produce = produce
    if len(sys.argv) > 3:
        worker.settle = stopped
    worker.run(create_app(), threading.Event())
