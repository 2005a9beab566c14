"""Commands about the policy packs: check, import, export."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from app.commands import tell
from app.installation import opened, prepare, use_community
from app.problems import NotReady, WrongUse
from app.settings import QUESTIONS, ROOT, Settings
from casework import packs
from casework.judging import Standing, Worse
from casework.pack_checks import check_folder
from casework.pack_csv import read_csv, write_csv
from casework.pack_files import Pack
from casework.pack_xlsx import read_xlsx, write_xlsx
from casework.packs import EntryDifference
from people import staff
from people.viewers import SYSTEM, Viewer, viewer_of

READERS: Mapping[str, Callable[[Path], list[Pack]]] = MappingProxyType(
    {".csv": read_csv, ".xlsx": read_xlsx, ".yaml": lambda path: [packs.read_yaml(path)]}
)
WRITERS: Mapping[str, Callable[[Iterable[Pack]], bytes]] = MappingProxyType({".csv": write_csv, ".xlsx": write_xlsx})


def _read(given: Namespace, settings: Settings) -> list[Pack]:
    """The packs of a folder of YAML files, or of one YAML, CSV or xlsx file."""
    path: Path = given.source or settings.community_dir / "packs"
    if path.is_dir():
        _must_hold_packs(path)
        return packs.read_folder(path)
    if not path.exists():
        raise WrongUse(f"{path}: no such file or folder")
    if path.suffix.lower() not in READERS:
        raise WrongUse(f"{path}: must be a folder or end in {', '.join(READERS)}")
    return READERS[path.suffix.lower()](path)


def _folder(given: Namespace, settings: Settings) -> Path:
    folder: Path = given.folder or settings.community_dir / "packs"
    if not folder.is_dir():
        raise WrongUse(f"{folder} is not a folder")
    _must_hold_packs(folder)
    return folder


def _must_hold_packs(folder: Path) -> None:
    if not any(folder.glob("*.yaml")):
        raise WrongUse(f"{folder} holds no .yaml files")
    if passed_over := next(folder.glob("*.yml"), None):
        raise WrongUse(f"{passed_over}: pack files end in .yaml")


def _questions(given: Namespace) -> Path | None:
    """The questions that were named, or those of the checkout where there is one."""
    if given.questions is None:
        return QUESTIONS if QUESTIONS.is_dir() else None
    if not given.questions.exists():
        raise WrongUse(f"{given.questions}: no such file or folder")
    return given.questions


async def check(given: Namespace, settings: Settings) -> int:
    """List everything that is wrong with the packs, and with the test questions where there are any."""
    use_community(settings.community_dir)
    folder, questions = _folder(given, settings), _questions(given)
    is_whole = given.questions is not None or folder.resolve() == ROOT / "community" / "packs"
    found = check_folder(folder, community=settings.community_dir, questions=questions, is_whole=is_whole)
    for finding in found:
        where = " ".join(part for part in (finding.file, finding.entry, finding.field) if part)
        tell(f"{where}: {finding.what} {finding.hint}")
    tell(f"{len(found)} problems" if found else "no problems")
    return 1 if found else 0


async def import_packs(given: Namespace, settings: Settings) -> int:
    """Show the difference, then import it as drafts or published."""
    prepare(settings)
    read = _read(given, settings)
    async with opened(settings):
        changed = await packs.differences(read)
        _show(changed)
        worse = (await packs.judged(read)).worse if changed and given.publish else ()
        _show_worse(worse)
        if worse and not given.despite.strip():
            raise NotReady(
                f"{len(worse)} published questions would be answered worse, so nothing was imported: change the files,"
                " leave drafts without --publish, or say why it must be with --despite"
            )
        if changed and not given.dry_run:
            if given.publish and not given.yes and not _agreed(len(changed)):
                tell("nothing was imported")
                return 1
            by = await _importer(given)
            await packs.import_packs(read, by=by, publish=given.publish, despite=given.despite)
    state = "would change" if given.dry_run else "published" if given.publish else "left as drafts"
    tell(f"{len(changed)} entries {state}" if changed else "nothing to import")
    return 0


async def _importer(given: Namespace) -> Viewer:
    """Who was named, or whoever runs the service."""
    if given.by is None:
        return SYSTEM
    person = await viewer_of(await staff.person_id_of(given.by))
    if person is None:
        raise WrongUse(f"{given.by} no longer works here")
    return person


def _show(differences: Iterable[EntryDifference]) -> None:
    for one in differences:
        fields = ", ".join(change.field for change in one.changes)
        tell(f"{'new    ' if one.is_new else 'changed'} {one.key} {one.title}" + ("" if one.is_new else f": {fields}"))
        for change in () if one.is_new else one.changes:
            tell(f"  {change.field}\n{_each_line('-', change.before)}\n{_each_line('+', change.after)}")


def _show_worse(worse: Iterable[Worse]) -> None:
    for one in worse:
        tell(f"worse   {one.key} {one.text}: {_standing(one.was)} -> {_standing(one.now)}")


def _standing(one: Standing) -> str:
    return f"{one.key} ({one.zone.value})" if one.key else one.zone.value


def _each_line(mark: str, text: str) -> str:
    return "\n".join(f"    {mark} {line}" for line in text.splitlines() or [""])


def _agreed(count: int) -> bool:
    """Whether somebody who has seen the difference wants it published; where nobody can be asked, --yes must say so."""
    if not sys.stdin.isatty():
        raise WrongUse("nobody can be asked here whether to publish this: add --yes, or leave drafts without --publish")
    return input(f"publish these {count} entries? [y/N] ").strip().lower() in {"y", "yes"}


async def export_packs(given: Namespace, settings: Settings) -> int:
    """Write what is published: a folder with a YAML file for each category, or one CSV or xlsx file."""
    write, path = WRITERS.get(given.target.suffix.lower()), given.target
    if write is None and (path.suffix or path.is_file()):
        raise WrongUse(f"{path}: must be a folder or end in {', '.join(WRITERS)}")
    prepare(settings)
    async with opened(settings):
        exported = await packs.export_packs(viewer=SYSTEM)
    if write is not None:
        path.write_bytes(write(exported))
    else:
        _write_folder(exported, path)
    tell(f"{sum(len(pack.entries) for pack in exported)} entries in {len(exported)} categories: {path}")
    return 0


def _write_folder(exported: Iterable[Pack], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for pack in exported:
        (folder / f"{pack.slug}.yaml").write_text(packs.write_yaml(pack), encoding="utf-8")
