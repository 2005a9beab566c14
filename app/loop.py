"""The event loop commands run on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

try:
    import uvloop
except ImportError:  # There is none for this system.
    uvloop = None

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, on uvloop where there is one."""
    _hold_standard_streams()
    return asyncio.run(work) if uvloop is None else uvloop.run(work)


def _hold_standard_streams() -> None:
    """What was closed by whoever started us is taken by nothing: uvloop ends a process whose loop got such a number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
