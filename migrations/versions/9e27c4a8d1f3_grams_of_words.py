"""Search asks for grams, short pieces of words, which the database works out; what an entry is about is walked shelf by shelf."""

from alembic import op

revision = "9e27c4a8d1f3"
down_revision = "c81f4a6d0e57"

SHELF = "CASE flow WHEN 'order' THEN 'o' WHEN 'lot' THEN 'l' ELSE 'r' END"
OF_ENTRY = f"(SELECT {SHELF} FROM search_entry WHERE id = entry_id)"
# As app/models/records/search_index/in_sqlite.py has it in its triggers; env.py makes those.
SQLITE = f"""
INSERT INTO search_gram(rowid, grams) SELECT id, (WITH RECURSIVE
 place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(entry.words)),
 size(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM size WHERE n < 4)
 SELECT group_concat({SHELF.replace("flow", "entry.flow")} || hex(gram), ' ')
 FROM (SELECT n, substr(entry.words, i, n) AS gram FROM place, size)
 WHERE length(gram) = n AND instr(gram, ' ') = 0
 AND (n <= 2 OR length(CAST(gram AS blob)) = n))
FROM search_entry AS entry"""
POSTGRESQL = f"""
CREATE FUNCTION search_grams(id bigint, flow text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$SELECT array_to_tsvector(array(
 SELECT {SHELF} || gram
 FROM generate_series(1, length(words)) i, generate_series(1, 4) n,
 LATERAL substr(words, i, n) gram
 WHERE length(gram) = n AND strpos(gram, ' ') = 0 AND (n <= 2 OR octet_length(gram) = n)
 UNION ALL SELECT 'e' || era || ':' || (id >> era) FROM unnest(ARRAY[12, 14, 16]) era))$$"""


def upgrade():
    op.execute(f"UPDATE search_subject SET subject = {OF_ENTRY} || subject")
    op.create_index("ix_search_subject_entry_id", "search_subject", ["entry_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_gram USING fts5(grams, content='', columnsize=0, "
            "detail=none)"
        )
        op.execute(SQLITE)
    else:
        op.get_bind().exec_driver_sql(POSTGRESQL)
        op.execute(
            "CREATE INDEX ix_search_entry_grams ON search_entry "
            "USING gin (search_grams(id, flow, words)) WITH (fastupdate = off)"
        )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER search_entry_{verb}")
        op.execute("DROP TABLE search_gram")
    else:
        op.drop_index("ix_search_entry_grams", "search_entry")
        op.execute("DROP FUNCTION search_grams")
    op.drop_index("ix_search_subject_entry_id", "search_subject")
    op.execute("UPDATE search_subject SET subject = substr(subject, 2)")
