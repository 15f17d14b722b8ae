"""The grams in PostgreSQL: a GIN index over a function of the entry. It finds all at once, so that
the entries are asked for in eras, the newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from app.models.records.search_index.grams import LONGEST, LONGEST_ASCII, SHELF

FUNCTION, INDEX = "search_grams", "ix_search_entry_grams"
SHORT, MIDDLE, LONG = 12, 14, 16  # eras: of 2**12 entries and more, the longer the further back

GRAMS = f"""SELECT array_to_tsvector(array(
 SELECT {SHELF.format(flow="flow")} || gram
 FROM generate_series(1, length(words)) i, generate_series(1, {LONGEST_ASCII}) n,
 LATERAL substr(words, i, n) gram
 WHERE length(gram) = n AND strpos(gram, ' ') = 0 AND (n <= {LONGEST} OR octet_length(gram) = n)
 UNION ALL SELECT 'e' || era || ':' || (id >> era)
 FROM unnest(ARRAY[{SHORT}, {MIDDLE}, {LONG}]) era))"""
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

# The eras from the newest back: short ones to where a middle one begins, middle ones to where a
# long one begins, then long ones. Of an index without an entry it is one, the first: LEAST passes
# over what is null, and would begin at the end of all numbers.
ERAS = f"""
 (SELECT least(coalesce(max(id), 0), :before - 1) >> {SHORT} AS short FROM search_entry) AS newest,
 LATERAL (SELECT (short >> {MIDDLE - SHORT}) - 1 AS middle) AS before_short,
 LATERAL (SELECT (middle >> {LONG - MIDDLE}) - 1 AS long) AS before_middle,
 LATERAL (
  SELECT {SHORT} AS era, n
  FROM generate_series(short, greatest((middle + 1) << {MIDDLE - SHORT}, 0), -1) AS n
  UNION ALL SELECT {MIDDLE}, n
  FROM generate_series(middle, greatest((long + 1) << {LONG - MIDDLE}, 0), -1) AS n
  UNION ALL SELECT {LONG}, n FROM generate_series(long, 0, -1) AS n) AS eras"""
# By ``id + 0`` no plan walks the primary key, past all that does not hold the words. Words and era
# are two conditions: of one, GIN would read through all that holds the words for every era.
HOLDING = f"""
SELECT found.id, found.flow, found.record_id, found.words
FROM {ERAS}, LATERAL (
 SELECT e.id, e.flow, e.record_id, e.words FROM search_entry AS e
 WHERE {FUNCTION}(e.id, e.flow, e.words)
  @@ CAST(:wanted AS tsquery)
 AND {FUNCTION}(e.id, e.flow, e.words)
  @@ CAST(quote_literal('e' || era || ':' || n) AS tsquery)
 AND e.id + 0 < :before AND ({{check}}) ORDER BY e.id + 0 DESC LIMIT {{most}}) AS found
LIMIT {{most}}"""
ABOUT = """
WITH newest AS (
 SELECT DISTINCT s.entry_id FROM unnest(CAST(:subjects AS text[])) AS about CROSS JOIN LATERAL (
  SELECT entry_id FROM search_subject WHERE subject = about AND entry_id < :before
  ORDER BY entry_id DESC LIMIT {most}) AS s
 ORDER BY s.entry_id DESC LIMIT {most})
SELECT id, flow, record_id, words FROM search_entry
WHERE id = ANY (ARRAY(SELECT entry_id FROM newest))"""
CHECK = "strpos({words}, :{text}) > 0"


def wanted(grams: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The parameters of HOLDING that ask for all grams of one of the lists."""
    return {"wanted": " | ".join(f"({' & '.join(map(quoted, each))})" for each in grams)}


def about(subjects: Collection[str]) -> dict[str, Any]:
    """The parameters of ABOUT that ask for subjects."""
    return {"subjects": sorted(subjects)}


def quoted(gram: str) -> str:
    """A gram as it stands in a query of a text search."""
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
