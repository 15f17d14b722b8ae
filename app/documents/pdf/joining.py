"""The pages of filed documents become pages of a dossier: each lies, as one drawing and
untouched, under a page that the typesetter left empty for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject


def join(pdf: bytes, copies: Iterable[bytes]) -> bytes:
    """Return the PDF with the pages of the ``copies`` under its last ones; all else of it stays,
    what makes it PDF/A, too.
    """
    writer = PdfWriter(clone_from=BytesIO(pdf))
    pages = [page for copy in copies for page in PdfReader(BytesIO(copy)).pages]
    empty = writer.pages[-len(pages) :]
    for number, (above, page) in enumerate(zip(empty, pages, strict=True)):
        lay_under(above, page, f"/Copy{number}", writer)
    joined = BytesIO()
    writer.write(joined)
    return joined.getvalue()


def lay_under(above: PageObject, page: PageObject, name: str, writer: PdfWriter) -> None:
    """Draw a page of another PDF before what stands on this one; the pages of the typesetter
    share what they draw with, so the drawing has a name of its own.
    """
    content = page.get_contents()
    drawing, call = StreamObject(), StreamObject()
    drawing.set_data(content.get_data() if content else b"")
    drawing = drawing.flate_encode()
    drawing[NameObject("/Type")] = NameObject("/XObject")
    drawing[NameObject("/Subtype")] = NameObject("/Form")
    drawing[NameObject("/BBox")] = page.mediabox.clone(writer)
    drawing[NameObject("/Resources")] = page["/Resources"].clone(writer)
    resources = cast(DictionaryObject, above["/Resources"].get_object())
    drawings = resources.setdefault(NameObject("/XObject"), DictionaryObject())
    drawings[NameObject(name)] = writer._add_object(drawing)
    call.set_data(f"q {name} Do Q".encode())
    above[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(call), above.raw_get("/Contents")]
    )
