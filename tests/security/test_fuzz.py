"""Eight hundred odd requests with a fixed seed, by every role at every address: none may be
answered with a fault of ours.
"""

import random
import re

import pytest

from app.flow.flows import FLOWS
from app.flow.grammar import RolesFrom

SEED, REQUESTS = 23, 800
ODD = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "yes",
    "y",
    '55"',
    "1e999",
    "NaN",
    "-0",
    "1_000",
    "９２",
    "٣",
    "½",
    "Ⅷ",
    "7.2500000000000000000001",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "\u200b",
    "\u202e",
    "\u3000",
    "😀",
    "e\u0301",
    "'; DROP TABLE event; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n%(x)s",
    "../../etc/passwd",
    "a" * 6000,
    "-",
    "~~",
    "a~b~c",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "2026-11-29T25:61",
    "2026-11-29T10:00",
    "null",
    "[]",
    "true",
    "\\",
    "\t\n",
    "ÿ",
    "=1+1",
)
STREAMS = {"live.live", "display.stream", "static"}


@pytest.fixture
def rng():
    return random.Random(SEED)


def addresses(walk):
    """``[(rule, methods)]`` of everything that answers at once."""
    rules = [rule for rule in walk.app.url_map.iter_rules() if rule.endpoint not in STREAMS]
    return [(rule, sorted(rule.methods & {"GET", "POST"})) for rule in sorted(rules, key=str)]


def values(rng, rule, refs):
    """Something for each variable of an address: a real record's number half of the time."""
    numbers = ("1", "2", "2147483647", "2147483648", "9223372036854775808")
    chosen = {}
    for name, converter in rule._converters.items():
        odd = rng.choice(numbers if "Number" in type(converter).__name__ else ODD)
        chosen[name] = rng.choice(refs) if rng.random() < 0.5 and name in ("ref", "number") else odd
    return chosen


def path_of(rng, rule, refs):
    """An address with the variables as they are, quoted as a browser would."""
    filled = str(rule)
    for name, value in values(rng, rule, refs).items():
        filled = re.sub(rf"<(?:[^<>]*:)?{name}>", lambda _, value=value: quoted(value), filled)
    return filled


def quoted(value):
    from urllib.parse import quote

    return quote(value, safe="") or "-"


def names_of(page):
    return sorted(set(re.findall(r'name="([A-Za-z_][\w-]*)"', page)) - {"csrf_token", "key"})


def test_no_odd_input_is_a_fault_of_ours(everywhere, rng):
    rules, refs = addresses(everywhere), sorted(everywhere.refs.values())
    browsers = [everywhere.browser(*who) for who in sorted(everywhere.people)]
    browsers += [everywhere.browser(role) for role in ("auditor", "admin")]
    faults = []
    for number in range(REQUESTS):
        (rule, methods), browser = rng.choice(rules), rng.choice(browsers)
        path, method = path_of(rng, rule, refs), rng.choice(methods)
        asked = {rng.choice(ODD)[:40] or "q": rng.choice(ODD) for _ in range(rng.randrange(3))}
        if method == "GET":
            answer = browser.get(
                path,
                query_string={
                    **asked,
                    rng.choice(
                        ("q", "seen", "after", "show", "who", "lane", "page", "id", "next")
                    ): rng.choice(ODD),
                },
            )
        else:
            form = browser.get(path) if "GET" in methods else None
            names = (
                names_of(form.get_data(as_text=True))
                if form is not None and form.status_code == 200
                else ["name", "view", "next", "text", "active"]
            )
            fields = {name: rng.choice(ODD) for name in names if rng.random() < 0.8}
            answer = browser.submit(path, **fields)
        if answer.status_code >= 500:
            faults.append((number, method, path[:120], answer.status_code))
    assert not faults


@pytest.mark.parametrize(
    "path", ["/sales/views/9223372036854775808/delete", "/sales/views/99999999999999999999/delete"]
)
def test_a_number_that_no_row_has_is_nothing(everywhere, path):
    assert everywhere.browser("sales").submit(path).status_code == 404


def test_a_display_of_55_inches_in_writing_is_told_so(everywhere):
    answer = everywhere.browser("admin").submit(
        "/admin/displays/",
        code="ABCDEF",
        name="x",
        layouts="plant",
        seconds="20",
        distance="6",
        diagonal='55"',
        language="en",
        theme="dark",
    )
    assert answer.status_code == 422 and 'id="diagonal"' in answer.get_data(as_text=True)


def test_head_is_answered_as_get_is_wherever_a_form_stands(everywhere):
    """Whoever only asks for the headers sends no form: nothing is checked, let alone done."""
    differ = []
    for (key, stage), ref in everywhere.refs.items():
        flow = FLOWS[key]
        for action in flow.actions_from(stage):
            path = f"/production/{ref}/{action.key}"
            role = (
                min(action.role_keys, default="admin")
                if not isinstance(action.roles, RolesFrom)
                else "admin"
            )
            got, asked = (
                getattr(everywhere.browser(role), verb)(path).status_code
                for verb in ("get", "head")
            )
            differ += [(path, got, asked)] if got != asked else []
    admin = everywhere.browser("admin")
    for path in (
        "/deputies/new",
        "/admin/users/1",
        "/admin/users/1/pin",
        "/admin/displays/",
        "/login",
        "/sales/new/order/receive",
    ):
        got, asked = admin.get(path).status_code, admin.head(path).status_code
        differ += [(path, got, asked)] if got != asked else []
    assert not differ
