"""A paper becomes HTML.

Everything in it is escaped: the environment is its own, needs no request and knows no ``safe`` use.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.documents.paper import bilingual
from app.documents.paper.blocks import Paper
from app.documents.pdf import qr

TEMPLATES = Path(__file__).resolve().parents[2] / "templates/documents"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = bilingual.moment
    made.globals["qr"] = qr.code
    return made


def typeset(paper: Paper) -> str:
    """Return the whole document as HTML."""
    return environment().get_template("paper.html").render(paper=paper)


def part(paper: Paper) -> Markup:
    """Return a paper as another one repeats it: its title, numbers and blocks, without code and
    company.
    """
    return environment().get_template("_blocks.html").module.sheet(paper, part=True)
