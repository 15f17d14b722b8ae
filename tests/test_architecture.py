"""The walls of the house (design.md): what each kind of code must not touch, read from the
source itself.
"""

import ast
import inspect
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import app
from app.flow.departments import DEPARTMENTS
from app.flow.documents import DOCUMENTS
from app.flow.flows import FLOWS
from app.flow.roles import ROLES
from app.flow.rules import blockers
from app.forms import FORMS
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from tests.other_meanings import OTHER_MEANINGS

HOUSE = Path(app.__file__).parent
SOURCES = sorted(HOUSE.rglob("*.py"))
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
WEB = (
    "flask",
    "flask_wtf",
    "flask_login",
    "flask_sqlalchemy",
    "flask_migrate",
    "werkzeug",
    "jinja2",
    "markupsafe",
)
DATABASE = (
    "sqlalchemy",
    "flask_sqlalchemy",
    "psycopg",
    "pysqlite3",
    "sqlite3",
    "app.extensions",
    "app.database",
)


@cache
def name_of(path):
    return str(path.relative_to(HOUSE))


def sources(*folders):
    """The files of the named folders, or files, of the application."""
    found = [
        p
        for p in SOURCES
        if any(name_of(p) == f or name_of(p).startswith(f"{f}/") for f in folders)
    ]
    assert found, folders
    return found


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def import_statements(path, loaded=False):
    """Every import of a file, at its head or in a function; ``loaded`` leaves out what only a type
    checker reads.
    """
    code = tree(path)
    unread = {
        id(each)
        for node in ast.walk(code)
        if loaded and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for each in ast.walk(node)
    }
    for node in ast.walk(code):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and id(node) not in unread:
            yield node


def imports(path, loaded=False):
    """Every module that a file imports and every name from it, in full."""
    for node in import_statements(path, loaded):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(paths, *forbidden, allowed=(), loaded=False):
    """``file: module`` for every import of a forbidden module or of what is in it."""
    return sorted(
        {
            f"{name_of(p)}: {m}"
            for p in paths
            for m in imports(p, loaded)
            if any(m == f or m.startswith(f"{f}.") for f in forbidden)
            and not any(m == a or m.startswith(f"{a}.") for a in allowed)
        }
    )


def calls(path):
    """The name of everything that is called in a file: ``commit`` for ``db.session.commit()``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )


# Who may know of what


def test_the_declaration_knows_no_web_and_no_database():
    assert not trespasses(
        sources("flow"), *WEB, *DATABASE, "wtforms", "app.models", "app.forms", "app.blueprints"
    )


def test_guards_only_look():
    """A guard assigns nothing but names of its own, and calls nothing that changes."""
    code = tree(HOUSE / "flow/rules/guards.py")
    for node in ast.walk(code):
        assert not isinstance(
            node, (ast.Delete, ast.AugAssign, ast.Global, ast.Nonlocal, ast.With, ast.Import)
        ), ast.unparse(node)
        targets = node.targets if isinstance(node, ast.Assign) else []
        assert all(isinstance(t, ast.Name) for t in targets), ast.unparse(node)
    writing = {
        "add",
        "append",
        "perform",
        "create",
        "delete",
        "execute",
        "flush",
        "commit",
        "touch",
        "setattr",
        "write_event",
        "move",
        "update",
    }
    assert not writing & set(calls(HOUSE / "flow/rules/guards.py"))


def test_what_guards_read_somebody_tells():
    """Each topic stands in a call of ``reevaluate``, which knows no feature."""
    told = {
        ast.unparse(call.args[0])
        for path in SOURCES
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "reevaluate"
    }
    topics = {name for name, each in vars(blockers).items() if isinstance(each, blockers.Topic)}
    assert topics <= told
    rules = "models/records/rules"
    kernel = sources(f"{rules}/reevaluation.py", f"{rules}/availability.py")
    assert not trespasses(kernel, "app.models", "app.screens", allowed=("app.models.records",))


SEARCHES = {"like", "ilike", "contains", "icontains", "startswith", "endswith", "match", "op"}


def test_nobody_searches_what_a_guard_said():
    """Screens ask for a blocker's code and its subject, never for its words."""
    words = ("KnownBlocker", "NamedRole", "BLOCKERS", "sentence", "facts")
    assert not [
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in SEARCHES
        and any(word in ast.unparse(call) for word in words)
    ]


def test_the_arithmetic_knows_no_database_and_no_web():
    assert not trespasses(
        sources("plant"), *WEB, *DATABASE, "wtforms", "app.models", "app.forms", "app.blueprints"
    )


def test_forms_have_a_shape_and_no_database():
    # The dictionary of master data declares the shape of its forms; it reads and writes nothing
    # itself.
    assert not trespasses(
        sources("forms"),
        *DATABASE,
        "app.models",
        "app.blueprints",
        allowed=("app.models.master.dictionary",),
    )


def test_models_know_no_request_and_commit_nothing():
    assert not trespasses(sources("models"), *WEB, "wtforms", "app.forms", "app.blueprints")
    assert not [name_of(p) for p in sources("models") if {"commit", "rollback"} & set(calls(p))]


def test_only_the_outermost_commits():
    # The log-in beside a form is one as /login is (security/resumption.py).
    doors = ("blueprints/", "cli/", "jobs/leases.py", "demo/play", "security/resumption.py")
    assert not [
        name_of(p) for p in SOURCES if "commit" in calls(p) and not name_of(p).startswith(doors)
    ]


def test_views_hold_no_sql():
    """Those that read rows of their own by a key are named; the departments, where the procedure
    is, are not among them.
    """
    own = {
        "blueprints/people/login.py",
        "blueprints/people/users.py",
        "blueprints/live.py",
        "blueprints/master/tables.py",
        "blueprints/records/documents.py",
        "blueprints/archive/index.py",
        "blueprints/home.py",
    }
    paths = [p for p in sources("blueprints") if name_of(p) not in own]
    assert not trespasses(paths, "sqlalchemy", allowed=("sqlalchemy.exc",))


def test_one_place_makes_pdf():
    assert {
        name_of(p) for p in SOURCES if any(m.split(".")[0] == "weasyprint" for m in imports(p))
    } == {"documents/pdf/worker.py"}


def test_only_the_demo_sets_the_clock():
    assert {name_of(p).split("/")[0] for p in SOURCES if "set_clock" in calls(p)} <= {"demo"}


def test_what_is_old_is_asked_of_the_settings():
    """The procedure's own ``ages_after`` is only the default; its page of settings shows it."""
    reads = {
        name_of(p)
        for p in SOURCES
        for node in ast.walk(tree(p))
        if isinstance(node, ast.Attribute) and node.attr == "ages_after"
    }
    assert reads == {
        "models/records/rules/stage_settings.py",
        "forms/master/stages.py",
        "blueprints/master/stages.py",
    }


def test_quantities_are_never_floats():
    assert not [name_of(p) for p in sources("models", "plant", "forms") if "float" in calls(p)]
    assert not [
        name_of(p)
        for p in sources("models")
        if any(m in ("sqlalchemy.Float", "sqlalchemy.Numeric") for m in imports(p))
    ]


# What only the declaration lists

KEYS = {
    flow.key: {
        *(stage.key for stage in flow.stages),
        *(action.key for action in (*flow.actions, *flow.ways_back)),
    }
    for flow in FLOWS.values()
}
OUTSIDE = sorted({*SOURCES} - {*sources("flow", "demo")})


def effects(flow):
    """The methods of a record that its flow names: the effects of its actions, and what finds a
    stage, roles or a paper for them.
    """
    for action in (*flow.actions, *flow.ways_back):
        named = (action.target, action.roles, *action.produces, *action.bounds)
        yield from (getattr(each, "method", None) for each in named)
        yield action.effect


def own_words(path):
    """``{first line of a method: keys}`` for the effects that a file holds: each may name stages
    and actions of its own record.
    """
    module = ".".join(["app", *path.relative_to(HOUSE).with_suffix("").parts])
    found = {}
    for flow in FLOWS.values():
        for cls in KINDS[flow.key].__mro__:
            for name in set(effects(flow)) & set(cls.__dict__) if cls.__module__ == module else ():
                code = cls.__dict__[name].__code__
                found.setdefault(code.co_firstlineno, set()).update(KEYS[flow.key])
    return found


def literals(path):
    """Yield line, word and what it stands in of every constant text that is spelt like a stage or
    an action, those in effects of that very record left out.
    """
    known, own = set().union(*KEYS.values()), own_words(path)

    def walk(node, around, mine):
        if isinstance(node, ast.FunctionDef):
            mine = own.get(node.lineno, mine)
        if isinstance(node, ast.Constant) and node.value in known - mine:
            yield node.lineno, node.value, around
        for child in ast.iter_child_nodes(node):
            inner = child if isinstance(child, (ast.Compare, ast.Call)) else around
            yield from walk(child, inner, mine)

    yield from walk(tree(path), None, frozenset())


def test_stages_and_actions_are_named_in_the_declaration_alone():
    """But in an effect of that very record. Other words that are spelt like one are listed with
    what they mean; forms go by the names that actions give them.
    """
    forms = {("forms/__init__.py", form) for form in FORMS}
    listed = {
        (file, word) for _, words, files in OTHER_MEANINGS for file in files for word in words
    }
    found = {
        (name_of(path), word): f"{name_of(path)}:{line} {word}"
        for path in OUTSIDE
        for line, word, _ in literals(path)
    }
    assert not [where for key, where in found.items() if key not in listed | forms]
    assert not listed - found.keys(), "listed, and not there"


def test_no_word_is_taken_for_a_stage_or_an_action():
    """Whatever a word means elsewhere in its file: nothing is compared with a stage, looked up in
    a flow or done by it.
    """
    asks = re.compile(r"\b(stage|action|stands|source|sources|target|targets)\b")
    does = {"stage", "action", "perform", "create", "leads", "way_back_from", "actions_from"}
    # Gates have events of their own.
    others = {"blueprints/master/gates.py"}
    taken = []
    for path in OUTSIDE:
        for line, word, around in literals(path):
            if isinstance(around, ast.Compare) and asks.search(ast.unparse(around)):
                taken.append((name_of(path), line, word))
            if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute):
                by_stage = asks.search(ast.unparse(around.func.value))
                if around.func.attr in does or (around.func.attr in ("in_", "not_in") and by_stage):
                    taken.append((name_of(path), line, word))
    assert not [each for each in taken if each[0] not in others]


# Templates


def conditions(path):
    """What a template decides by: the tests of its ifs and of its loops."""
    parsed = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"]).parse(
        path.read_text("utf-8")
    )
    yield from (node.test for node in parsed.find_all((nodes.If, nodes.CondExpr)))
    yield from (node.test for node in parsed.find_all(nodes.For) if node.test)


def compared(test):
    """The texts that a condition compares with; ``kind`` is the kind of a mark, which may be
    called like a stage.
    """
    for node in [
        *([test] if isinstance(test, nodes.Compare) else []),
        *test.find_all(nodes.Compare),
    ]:
        if not (isinstance(node.expr, nodes.Name) and node.expr.name == "kind"):
            yield from (
                const.value for const in node.find_all(nodes.Const) if isinstance(const.value, str)
            )


def test_templates_decide_by_no_role_stage_or_department():
    keys = {*ROLES, *DEPARTMENTS, *FLOWS}.union(*KEYS.values())
    found = [
        (name_of(p), word)
        for p in TEMPLATES
        for test in conditions(p)
        for word in compared(test)
        if word in keys
    ]
    assert not found


@pytest.mark.parametrize(
    "pattern",
    [
        r"\|\s*safe\b",
        r"\bhx-on",
        r"<[a-z][^>{]*\son\w+\s*=",
        r"<script(?![^>]*\b(src=|type=\"application/json\"))",
        r"<style\b",
        r"autoescape\s+false",
    ],
)
def test_templates_open_no_door_to_scripts(pattern):
    assert not [name_of(p) for p in TEMPLATES if re.search(pattern, p.read_text("utf-8"), re.I)]


def test_no_inline_style_in_pages():
    """The policy refuses it; what is printed has no policy and knows widths of columns only."""
    assert not [
        name_of(p)
        for p in TEMPLATES
        if " style=" in p.read_text("utf-8") and p.parent.name != "documents"
    ]


def test_markup_is_made_of_nothing_formatted():
    """``Markup`` is given what a template rendered or a constant, never a text put together."""
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Markup"
            ):
                assert not any(isinstance(a, (ast.JoinedStr, ast.BinOp)) for a in node.args), (
                    f"{name_of(path)}:{node.lineno}"
                )


# Size and completeness


def statements(function):
    """How many statements a function holds, its docstring aside."""
    held = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
    return held - bool(ast.get_docstring(function))


def too_long(paths, most):
    """The functions of more statements than that; one that makes others is as long as they are."""
    return [
        f"{name_of(path)}: {function.name}"
        for path in paths
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        and statements(function) > most
        and not any(isinstance(n, ast.FunctionDef) for n in ast.walk(function) if n is not function)
    ]


def test_functions_are_short_and_views_shorter():
    """How many ways lead through them ruff counts (C901)."""
    assert not too_long(sources("blueprints"), 15)
    assert not too_long([path for path in SOURCES if "demo" not in path.parts], 30)


def test_a_room_holds_what_one_sees_at_a_glance():
    rooms = Counter(name_of(path.parent) for path in SOURCES)
    assert not {room: files for room, files in rooms.items() if files > 14}


def test_no_model_knows_a_screen():
    assert not trespasses(sources("models"), "app.screens", "app.web", "app.jobs", "app.storage")


def test_the_kernel_knows_no_feature():
    """Kinds, what is personal and what is searched register with it."""
    rooms = {path.name for path in (HOUSE / "models").iterdir() if path.is_dir()} - {"__pycache__"}
    features = [f"app.models.{room}" for room in rooms - {"records"}]
    assert not trespasses(sources("models/records"), *features, loaded=True)


def test_no_module_leads_back_to_itself():
    """Imports in functions are counted; those that only a type checker reads are not."""
    modules = {module_of(path): path for path in SOURCES}
    left = {module: {*needs(path, modules)} - {module} for module, path in modules.items()}
    while ends := [module for module, needed in left.items() if not needed & left.keys()]:
        for module in ends:
            del left[module]
    assert not left, sorted(left)


def module_of(path):
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(("app", *(part for part in parts if part != "__init__")))


def needs(path, modules):
    """The modules that a file imports or imports something from; a package itself only where what
    is imported stands in its own file.
    """
    for node in import_statements(path, loaded=True):
        module = getattr(node, "module", None)
        for alias in node.names:
            name = f"{module}.{alias.name}" if module else alias.name
            if known := {name, module} & modules.keys():
                yield name if name in known else module


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "service"])
def test_no_module_is_called(word):
    assert not [name_of(p) for p in SOURCES if word in p.stem.split("_")]


def test_every_declared_form_exists_and_every_form_is_used():
    assert {
        action.form for flow in FLOWS.values() for action in flow.actions if action.form
    } == set(FORMS)


def test_every_effect_and_found_place_is_a_method():
    for flow in FLOWS.values():
        record = KINDS[flow.key]
        for action in (*flow.actions, *flow.ways_back):
            found = (action.target, action.roles, *action.produces)
            for method in (action.effect, *(getattr(each, "method", None) for each in found)):
                assert method is None or callable(getattr(record, method)), (
                    flow.key,
                    action.key,
                    method,
                )


def test_every_effect_takes_its_actor_as_an_argument():
    for flow in FLOWS.values():
        for action in (*flow.actions, *flow.ways_back):
            if action.effect:
                first = list(inspect.signature(getattr(KINDS[flow.key], action.effect)).parameters)[
                    1
                ]
                assert first == "by", (flow.key, action.effect)


def test_every_document_type_has_its_layout():
    for kind in DOCUMENTS.values():
        assert import_module(kind.layout), kind.key
    produced = {
        kind for flow in FLOWS.values() for action in flow.actions for kind in action.papers
    }
    assert produced == set(DOCUMENTS.values())


def test_nothing_tells_of_the_place_it_was_built_in_or_is_left_for_later():
    root = HOUSE.parent
    # Put together, so that this file does not hold them itself.
    words = "|".join(rf"\b{first}{rest}\b" for first, rest in (("TO", "DO"), ("FIX", "ME")))
    unfinished = re.compile(rf"{re.escape(str(root))}/|{words}|NotImplemented(?=Error)")
    names = [*SOURCES, *TEMPLATES, root / "README.md", root / "Makefile", root / "pyproject.toml"]
    assert not [str(p) for p in names if unfinished.search(p.read_text("utf-8"))]


def test_a_line_of_a_template_can_be_read():
    assert not [
        f"{name_of(path)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 140
    ]
