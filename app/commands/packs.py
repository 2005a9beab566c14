"""Commands about the policy packs: check, import, export."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from app.commands import progress, tell
from app.installation import opened, prepare, use_community
from app.settings import Settings
from casework import packs
from casework.pack_checks import check_folder
from casework.packs import EntryDifference
from people.viewers import SYSTEM


def _folder(given: Namespace, settings: Settings) -> Path:
    folder: Path = given.folder or settings.community_dir / "packs"
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    return folder


async def check(given: Namespace, settings: Settings) -> int:
    """List everything that is wrong with the packs."""
    use_community(settings.community_dir)
    folder = _folder(given, settings)
    found = check_folder(folder, community=settings.community_dir, questions=given.questions)
    for finding in found:
        where = " ".join(part for part in (finding.file, finding.entry, finding.field) if part)
        tell(f"{where}: {finding.what} {finding.hint}")
    tell(f"{len(found)} problems" if found else "no problems")
    return 1 if found else 0


async def import_packs(given: Namespace, settings: Settings) -> int:
    """Show the difference, then import it as drafts or published."""
    prepare(settings)
    read = packs.read_folder(_folder(given, settings))
    async with opened(settings):
        _show(await packs.differences(read))
        if given.dry_run:
            return 0
        changed = await packs.import_packs(read, by=SYSTEM, publish=given.publish)
    state = "published" if given.publish else "left as drafts"
    tell(f"{len(changed)} entries {state}" if changed else "nothing to import")
    return 0


def _show(differences: Iterable[EntryDifference]) -> None:
    for one in differences:
        fields = ", ".join(change.field for change in one.changes)
        tell(f"{'new    ' if one.is_new else 'changed'} {one.key} {one.title}" + ("" if one.is_new else f": {fields}"))


async def export_packs(given: Namespace, settings: Settings) -> int:
    """Write what is published, a file for each category."""
    prepare(settings)
    given.folder.mkdir(parents=True, exist_ok=True)
    async with opened(settings):
        exported = await packs.export_packs(viewer=SYSTEM)
    for pack in exported:
        path = given.folder / f"{pack.slug}.yaml"
        path.write_text(packs.write_yaml(pack), encoding="utf-8")
        progress(f"{path}: {len(pack.entries)} entries")
    tell(f"{sum(len(pack.entries) for pack in exported)} entries in {len(exported)} files")
    return 0
