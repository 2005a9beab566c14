"""The command about the audit log: audit check."""

from __future__ import annotations

from argparse import Namespace

from app.commands import tell
from app.installation import opened, prepare
from app.settings import Settings
from people import audit


async def check(given: Namespace, settings: Settings) -> int:
    """Walk the chain of the audit log and say the first line that was changed or is missing, and where it ends."""
    prepare(settings)
    anchors = [audit.anchor(text) for text in given.anchor]
    async with opened(settings):
        broken, gone, end = await audit.first_broken_line(*anchors), await audit.missing_guards(), await audit.head()
    if gone:
        tell(f"the database no longer guards the audit log: {', '.join(gone)}")
    tell(f"the audit log is whole, up to {end}" if broken is None else f"the audit log is broken at line {broken}")
    return 1 if gone or broken is not None else 0
