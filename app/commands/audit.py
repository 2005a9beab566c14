"""The command about the audit log: audit check."""

from __future__ import annotations

from argparse import Namespace

from app.commands import tell
from app.installation import opened, prepare
from app.settings import Settings
from people.audit import first_broken_line


async def check(_given: Namespace, settings: Settings) -> int:
    """Walk the chain of the audit log and say the first line that was changed or is missing."""
    prepare(settings)
    async with opened(settings):
        broken = await first_broken_line()
    tell("the audit log is whole" if broken is None else f"the audit log is broken at line {broken}")
    return 0 if broken is None else 1
