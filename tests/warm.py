"""What a process has compiled once serves every application that its tests make: templates, SQL statements, builders of addresses.

An application of its own for each test is honest and cheap; compiling everything anew for it was most of the suite's time.
"""

import jinja2
from flask import Flask
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class Kept(jinja2.BytecodeCache):
    """Compiled templates, by name and content."""

    def __init__(self):
        self.code = {}

    def load_bytecode(self, bucket):
        if (bucket.key, bucket.checksum) in self.code:
            bucket.bytecode_from_string(self.code[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket):
        self.code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def keep_compiled():
    """Let all applications of this process share what they compile."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Kept()}
    # A statement is kept by the dialect it was compiled for; all our engines of a kind speak the same one.
    for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        dialect.__eq__ = lambda self, other: type(self) is type(other)
        dialect.__hash__ = lambda self: hash(type(self))
    statements = {}
    Rule._compile_builder = kept_by(lambda rule, unknown=True: (tuple(rule._trace), repr(rule.defaults), unknown), Rule._compile_builder)
    Engine._compiled_cache = property(lambda self: statements.setdefault(type(self.dialect), LRUCache(3000)), lambda self, own: None)


def kept_by(key, function):
    """The function, asked once for each key of its arguments."""
    known = {}

    def asked(*args):
        found = key(*args)
        if found not in known:
            known[found] = function(*args)
        return known[found]

    return asked
