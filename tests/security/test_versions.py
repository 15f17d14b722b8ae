"""A form that does not say which version it was drawn from changes nothing, whatever else it
holds.
"""

import pytest

from app.extensions import db
from app.models.master import Product
from app.models.people.display import Display
from app.models.people.user import User
from app.models.records.rules.plant_settings import PlantSetting
from app.models.records.rules.stage_settings import StageSetting


def facts(walk):
    """Everything that the forms of administrators could change, as it stands."""
    with walk.app.app_context():
        people = [
            (u.login, u.name, u.active, sorted(u.role_keys), u.password_hash, u.pin_hash)
            for u in db.session.query(User).order_by(User.id)
        ]
        products = [
            (p.code, p.active, p.name_zh) for p in db.session.query(Product).order_by(Product.id)
        ]
        settings = [(s.stage, s.soft, s.hard) for s in db.session.query(StageSetting)]
        settings += [setting.values for setting in db.session.query(PlantSetting)]
        displays = [(d.name, d.seconds) for d in db.session.query(Display)]
        return people, products, settings, displays


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "x", "name_zh": "x", "name_en": "x", "soft": "3", "seconds": "30"},
        {"version": "", "revision": ""},
        {"version": "0", "revision": "0"},
        {"version": "-1", "revision": "-1"},
        {"password": "long enough to be taken", "pin": "135790"},
        {"version": "9" * 30, "revision": "x"},
    ],
)
def test_a_form_without_its_version_changes_nothing(everywhere, fields):
    admin, before = everywhere.browser("admin"), facts(everywhere)
    with everywhere.app.app_context():
        user, product = (db.session.scalar(db.select(kind.id).limit(1)) for kind in (User, Product))
        db.session.add(db.session.get(User, user))
    for path in (
        f"/admin/users/{user}",
        f"/admin/users/{user}/password",
        f"/admin/users/{user}/pin",
        f"/admin/master/product/{product}",
        f"/admin/master/product/{product}/active",
    ):
        answer = admin.submit(path, **fields)
        assert answer.status_code in (400, 409, 422), (path, answer.status_code)
    if fields.get("version") != "0":  # a stage that nobody has set yet has version 0
        assert admin.submit("/admin/stages/production/to_plan", **fields).status_code in (409, 422)
        assert admin.submit("/admin/settings/", company_zh="x", **fields).status_code in (409, 422)
    assert facts(everywhere) == before
