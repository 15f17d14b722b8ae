"""A bare Flask page in granian, with the same processes, threads and gate as the application:
``python -m bench.hello``.
"""

from __future__ import annotations

import multiprocessing
import sys

from flask import Flask

from app import server

from .servers import PROCESSES


def page() -> Flask:
    app = Flask("hello")

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app


if __name__ == "__main__":
    multiprocessing.set_start_method("fork", force=True)
    app = page()
    served = server.web_server("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]), PROCESSES)
    served.serve(target_loader=lambda: server.capped(app.wsgi_app, server.PAGES), wrap_loader=False)
