"""The emergency pack: a blank form of every step, what stands where, kept where it can be
reached, told where it cannot.
"""

import logging
from io import BytesIO

import pytest
from pypdf import PdfReader

from app import clock, documents
from app.cli import main
from app.documents import paper_day
from app.documents.paper.bilingual import both
from app.documents.paper.blocks import BlankForm, Contents, Table
from app.documents.paper_day import blank_forms
from app.documents.pdf.typeset import typeset
from app.extensions import db
from app.flow.departments import WITH_BOARD
from app.flow.flows import FLOWS, stages_of
from app.flow.texts.lazy_text import _l
from app.forms import FORMS
from app.forms.records.action import ActionForm, Words
from app.jobs import paper_day as making
from app.jobs import worker
from app.models.alerts.group_robot import RobotMessage
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Job
from app.models.warehouse.stock import Stock
from app.storage import paper_day as place
from app.web.languages import speaking
from tests.flow.test_robots import robot, set_up

PDF = b"%PDF-1.7 a pack\n%%EOF\n"


def blank(flow, key):
    action = FLOWS[flow].action(key)
    (found,) = [
        each
        for each in blank_forms.forms_of(FLOWS[flow])
        if isinstance(each, BlankForm) and each.anchor == blank_forms.anchor(FLOWS[flow], action)
    ]
    return found


def labels(form):
    return [entry.label.en for entry in form.entries]


def test_every_step_has_a_blank_form_in_both_languages(app):
    with app.app_context():
        for flow in FLOWS.values():
            contents, *forms = blank_forms.forms_of(flow)
            steps = {f"{flow.key}.{a.key}" for a in flow.actions if not a.driven}
            assert {form.anchor for form in forms} == steps
            assert isinstance(contents, Contents) and {each[0] for each in contents.items} == steps
            for form in forms:
                assert labels(form)[:2] == ["Record no.", "When it happened"]
                assert all(each.label.zh != each.label.en for each in form.entries), form.anchor
                assert form.signatures[0].en.startswith("Done by")


def test_a_form_asks_on_paper_for_what_it_asks_for_on_the_screen(app, monkeypatch):
    with app.app_context():
        step, finish = blank("production", "sign_step"), blank("production", "finish")
        assert labels(step)[2:] == ["Reading", "Code scanned or read", "Checked", "Note"]
        assert [box.en for box in step.entries[4].boxes] == ["As it must be", "Not as it must be"]
        assert step.signatures[1].en == "Second person: name, signature"
        assert labels(finish)[2:] == ["Good units", "Rejected units", "Reason for rejection"]
        assert finish.entries[2].mark == "* 件 units"
        order = blank("order", "receive")
        assert [column.label.en for column in order.entries[-1].columns][:3] == [
            "No.",
            "Product",
            "Quantity (units)",
        ]
        approve = blank("production", "approve_plan")
        told = {note.label.en: note.value for note in approve.notes}
        assert [each.en for each in told["Not by whoever did"].parts] == [
            "Draw up the plan",
            "Supply from stock",
        ]

        # A field that somebody adds stands there by itself; so does what a reason asks for.
        class Longer(FORMS["finish"]):
            smell = Words(_l("Colour"))

        monkeypatch.setitem(FORMS, "finish", Longer)
        monkeypatch.setattr(blank_forms, "form_class", lambda action, by_pin: Longer)
        assert "Colour" in labels(blank("production", "finish"))
        assert issubclass(Longer, ActionForm)


def test_each_department_finds_what_stands_with_it(everywhere):
    """Its part names every open record in its stages; the warehouse's every lot and shipment."""
    with everywhere.app.app_context():
        cover, *parts = paper_day.of_now(clock.now())
        pages = {each.title.en.split(" 2")[0]: "" for each in parts}
        for each in parts:
            pages[each.title.en.split(" 2")[0]] += typeset(each)
        for department in WITH_BOARD:
            page = pages[both(department.label).en]
            for flow, stage in stages_of(department):
                kind = KINDS[flow.key]
                for record in db.session.scalars(db.select(kind).where(kind.stage == stage.key)):
                    assert f">{record.ref}" in page, (department.key, record.ref)
        lots = db.session.scalars(db.select(Stock).where(Stock.quantity > 0)).all()
        assert lots and all(f">{each.lot.lot_no}<" in pages["Warehouse"] for each in lots)
        assert "How to work on paper" in typeset(cover) and "纸面作业办法" in typeset(cover)


def test_long_tables_are_printed_in_parts():
    tables = [Table((), ((str(n),),) * rows) for n, rows in enumerate((10, 240, 0, 600))]
    pieces = [list(piece) for piece in paper_day.pieces(tables)]
    assert [sum(len(each.rows) for each in piece) for piece in pieces] == [250, 250, 250, 100]
    assert [len(piece) for piece in pieces] == [3, 1, 1, 1]


def test_it_is_one_pdf_on_a4_with_a_way_to_each_part(everywhere, monkeypatch):
    flows = {key: FLOWS[key] for key in ("handover",)}
    monkeypatch.setattr(paper_day, "FLOWS", flows)
    with everywhere.app.app_context():
        parts = paper_day.of_now(clock.now())
        pdf = PdfReader(BytesIO(paper_day.printed([parts[0]])))
    assert [each.title for each in pdf.outline if not isinstance(each, list)] == [
        "停机应急包 Emergency pack",
        "空白表:交接班 Blank forms: Shift hand-over",
    ]
    assert {tuple(map(round, page.mediabox[2:])) for page in pdf.pages} == {(595, 842)}
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "Write a hand-over note" in text and "Sheet no." in text and "单据号" in text


@pytest.fixture
def pack(monkeypatch):
    """The press is spared: what is printed is ``pack[0]``, or raised."""
    given = [PDF]

    def printed(parts):
        if isinstance(given[0], Exception):
            raise given[0]
        return given[0]

    monkeypatch.setattr(making, "of_now", lambda at: [])
    monkeypatch.setattr(making, "printed", printed)
    return given


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder of another machine; the home folder is the test's own."""
    return tmp_path_factory.mktemp("elsewhere")


def tried(walk):
    with walk.app.app_context():
        making.begin(walk.app, only_due=True).join()


def warnings(walk):
    walk.app.extensions.pop("washline-readiness", None)
    answer = walk.browser("admin").get("/readyz", headers={"Accept-Language": "en"})
    return answer.status_code, answer.json["warnings"]


def test_it_is_kept_elsewhere_each_hour_and_the_last_day_beside_it(
    everywhere, pack, elsewhere, monkeypatch
):
    share = elsewhere / "share"
    share.mkdir()
    (share / "mine.pdf").write_text("mine")
    everywhere.app.config["PAPER_DAY_FOLDER"] = str(share)
    tried(everywhere)
    assert (share / place.NEWEST).read_bytes() == PDF
    written = sorted(path.name for path in share.iterdir())
    assert len(written) == 3 and warnings(everywhere)[0] == 200
    pack[0] = b"%PDF another"
    tried(everywhere)  # within the hour nothing is due
    assert (share / place.NEWEST).read_bytes() == PDF
    for hour in range(30):
        (share / f"washline-paper-day-20200101-{hour:02}00.pdf").write_text("old")
    monkeypatch.setattr(place, "EVERY", clock.now() - clock.now())
    tried(everywhere)
    assert (share / place.NEWEST).read_bytes() == b"%PDF another"
    with everywhere.app.app_context():
        assert len(place.dated(share)) == place.KEPT
    assert (share / "mine.pdf").exists() and not list(share.glob(".*"))


def test_a_place_that_cannot_be_written_is_told_and_stops_nothing(
    everywhere,
    robot,
    pack,
    elsewhere,
    caplog,
):
    set_up(everywhere, robot, roles=("admin",))
    share = elsewhere / "not mounted"
    everywhere.app.config["PAPER_DAY_FOLDER"] = str(share)
    assert not [each for each in warnings(everywhere)[1] if "Paper day" in each]
    with caplog.at_level(logging.ERROR):
        tried(everywhere)
        tried(everywhere)
    assert "is its share there?" in caplog.text
    status, told = warnings(everywhere)
    assert status == 200 and any("emergency pack" in each for each in told)
    with everywhere.app.app_context():
        (message,) = db.session.scalars(db.select(RobotMessage)).all()
        with speaking("en"):
            assert str(clock.today()) in str(_l(message.said["msgid"], **message.said["args"]))
    page = everywhere.browser("supervisor").get("/paper-day/").get_data(as_text=True)
    assert "The last one could not be made" in page and "is its share there?" in page
    share.mkdir()
    tried(everywhere)
    assert (share / place.NEWEST).exists()
    assert not [each for each in warnings(everywhere)[1] if "emergency" in each]
    pack[0] = documents.NotPrinted("no press")
    with everywhere.app.app_context(), pytest.raises(documents.NotPrinted):
        making.make()
    assert [each for each in warnings(everywhere)[1] if "emergency" in each]


def test_whoever_is_responsible_has_one_made_and_everybody_takes_it_away(everywhere, pack):
    supervisor, operator = everywhere.browser("supervisor"), everywhere.browser("operator")
    assert operator.get("/paper-day/pack.pdf").status_code == 404
    assert "/paper-day/pack" not in operator.get("/paper-day/").get_data(as_text=True)
    for _ in range(2):
        assert supervisor.submit("/paper-day/pack").status_code == 303
    with everywhere.app.app_context():
        assert len(db.session.scalars(db.select(Job).where(Job.kind == making.JOB)).all()) == 1
        db.session.execute(db.update(Job).where(Job.kind != making.JOB).values(state="done"))
        db.session.commit()
        assert worker.do_next("test:1") and not worker.do_next("test:1")
        making.begin(everywhere.app).join()
    sent = operator.get("/paper-day/pack.pdf")
    assert sent.data == PDF and "attachment" in sent.headers["Content-Disposition"]
    sent.close()
    assert "hx-get" not in supervisor.get("/paper-day/").get_data(as_text=True)


def test_the_command_makes_one_now(everywhere, pack, elsewhere, monkeypatch, capsys):
    environment = {
        "WASHLINE_HOME": str(everywhere.app.config["HOME"]),
        "DATABASE_URL": everywhere.app.config["SQLALCHEMY_DATABASE_URI"],
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, str(value))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["washline", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capsys.readouterr()

    code, out = run("paper-day", elsewhere / "nowhere")
    assert code == 1 and "is its share there?" in out.err
    code, out = run("paper-day", everywhere.app.config["HOME"] / "archive")
    assert code == 1 and "lies in the home folder" in out.err
    share = elsewhere / "share"
    share.mkdir()
    code, out = run("paper-day", share)
    assert (code, out.out.strip()) == (0, str(share / place.NEWEST))
    assert (share / place.NEWEST).read_bytes() == PDF
