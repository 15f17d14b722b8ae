"""What a stranger types into an empty plant, and how clicks and keys are counted."""

import re

from playwright.sync_api import expect

from app import clock
from tests.browser.colleague import Colleague, fill

PASSWORD = "plum tree river"
# Who it takes: two for each step that two must do.
STAFF = {
    "bo": ("sales", "planner", "buyer"),
    "chen": ("production_head", "quality_head", "supervisor"),
    "deng": ("storekeeper",),
    "fei": ("storekeeper", "inspector"),
    "gao": ("operator",),
}
NEUTRAL = {"incompat_class": "NEU"}
PART = {"phase": "A", "weigh_tolerance_pct": 2}
RAW = {"kind": "raw", "uom": "kg", "safety_stock": 0, "supplier": "S1"}
# What each form asks for beyond what it proposes, in the order of the first steps; names in one
# language.
ENTRIES = (
    ("class", {"code": "NEU", "name_en": "Neutral"}),
    ("family", {"code": "DW", "name_en": "Dish liquid", **NEUTRAL}),
    (
        "line",
        {"code": "L1", "name_en": "Line 1", "families": "DW", "shift_start": "00:00"}
        | {"shift_end": "24:00", "shifts_per_day": 1, "crew_std": 2},
    ),
    (
        "tank",
        {"code": "T1", "name_en": "Tank", "line": "L1", "working_volume_ml": 1000}
        | {"min_fill_pct": 10, "max_fill_pct": 90, "material": "SS", "classes": "NEU"},
    ),
    ("zone", {"code": "RAW", "name_en": "Raw", "kind": "raw", "classes": "NEU"}),
    ("zone", {"code": "PACK", "name_en": "Packaging", "kind": "packaging"}),
    ("zone", {"code": "Q", "name_en": "Quarantine", "kind": "quarantine", "classes": "NEU"}),
    ("zone", {"code": "FG", "name_en": "Finished", "kind": "finished", "classes": "NEU"}),
    ("zone", {"code": "NC", "name_en": "Blocked", "kind": "nonconforming", "classes": "NEU"}),
    ("supplier", {"code": "S1", "name_en": "Supplier", "approved": True}),
    (
        "material",
        {"code": "R1", "name_en": "Water", "shelf_life_days": 1, "lead_time_days": 0, **RAW}
        | {"storage_zone": "PACK", "unit_cost": "0.01", "untracked": True},
    ),
    (
        "material",
        {"code": "R2", "name_en": "Surfactant", "shelf_life_days": 720, "lead_time_days": 5}
        | {**RAW, **NEUTRAL, "storage_zone": "RAW", "unit_cost": 9},
    ),
    (
        "material",
        {"code": "K1", "name_en": "Bottle", "shelf_life_days": 3650, "lead_time_days": 5}
        | {**RAW, "kind": "packaging", "uom": "pcs", "storage_zone": "PACK", "unit_cost": "0.4"},
    ),
    (
        "formula",
        {"code": "F1", "version": "1.0", "name_en": "Bulk", "status": "draft", "family": "DW"}
        | {**NEUTRAL, "density": 1, "standard_yield_pct": 98, "effective_from": clock.today()},
    ),
    ("formula_line", {**PART, "line_no": 10, "material": "R1", "percent": 80}),
    ("formula_line", {**PART, "line_no": 20, "material": "R2", "percent": 20}),
    ("instruction", {"code": "W1", "version": "A", "family": "DW", "title_en": "Dish liquid"}),
    (
        "step",
        {"step_no": 1, "section_en": "Mix", "text_en": "Stir"}
        | {"entry_type": "confirm", "role": "operator"},
    ),
    (
        "product",
        {"code": "P1", "name_en": "Dish liquid 500 g", "family": "DW", **NEUTRAL}
        | {"formula": "F1", "instruction": "W1", "pack_qty": 500, "pack_uom": "g"}
        | {"fill_mass_mg": 500, "gross_mass_mg": 530, "case_gross_mass_mg": 6500}
        | {"units_per_case": 12, "shelf_life_days": 720, "default_min_remaining_pct": 50}
        | {"standard": "Q/1", "label_version": "A", "label_variants": "en", "list_price": 4},
    ),
    (
        "packaging",
        {"product": "P1", "line_no": 10, "material": "K1", "per": "unit"}
        | {"units_per_item": 1, "uom": "pcs", "scrap_pct": 1},
    ),
    (
        "test",
        {"product": "P1", "stage": "finished", "code": "PH", "name_en": "pH", "uom": "pH"}
        | {"lower": 6, "upper": 8, "defect_class": "major", "kind": "release", "every": "batch"}
        | {"duration_h": "0.1"},
    ),
    (
        "rate",
        {"line": "L1", "product": "P1", "units_per_hour": 1000, "crew": 2}
        | {"mix_hours_per_batch": 1, "min_batch_mg": 50, "max_batch_mg": 900}
        | {"bulk_yield_pct": 98, "filling_loss_pct": 1},
    ),
    (
        "anomaly_code",
        {"code": "A1", "name_en": "Leak", "stage": "any", "severity": "low", "reporter": "any"},
    ),
    (
        "customer",
        {"code": "C1", "name_en": "Customer", "country": "CN", "language": "en"}
        | {"payment_rule": "net", "min_remaining_shelf_life_pct": 50, "label_variant": "en"},
    ),
    (
        "address",
        {"customer": "C1", "code": "A1", "address_en": "1 Test Road", "receiving_days": "1"}
        | {"transit_days": 1},
    ),
)
LOTS = (("A-1", "R2", 2000, "kg", "RAW"), ("A-2", "K1", 50000, "pcs", "PACK"))
# Of this browser: pressing a mouse is a click, a list to choose from two, a file to choose three;
# what was typed counts by its letters.
COUNT = """
const add = (what, n) => sessionStorage.setItem(what, +(sessionStorage.getItem(what) || 0) + n);
addEventListener('pointerdown', event => event.isTrusted && add('clicks', 1), true);
addEventListener('change', ({target}) => {
  if (target.tagName === 'SELECT') add('clicks', 2);
  else if (target.type === 'file') add('clicks', 3);
  else if (!['checkbox', 'radio'].includes(target.type))
    { add('clicks', 1); add('keys', target.value.length); }
}, true);
"""
# Seconds, by Card, Moran and Newell, The Keystroke-Level Model (1980): a key of an average typist;
# of a click pointing, pressing, the hand brought to the mouse, and a thought before each.
KEY, CLICK = 0.28, 1.1 + 0.2 + 0.4 + 1.35


class Owner(Colleague):
    """Somebody of the plant, whose clicks and keys are counted."""

    def __init__(self, page, login):
        super().__init__(page, login, "en")
        self.password = PASSWORD
        page.add_init_script(COUNT)

    def go(self, *addresses):
        """Follow links, one after the other; what is not on the page is in the menu."""
        for address in addresses:
            link = self.page.locator(f"a[href='{address}']:visible").first
            if not link.count():
                self.page.locator("details.account summary").click()
            link.click()
        return self

    def adds(self, form, **said):
        """Open this form, from the page before them or by the first steps, and fill it in."""
        link = self.page.locator(f"main a[href^='{form}']").first
        if not link.count():
            self.go("/admin/start/")
        link.click()
        self.saves(**said)

    def saves(self, **said):
        """Fill in the form before them and see that it was taken."""
        form = self.page.locator("main form.form").first
        for name, value in said.items():
            for each in value if isinstance(value, tuple) else (value,):
                fill(form, name, each)
        form.locator("button.primary").click()
        expect(self.page.locator("main form.form .error")).to_have_count(0)
        expect(self.page).not_to_have_url(re.compile(r"/new(\?|$)"))

    def typed(self, keys):
        """They typed so much elsewhere."""
        self.page.evaluate(
            "n => sessionStorage.setItem('keys', +sessionStorage.getItem('keys') + n)", keys
        )

    def counted(self):
        """How often they clicked and typed."""
        return tuple(
            int(self.page.evaluate(f"sessionStorage.getItem('{what}')") or 0)
            for what in ("clicks", "keys")
        )
