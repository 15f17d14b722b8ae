"""The table of ``make mutants`` fits the code: its faults can be planted, its tests are there."""

import re

import pytest

from tests.mutants.table import MUTANTS, ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_can_be_planted_in_one_place_and_its_tests_are_there(mutant):
    assert mutant.fits(), "its text does not stand in its file exactly once"
    for test in mutant.tests:
        file, name = re.match(r"(.+?)::(\w+)", test).groups()
        assert f"\ndef {name}(" in (ROOT / file).read_text("utf-8"), test


def test_no_two_are_called_alike():
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)
