"""The grams in SQLite: a table of FTS5 that keeps nothing but which entry has which gram, written
by triggers. It is walked from its newest entry backwards.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from app.models.records.search_index.grams import LONGEST, LONGEST_ASCII, SHELF

TABLE = "search_gram"

# Each gram behind its shelf, as hexadecimal digits, which no tokenizer takes apart.
GRAMS = f"""(WITH RECURSIVE
 place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length({{row}}.words)),
 size(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM size WHERE n < {LONGEST_ASCII})
 SELECT group_concat({SHELF.format(flow="{row}.flow")} || hex(gram), ' ')
 FROM (SELECT n, substr({{row}}.words, i, n) AS gram FROM place, size)
 WHERE length(gram) = n AND instr(gram, ' ') = 0
 AND (n <= {LONGEST} OR length(CAST(gram AS blob)) = n))"""
GONE = (
    f"INSERT INTO {TABLE}({TABLE}, rowid, grams) "
    f"VALUES('delete', old.id, {GRAMS.format(row='old')});"
)
COME = f"INSERT INTO {TABLE}(rowid, grams) VALUES(new.id, {GRAMS.format(row='new')});"

MADE = {
    TABLE: f"CREATE VIRTUAL TABLE {TABLE} USING fts5(grams, content='', columnsize=0, detail=none)",
}
TRIGGERS = {
    f"search_entry_{verb.split()[0].lower()}": (
        "search_entry",
        f"CREATE TRIGGER search_entry_{verb.split()[0].lower()} AFTER {verb} ON search_entry "
        f"BEGIN {work} END",
    )
    for verb, work in (
        ("INSERT", COME),
        ("UPDATE OF flow, words", f"{GONE} {COME}"),
        ("DELETE", GONE),
    )
}
PRESENT = "SELECT name FROM sqlite_master"

# By CROSS JOIN the grams come first, whatever the statistics say.
HOLDING = f"""
SELECT e.id, e.flow, e.record_id, e.words
FROM {TABLE} CROSS JOIN search_entry AS e ON e.id = {TABLE}.rowid
WHERE {TABLE} MATCH :wanted AND {TABLE}.rowid < :before AND ({{check}})
ORDER BY {TABLE}.rowid DESC LIMIT {{most}}"""
# The newest entry of each subject waits in line; the newest of all comes out, its next goes in.
ABOUT = """
WITH RECURSIVE about(subject, entry_id) AS (
 SELECT value, (SELECT max(entry_id) FROM search_subject
  WHERE subject = value AND entry_id < :before) FROM json_each(:subjects)
 UNION ALL
 SELECT subject, (SELECT max(s.entry_id) FROM search_subject AS s
  WHERE s.subject = about.subject AND s.entry_id < about.entry_id)
 FROM about WHERE entry_id IS NOT NULL ORDER BY 2 DESC)
SELECT DISTINCT e.id, e.flow, e.record_id, e.words
FROM about CROSS JOIN search_entry AS e ON e.id = about.entry_id
LIMIT {most}"""
CHECK = "instr({words}, :{text}) > 0"


def wanted(grams: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The parameters of HOLDING that ask for all grams of one of the lists."""
    return {
        "wanted": " OR ".join(
            f"({' AND '.join(f'{gram[0]}{gram[1:].encode().hex()}' for gram in each)})"
            for each in grams
        )
    }


def about(subjects: Collection[str]) -> dict[str, Any]:
    """The parameters of ABOUT that ask for subjects."""
    return {"subjects": json.dumps(sorted(subjects))}
