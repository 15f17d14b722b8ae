"""Sales: the department's board and records."""

from app.flow.departments import SALES

from .department import DepartmentBlueprint

blueprint = DepartmentBlueprint(SALES)
