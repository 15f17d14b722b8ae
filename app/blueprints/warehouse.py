"""Warehouse: the department's board and records."""

from app.flow.departments import WAREHOUSE

from app.blueprints.department import DepartmentBlueprint

blueprint = DepartmentBlueprint(WAREHOUSE)
