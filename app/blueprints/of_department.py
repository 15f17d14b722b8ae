"""``/<department>/…``: how an address names a department, and the blueprint of the pages that
every department has.
"""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.routing import AnyConverter, Map

from app.flow.departments import DEPARTMENTS, WITH_BOARD, Department


class DepartmentKey(AnyConverter):
    """``<department:…>`` in an address: a department that has a board, by its key; under any
    other there is nothing.
    """

    def __init__(self, map: Map) -> None:
        super().__init__(map, *(department.key for department in WITH_BOARD))

    def to_python(self, value: str) -> Department:
        return DEPARTMENTS[value]

    def to_url(self, value: Department) -> str:
        return super().to_url(value.key)


blueprint = Blueprint("department", __name__, url_prefix="/<department:department>")


def asked() -> Department:
    """The department in the address of this request, for what is given no arguments of it."""
    return (request.view_args or {})["department"]
