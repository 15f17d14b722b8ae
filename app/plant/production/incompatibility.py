"""Which chemistries may meet: on equipment, in store, on a vehicle; and what a changeover costs.

Pairs are symmetric (chlorine beside acid is acid beside chlorine), changeovers are not (washing dye
out costs more than washing it in). A class or family the tables do not know is refused, never taken
as harmless.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

OK, WASH, SEPARATE, FORBID = "OK", "WASH", "SEPARATE", "FORBID"
UNKNOWN = "UNKNOWN"  # no rule is written for the pair
EQUIPMENT, STORAGE, LOADING = "equipment", "storage", "loading"
FORBIDDEN_LEVEL = "X"


class UnknownPair(LookupError):
    """No rule is written for this pair of classes or families."""


@dataclass(frozen=True)
class PairRule:
    """What two classes do to each other: a rule each for equipment, storage and loading."""

    class_a: str
    class_b: str
    equipment: str
    storage: str
    loading: str


@dataclass(frozen=True)
class Conflict:
    """Two classes that may not simply stand together, and the rule that says so."""

    class_a: str
    class_b: str
    rule: str


@dataclass(frozen=True)
class Changeover:
    """Washing from one family to the next: level 1–3 and minutes, or forbidden (level X, no
    minutes).
    """

    wash_level: str
    minutes: int | None

    @property
    def forbidden(self) -> bool:
        """True where the two families may never share the equipment."""
        return self.wash_level == FORBIDDEN_LEVEL


class Incompatibility:
    """The table of pairs, looked up either way round."""

    def __init__(self, rules: Iterable[PairRule]):
        self._rules = {frozenset((rule.class_a, rule.class_b)): rule for rule in rules}

    def rule(self, class_a: str, class_b: str, where: str) -> str:
        """Return OK, WASH, SEPARATE or FORBID for `where` (equipment, storage, loading).

        A class beside itself is OK. Raises UnknownPair for a pair without a rule.
        """
        if where not in (EQUIPMENT, STORAGE, LOADING):
            raise ValueError(f"not a place for a rule: {where!r}")
        if class_a == class_b:
            return OK
        try:
            return getattr(self._rules[frozenset((class_a, class_b))], where)
        except KeyError:
            raise UnknownPair(f"no rule for {class_a} with {class_b}") from None

    def rule_or_unknown(self, class_a: str, class_b: str, where: str) -> str:
        """The same as `rule`, UNKNOWN for a pair without one."""
        try:
            return self.rule(class_a, class_b, where)
        except UnknownPair:
            return UNKNOWN

    def conflicts(self, classes: Iterable[str | None], where: str = LOADING) -> list[Conflict]:
        """Return every pair among `classes` that is not OK at `where`, in alphabetical order.

        A pair without a rule is UNKNOWN, which is not OK. Empty classes (packaging, water) have no
        chemistry and are left out.
        """
        present = sorted({name for name in classes if name})
        pairs = ((a, b, self.rule_or_unknown(a, b, where)) for a, b in combinations(present, 2))
        return [Conflict(a, b, rule) for a, b, rule in pairs if rule != OK]

    def apart_from(self, own: str, others: Iterable[str | None], where: str = LOADING) -> list[str]:
        """Return the classes of `others` that must be kept SEPARATE (or FORBID) from `own`,
        sorted.
        """
        kept_apart = (SEPARATE, FORBID)
        return sorted(
            {name for name in others if name and self.rule(own, name, where) in kept_apart}
        )


class Changeovers:
    """The changeover matrix: from family, to family."""

    def __init__(self, table: Mapping[tuple[str, str], Changeover]):
        self._table = dict(table)

    def between(self, before: str | None, after: str) -> Changeover:
        """Return the wash-out from `before` to `after`; nothing before costs nothing.

        Raises UnknownPair.
        """
        if before is None:
            return Changeover("0", 0)
        try:
            return self._table[before, after]
        except KeyError:
            raise UnknownPair(f"no changeover from {before} to {after}") from None
