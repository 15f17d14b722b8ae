"""Who may be meant by what somebody has begun to write after ``@``."""

from __future__ import annotations

from sqlalchemy import or_, select

from app.extensions import db
from app.models.people.user import User
from app.models.records.column_types import normal


def suggested(start: str, most: int = 8) -> list[tuple[User, str]]:
    """People whose name, login or title holds what somebody typed, with what names each of them
    alone.
    """
    word = normal(start)
    holds = or_(
        *(column.icontains(word, autoescape=True) for column in (User.name, User.login, User.title))
    )
    users = db.session.scalars(
        select(User).where(User.active, User.holds.any(), holds).order_by(User.name, User.login)
    ).all()
    ranked = sorted(
        users,
        key=lambda user: (
            not (user.name.lower().startswith(word) or user.login.lower().startswith(word))
        ),
    )[:most]
    names = [user.name for user in User.readers()] if ranked else []
    return [(user, user.name if names.count(user.name) == 1 else user.login) for user in ranked]
