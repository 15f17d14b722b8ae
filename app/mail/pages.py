"""The words and tables of a page of HTML, never the page itself."""

from __future__ import annotations

from html.parser import HTMLParser

UNSEEN = frozenset(("script", "style", "head", "title", "template"))
ENDS_LINE = frozenset(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"))
MOST_ROWS, MOST_CELLS = 500, 40


class Page(HTMLParser):
    """``tables`` are rows of cells, ``text`` everything in its order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.parts: list[str] = []
        self.hidden = 0
        self.row: list[str] | None = None
        self.in_cell = False

    @classmethod
    def of(cls, html: str) -> Page:
        page = cls()
        page.feed(html)
        page.close()
        page.tables = [[row for row in table if any(row)] for table in page.tables]
        page.tables = [table for table in page.tables if len(table) > 1]
        return page

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.parts).splitlines())
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.hidden += 1
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables and len(self.tables[-1]) < MOST_ROWS:
            self.row = []
            self.tables[-1].append(self.row)
        elif tag in ("td", "th") and self.row is not None and len(self.row) < MOST_CELLS:
            self.row.append("")
            self.in_cell = True
        if tag in ENDS_LINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN and self.hidden:
            self.hidden -= 1
        elif tag in ("td", "th"):
            self.in_cell = False
            self.parts.append("  ")
        elif tag in ("tr", "table"):
            self.row, self.in_cell = None, False
        if tag in ENDS_LINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        self.parts.append(data)
        if self.in_cell and self.row:
            self.row[-1] = " ".join(f"{self.row[-1]} {data}".split())
