"""Purchasing: the department's board and records."""

from app.flow.departments import PURCHASING

from .department import DepartmentBlueprint

blueprint = DepartmentBlueprint(PURCHASING)
