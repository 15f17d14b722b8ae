"""Production: the department's board and records."""

from app.flow.departments import PRODUCTION

from .department import DepartmentBlueprint

blueprint = DepartmentBlueprint(PRODUCTION)
