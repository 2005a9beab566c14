"""Photos of a case, as ids of stored files: with the report, before the work and after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casework.cases.sight import visible
from models import clock
from models.case import Case, CasePhoto, PhotoKind
from models.transaction import fetch, listed
from people import files
from people.files import Parent
from people.viewers import Viewer

PARENT = "case_photo"
"""What a stored file of a case belongs to, and so who may see it."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a case."""

    file_id: int
    kind: PhotoKind
    is_public: bool


async def keep_photos(
    case: Case, file_ids: Sequence[int], *, kind: PhotoKind, by: Viewer, step_id: int | None = None
) -> None:
    """Put stored files to a case, each once; part of the caller's transaction."""
    known = set(await CasePhoto.filter(case_id=case.id).values_list("file_id", flat=True))
    for file_id in dict.fromkeys(file_ids):
        if file_id not in known:
            photo = await CasePhoto.create(
                created_at=clock.now(),
                case_id=case.id,
                file_id=file_id,
                kind=kind,
                step_id=step_id,
                by_id=by.person_id,
                is_public=not case.is_private,
            )
            await files.pass_on(file_id, to=Parent(PARENT, photo.id))


async def sent_with(line_ids: Collection[int]) -> list[int]:
    """What came with these lines of a conversation and belongs to nothing else yet."""
    rows = await fetch(f"SELECT id FROM file WHERE parent_kind='line' AND line_id IN ({listed(line_ids)}) ORDER BY id")
    return [row["id"] for row in rows]


async def take_along(line_ids: Collection[int], *, case: Case, by: Viewer) -> None:
    """Put that to a case."""
    await keep_photos(case, await sent_with(line_ids), kind=PhotoKind.REPORT, by=by)


async def photos(case_id: int, *, viewer: Viewer) -> list[Photo]:
    """The photos of a case, for whoever sees it at the desk."""
    case = await visible(case_id, viewer)
    rows = await CasePhoto.filter(case_id=case.id).order_by("id")
    return [Photo(row.file_id, row.kind, row.is_public) for row in rows]
