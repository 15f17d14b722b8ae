"""The pages: load, authorise, call, commit, render. Each module offers one ``blueprint``."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

NAMES = ("auth", "admin", "jobs", "master", "home", "documents", "archive", "lots", "stock", "live", "display", "displays", "floor", "stations", "stages",
         "sales", "production", "purchasing", "warehouse", "quality")  # fmt: skip


def init_app(app: Flask) -> None:
    for name in NAMES:
        app.register_blueprint(import_module(f"{__name__}.{name}").blueprint)
