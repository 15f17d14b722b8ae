"""The grams in PostgreSQL: a GIN index over a function of the entry. It finds all at once, so that
the entries are asked for in eras, the newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from app.extensions import db
from app.models.records.search_index.grams import LONGEST, LONGEST_ASCII, SHELF

FUNCTION, INDEX = "search_grams", "ix_search_entry_grams"
ERAS = (12, 14, 16)  # 4,096 entries and more: the further back, the longer

GRAMS = f"""SELECT array_to_tsvector(array(
 SELECT {SHELF.format(flow="flow")} || gram
 FROM generate_series(1, length(words)) i, generate_series(1, {LONGEST_ASCII}) n,
 LATERAL substr(words, i, n) gram
 WHERE length(gram) = n AND strpos(gram, ' ') = 0 AND (n <= {LONGEST} OR octet_length(gram) = n)
 UNION ALL SELECT 'e' || era || ':' || (id >> era) FROM unnest(ARRAY{list(ERAS)}) era))"""
MADE = {
    # Costly: no plan shall work it out for each row.
    FUNCTION: f"CREATE FUNCTION {FUNCTION}(id bigint, flow text, words text) RETURNS tsvector "
    f"LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $${GRAMS}$$",
    # Without fastupdate: every search would read through what waits in its list.
    INDEX: f"CREATE INDEX {INDEX} ON search_entry USING gin ({FUNCTION}(id, flow, words)) "
    "WITH (fastupdate = off)",
}
TRIGGERS: dict[str, tuple[str, str]] = {}  # an index needs none
PRESENT = (
    "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
    "UNION ALL SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'"
)

# By ``id + 0`` no plan walks the primary key, past all that does not hold the words.
HOLDING = """
SELECT e.id, e.flow, e.record_id, e.words
FROM unnest(CAST(:eras AS text[])) AS era CROSS JOIN LATERAL (
 SELECT e.id, e.flow, e.record_id, e.words FROM search_entry AS e
 WHERE search_grams(e.id, e.flow, e.words) @@ (CAST(:wanted AS tsquery) && CAST(era AS tsquery))
 AND e.id < :before AND ({check}) ORDER BY e.id + 0 DESC LIMIT :most) AS e
LIMIT :most"""
ABOUT = """
SELECT DISTINCT e.id, e.flow, e.record_id, e.words
FROM unnest(CAST(:subjects AS text[])) AS about CROSS JOIN LATERAL (
 SELECT e.id, e.flow, e.record_id, e.words
 FROM search_subject AS s JOIN search_entry AS e ON e.id = s.entry_id
 WHERE s.subject = about AND s.entry_id < :before
 ORDER BY s.entry_id DESC LIMIT :most) AS e
ORDER BY e.id DESC LIMIT :most"""
CHECK = "strpos({words}, :{text}) > 0"


def wanted(grams: Sequence[Sequence[str]], before: int) -> dict[str, Any]:
    """The parameters of HOLDING that ask for all grams of one of the lists."""
    newest = db.session.scalar(text("SELECT max(id) FROM search_entry")) or 0
    asked = " | ".join(f"({' & '.join(map(quoted, each))})" for each in grams)
    return {"wanted": asked, "eras": [quoted(era) for era in eras(min(newest, before - 1))]}


def about(subjects: Collection[str]) -> dict[str, Any]:
    """The parameters of ABOUT that ask for subjects."""
    return {"subjects": sorted(subjects)}


def quoted(gram: str) -> str:
    """A gram as it stands in a query of a text search."""
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"


def eras(newest: int) -> Iterator[str]:
    """Yield the eras of all entries back from the newest one: a few short ones, then long ones."""
    end = ((newest >> ERAS[0]) + 1) << ERAS[0]
    for era, longer in pairwise((*ERAS, 62)):
        while end > 0:
            end -= 1 << era
            yield f"e{era}:{end >> era}"
            if end % (1 << longer) == 0:
                break
