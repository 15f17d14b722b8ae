"""What a department's people need first thing: lists with exact counts, each read in one
statement, those of one's role first.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.departments import PRODUCTION, PURCHASING, QUALITY, SALES, WAREHOUSE, Department
from app.models.people.user import User
from app.screens.today import production, purchasing, quality, sales, warehouse
from app.screens.today.line_schedule import Schedule, two_days
from app.screens.today.listing import ALL, FIRST, Listing

LISTS = {
    SALES.key: sales.LISTS,
    PRODUCTION.key: production.LISTS,
    PURCHASING.key: purchasing.LISTS,
    WAREHOUSE.key: warehouse.LISTS,
    QUALITY.key: quality.LISTS,
}


@dataclass(frozen=True)
class Today:
    """The lists of a department as one person reads them; ``whole`` is the key of the one shown to
    its end.

    ``schedule`` is the picture of the lines, where the department has one; ``pictured_first`` for
    whom it comes before the lists.
    """

    lists: list[Listing]
    whole: str = ""
    schedule: Schedule | None = None
    pictured_first: bool = False

    @property
    def calling(self) -> list[Listing]:
        """The lists that have something in them."""
        return [each for each in self.lists if each.count]

    @property
    def quiet(self) -> list[Listing]:
        """The empty ones."""
        return [each for each in self.lists if not each.count]


def listing(department: Department, key: str) -> Listing | None:
    """A list of a department as it is declared."""
    return next((each for each in LISTS[department.key] if each.key == key), None)


def today(department: Department, user: User, whole: str = "") -> Today:
    """Read a department's lists for a person; the same number of statements whatever they hold."""
    declared = sorted(
        LISTS[department.key], key=lambda each: not user.has_role({role.key for role in each.roles})
    )
    lists = [each.read(ALL if each.key == whole else FIRST) for each in declared]
    pictured = department is PRODUCTION
    return Today(
        lists,
        whole,
        two_days() if pictured else None,
        pictured and user.has_role({role.key for role in production.PLANS}),
    )
