"""Controlled documents (clause 四): every revision is written by one person and signed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.flow.departments import PLANNING, QUALITY
from app.flow.documents import CONTROLLED_DOCUMENT
from app.flow.grammar import Action, Flow, RolesFrom, Stage, TargetFrom, Undo
from app.flow.roles import ADMIN, PLANNER, PRODUCTION_HEAD, QUALITY_HEAD, SUPERVISOR, Role
from app.flow.roles import SALES as CLERK
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True, eq=False)
class DocumentKind:
    """A kind of controlled document: who writes its revisions, beside the administrator, and which heads may sign them."""

    key: str
    label: Text
    author: Role
    approvers: frozenset[Role]

    @property
    def authors(self) -> frozenset[Role]:
        return frozenset({self.author, ADMIN})


# A formula is chemistry: what it holds decides on safety and on every test, so Quality writes it and Production's head signs.
HEADS = frozenset({PRODUCTION_HEAD, QUALITY_HEAD})
INSTRUCTION = DocumentKind("instruction", _l("Work instruction"), SUPERVISOR, HEADS)
FORMULA = DocumentKind("formula", _l("Formula"), QUALITY_HEAD, HEADS)
SPECIFICATION = DocumentKind("specification", _l("Specification"), QUALITY_HEAD, HEADS)
PACKAGING = DocumentKind("packaging", _l("Packaging list"), PLANNER, frozenset({PRODUCTION_HEAD}))
PRICES = DocumentKind("prices", _l("Price list"), CLERK, frozenset({PRODUCTION_HEAD}))
KINDS = {kind.key: kind for kind in (INSTRUCTION, FORMULA, SPECIFICATION, PACKAGING, PRICES)}
AUTHORS = frozenset().union(*(kind.authors for kind in KINDS.values()))
APPROVERS = frozenset().union(*(kind.approvers for kind in KINDS.values()))
WRITERS, SIGNERS = RolesFrom("roles_to_write", AUTHORS), RolesFrom("roles_to_sign", APPROVERS)

REVISIONS = Flow("revision", _l("Controlled document"), (
    Stage("drafting", _l("Being drafted"), PLANNING, QUALITY, "四", ages_after=timedelta(days=14), admits=True),
    Stage("in_review", _l("Document to approve"), PLANNING, QUALITY, "四", ages_after=timedelta(days=3), admits=True,
          tags=(t.TO_SIGN,)),
    # A list stands for them: it is signed as one, and may name every document of the plant.
    Stage("taken_over", _l("In force on paper, to confirm"), PLANNING, QUALITY, "四", detour=True, ages_after=timedelta(days=3), admits=True,
          carried=True, tags=(t.TO_SIGN,)),
    Stage("approved", _l("Approved, takes effect later"), PLANNING, QUALITY, "四", ages_after=timedelta(days=366), admits=True,
          tags=(t.TO_TAKE_EFFECT,)),
    # Nothing is to be done with it, and there is one for every document: no board shows them.
    Stage("effective", _l("In force"), PLANNING, QUALITY, "四", ages_after=timedelta(days=3660), admits=True, carried=True,
          tags=(t.IN_FORCE,)),
    Stage("superseded", _l("Superseded"), PLANNING, QUALITY, "四", ends=True),
    Stage("revoked", _l("Withdrawn"), PLANNING, QUALITY, "四", ends=True, off_path=True),
), (
    REVISE := Action("revise", _l("New revision of a document"), past=_l("began a new revision"),
           source=None, target="drafting", roles=AUTHORS, clause="四", form="revise", demands=("code",), reason=True, effect="revise"),
    BRING_IN := Action("bring_in", _l("Bring a document in"), past=_l("brought the document in, in force"),
           source=None, target="effective", roles=AUTHORS, clause="四", effect="bring_in",
           produces=(CONTROLLED_DOCUMENT,), driven=True),
    TAKE_OVER := Action("take_over_paper", _l("Take a document over from paper"), past=_l("took the document over from paper"),
           source=None, target="taken_over", roles=AUTHORS, clause="四", effect="take_over_paper", driven=True),
    CONFIRM := Action("confirm_paper", _l("Confirm what is in force on paper"), past=_l("confirmed that it is in force on paper so"),
           source="taken_over", target="effective", roles=SIGNERS, clause="四", not_by=("take_over_paper",), signature=True,
           signs="contents", effect="confirm_paper", produces=(CONTROLLED_DOCUMENT,), by_drop=False),
    WRITE := Action("write_contents", _l("Write the contents"), past=_l("wrote the contents"),
           source="drafting", target=None, roles=WRITERS, clause="四", form="write_contents", demands=("reason", "edition"), effect="write_contents",
           by_drop=False),
    SUBMIT := Action("submit_for_review", _l("Submit for review"), past=_l("submitted it for review"),
           source="drafting", target="in_review", roles=WRITERS, clause="四",
           guards=(g.contents_are_right, g.something_differs), undo=Undo()),
    Action("send_back", _l("Send back to the author"), past=_l("sent it back to the author"),
           source="in_review", target="drafting", roles=SIGNERS, clause="四", reason=True, primary=False),
    APPROVE := Action("approve_document", _l("Approve the document"), past=_l("approved the document"),
           source="in_review", target=TargetFrom("after_approval", ("approved", "effective")), roles=SIGNERS, clause="四",
           guards=(g.contents_are_right,), not_by=("revise", "write_contents", "submit_for_review"), signature=True,
           signs="contents", effect="approve", produces=(CONTROLLED_DOCUMENT,)),
    TAKE_EFFECT := Action("take_effect", _l("Take effect"), past=_l("took effect"),
           source="approved", target="effective", roles=APPROVERS, clause="四", effect="take_effect", driven=True),
    MISS_ITS_DAY := Action("miss_its_day", _l("Back to review: its day could not be kept"), past=_l("could not take effect and went back to review"),
           source="approved", target="in_review", roles=APPROVERS, clause="四", effect="miss_its_day", driven=True),
    SUPERSEDE := Action("supersede", _l("Supersede"), past=_l("was superseded by a newer revision"),
           source="effective", target="superseded", roles=APPROVERS, clause="四", driven=True),
    ABANDON := Action("abandon", _l("Give the draft up"), past=_l("gave the draft up"),
           source=("drafting", "in_review", "taken_over"), target="revoked", roles=WRITERS, clause="四", reason=True, primary=False, danger=True),
    Action("call_back", _l("Withdraw the document"), past=_l("withdrew the document"),
           source=("approved", "effective"), target="revoked", roles=SIGNERS, clause="四", guards=(g.nothing_goes_by_it,),
           reason=True, signature=True, signs="contents", effect="call_back", primary=False, danger=True),
))  # fmt: skip
