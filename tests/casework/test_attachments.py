"""Photos and voice messages: seen by whoever sees what they belong to, and gone with it, in table and folder alike."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from pathlib import Path

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from casework import attachments, erasing, retention
from casework.privacy import copies, leaving
from courier import limits
from models import clock as models_clock
from models.contact import Contact
from models.conversation import Utterance
from models.errors import Invalid, NotFound, TooMany
from models.file import FileKind, FileState, StoredFile
from models.person import Person, Role, RoleName
from models.question import Question
from models.transaction import transaction
from people import files, shelf
from people.files import Parent
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.people import photos


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Where files lie in this test."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    shelf.use_folder(tmp_path / "files")
    return tmp_path / "files"


def lying(folder: Path) -> int:
    """How many files lie there."""
    return len([path for path in folder.rglob("*") if path.is_file()])


async def given(by: Viewer, place_id: int, *, kind: FileKind = FileKind.PHOTO) -> StoredFile:
    """Somebody gives a photo that belongs to nothing yet."""
    content = photos.photo() if kind is FileKind.PHOTO else photos.VOICE
    return await files.keep(content, by=by, kind=kind, place_id=place_id)


async def attached(cast: Cast, asked: Question) -> StoredFile:
    """王阿姨's photo, as it belongs to her line and then to her question."""
    line = await Utterance.filter(conversation_id=cast.wang_conversation, author="resident").order_by("-id").first()
    assert line is not None
    file = await given(cast.wang, cast.here.id)
    async with transaction():
        assert await files.attach([file.name], to=attachments.to_line(line.id), by=cast.wang, line_id=line.id) == 1
        assert await attachments.take_along([line.id], question_id=asked.id) == 1
    return file


async def sees(file: StoredFile, viewer: Viewer) -> bool:
    """Whether a file is opened for somebody."""
    try:
        return (await files.opened(file.name, viewer=viewer, is_preview=True)).path.is_file()
    except NotFound:
        return False


async def test_whoever_sees_the_question_sees_its_photo_and_nobody_else(cast: Cast) -> None:
    file = await attached(cast, await talks.speak(cast))
    everybody = (cast.wang, cast.chen, cast.gao, cast.li, cast.outsider, cast.zhou, cast.observer)
    assert [await sees(file, one) for one in everybody] == [True, True, True, False, False, False, False]


async def test_the_desk_that_was_sent_the_question_sees_its_photo(cast: Cast) -> None:
    asked = await talks.speak(cast)
    file = await attached(cast, asked)
    await Question.filter(id=asked.id).update(owner_id=cast.zhou.person_id)
    assert await sees(file, cast.zhou)
    assert [one.name for one in await attachments.of_question(asked.id, viewer=cast.zhou)] == [file.name]
    assert await attachments.of_question(asked.id, viewer=cast.outsider) == []


async def test_what_belongs_to_nothing_yet_is_its_givers_and_goes_after_a_day(
    cast: Cast, clock: StillClock, folder: Path
) -> None:
    file = await given(cast.wang, cast.here.id)
    assert [await sees(file, one) for one in (cast.wang, cast.li, cast.chen)] == [True, False, False]
    assert lying(folder) == 2
    clock.forward(hours=25)
    await files.sweep(by=SYSTEM)
    assert (await StoredFile.all().count(), lying(folder)) == (0, 0)


async def test_nobody_attaches_what_somebody_else_gave_or_attaches_twice(cast: Cast) -> None:
    asked = await talks.speak(cast)
    file = await given(cast.wang, cast.here.id)
    to = Parent(attachments.QUESTION, asked.id)
    async with transaction():
        assert await files.attach([file.name, "x' OR 1=1 --"], to=to, by=cast.li) == 0
        assert await files.attach([file.name], to=to, by=cast.wang) == 1
        assert await files.attach([file.name], to=to, by=cast.wang) == 0


async def test_names_cannot_be_guessed_and_say_nothing_of_the_folder(cast: Cast) -> None:
    one, other = await given(cast.wang, cast.here.id), await given(cast.wang, cast.here.id)
    assert len({one.name, other.name, one.shelf_name, other.shelf_name}) == 4
    assert (len(one.name), one.shelf_name) != (len(other.name) + 1, one.name)
    for name in ("", "../../etc/passwd", one.shelf_name or "", "%00", "a" * 5_000):
        with pytest.raises(NotFound):
            await files.opened(name, viewer=cast.wang)


async def test_erasing_the_conversation_takes_its_photos(cast: Cast, folder: Path) -> None:
    asked = await talks.speak(cast)
    await attached(cast, asked)
    await talks.end(cast, asked)
    await erasing.erase(cast.wang_conversation, by=cast.wang)
    assert (await StoredFile.all().count(), lying(folder)) == (0, 0)


async def test_a_question_whose_words_went_by_age_has_no_photo_left(
    cast: Cast, clock: StillClock, folder: Path
) -> None:
    asked = await talks.speak(cast)
    await attached(cast, asked)
    clear = next(kind for kind in retention.KINDS if kind.name == "file")
    clock.forward(days=400)
    assert (await retention.clear(clear, by=SYSTEM)).rows == 0  # It is open still.
    await talks.end(cast, asked)
    assert (await retention.clear(clear, by=SYSTEM)).rows == 1
    assert lying(folder) == 0


async def test_an_account_that_goes_takes_what_it_gave(cast: Cast, folder: Path) -> None:
    person = await Person.create(created_at=models_clock.now(), place=cast.here, name="王", shown_name="王")
    await Role.create(created_at=models_clock.now(), person=person, place=cast.here, name=RoleName.RESIDENT)
    await Contact.filter(address="wang").update(person_id=person.id)
    viewer = await viewer_of(person.id, contact_id=cast.wang.contact_id)
    assert viewer is not None
    file = await given(viewer, cast.here.id)
    await given(viewer, cast.here.id, kind=FileKind.VOICE)
    others = await given(cast.li, cast.here.id)
    copy = json.loads(await copies.copy_of(by=viewer, in_full=True))
    assert [one["什么"] for one in copy["照片和语音"]] == ["voice", "photo"]
    assert (
        base64.b64decode(copy["照片和语音"][1]["内容（base64）"]) == shelf.path_of(file.shelf_name or "").read_bytes()
    )
    assert "内容（base64）" not in json.loads(await copies.copy_of(by=viewer, in_full=False))["照片和语音"][0]
    await leaving.delete_account(by=viewer)
    assert await StoredFile.all().values_list("name", flat=True) == [others.name]
    assert lying(folder) == 2


async def test_a_parent_that_is_gone_takes_its_files_along(cast: Cast, folder: Path) -> None:
    await talks.speak(cast)
    line = await Utterance.filter(conversation_id=cast.wang_conversation).first()
    assert line is not None
    file = await given(cast.wang, cast.here.id)
    async with transaction():
        await files.attach([file.name], to=attachments.to_line(line.id), by=cast.wang, line_id=line.id)
    await Utterance.filter(id=line.id).delete()
    assert await files.sweep(by=SYSTEM) == 1
    assert lying(folder) == 0


async def test_what_lies_there_without_a_row_goes_after_an_hour_and_what_has_one_stays(
    cast: Cast, clock: StillClock, folder: Path
) -> None:
    """As a process leaves it that dies between writing the file and writing its row, or in the middle of the file."""
    kept = await given(cast.wang, cast.here.id)
    stray = shelf.path_of(shelf.put(b"stray", preview=b"small"))
    half = stray.with_name(f"{stray.name}.part")
    half.write_bytes(b"half")
    for path in [*folder.rglob("*")]:  # noqa: ASYNC240 - a test waits for nobody.
        os.utime(path, (clock.moment.timestamp(), clock.moment.timestamp()))
    await files.sweep(by=SYSTEM)
    assert lying(folder) == 5
    clock.forward(hours=2)
    assert await files.sweep(by=SYSTEM) == 3
    assert lying(folder) == 2
    assert await sees(kept, cast.wang)


async def test_a_file_that_is_undone_with_its_transaction_stays_where_it_lies(cast: Cast, folder: Path) -> None:
    await given(cast.wang, cast.here.id)
    with pytest.raises(RuntimeError, match="undone"):
        async with transaction():
            await files.drop_where("parent_kind=''")
            raise RuntimeError("undone")
    assert (await StoredFile.all().count(), lying(folder)) == (1, 2)


async def test_so_many_an_hour_and_no_more(cast: Cast) -> None:
    with pytest.raises(TooMany):
        for _ in range(41):
            await files.keep(photos.VOICE, by=cast.wang, kind=FileKind.VOICE, place_id=cast.here.id)


async def test_what_cannot_be_read_leaves_nothing(cast: Cast, folder: Path) -> None:
    with pytest.raises(Invalid):
        await files.keep(b"nothing", by=cast.wang, kind=FileKind.PHOTO, place_id=cast.here.id)
    assert (await StoredFile.all().count(), lying(folder)) == (0, 0)


async def test_many_at_once_are_each_kept(cast: Cast) -> None:
    await asyncio.gather(*(given(cast.wang, cast.here.id) for _ in range(5)))
    assert await StoredFile.filter(state=FileState.KEPT).count() == 5
