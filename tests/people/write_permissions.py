"""Writes docs/permissions.md anew from the table; ``python -m tests.people.write_permissions``."""

from __future__ import annotations

from pathlib import Path

from people.permission_table import as_markdown

DOC = Path(__file__).parent.parent.parent / "docs" / "permissions.md"

if __name__ == "__main__":
    DOC.write_text(as_markdown(), encoding="utf-8")
