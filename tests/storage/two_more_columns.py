"""What a developer types after adding two columns to a model."""

import sys
from pathlib import Path

from sqlalchemy import Boolean, Column, String

from app.cli.migration import command
from app.models.people.user import User
from app.storage import schema


def written():
    """Have the migration written into the folder that the command line names."""
    User.__table__.append_column(Column("desk", String(60), nullable=False, default=""))
    User.__table__.append_column(Column("away", Boolean, nullable=False, default=False))
    schema.MIGRATIONS = Path(sys.argv[1])
    command(["users have a desk"], standalone_mode=False)
