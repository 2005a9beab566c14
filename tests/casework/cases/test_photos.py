"""Photos of a question that becomes a case go along, and are seen by whoever sees the case or reported it."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework import attachments
from casework.cases import from_questions, joining, photo_sight, photos
from models.errors import NotFound
from models.file import FileKind
from models.question import QuestionKind
from models.transaction import transaction
from people import files, shelf
from people.files import Parent
from people.viewers import Viewer
from tests.casework.cases.conftest import Town
from tests.people.photos import photo

pytestmark = pytest.mark.databases("sqlite")


async def _sees(name: str, viewer: Viewer) -> bool:
    try:
        return bool(await files.opened(name, viewer=viewer))
    except NotFound:
        return False


async def test_the_same_photo_is_likely_the_same_matter_whatever_is_written_of_it(town: Town, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path / "files")

    async def given(viewer: Viewer, content: bytes) -> int:
        return (await files.keep(content, by=viewer, kind=FileKind.PHOTO, place_id=town.cast.here.id)).id

    first = await town.report("灯坏了", where="3号楼", photos=(await given(town.cast.wang, photo()),))
    hidden = (await given(town.cast.wang, photo(44)),)
    await town.report("门坏了", where="9号楼", photos=hidden, is_private=True)
    asked = {"viewer": town.cast.li, "place_id": town.cast.here.id, "kind_key": "camera", "text": "看照片"}
    again, other, private = [await given(town.cast.li, photo(width)) for width in (40, 48, 44)]
    [found] = await joining.likely(**asked, photos=[again])
    assert (found.id, found.by_photo, found.kind) == (first.id, True, "楼道灯不亮")
    assert await joining.likely(**asked, photos=[other, private]) == []
    elsewhere = {**asked, "viewer": town.cast.outsider, "place_id": town.cast.elsewhere.id}
    assert await joining.likely(**elsewhere, photos=[again]) == []


async def test_who_does_the_work_sees_the_photo_and_nobody_else_does(town: Town, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path / "files")
    wang, here = town.cast.wang, town.cast.here.id
    asked = await town.cast.ask("3号楼的灯坏了", kind=QuestionKind.REPORT)
    given = await files.keep(photo(), by=wang, kind=FileKind.PHOTO, place_id=here)
    async with transaction():
        await files.attach([given.name], to=Parent(attachments.QUESTION, asked.id), by=wang)
    case = await from_questions.to_case(asked.id, by=town.cast.chen, kind_key="stair_light")
    assert [one.file_id for one in await photos.photos(case.id, viewer=town.cast.chen)] == [given.id]
    assert [await _sees(given.name, one) for one in (town.cast.chen, wang, town.wu)] == [True, True, False]
    assert photo_sight.PARENT == photos.PARENT
    for one in (town.cast.li, town.cast.outsider, town.qian, town.cast.observer):
        assert not await _sees(given.name, one)
