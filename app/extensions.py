"""The extensions, made once and bound to the application in create_app."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase
from werkzeug.local import LocalProxy


class Base(DeclarativeBase):
    if TYPE_CHECKING:
        __table__: ClassVar[Table]  # none of our models stands for a join

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base  # the extension makes the real one of it when it is loaded
else:
    Model = db.Model
babel = Babel()
csrf = CSRFProtect()
login = LoginManager()


def this_app() -> Flask:
    """The application itself, for a thread that outlives the request."""
    return cast("LocalProxy[Flask]", current_app)._get_current_object()
