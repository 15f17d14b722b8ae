"""A shared tablet of a test: paired, and opened by a person's PIN as often as the test wants."""

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import select

from app.extensions import db
from app.models.people.station import Station
from app.models.people.user import User, UserSession
from app.security import DEMO_PIN

SIZE = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}


class Tablet:
    """Its page, with every tap of a finger counted."""

    def __init__(self, plant, open_page, *departments, **options):
        self.plant, token = plant, secrets.token_urlsafe(32)
        with plant.app.app_context():
            keeper = db.session.scalar(select(User.id).where(User.login == "admin1"))
            station = Station(
                name="一号库口",
                departments=list(departments),
                token_hash=digest(token),
                language=options.pop("language", "zh_Hans_CN"),
                paired_at=datetime.now(UTC),
                paired_by_id=keeper,
            )
            db.session.add(station)
            db.session.commit()
            self.station = station.id
        self.page = open_page(base_url=plant.url, **SIZE, **options)
        self.page.context.add_cookies(
            [{"name": "washline_station", "value": token, "url": plant.url}]
        )
        self.taps = 0

    def tap(self, target):
        self.taps += 1
        target.tap()

    def ready(self):
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def person(self, login):
        with self.plant.app.app_context():
            return db.session.scalar(select(User.id).where(User.login == login))

    def come_in(self, login):
        """Name and PIN at once, as a cookie: what they take is tried elsewhere."""
        token, now, person = secrets.token_urlsafe(32), datetime.now(UTC), self.person(login)
        with self.plant.app.app_context():
            db.session.add(
                UserSession(
                    token_hash=digest(token),
                    user_id=person,
                    created=now,
                    touched=now,
                    station_id=self.station,
                )
            )
            db.session.commit()
        self.page.context.add_cookies([{"name": "washline", "value": token, "url": self.plant.url}])

    def goes_to(self, address):
        self.page.goto(address)
        return self.ready()

    def pin(self):
        """The PIN on the pad of the log-in."""
        self.page.wait_for_selector("#pad:visible")
        for digit in DEMO_PIN:
            self.page.locator(f"#pad [data-key='{digit}']").tap()


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
