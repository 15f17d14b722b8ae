"""A paper becomes HTML.

Everything in it is escaped: the environment is its own, needs no request and knows no ``safe`` use.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.documents.paper import bilingual
from app.documents.paper.blocks import Paper
from app.documents.pdf import qr
from app.documents.pdf.glyphs import spelled

TEMPLATES = Path(__file__).resolve().parents[2] / "templates/documents"


@cache
def environment() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["moment"] = bilingual.moment
    jinja.globals["qr"] = qr.code
    return jinja


def typeset(paper: Paper) -> str:
    """Return the whole document as HTML."""
    return laid_out(paper.template, paper=paper)


def laid_out(template: str, **content: Any) -> str:
    """Return a template of what is printed as HTML; every text is made printable here."""
    return spelled(environment().get_template(template).render(**content))
