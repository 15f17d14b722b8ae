"""What tests of the running application may ask for."""

import pytest
from sqlalchemy import create_engine, make_url, text


class Outage:
    """A database of PostgreSQL that goes away: its connections end, and it takes no new ones."""

    def __init__(self, url):
        self.url = make_url(url)
        self.server = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def begin(self):
        self.allow("false")
        self.cut()

    def end(self):
        self.allow("true")

    def allow(self, whether):
        with self.server.connect() as connection:
            connection.execute(
                text(f'ALTER DATABASE "{self.url.database}" ALLOW_CONNECTIONS {whether}')
            )

    def cut(self):
        """End the connections that there are."""
        with self.server.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :it"),
                {"it": self.url.database},
            )


@pytest.fixture
def outage(empty_database):
    """``outage.begin()`` and ``outage.end()``; in the end the database is back."""
    outage = Outage(empty_database)
    yield outage
    outage.end()
    outage.server.dispose()
