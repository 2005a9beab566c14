"""Pack files, each read from the disk once in a run: reading YAML takes longer than most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casework.packs import Pack, read_yaml
from models.entry_content import EntryContent

PACKS = Path(__file__).parents[1] / "community" / "packs"


@cache
def pack_at(path: Path) -> Pack:
    """The pack of a file that no test changes."""
    return read_yaml(path)


def shipped_packs() -> list[Pack]:
    """Every pack that is shipped, sorted by file."""
    return [pack_at(path) for path in sorted(PACKS.glob("*.yaml"))]


def shipped_entries() -> dict[str, EntryContent]:
    """Every entry that is shipped, by its id."""
    return {entry.id: entry for pack in shipped_packs() for entry in pack.entries}
