"""Blank forms of every step, made of the flows' declaration and of the forms that the screens
ask with: whatever is added there is asked for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields import DateField, DateTimeField
from wtforms.widgets import HiddenInput

from app.documents.paper.bilingual import both, joined
from app.documents.paper.blocks import BlankForm, Column, Contents, Entry
from app.documents.paper.blocks import Field as Note
from app.flow.grammar import Action, Flow
from app.flow.roles import ROLES, STAFF
from app.flow.texts.lazy_text import Both
from app.flow.texts.terms import UNITS
from app.forms import form_class
from app.forms.fields.measurement import Again

ROWS = 8  # empty ones of a list
BOXES = 8  # of more choices one is written
WHO = Both("可由", "May be done by")
EVERYBODY = Both("全体员工", "Everybody on the staff")
NOT_BY = Both("须由他人办理", "Not by whoever did")
STAGES = Both("阶段", "Stage")
DONE_BY = Both("办理人:姓名、签名", "Done by: name, signature")
SECOND = Both("第二人:姓名、签名", "Second person: name, signature")
ENTERED_BY = Both("补录:姓名、时间", "Entered afterwards by, at")
DAY, TIME = "____-__-__", "____-__-__ __:__"
HEAD = (
    Entry(Both("记录编号", "Record no."), "*"),
    Entry(Both("发生时间", "When it happened"), f"* {TIME}"),
)


def steps(flow: Flow) -> list[Action]:
    """What people do in a flow, in its order; what follows by itself has no form."""
    return [action for action in flow.actions if not action.driven]


def forms_of(flow: Flow) -> Iterator[Contents | BlankForm]:
    """Yield the list of a flow's forms, then each of them."""
    actions = steps(flow)
    yield Contents(
        tuple((anchor(flow, each), both(each.label), who(each)) for each in actions),
        Both("表单目录", "Forms"),
    )
    yield from (blank(flow, each) for each in actions)


def anchor(flow: Flow, action: Action) -> str:
    return f"{flow.key}.{action.key}"


def blank(flow: Flow, action: Action) -> BlankForm:
    """The form of an action as it is filled in by hand."""
    return BlankForm(
        anchor(flow, action),
        joined(flow.label, action.label, by=" · "),
        action.clause,
        tuple(notes(flow, action)),
        (*HEAD, *entries(form_class(action, by_pin=False)(formdata=None, meta={"csrf": False}))),
        (DONE_BY, *((SECOND,) if action.second else ()), ENTERED_BY),
    )


def notes(flow: Flow, action: Action) -> Iterator[Note]:
    """Who may do it, who may not, from which stage to which."""
    yield Note(WHO, who(action))
    if action.not_by:
        others = (both(flow.action(key).label) for key in action.not_by)
        yield Note(NOT_BY, joined(*others, by=" / "))
    led = [both(flow.stage(key).label) for key in action.targets] if action.moves else []
    if action.sources and action.moves:
        from_where = joined(*(both(flow.stage(key).label) for key in action.sources), by=" / ")
        yield Note(STAGES, joined(from_where, joined(*led, by=" / "), by=" → "))


def who(action: Action) -> Any:
    if action.possible_roles == STAFF:
        return EVERYBODY
    return joined(*(r.label for r in ROLES.values() if r in action.possible_roles), by=" / ")


# Fields: what each asks for


def entries(fields: Iterable[Field]) -> Iterator[Entry]:
    """Yield what the fields of a form ask for, groups and all."""
    for field in fields:
        if isinstance(field, FormField):
            yield from entries(field.form)
        elif not is_left_out(field):
            yield entry(field)


def is_left_out(field: Field) -> bool:
    """Whether paper needs it not: what only a machine reads, a button, a second typing, a list
    that stands empty beside the words; the signature has a place of its own.
    """
    return (
        isinstance(field, (SubmitField, PasswordField, Again))
        or isinstance(getattr(field, "widget", None), HiddenInput)
        or (isinstance(field, RadioField) and not field.choices)
    )


def entry(field: Field) -> Entry:
    label, mark = both(field.label.text), mark_of(field)
    if isinstance(field, FieldList):
        return Entry(label, mark, columns=tuple(columns(field)))
    if isinstance(field, BooleanField):
        return Entry(label, mark, boxes=(Both("是", "Yes"),))
    if isinstance(field, (RadioField, SelectField)) and (found := offered(field)):
        return Entry(label, mark, boxes=found)
    return Entry(label, mark, tall=isinstance(field, TextAreaField))


def offered(field: Any) -> tuple[Any, ...]:
    """The choices that always are the same; what master data or a record offer is written."""
    told = tuple(both(each.label) for each in field.choices or () if each.value)
    return told if len(told) <= BOXES else ()


def mark_of(field: Field) -> str:
    """Star, unit, or how a day is written."""
    given = (field.render_kw or {}).get("unit")
    form = TIME if isinstance(field, DateTimeField) else DAY if isinstance(field, DateField) else ""
    told = both(UNITS.get(given, given)) if given else None
    units = dict.fromkeys((told.zh, told.en)) if told else ()
    return " ".join([*(["*"] if field.flags.required else []), *units, *([form] if form else [])])


def columns(field: Any) -> Iterator[Column]:
    """The heads of the rows of a list; one without a form of its own has one column."""
    row = field.unbound_field.bind(form=None, name=f"{field.name}-0", _meta=field.meta)
    row.process(None)
    inner = list(row.form) if isinstance(row, FormField) else [row]
    yield Column(Both("序号", "No."), 6)
    for each in inner:
        if not is_left_out(each):
            yield Column(both(each.label.text))
