"""The page of a product, a customer, a material, a line: what stands on it, who changes what."""

from decimal import Decimal

import pytest

from app.extensions import db
from app.models.master import (
    Customer,
    CustomerAddress,
    Formula,
    FormulaLine,
    LineRate,
    Material,
    Product,
)
from app.models.records.event import Event
ENGLISH = {"Accept-Language": "en"}

from .pages import form_of

PAGES = {
    "product": "/product/P-DW-500",
    "customer": "/customer/C-001",
    "material": "/material/R-002",
    "line": "/line/L1",
}


def opened(browser, path, part):
    """The form that stands open in a part."""
    place = f"{path}?edit={part}"
    return place, form_of(browser.get(place, headers=ENGLISH).text, place)


@pytest.mark.parametrize("name", PAGES)
def test_look(login_as, plant, name):
    page = login_as("auditor").get(PAGES[name], headers=ENGLISH)
    open(f"/tmp/{name}.html", "w").write(page.text)
    assert page.status_code == 200
