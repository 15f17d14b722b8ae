"""Quality: the department's board and records."""

from app.flow.departments import QUALITY

from app.blueprints.department import DepartmentBlueprint

blueprint = DepartmentBlueprint(QUALITY)
