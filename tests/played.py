"""A played demo plant for whoever needs one full of life: played once a test run, then copied."""

import shutil

from app.config import FOLDERS
from app.demo.play import player
from app.extensions import db
from app.models.records.rules.setting import mark_demo
from app.storage import schema
from tests import application, shared
from tests.shared import Template


def played_plant(home):
    """The template with a plant played up to now; its files are put into the folder ``home``."""
    template, own = Template("sqlite", "played"), shared.folder() / "played-home"
    shared.once("played", lambda: application.close(played(template.create(), own)))
    for name in FOLDERS:
        shutil.copytree(own / name, home / name, dirs_exist_ok=True)
    return template


def played(url, home, today=None):
    """Play the demo plant into the empty database of ``url``; the application comes back."""
    app = application.build(url, HOME=home)
    with app.app_context():
        schema.create()
        mark_demo()
        db.session.commit()
        player.play(today)
    return app
