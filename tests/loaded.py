"""All that a command may need, loaded once by the process whose forks the commands are."""

from sqlalchemy.orm import configure_mappers

import app.blueprints
import app.cli
import app.documents
import app.jobs.worker
import app.server
import app.storage.backup
import app.storage.restore
import app.verification
import tests.application

configure_mappers()
