"""The plant's logo: told by its content, printed on papers, seen by whoever logs in."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from app import clock, verification
from app.documents import set_in_type
from app.documents.paper.blocks import Passage
from app.documents.paper.heading import company
from tests.documents.samples import paper
from tests.master.test_settings import PAGE


def picture(kind="PNG", mode="RGB", size=(120, 60)):
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind)
    return made.getvalue()


def bring(admin, content, name="logo.png"):
    return admin.submit(f"{PAGE}logo", logo=(io.BytesIO(content), name))


def images(app):
    with app.app_context():
        made = paper(company=company(), issued=clock.now(), blocks=(Passage(None, "x"),))
        pdf = set_in_type(made)
    return list(PdfReader(io.BytesIO(pdf)).pages[0].images), pdf


@pytest.mark.parametrize("as_a, mode", [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_a_logo_is_printed_and_shown_and_its_change_on_record(app, login_as, as_a, mode):
    admin, stranger = login_as("admin", language="en"), app.test_client()
    assert images(app)[0] == []
    content = picture(as_a, mode)
    assert bring(admin, content).status_code == 303
    printed, pdf = images(app)
    assert printed and b"/Interpolate true" not in pdf, "PDF/A knows no interpolation"
    place = stranger.get("/login").text.split('class="logo" src="')[1].split('"')[0]
    shown = stranger.get(place)
    assert shown.data == content and shown.content_type == f"image/{as_a.lower()}"
    assert "logo.png" in login_as("auditor", language="en").get(PAGE).text
    admin.submit(PAGE, version="1", phone="0571-1")
    assert images(app)[0], "other settings leave it"
    with app.app_context():
        assert [fault for check in verification.check() for fault in check.faults] == []
    assert admin.submit(f"{PAGE}logo", remove="1").status_code == 303
    assert images(app)[0] == [] and stranger.get(place).status_code == 404


@pytest.mark.parametrize(
    "content, why",
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "A logo is a PNG or a JPEG."),
        (picture("JPEG", "CMYK"), "in colours for printers"),
        (picture(size=(2001, 9)), "2,000 × 2,000 pixels at most"),
        (picture() + b"x" * 200_001, "A logo has 200 kB"),
        (b"\x89PNG\r\n\x1a\nbroken", "the picture is damaged"),
        (b"", "is empty"),
    ],
)
def test_what_no_paper_could_print_is_refused(app, login_as, content, why):
    admin = login_as("admin", language="en")
    assert bring(admin, content).status_code == 303
    assert why in admin.get(PAGE).text and images(app)[0] == []
