"""Every page that shows a list offers it as a file, in one way; none holds a secret."""

import csv
import io
import re

import pytest

from app.blueprints.records.downloads import AT_ONCE
from app.extensions import db
from app.models.people.user import User
from app.web.list_pages import offered
from tests.crawl import BOARDS, pages

TABLE = re.compile(r'<table class="table\b')
FILE = re.compile(r'href="([^"]*[?&;]as=csv[^"]*)"')
# Pages with a table that is no list of the plant's, or that is part of something taken away whole.
NO_LIST = {
    "/procedure": "the procedure is printed whole",
}
