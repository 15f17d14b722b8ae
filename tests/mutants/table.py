"""Faults that the tests must catch: each takes out one promise of the house.

``old`` stands exactly once in its file. Where it does not any more, the code has changed, and the
entry here changes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """A fault: the text in a file, the one in its place, and the tests of which one must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def fits(self) -> bool:
        """Whether it can be planted in one place and no other."""
        return self.old != self.new and (ROOT / self.file).read_text("utf-8").count(self.old) == 1

    def planted(self, text: str) -> str:
        return text.replace(self.old, self.new)


MUTANTS = (
    # The flow: who may do what, and when
    Mutant(
        "guard dropped: a kit is begun though materials are short",
        "app/flow/production.py",
        'guards=(g.kit_is_complete,), effect="propose_lots"',
        'effect="propose_lots"',
        (
            "tests/flow/journeys/test_supply.py"
            "::test_2_2_a_shortage_is_answered_bought_inspected_and_released[sqlite]",
        ),
    ),
    Mutant(
        "role widened: an inspector releases",
        "app/flow/samples.py",
        'source="reported", target="released", roles=frozenset({QUALITY_HEAD})',
        'source="reported", target="released", roles=frozenset({QUALITY_HEAD, INSPECTOR})',
        ("tests/flow/test_printed.py::test_flow_md_is_what_the_declaration_says",),
    ),
    Mutant(
        "four eyes: one person does both steps",
        "app/models/records/record.py",
        "            else self.same_person(action, by)\n",
        "            else None\n",
        (
            "tests/flow/test_four_eyes.py"
            "::test_one_person_with_both_roles_is_refused[sqlite-prepare-hand_over-2]",
        ),
    ),
    Mutant(
        "stale form: a move goes by what the page showed before",
        "app/models/records/record.py",
        "(version is not None and version != self.version)",
        "False",
        (
            "tests/floor/test_together.py"
            "::test_what_is_refused_is_told_and_the_others_are_done[sqlite]",
        ),
    ),
    Mutant(
        "hard limit: one more is let in",
        "app/models/records/rules/wip_limits.py",
        "if count < limits[target]:",
        "if count <= limits[target]:",
        ("tests/board/test_limits.py::test_a_full_stage_refuses_and_says_so_before[sqlite]",),
    ),
    Mutant(
        "waiting: nobody looks again when a line becomes free (PostgreSQL)",
        "app/models/production/execution.py",
        "reevaluate(LINE, required(self.plan).line_id)",
        "pass",
        (
            "tests/race/test_races.py::test_a_card_that_somebody_held_while"
            "_its_line_became_free_is_looked_at_afterwards[postgresql]",
        ),
    ),
    # The record
    Mutant(
        "lock: a record is changed as it was read (PostgreSQL)",
        "app/models/records/record.py",
        ".with_for_update(of=cls)",
        "",
        (
            "tests/race/test_races.py"
            "::test_the_last_two_problems_of_a_halted_run_are_resolved_at_once[postgresql]",
        ),
    ),
    Mutant(
        "lock: who writes takes it late (SQLite)",
        "app/database.py",
        'ask("BEGIN IMMEDIATE")',
        'ask("BEGIN DEFERRED")',
        (
            "tests/storage/test_ledgers.py"
            "::test_who_writes_holds_the_lock_from_the_start_and_who_reads_holds_nobody_up[sqlite]",
        ),
    ),
    Mutant(
        "chain: the clause is not sealed",
        "app/models/records/event.py",
        """        "clause": event.clause,
    }
""",
        """    }
""",
        (
            "tests/cli/test_cli.py::test_tampering_is_named[sqlite-UPDATE event SET clause = '9.9' "
            "WHERE flow = 'anomaly' AND record_id = 2 AND seq = 2"
            "-anomaly 2: event 2 was altered outside its sealed body]",
        ),
    ),
    Mutant(
        "ledger: stock movements may be changed",
        "app/models/records/event.py",
        'APPEND_ONLY = ("event", "stock_movement")',
        'APPEND_ONLY = ("event",)',
        (
            "tests/storage/test_ledgers.py::test_a_ledger_s_rows_are_neither_changed_nor_taken_away[sqlite]",
        ),
    ),
    Mutant(
        "index dropped: the board walks through all cards",
        "app/models/production/production_order.py",
        '(Index("ix_production_order_board", "stage", "due"),)',
        "()",
        (
            "tests/storage/test_migrations.py::test_the_migrations_make_what_the_models_describe[sqlite]",
        ),
    ),
    Mutant(
        "job: what a dead worker leased is never taken again",
        "app/jobs/leases.py",
        "or_(Job.leased_until.is_(None), Job.leased_until < now)",
        "Job.leased_until.is_(None)",
        ("tests/jobs/test_jobs.py::test_a_leased_job_is_left_alone_until_its_lease_ends[sqlite]",),
    ),
    Mutant(
        "backup: a forged record is restored",
        "app/storage/restore/__init__.py",
        "if checks:",
        "if False:",
        ("tests/storage/test_backup.py::test_a_backup_of_a_forged_record_is_refused[sqlite]",),
    ),
    Mutant(
        "erasure: the words stay where the record repeats them",
        "app/models/people/erasure.py",
        'setattr(row, field, "")',
        "pass",
        ("tests/flow/journeys/test_erasure.py::test_a_witness_asks_to_be_forgotten[sqlite]",),
    ),
    # The plant's arithmetic
    Mutant(
        "incompatibility: acid and chlorine on one vehicle",
        "app/plant/production/incompatibility.py",
        "for a, b, rule in pairs if rule != OK]",
        "for a, b, rule in pairs if rule == FORBID]",
        ("tests/plant/test_incompatibility.py::test_conflicts_of_a_vehicle",),
    ),
    Mutant(
        "requirements: rounded to the nearest gram",
        "app/plant/production/requirements.py",
        'return ceil_to(ceil_whole(exact), step_of("kg"))',
        'return round(exact / step_of("kg")) * step_of("kg")',
        ("tests/plant/test_requirements.py::test_a_need_is_raised_to_the_gram_never_lowered",),
    ),
    # The doors
    Mutant(
        "CSRF: a form needs no token",
        "app/security/requests.py",
        'if unsafe and current_app.config["WTF_CSRF_ENABLED"] and not resumption.is_resumed():',
        "if False:",
        ("tests/security/test_csrf.py::test_without_it_nothing_happens[sqlite-None]",),
    ),
    Mutant(
        "login: idle for thirty minutes and still in",
        "app/models/people/user.py",
        "return and_(cls.station_id.is_(None), cls.touched > idle, cls.created > whole)",
        "return and_(cls.station_id.is_(None), cls.created > whole)",
        (
            "tests/security/test_sessions.py"
            "::test_thirty_minutes_idle_twelve_hours_altogether[sqlite-back1-False]",
        ),
    ),
    Mutant(
        "PIN: guessed as often as one likes",
        "app/security/attempts.py",
        "if by_account >= PER_ACCOUNT:",
        "if by_account >= PER_ADDRESS:",
        ("tests/floor/test_tablet.py::test_pins_are_guessed_five_times_in_five_minutes[sqlite]",),
    ),
    Mutant(
        "once: a retry happens again",
        "app/blueprints/records/idempotent.py",
        "carry_out(row, view, args, kwargs) if new else stored(row)",
        "carry_out(row, view, args, kwargs)",
        ("tests/security/test_once.py::test_the_stored_answer_comes_back[sqlite]",),
    ),
    Mutant(
        "escape: what people write is markup",
        "app/web/template_context.py",
        "app.jinja_env.autoescape = True",
        "app.jinja_env.autoescape = False",
        ("tests/search/test_find.py::test_nothing_asked_and_nothing_found_say_what_to_do[sqlite]",),
    ),
    Mutant(
        "formula: a spreadsheet carries out what a lot is called",
        "app/web/sheets.py",
        "        return value\n    return plain(value)",
        "        return value\n    return str(value)",
        (
            "tests/pages/test_lots.py"
            "::test_odd_lot_numbers_have_a_page_that_their_links_open[sqlite]",
        ),
    ),
    # What people see
    Mutant(
        "translation: a refusal in English",
        "app/translations/zh_Hans_CN/LC_MESSAGES/messages.po",
        'msgid "One unit cannot be split."\nmsgstr "单件不能拆分。"',
        'msgid "One unit cannot be split."\nmsgstr ""',
        ("tests/test_translations.py::test_every_text_is_translated_and_sure",),
    ),
    Mutant(
        "keys: a card taken up is not put down elsewhere",
        "static/js/drag.js",
        "return drop(card, column);",
        "return letGo(id);",
        ("tests/browser/test_board.py::test_keys_move_the_card",),
    ),
    Mutant(
        "reading: above the limit and nothing said while it is typed",
        "app/forms/fields/measurement.py",
        'return super().told or (self.outside if self.judged == FAILED else "")',
        "return super().told",
        (
            "tests/browser/test_readings.py"
            "::test_a_reading_that_surely_lies_outside_is_told_before_it_is_sent",
        ),
    ),
)
