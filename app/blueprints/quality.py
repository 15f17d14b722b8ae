"""Quality: the department's board and records."""

from app.flow.departments import QUALITY

from .department import DepartmentBlueprint

blueprint = DepartmentBlueprint(QUALITY)
