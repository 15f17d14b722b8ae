"""Sales: the department's board and records, and the customers found while somebody says who he
is.
"""

from typing import Any

from flask import render_template, request

from app.blueprints.department import DepartmentBlueprint
from app.flow.departments import SALES
from app.flow.roles import SALES as CLERK
from app.screens.forms.customer_choices import CustomerChoices
from app.security import policy

blueprint = DepartmentBlueprint(SALES)
LONGEST = 160


@blueprint.get("/customers")
@policy(CLERK)
def customers() -> Any:
    """The customers' addresses that hold what somebody is typing, for the list under the field."""
    q = " ".join(request.args.get("q", "")[:LONGEST].split())
    found = CustomerChoices().addresses_like(q)
    return render_template("forms/_suggested.html", q=q, found=found)
