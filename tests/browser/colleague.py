"""A person of the demo plant at a browser of their own, who does everything by clicks and keys."""

import gettext
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from app.flow.flows import FLOWS

TRANSLATIONS = Path(__file__).resolve().parents[2] / "app/translations"


class Colleague:
    """`page` is theirs alone, `login` who they are, `lang` what they read; `log` notes what they
    did as (login, label).
    """

    def __init__(self, page, login, lang, log=None):
        self.page, self.login, self.lang = page, login, lang
        self.password = f"washline-{login}"
        self.log = [] if log is None else log
        self.words = gettext.translation(
            "messages", TRANSLATIONS, [lang], fallback=lang == "en"
        ).gettext

    # Getting about

    def enter(self):
        """Log in with the demo's password, and choose the language once."""
        self.page.goto("/")
        expect(self.page).to_have_url(re.compile("/login"))
        self.page.locator("[name=login]").fill(self.login)
        self.page.locator("[name=password]").fill(self.password)
        self.page.locator("form.form button.primary").click()
        expect(self.page.locator("details.account")).to_be_visible()
        language = self.page.locator(f".languages button[value={self.lang}]")
        if language.get_attribute("aria-pressed") != "true":
            language.click()
        expect(self.page.locator("html")).to_have_attribute(
            "lang", "zh-CN" if self.lang == "zh_Hans_CN" else self.lang
        )
        return self

    def board(self, department):
        """Go to a board by the bar at the top."""
        self.page.locator(f"nav.departments a[href='/{department}/']").click()
        expect(self.page.locator(f"#board[data-board={department}]")).to_be_visible()
        self.is_ready()
        return self

    def rest(self):
        """Turn from the boards: a page that reads nothing again while others work."""
        if not self.page.url.endswith("/account"):
            self.page.goto("/account")

    def comes_to(self, ref):
        """Have the page of this record before them."""
        return self if self.page.url.endswith(f"/{ref}") else self.find(ref)

    def is_ready(self):
        self.page.wait_for_selector("html[data-ready]")

    def card(self, ref):
        return self.page.locator(f".card[data-record='{ref}']")

    def open(self, department, ref):
        """Go to a board and open the page of one of its cards."""
        self.board(department).card(ref).locator("a.no").click()
        return self.reads(ref)

    def find(self, ref):
        """Look a record up by its number, from anywhere, once the page listens to keys."""
        self.is_ready()
        self.page.keyboard.press("/")
        self.page.keyboard.type(ref)
        self.page.keyboard.press("Enter")
        return self.reads(ref)

    def reads(self, ref):
        """The page of this record is before them."""
        expect(self.record).to_have_attribute("data-record", ref)
        self.is_ready()
        return self

    @property
    def record(self):
        return self.page.locator(".record-page")

    # Doing

    def act(self, action, then=None, **answers):
        """Press an action on a record's page, answer its form if it has one, and see its next
        stage (or its next version).
        """
        before = self.record.get_attribute("data-version")
        button = self.record.locator(
            f"a[data-dialog][href$='/{action}'], form[action$='/{action}'] button"
        )
        asks = button.get_attribute("href") is not None
        self.says(self.record.get_attribute("id").split("-")[1], action, button)
        button.click()
        if asks:
            self.answer(**answers)
        expect(self.record).not_to_have_attribute("data-version", before)
        if then:
            expect(self.record).to_have_attribute("data-stage", then)
        self.is_ready()
        self.done(action)
        return self

    def next(self, ref, action, then, **answers):
        """Press a card's own button on the board, answer its form if it has one, and see the
        card in its next column.
        """
        card = self.card(ref)
        flow, button = card.get_attribute("id").split("-")[1], card.locator("a.next")
        expect(button).to_have_attribute("href", f"{ref}/{action}")
        self.says(flow, action, button)
        button.click()
        if answers:
            self.answer(**answers)
        expect(
            self.page.locator(f"#column-{flow}-{then} .card[data-record='{ref}']")
        ).to_have_count(1)
        expect(card).not_to_have_attribute("aria-busy", "true")
        self.done(action)
        return self

    def create(self, flow, action, **answers):
        """Open a new record from the board's head; the board tells its ref, which comes back."""
        button = self.page.locator(f".board-head a[href$='/new/{flow}/{action}']")
        self.says(flow, action, button)
        button.click()
        self.answer(**answers)
        told = self.page.locator(".toast").last
        expect(told).to_have_text(re.compile("^[A-Z]+-"))
        self.done(action)
        return re.match("[A-Z0-9-]+", told.text_content())[0]

    def answer(self, again=None, **answers):
        """Fill in the form in the dialog as proposed but for `answers`, sign it where it asks
        for that, and send it; a reading that halts the line is asked for `again`.
        """
        panel = self.page.locator("#panel")
        expect(panel.locator("form")).to_be_visible()
        if panel.locator("[name=password]").count():
            answers["password"] = self.password
        for name, value in answers.items():
            fill(panel, name, value)
        self.done("form")
        panel.locator("footer.submit button.primary").click()
        if again is not None:
            panel.locator("[name=again]").fill(str(again))
            panel.locator("footer.submit button.primary").click()
        expect(panel).to_be_hidden()

    def sign(self, reading=None, then="running"):
        """Sign the open step of the run: within its limits, or with this reading."""
        twice = {"again": reading} if then == "halted" else {}
        self.act("sign_step", then, conforming=reading or True, **twice)

    # Words

    def says(self, flow, action, button):
        """The button carries the action's name in the reader's language."""
        label = FLOWS[flow].action(action).label.msgid
        expect(button).to_have_text(self.words(label))
        self.log.append((self.login, label))

    def done(self, what):
        """A step is done; somebody may want to look at the page."""


def fill(form, name, value):
    """Put a value into the control of this name, whatever kind it is; `conforming` fills in
    every reading and verdict.
    """
    if name == "conforming":
        conform(form, value)
        return
    fields = form.locator(f"[name='{name}']:not([type=hidden])")
    kind = fields.first.evaluate("field => field.type")
    if kind == "radio" or (kind == "checkbox" and value is not True):
        form.locator(f"label.choice:has([name='{name}'][value='{value}'])").click()
    elif kind == "checkbox":
        form.locator(f"label.choice:has([name='{name}'])").click()
    elif kind == "select-one":
        fields.select_option(**value if isinstance(value, dict) else {"value": value})
    elif chosen := fields.first.get_attribute("data-into"):
        fields.fill(value)
        fields.press("Enter")  # takes the first of what is found
        expect(form.locator(f"[name='{chosen}']")).not_to_have_value("")
    else:
        fields.fill(str(value))


def limits_of(field):
    """The lower and the upper limit that a field's reading is judged by, as the page asks."""
    asked = parse_qs(urlsplit(field.get_attribute("hx-get")).query)
    return [asked.get(name, [None])[0] for name in ("lower", "upper")]


def conform(form, reading):
    """Enter what lies within the limits that the form shows (or this reading), and choose “as it
    must be”.
    """
    for field in form.locator("[name=reading], [name$='-value']").all():
        known = [Decimal(limit) for limit in limits_of(field) if limit]
        field.fill(
            str(sum(known) / len(known) if known else 98) if reading is True else str(reading)
        )
    open_lots = form.locator(".tick-list li:not(.done)")
    for left in range(open_lots.count(), 0, -1):
        expect(open_lots).to_have_count(left)
        form.locator("[data-scan]").fill(open_lots.first.locator(".code").text_content())
        form.locator("[data-scan]").press("Enter")
    expect(open_lots).to_have_count(0)
    for choice in form.locator("label.choice:has([name$=conforms][value=yes])").all():
        choice.click()
