"""What tests of spreadsheets ask for: a plant with the demo's master data, and files."""

import io

import pytest

from app.jobs import worker
from tests.master.conftest import loaded, start  # the demo plant, as on a day
from tests.shared import WORKER


@pytest.fixture
def bring(app):
    """``bring(browser, "products", "p.csv", bytes)``: the page of what the file comes to, once the
    worker has looked at it.
    """

    def send(browser, kind, name, content, **more):
        answer = browser.submit("/import/", kind=kind, file=(io.BytesIO(content), name), **more)
        assert answer.status_code == 303, answer.text
        work(app)
        return answer.headers["Location"]

    return send


def work(app):
    """Do what the worker has to do."""
    with app.app_context():
        while worker.do_next(f"test:{WORKER}"):
            pass
