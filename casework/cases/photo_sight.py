"""Who may look at a photo of a case: asked whenever its file is opened."""

from __future__ import annotations

from casework.cases.answering import reporter_of
from casework.cases.photos import PARENT
from casework.cases.sight import visible
from models.case import CasePhoto, PhotoKind
from models.errors import NotFound
from people import files
from people.files import ParentKind
from people.viewers import Viewer


async def _sees(photo_id: int, viewer: Viewer) -> bool:
    """Whoever sees the case at the desk; who reported it, and of who joined it what was taken at the work."""
    photo = await CasePhoto.get_or_none(id=photo_id)
    if photo is None:
        return False
    try:
        await visible(photo.case_id, viewer)
    except NotFound:
        reporter = await reporter_of(photo.case_id, viewer)
        return reporter is not None and (reporter.is_first or photo.kind is not PhotoKind.REPORT)
    return True


files.register(
    ParentKind(
        PARENT,
        "case_photo",
        _sees,
        is_open="EXISTS (SELECT 1 FROM case_photo h JOIN cases k ON k.id=h.case_id WHERE h.id=f.parent_id"
        " AND k.closed_at IS NULL)",
    )
)
