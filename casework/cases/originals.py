"""The words of a case as they were typed, and a telephone number taken down: opened by staff, every look on record."""

from __future__ import annotations

from casework.cases.sight import on_hand
from models.case import CaseReporter
from models.errors import NotFound
from models.sealed import unseal as unsealed
from models.transaction import transaction
from people.audit import record
from people.viewers import Viewer

VERB = "case.unseal"


async def unseal(case_id: int, *, by: Viewer) -> str:
    """看原话: numbers and all."""
    async with transaction():
        case = await on_hand(case_id, by=by, verb=VERB)
        await record(by, VERB, subject="case", subject_id=case.id, place_id=case.place_id)
    return unsealed(case.sealed) if case.sealed else case.text


async def phone(reporter_id: int, *, by: Viewer) -> str:
    """看电话: the number somebody left when it was taken down."""
    reporter = await CaseReporter.get_or_none(id=reporter_id)
    if reporter is None or reporter.phone_sealed is None:
        raise NotFound("case.not_found")
    async with transaction():
        case = await on_hand(reporter.case_id, by=by, verb=VERB)
        await record(by, VERB, subject="case_reporter", subject_id=reporter_id, place_id=case.place_id)
    return unsealed(reporter.phone_sealed)
