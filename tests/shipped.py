"""Pack files, each read from the disk once in a run: reading YAML takes longer than most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casework.packs import Pack, read_yaml


@cache
def pack_at(path: Path) -> Pack:
    """The pack of a file that no test changes."""
    return read_yaml(path)
