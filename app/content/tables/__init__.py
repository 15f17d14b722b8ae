"""Files of tables as people have them: XLSX, XLS (WPS writes it too), ODS, CSV in any encoding.

Bytes become sheets of cells, and a sheet a table under its head. No database, no request, and no
guess that is not told: what was understood comes back as notes.
"""

from app.content.tables.book import Book, read_book
from app.content.tables.heads import Head, Table, find_table
from app.content.tables.sheet import Note, Sheet, Wishes, place

__all__ = [
    "Book",
    "Head",
    "Note",
    "Sheet",
    "Table",
    "Wishes",
    "find_table",
    "place",
    "read_book",
]
