"""The recipe "a role" (CONTRIBUTING.md): two files."""

from tests.recipes.copied import follows
from tests.walk import said

ROLES, NOTES = "app/flow/roles.py", "app/flow/handovers.py"
LOGIN = {"login": "gong", "password": "seven green bottles"}


def test_a_role_is_two_files(tree, planted):
    tree.insert(
        ROLES,
        'SUPERVISOR = Role("supervisor", _l("Production supervisor"), d.PRODUCTION)\n',
        'TECHNOLOGIST = Role("technologist", _l("Process technologist"), d.PRODUCTION)\n',
    )
    tree.insert(ROLES, "ROLES = {r.key: r for r in (", "TECHNOLOGIST, ")
    tree.insert(NOTES, "from app.flow.roles import OPERATOR, SUPERVISOR", ", TECHNOLOGIST")
    tree.insert(NOTES, 'target="written", roles=frozenset({', "TECHNOLOGIST, ")
    assert tree.by_hand() == {ROLES, NOTES} and follows(tree.by_hand(), "A role")
    tree.proves("test_role", planted.copy())
    tree.run("app.flow.printed.procedure")
    assert "Process technologist" in (tree.root / "app/flow/FLOW.md").read_text("utf-8")


def proof(walk):
    """Somebody is given the role, comes in, and may do what names it, and no more."""
    admin = walk.browser("admin")
    assert "Process technologist" in said(admin.get("/admin/users/new"))
    person = {"name": "龚样", "roles": ["technologist"], "language": "en", "active": "y"}
    taken_on = admin.submit("/admin/users/new", **LOGIN, **person)
    assert taken_on.status_code == 303, said(taken_on)
    browser = walk.app.test_client()
    assert browser.post("/login", data=LOGIN).status_code == 303
    browser.user_id = int(taken_on.location.rsplit("/", 1)[-1])
    assert browser.get("/production/").status_code == 200
    walk.browsers["technologist", 1] = browser
    ref = walk.handover("Tank 2 foams", who="technologist")
    assert walk.look(ref, lambda note: note.history[-1].role) == "technologist"
    assert "Process technologist" in browser.get(f"/production/{ref}").get_data(as_text=True)
    assert walk.post("technologist", ref, "take_over").status_code == 403
