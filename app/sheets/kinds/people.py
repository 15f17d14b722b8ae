"""The staff: who may log in, in which roles. A file holds no password, neither in nor out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.roles import ADMIN, ROLES
from app.flow.rules.blockers import PEOPLE as TOPIC
from app.flow.texts.lazy_text import _l
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import SEVERAL, text
from app.models.people.user import User, known
from app.models.records.rules.reevaluation import reevaluate
from app.security.passwords import LOGIN
from app.sheets.kinds.listed import Listed, Pass
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import CHANGED, NEW, SAME, Change, Plan, Planned
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User as Person

OPTIONS = tuple((role.key, role.label) for role in ROLES.values())


class People(Listed):
    """A person is known by the login; a second column of the name stands behind the first."""

    key, file, label = "people", "staff", _l("Staff")
    keepers = frozenset({ADMIN.key})
    key_fields = ("login",)
    own = (
        Column(
            "login",
            text(
                "login",
                _l("Login"),
                required=True,
                pattern=LOGIN.pattern,
                hint=_l("A login is 2 to 40 lower-case letters, digits, dots or hyphens."),
            ),
            ("登录名", "账号", "用户名"),
        ),
        Column("name", text("name", _l("Name"), required=True), ("姓名", "员工姓名")),
        Column("name_latin", text("name_latin", _l("Name in Latin letters")), ("拼音",)),
        Column("title", text("title", _l("Job title")), ("职务", "岗位", "职位")),
        Column("roles", Field("roles", _l("Roles"), SEVERAL, options=OPTIONS), ("角色", "权限")),
    )

    def prepare(self, at: Pass) -> None:
        at.more["people"] = {person.login: person for person in db.session.scalars(select(User))}

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        said = read.values
        values: dict[str, Any] = {
            "name": " ".join(filter(None, (said["name"], said.get("name_latin")))),
            "title": said.get("title", ""),
            "roles": known(said.get("roles", [])),
        }
        person = at.more["people"].get(said["login"])
        old = drawn_from(person) if person else {}
        if person:
            values = {k: v for k, v in values.items() if k == "name" or at.source(k)}
        for name, size in (("name", 80), ("title", 120)):
            if len(values.get(name, "")) > size:
                read.wrong(_l("At most %(n)s characters.", n=size), at.source(name))
        planned.changes = [Change(k, old.get(k), v) for k, v in values.items() if old.get(k) != v]
        planned.state = NEW if not person else CHANGED if planned.changes else SAME
        planned.work = (person, {"login": said["login"], **values}, old.get("version"))

    def apply(self, plan: Plan, *, by: Person | None, rows: Sequence[Planned]) -> None:
        for planned in rows:
            person, values, version = planned.work
            if person is None:
                User.create(by=by, **values)
            else:
                roles = values.pop("roles", sorted(person.own_role_keys))
                person.change(by=by, version=version, roles=roles, **values)
        reevaluate(TOPIC)

    @property
    def own_columns(self) -> list[Column]:
        return [column for column in self.own if column.key != "name_latin"]

    def exported(self) -> Iterator[Sequence[Any]]:
        for person in db.session.scalars(select(User).where(User.active).order_by(User.login)):
            roles = "|".join(known(person.own_role_keys))
            yield [person.login, person.name, person.title, roles]


def drawn_from(person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "title": person.title,
        "roles": known(person.own_role_keys),
        "version": person.version,
    }
