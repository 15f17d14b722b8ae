"""Words in the code that are spelt like a stage or an action and mean something else: what they
mean, and in which files. Nothing else stands here: a stage is asked for by its tags
(``app/flow/rules/tags.py``), an action by its name in ``app/flow/``.
"""

OTHER_MEANINGS = (
    (
        "the order that a mail is about, by its name in the mail’s facts",
        {"order"},
        {"mail/taking_in.py", "models/mail/received_mail.py"},
    ),
    ("how a text is decoded that cannot be", {"replace"}, {"mail/letters.py"}),
    (
        "how far a formula is",
        {"approved"},
        {"models/controlled/contents.py", "models/master/incomplete/gaps.py"},
    ),
    (
        "a line that went out of force with its document",
        {"superseded"},
        {"models/master/editing.py", "screens/master/listing.py"},
    ),
    (
        "an icon, and the class of a mark",
        {"failed"},
        {
            "screens/record/about/anomaly.py",
            "screens/record/about/complaint.py",
            "screens/record/about/sample.py",
            "screens/record/fact.py",
            "screens/record/material_needs.py",
            "screens/record/page.py",
            "screens/today/warehouse.py",
        },
    ),
    (
        "an icon, and the class of a mark",
        {"halted"},
        {
            "screens/board/columns.py",
            "screens/home/tasks.py",
            "screens/record/about/anomaly.py",
            "screens/record/page.py",
            "screens/today/production.py",
            "screens/wall/facts.py",
        },
    ),
    (
        "an icon, and the class of a mark",
        {"hold"},
        {
            "screens/record/about/order.py",
            "screens/record/about/shipment.py",
            "screens/record/page.py",
        },
    ),
    (
        "how a line is drawn, and what halts",
        {"running"},
        {"screens/today/line_schedule.py", "screens/wall/facts.py"},
    ),
    (
        "how a line is drawn, and what halts",
        {"halted"},
        {"screens/today/line_schedule.py", "screens/wall/page_cache.py"},
    ),
    (
        "a filter of boards, a tablet's colour, a call to a group: of what is halted",
        {"halted"},
        {"blueprints/floor/tablet.py", "screens/board/filters.py"},
    ),
    (
        "a filter of boards, a tablet's colour, a call to a group: of what is halted",
        {"halt"},
        {"models/alerts/group_robot.py"},
    ),
    ("the lanes folded away", {"closed"}, {"screens/board/filters.py", "screens/board/options.py"}),
    ("a list of the day", {"nonconforming", "to_decide"}, {"screens/today/quality.py"}),
    (
        "the status of a lot",
        {"released"},
        {
            "documents/paper/terms.py",
            "models/warehouse/stock.py",
            "plant/warehouse/fefo.py",
            "screens/record/fact.py",
        },
    ),
    (
        "a verdict on a reading",
        {"failed"},
        {
            "documents/dossier.py",
            "documents/quality_report.py",
            "documents/paper/terms.py",
            "forms/quality/inspection.py",
            "plant/quality/verdict.py",
        },
    ),
    (
        "a zone, by what is kept there",
        {"nonconforming"},
        {
            "models/production/inspection.py",
            "models/quality/sample.py",
            "models/warehouse/disposition.py",
            "screens/home/first_start.py",
        },
    ),
    (
        "what was decided on a failed lot",
        {"reinspect", "rework", "scrap"},
        {"documents/ncr.py", "documents/paper/terms.py"},
    ),
    (
        "why goods were moved, or are made: a kind of movement, of plan, of signing",
        {"rework"},
        {"documents/dossier.py", "models/production/plan.py", "models/production/rework.py"},
    ),
    ("kinds of movements", {"rework", "scrap"}, {"plant/warehouse/vouchers.py"}),
    ("results that do not count any more", {"set_aside"}, {"screens/record/results.py"}),
    (
        "a field of an event",
        {"set_aside"},
        {"documents/paper/event_data.py", "models/quality/test_result.py"},
    ),
    (
        "a field of a finding",
        {"order", "requested", "received"},
        {"plant/sales/review.py", "plant/sales/questions.py"},
    ),
    ("a field of an event", {"order"}, {"models/warehouse/complaint.py"}),
    (
        "a field of an event",
        {"received"},
        {
            "documents/paper/event_data.py",
            "models/production/materials.py",
            "plant/sales/review.py",
        },
    ),
    ("a field of a form", {"received"}, {"forms/warehouse/materials.py"}),
    (
        "a column of a spreadsheet",
        {"received"},
        {
            "sheets/kinds/cut_over/columns.py",
            "sheets/kinds/cut_over/kits.py",
            "sheets/kinds/lots.py",
        },
    ),
    (
        "when a plan begins, as a spreadsheet and an event have it",
        {"start"},
        {
            "models/production/cut_over/begun.py",
            "sheets/kinds/cut_over/begun.py",
            "sheets/kinds/cut_over/columns.py",
            "sheets/kinds/cut_over/there.py",
            "sheets/kinds/cut_over/together.py",
        },
    ),
    ("what a file calls a stage", {"running"}, {"sheets/kinds/cut_over/columns.py"}),
    ("the status of a lot, as a spreadsheet has it", {"released"}, {"sheets/kinds/lots.py"}),
    (
        "the status of a formula",
        {"approved"},
        {
            "screens/home/first_start.py",
            "sheets/kinds/formulas.py",
        },
    ),
    ("a kind of material, as a spreadsheet calls it", {"pack"}, {"sheets/kinds/declared.py"}),
    ("a field of a form", {"confirm"}, {"forms/master/gates.py"}),
    ("a line of a work instruction that is ticked", {"confirm"}, {"forms/production/execution.py"}),
    ("a header of an e-mail", {"received"}, {"content/texts.py"}),
    (
        "the outcome of a line of an order",
        {"declined"},
        {"documents/dossier.py", "documents/sales/order_review.py"},
    ),
    (
        "a job that was given up",
        {"failed"},
        {"jobs/leases.py", "models/records/papers/document.py"},
    ),
    (
        "a version of a formula, a supplier",
        {"approved"},
        {"models/master/dictionary/trade.py", "models/master/rules.py"},
    ),
    (
        "when a test is made",
        {"release"},
        {"models/master/dictionary/checks.py", "models/master/incomplete/gaps.py"},
    ),
    (
        "the flow of orders, a relation to an order",
        {"order"},
        {
            "models/records/kinds.py",
            "models/sales/order.py",
            "screens/archive/audit_list.py",
            "screens/record/about/__init__.py",
        },
    ),
    (
        "what was found of an order",
        {"split"},
        {"plant/sales/remarks.py", "plant/production/requirements.py"},
    ),
    ("what was found of an order", {"hold"}, {"plant/sales/finding.py"}),
    (
        "events of roles, of gates and of the plant's own chain",
        {"hand_over"},
        {"blueprints/people/deputies.py", "models/people/deputy.py"},
    ),
    (
        "events of roles, of gates and of the plant's own chain",
        {"write"},
        {"models/records/sealing/plant_chain.py"},
    ),
    (
        "events of roles, of gates and of the plant's own chain",
        {"confirm"},
        {"blueprints/master/gates.py", "models/records/rules/gate_setting.py"},
    ),
    ("rows that were written", {"written"}, {"models/records/sealing/sealed_rows.py"}),
    ("the state of the server", {"ready"}, {"blueprints/live.py"}),
    ("a connection", {"invalidate"}, {"database.py"}),
    ("a connection", {"close"}, {"database.py", "jobs/alerts/outgoing.py", "security/requests.py"}),
    (
        "what a codec does with what it cannot read",
        {"replace"},
        {"blueprints/records/discussion.py", "content/columns.py", "storage/witness.py"},
    ),
    ("the name of a function", {"confirm"}, {"security/__init__.py"}),
    ("what a key is for", {"request"}, {"security/keys.py"}),
)
