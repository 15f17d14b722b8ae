"""Washline (净单): every production order of a cleaning-product maker, from a customer's message
to its dossier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(**overrides: Any) -> Flask:
    """Build the application.

    ``overrides`` replace settings (tests give a database URL and a home folder).
    """
    # Imported here: the command line shows its help, and the press prints, without the application.
    from flask import Flask  # noqa: PLC0415 – see above

    from app import blueprints, database, logs, security  # noqa: PLC0415 – see above
    from app.config import settings  # noqa: PLC0415 – see above
    from app.extensions import csrf, db  # noqa: PLC0415 – see above
    from app.web import assets, errors, languages, template_context  # noqa: PLC0415 – see above

    app = Flask(__name__, static_folder=None)
    app.config.from_mapping({**settings(), **overrides})
    logs.init_app(app)
    db.init_app(app)
    csrf.init_app(app)
    languages.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    template_context.init_app(app)
    assets.init_app(app)
    blueprints.init_app(app)
    security.require_policies(app)
    with app.app_context():
        database.prepare(db.engine)
    return app
