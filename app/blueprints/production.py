"""Production: the department's board and records."""

from app.flow.departments import PRODUCTION

from app.blueprints.department import DepartmentBlueprint

blueprint = DepartmentBlueprint(PRODUCTION)
