"""The sentence for each finding of a review, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from app.flow.texts.lazy_text import Text, _l, listed
from app.flow.texts.terms import LABEL_LANGUAGES, term, unit
from app.plant.quantities import from_base
from app.plant.sales.finding import Finding

_PLAIN = {
    "refuse:unknown_product": _l("Unknown product code"),
    "refuse:quantity": _l("The quantity is not above zero"),
    "hold:payment": _l("Prepayment not received: do not start"),
    "hold:shipment": _l("Not fully paid: may be made, not shipped"),
}


def sentence(finding: Finding, names: Mapping[str, object] | None = None) -> Text:
    """Return the sentence of a finding; `names` gives names for codes of documents (else the code
    is shown).

    Call it when the sentence is shown: names are put into the reader's language here.
    """
    plain = _PLAIN.get(str(finding))
    return (
        plain if plain is not None else _WITH_FIGURES[_rule(finding)](finding.detail, names or {})
    )


def _rule(finding: Finding) -> str:
    # The code of these kinds is a figure or a list of codes, not a rule of its own.
    return finding.kind if finding.kind in ("split", "combine", "shortage") else str(finding)


def _due_date(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l("Requested for %(requested)s, before the order came in on %(received)s", **detail)


def _full_case(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l("Not full cases of %(units_per_case)s: %(over)s units over", **detail)


def _duplicate(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l("Looks like a repeat of %(order)s", **detail)


def _split(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l(
        "Bulk %(bulk)s kg exceeds one pot of %(largest)s kg: %(pots)s pots",
        bulk=_kilograms(detail["bulk"]),
        largest=_kilograms(detail["largest"]),
        pots=detail["pots"],
    )


def _combine(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l(
        "Bulk %(bulk)s kg is below the smallest pot of %(smallest)s kg; can share a pot with "
        "%(partners)s",
        bulk=_kilograms(detail["bulk"]),
        smallest=_kilograms(detail["smallest"]),
        partners=listed(f"{order}/{line_no}" for order, line_no in detail["partners"]),
    )


def _below_minimum(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l(
        "Bulk %(bulk)s kg is below the smallest pot of %(smallest)s kg and nothing to combine with",
        bulk=_kilograms(detail["bulk"]),
        smallest=_kilograms(detail["smallest"]),
    )


def _segregate(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    classes = listed(detail["classes"])
    return _l(
        "Incompatible class on the same order and address (%(classes)s): load apart",
        classes=classes,
    )


def _documents(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    documents = listed(names.get(code, code) for code in detail["documents"])
    label = term(LABEL_LANGUAGES, detail["missing_label"])
    if not label:
        return _l("Customer needs: %(documents)s", documents=documents)
    if not documents:
        return _l("Customer needs a label in %(label)s: no such version", label=label)
    return _l(
        "Customer needs: %(documents)s, and a label in %(label)s: no such version",
        documents=documents,
        label=label,
    )


def _shelf_life(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    if detail["possible"]:
        return _l(
            "At most %(allowed_age)s days old on arrival: make it no earlier than %(earliest)s",
            allowed_age=detail["allowed_age"],
            earliest=detail["earliest"],
        )
    return _l(
        "%(transit_days)s days of transport and %(release_days)s for release exceed the allowed "
        "age of "
        "%(allowed_age)s days on arrival: cannot be met",
        transit_days=detail["transit_days"],
        release_days=detail["release_days"],
        allowed_age=detail["allowed_age"],
    )


def _shortage(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    missing = listed(
        f"{code} {from_base(quantity, detail['uom'][code])} {unit(detail['uom'][code])}"
        for code, quantity in detail["missing"].items()
    )
    return _l("Short even on its own: %(missing)s", missing=missing)


def _rush(detail: dict[str, Any], names: Mapping[str, object]) -> Text:
    return _l("Rush: due within %(days)s days of receipt", days=detail["within"])


def _kilograms(mass: int) -> int:
    return round(from_base(mass, "kg"))


_WITH_FIGURES = {
    "ask:due_date": _due_date,
    "ask:full_case": _full_case,
    "ask:below_minimum": _below_minimum,
    "warn:duplicate": _duplicate,
    "warn:segregate": _segregate,
    "warn:documents": _documents,
    "warn:shelf_life": _shelf_life,
    "split": _split,
    "combine": _combine,
    "shortage": _shortage,
    "rush": _rush,
}
