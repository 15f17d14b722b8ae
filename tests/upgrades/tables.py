"""The tables of a database, and what of a change of them takes something from older code."""

from sqlalchemy import inspect, text

TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def look(connection):
    """Each table's columns, keys, indexes and constraints, in an order of their own; Alembic's is
    none of the models'.
    """
    inspector, seen = inspect(connection), {}
    for table in set(inspector.get_table_names()) - {"alembic_version"}:
        columns = {
            (c["name"], str(c["type"]), c["nullable"], c["default"] and "default")
            for c in inspector.get_columns(table)
        }
        keys = {
            (tuple(k["constrained_columns"]), k["referred_table"])
            for k in inspector.get_foreign_keys(table)
        }
        unique = {tuple(c["column_names"]) for c in inspector.get_unique_constraints(table)}
        indexes = {
            (i["name"], tuple(i["column_names"]))
            for i in inspector.get_indexes(table)
            if not i.get("duplicates_constraint")
        }
        rules = {c["name"] for c in inspector.get_check_constraints(table)}
        primary = tuple(inspector.get_pk_constraint(table)["constrained_columns"])
        seen[table] = columns, keys, unique, indexes, rules, primary
    return seen


def triggers(connection):
    """The triggers: table and name."""
    return set(map(tuple, connection.execute(text(TRIGGERS[connection.dialect.name]))))


def looked_at(connection):
    """What ``taken`` compares."""
    return look(connection), triggers(connection)


def taken(before, after):
    """What keeps code that knows the tables as they were from working on them as they are: none
    for a change that only adds.
    """
    (tables, rules), (later, later_rules) = before, after
    found = [f"{table}: gone" for table in tables.keys() - later.keys()]
    for name in sorted(tables.keys() & later.keys()):
        columns, keys, unique, _, checks, primary = tables[name]
        now, keys_now, unique_now, _, checks_now, primary_now = later[name]
        known = {column[0] for column in columns}
        found += [f"{name}.{column[0]}: gone or changed" for column in columns - now]
        found += [
            f"{name}.{column}: must be given"
            for column, _, nullable, default in now - columns
            if column not in known and not (nullable or default)
        ]
        bound = {key for key in keys_now - keys if known.intersection(key[0])}
        bound |= {each for each in unique_now - unique if known.intersection(each)}
        found += [f"{name}: bound by {each}" for each in bound]
        found += [f"{name}: bound by {each}" for each in checks_now - checks]
        found += [f"{name}: another primary key"] if primary != primary_now else []
    old = {rule for rule in later_rules - rules if rule[0] in tables}
    return found + [f"{table}: does more by {trigger}" for table, trigger in old]
