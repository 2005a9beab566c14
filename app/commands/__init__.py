"""What the commands do, each with the words typed and the settings; they give the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Coroutine
from typing import Any

from app.settings import Settings

Command = Callable[[Namespace, Settings], Coroutine[Any, Any, int]]


def tell(line: str) -> None:
    """One line of what the command gives."""
    print(line, flush=True)


def progress(line: str) -> None:
    """Something about long work, beside what the command gives."""
    print(line, file=sys.stderr, flush=True)
