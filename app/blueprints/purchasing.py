"""Purchasing: the department's board and records."""

from app.flow.departments import PURCHASING

from app.blueprints.department import DepartmentBlueprint

blueprint = DepartmentBlueprint(PURCHASING)
