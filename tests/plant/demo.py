"""The demo plant's tables as the plant's own values: read from the CSV files, never from a
database.
"""

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from app.plant.production.balance import ToleranceRow
from app.plant.production.incompatibility import Changeover, Changeovers, Incompatibility, PairRule
from app.plant.production.requirements import FormulaLine, PackagingItem
from app.plant.quantities import to_base
from app.plant.sales.order_facts import CustomerFacts, LineFacts, PlantFacts, ProductFacts
from app.plant.warehouse.fefo import Lot

DATA = Path(__file__).parents[2] / "app" / "demo" / "data"
BASE_DAY = date(2026, 11, 22)


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell):
    return Decimal(cell) if cell else None


def codes(cell):
    return tuple(code for code in cell.split("|") if code)


@cache
def materials():
    return {row["material_code"]: row for row in rows("materials")}


@cache
def formula(formula_code):
    return tuple(
        FormulaLine(
            row["material_code"],
            Decimal(row["percent_w_w"]),
            Decimal(materials()[row["material_code"]]["nominal_active_pct"])
            if row["potency_correct"] == "Y"
            else None,
            water=materials()[row["material_code"]]["untracked"] == "Y",
        )
        for row in rows("formula_lines")
        if row["formula_code"] == formula_code
    )


@cache
def packaging_items(product_code):
    return tuple(
        PackagingItem(row["material_code"], int(row["units_per_item"]), Decimal(row["scrap_pct"]))
        for row in rows("product_packaging")
        if row["product_code"] == product_code
    )


@cache
def products():
    rates = {}
    for row in rows("line_rates"):  # the line with the larger pot is the main line
        known = rates.get(row["product_code"])
        if known is None or int(row["max_batch_kg"]) > int(known["max_batch_kg"]):
            rates[row["product_code"]] = row
    found = {}
    for row in rows("products"):
        code, rate = row["product_code"], rates[row["product_code"]]
        found[code] = ProductFacts(
            product_code=code,
            formula_code=row["formula_code"],
            incompat_class=row["incompat_class"],
            fill_mass=to_base(row["fill_mass_g"], "g"),
            units_per_case=int(row["units_per_case"]),
            shelf_life_days=int(row["shelf_life_days"]),
            label_variants=frozenset(codes(row["label_variants"])),
            smallest_pot=to_base(rate["min_batch_kg"], "kg"),
            largest_pot=to_base(rate["max_batch_kg"], "kg"),
            filling_loss_pct=Decimal(rate["filling_loss_pct"]),
            bulk_yield_pct=Decimal(rate["bulk_yield_pct"]),
            formula=formula(row["formula_code"]),
            packaging=packaging_items(code),
        )
    return found


@cache
def customers():
    return {
        row["customer_code"]: CustomerFacts(
            row["customer_code"],
            Decimal(row["min_remaining_shelf_life_pct"]),
            row["label_variant"],
            codes(row["required_documents"]),
            row["payment_rule"],
        )
        for row in rows("customers")
    }


@cache
def order_lines():
    transit = {
        (row["customer_code"], row["address_code"]): int(row["transit_days"])
        for row in rows("customer_addresses")
    }
    paid = {row["customer_po"] for row in rows("payments") if row["paid"] == "Y"}
    return tuple(
        LineFacts(
            order=row["customer_po"],
            line_no=int(row["line_no"]),
            customer=customers()[row["customer_code"]],
            address_code=row["address_code"],
            transit_days=transit[row["customer_code"], row["address_code"]],
            received_at=datetime.fromisoformat(row["received_at"]),
            product_code=row["product_code"],
            product=products().get(row["product_code"]),
            quantity=int(row["qty"]),
            requested_date=date.fromisoformat(row["requested_date"]),
            paid=row["customer_po"] in paid,
        )
        for row in rows("sample_orders")
    )


def line(order, line_no, **changes):
    found = next(line for line in order_lines() if line.key == (order, line_no))
    return replace(found, **changes)


def expected(column):
    return {(row["customer_po"], int(row["line_no"])): row[column] for row in rows("sample_orders")}


@cache
def stock():
    lots = defaultdict(tuple)
    for row in rows("material_lots"):
        lots[row["material_code"]] += (
            Lot(
                row["lot_no"],
                to_base(row["qty"], row["uom"]),
                date.fromisoformat(row["expiry"]),
                number(row["assay_pct"]),
                row["status"],
            ),
        )
    return dict(lots)


@cache
def pairs():
    return Incompatibility(
        PairRule(
            row["class_a"],
            row["class_b"],
            row["equipment_rule"],
            row["storage_rule"],
            row["loading_rule"],
        )
        for row in rows("incompatibility")
    )


@cache
def changeovers():
    return Changeovers(
        {
            (row["from_family"], row["to_family"]): Changeover(
                row["wash_level"], int(row["minutes"]) if row["minutes"] else None
            )
            for row in rows("changeover_matrix")
        }
    )


@cache
def tolerance():
    return tuple(
        ToleranceRow(
            Decimal(row["qn_from_exclusive"]),
            Decimal(row["qn_to_inclusive"]),
            number(row["tolerance_pct"]),
            number(row["tolerance_abs_g_or_ml"]),
        )
        for row in rows("net_content_tolerance")
    )


@cache
def plant():
    return PlantFacts(
        day=BASE_DAY,
        lots=stock(),
        pairs=pairs(),
        documents={
            row["document_code"]: frozenset(codes(row["applies_to_products"]))
            for row in rows("document_types")
        },
        untracked=frozenset(code for code, row in materials().items() if row["untracked"] == "Y"),
    )
