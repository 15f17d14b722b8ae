"""All that a command may need, loaded once by the process whose forks the commands are."""

from sqlalchemy.orm import configure_mappers

import tests.application  # noqa: F401

configure_mappers()
