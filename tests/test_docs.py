"""The papers of the house say what is so: names that are there, the drawing as the code is, the
walk as a request goes it.
"""

import inspect
import re
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from app.jobs import worker
from bin import drawing

HOUSE = drawing.HOUSE
PAPERS = [
    *sorted(HOUSE.glob("docs/**/*.md")),
    *(HOUSE / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
]
ROOTS = "app|tests|static|migrations|bin|bench|docs"


def ids(path):
    return str(path.relative_to(HOUSE))


def found(name):
    """The object of a dotted name: the longest module in it, then attributes."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part)
        return thing
    raise LookupError(name)


@pytest.mark.parametrize("paper", PAPERS, ids=ids)
def test_what_a_paper_names_is_there(paper):
    text = paper.read_text("utf-8")
    for path in re.findall(rf"`((?:{ROOTS})/[^`\s]*)`", text):
        pattern = re.sub(r"<\w+>", "*", path.partition("::")[0]).rstrip("/")
        assert list(HOUSE.glob(pattern)), path
    for name in re.findall(r"`(app(?:\.\w+)+)`", text):
        assert found(name), name
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (paper.parent / link).exists(), link


def test_the_drawing_is_of_today():
    """``make drawing`` draws it anew."""
    text = drawing.PAGE.read_text("utf-8")
    assert text == drawing.page(text)


def test_each_decision_is_in_the_index():
    index = (HOUSE / "docs/README.md").read_text("utf-8")
    pages = sorted(path.name for path in (HOUSE / "docs/decisions").glob("*.md"))
    assert re.findall(r"\(decisions/([^)]+)\)", index) == pages
    for number, name in enumerate(pages, 1):
        assert name.startswith(f"{number:02}-")


def walk_told():
    """The functions that the page names, one after the other."""
    page = drawing.PAGE.read_text("utf-8").partition("## The walk of one action")[2]
    return re.findall(r"^\d+\. `([\w.]+)`", page, re.M)


@contextmanager
def called_of(names):
    """The order in which these are first called, but for what was called before it came in."""
    codes, order = {inspect.unwrap(found(name)).__code__: name for name in names}, []

    def look(frame, event, _):
        name = codes.get(frame.f_code) if event == "call" else None
        if name and name not in order:
            order.append(name)

    sys.setprofile(look)
    try:
        yield order
    finally:
        sys.setprofile(None)


def test_the_walk_is_as_a_request_goes_it(walk):
    card = walk.card("preparing")
    walk.do("storekeeper", card, "prepare", **walk.prepared(card))
    form = walk.look(card, lambda record: {"version": record.version})
    told = walk_told()
    second = walk.browser("storekeeper", 2)
    sent = {**form, "password": "a-long-password-for-tests", "key": second.key()}
    headers = {"X-CSRFToken": second.csrf_token()}
    second.careless = True
    with called_of(told) as order:
        answer = second.post(f"/production/{card}/hand_over", data=sent, headers=headers)
        with walk.app.app_context():
            while worker.do_next("docs"):
                pass
    assert answer.status_code == 303 and walk.look(card) == "handed_over"
    assert order == told
