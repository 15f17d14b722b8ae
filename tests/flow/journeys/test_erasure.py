"""Words about people go on request, by ``washline erase``; the chains hold, and what went and
why is on record.
"""

import re

import pytest
from click.testing import CliRunner

from app import verification
from app.cli.erase import command
from app.models.master import Customer
from tests.master.pages import send
from tests.pages.looking import words


@pytest.fixture
def erase(walk, monkeypatch):
    """``erase("2026-00001-1", 3, reason="asked")``: exit code and what was said."""

    monkeypatch.setenv("WASHLINE_HOME", str(walk.app.config["HOME"]))
    monkeypatch.setenv("DATABASE_URL", walk.app.config["SQLALCHEMY_DATABASE_URI"])

    def run(*arguments, reason=""):
        answer = CliRunner().invoke(
            command, [*map(str, arguments), *(["--reason", reason] if reason else [])]
        )
        return answer.exit_code, answer.output

    yield run
    with walk.app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults]


def numbers(listed):
    """The numbers of the words that the command lists, by their field."""
    return {
        field: int(number)
        for number, field in re.findall(r"^ *(\d+)  \S+  \w+, (\w+):", listed[1], re.M)
    }


def test_a_witness_asks_to_be_forgotten(walk, erase):
    card = walk.card("nonconforming", quantity=24)
    walk.do("quality_head", card, "scrap", reason="contaminated", witness="张样五")
    found = erase(card)
    assert found[0] == 0 and "scrap, witness: 张样五" in found[1]
    number = numbers(found)["witness"]
    assert erase(card, number)[0] == 1 and erase(card, number + 99, reason="asked")[0] == 1, (
        "nothing without a reason, nor what is not there"
    )
    assert erase(card, number, reason="asked to by letter") == (
        0,
        "1 erased; `washline verify` checks that nothing else was touched.\n",
    )
    assert walk.look(
        card, lambda c: (c.nonconformance.witness, c.history[-1].action, c.history[-1].reason)
    ) == ("", "erase", "asked to by letter")
    page = walk.browser("auditor").get(f"/quality/{card}")
    assert (
        "张样五" not in page.text
        and "erased words about a person" in words(page)
        and "asked to by letter" in words(page)
    )
    assert "0 kept" in erase(card)[1]


def test_what_a_customer_s_contact_was_called_goes_too(walk, erase):
    address = f"/admin/master/customer/{walk.id_of(Customer, 'C-002')}"
    assert send(walk.browser("admin"), address, contact="王示九").status_code == 303
    found = erase("customer:C-002")
    assert "王示九" in found[1]
    assert erase("customer:C-002", numbers(found)["contact"], reason="has left")[0] == 0
    page = walk.browser("admin").get(address)
    assert "erased words about a person" in words(page) and "周示二" not in words(page)
    assert erase("customer:C-999")[0] == 1 and erase("nobody")[0] == 1
