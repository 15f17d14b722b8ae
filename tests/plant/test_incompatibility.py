"""Pair rules, both ways round, and the changeover matrix, which is not."""

from itertools import combinations

import pytest

from app.plant.production.incompatibility import EQUIPMENT, LOADING, STORAGE, Conflict, UnknownPair

from . import demo

CLASSES = [row["class_code"] for row in demo.rows("incompat_classes")]
PAIRS = demo.pairs()


@pytest.mark.parametrize(
    ("class_a", "class_b", "equipment", "storage", "loading"),
    [
        ("HYP", "ACI", "FORBID", "SEPARATE", "SEPARATE"),
        ("HYP", "ALK", "OK", "OK", "OK"),
        ("HYP", "NEU", "WASH", "OK", "OK"),
        ("ACI", "PER", "WASH", "SEPARATE", "OK"),
        ("PER", "CAT", "OK", "OK", "OK"),
        ("SOL", "ACI", "WASH", "SEPARATE", "OK"),
    ],
)
def test_rules_either_way_round(class_a, class_b, equipment, storage, loading):
    for a, b in ((class_a, class_b), (class_b, class_a)):
        found = tuple(PAIRS.rule(a, b, where) for where in (EQUIPMENT, STORAGE, LOADING))
        assert found == (equipment, storage, loading)


def test_every_pair_has_a_rule_and_a_class_goes_with_itself():
    for a, b in combinations(CLASSES, 2):
        for where in (EQUIPMENT, STORAGE, LOADING):
            assert PAIRS.rule(a, b, where) in {"OK", "WASH", "SEPARATE", "FORBID"}
    assert all(PAIRS.rule(name, name, EQUIPMENT) == "OK" for name in CLASSES)


def test_what_is_unknown_is_never_taken_as_harmless():
    with pytest.raises(UnknownPair):
        PAIRS.rule("HYP", "ZZZ", LOADING)
    assert PAIRS.conflicts(["ACI", "HYP", "ZZZ"]) == [
        Conflict("ACI", "HYP", "SEPARATE"),
        Conflict("ACI", "ZZZ", "UNKNOWN"),
        Conflict("HYP", "ZZZ", "UNKNOWN"),
    ]
    with pytest.raises(ValueError):
        PAIRS.rule("HYP", "ACI", "class_a")


def test_conflicts_of_a_vehicle():
    assert PAIRS.conflicts(["HYP", "ACI", "NEU", "HYP", None, ""]) == [
        Conflict("ACI", "HYP", "SEPARATE")
    ]
    assert [(c.class_a, c.class_b) for c in PAIRS.conflicts(["SOL", "PER", "HYP"])] == [
        ("HYP", "PER"),
        ("HYP", "SOL"),
        ("PER", "SOL"),
    ]
    assert PAIRS.conflicts(["ACI", "PER"], LOADING) == []
    assert PAIRS.conflicts(["ACI", "PER"], STORAGE) == [Conflict("ACI", "PER", "SEPARATE")]
    assert (
        PAIRS.conflicts([]) == PAIRS.conflicts(["HYP"]) == PAIRS.conflicts([None, "HYP", ""]) == []
    )


def test_kept_apart_from_one_class():
    assert PAIRS.apart_from("HYP", ["SOL", "ACI", "NEU", "HYP", "", None]) == ["ACI", "SOL"]
    assert PAIRS.apart_from("NEU", ["HYP", "ACI"]) == []
    assert PAIRS.apart_from("HYP", ["NEU", "ACI"], EQUIPMENT) == [
        "ACI"
    ]  # to wash is not to keep apart


def test_no_storage_zone_of_the_demo_holds_what_must_be_apart():
    for zone in demo.rows("storage_zones"):
        assert PAIRS.conflicts(demo.codes(zone["classes_allowed"]), STORAGE) == [], zone["zone"]


def test_no_formula_of_the_demo_holds_a_forbidden_pair():
    for row in demo.rows("formulas"):
        inside = [
            demo.materials()[line.material_code]["incompat_class"]
            for line in demo.formula(row["formula_code"])
        ]
        assert "FORBID" not in {c.rule for c in PAIRS.conflicts(inside, EQUIPMENT)}, row[
            "formula_code"
        ]


def test_changeovers_are_not_symmetric():
    between = demo.changeovers().between
    assert (between("DW", "LD").minutes, between("DW", "LD").wash_level) == (35, "2")
    assert (between("LD", "DW").minutes, between("LD", "DW").wash_level) == (75, "2")
    assert (between("DW", "DW").minutes, between(None, "DW").minutes) == (20, 0)


def test_chlorine_shares_equipment_with_nothing():
    for row in demo.rows("product_families"):
        other = row["family_code"]
        for pair in ((other, "BL"), ("BL", other)):
            assert demo.changeovers().between(*pair).forbidden == (other != "BL")


def test_an_unknown_family_has_no_changeover():
    with pytest.raises(UnknownPair):
        demo.changeovers().between("DW", "ZZ")
