"""Purchasing: the department's board and records."""

from app.blueprints.department import DepartmentBlueprint
from app.flow.departments import PURCHASING

blueprint = DepartmentBlueprint(PURCHASING)
