"""A plant with the demo's master data, and mails."""

from tests.master.conftest import loaded, start  # the demo plant, as on a day
