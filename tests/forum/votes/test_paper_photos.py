"""Photos of paper ballots: asked for, seen by nobody before the count, of no voter, in no order, gone in the end."""

from __future__ import annotations

import base64
import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import UnidentifiedImageError

from forum.votes import boxes, opening, paper, paper_photos
from forum.votes.paper import Photo
from models.ballot import NoPhoto, PaperBallot, PaperPhoto, PaperState
from models.errors import Invalid, NotFound, WrongState
from models.file import FileKind, StoredFile
from models.transaction import dialect, execute, fetch, transaction
from people import files, shelf
from people.viewers import SYSTEM, Viewer
from tests.forum.votes.conftest import NO, YES, Hall
from tests.models import made
from tests.people.photos import WHERE, photo, size

MANY = 12


async def given(by: Viewer, width: int = 40) -> Photo:
    """A photo that staff have just taken."""
    kept = await files.keep(photo(width), by=by, kind=FileKind.PHOTO, place_id=by.place_id or 0)
    return Photo(kept.name)


async def _handed_out(hall: Hall, count: int) -> tuple[int, list[str]]:
    """A secret vote with so many papers handed out, one line of the roll after the other."""
    await hall.street(MANY)
    vote_id = await hall.opened()
    receipts = await paper.print_ballots(vote_id, by=hall.cast.chen, count=count)
    for who in hall.all()[:count]:
        await paper.hand_out(vote_id, await hall.voter(vote_id, who), by=hall.cast.chen)
    return vote_id, receipts


async def _entered(hall: Hall, vote_id: int, receipts: list[str]) -> list[int]:
    """Each paper entered as it came back, with a photo that its width names; gives the numbers of the papers."""
    found = []
    for at, receipt in enumerate(receipts):
        first = await given(hall.cast.chen, 40 + at)
        await paper.enter(vote_id, by=hall.cast.chen, points=YES, receipt=receipt, photo=first)
        found.append((await paper.enter(vote_id, by=hall.cast.gao, points=YES, receipt=receipt)).paper_id)
    return found


async def test_a_paper_needs_a_photo_or_one_of_the_reasons(hall: Hall) -> None:
    vote_id, (receipt, other, third) = await _handed_out(hall, 3)
    chen, gao = hall.cast.chen, hall.cast.gao
    for wrong, key in ((Photo(), "photo_missing"), (Photo("x"), "photo_gone"), (await given(gao), "photo_gone")):
        with pytest.raises(Invalid, match=key):
            await paper.enter(vote_id, by=chen, points=NO, receipt=receipt, photo=wrong)
    await paper.enter(vote_id, by=chen, points=NO, receipt=receipt, photo=await given(chen))
    done = await paper.enter(vote_id, by=gao, points=NO, receipt=receipt)
    assert done.state is PaperState.CONFIRMED, "the second needs none"
    await paper.enter(vote_id, by=chen, points=NO, receipt=other, photo=Photo(missing=NoPhoto.NAMED))
    await paper.enter(vote_id, by=gao, points=NO, receipt=other)
    assert [one.no_photo for one in await PaperBallot.filter(state="confirmed").order_by("no_photo")] == [
        *sorted([None, NoPhoto.NAMED], key=lambda one: (one is None) is (dialect() == "postgres"))
    ]
    await execute("UPDATE vote SET rule_json=replace(rule_json, '\"photo\":true', '\"photo\":false')")
    await paper.enter(vote_id, by=chen, points=NO, receipt=third)


async def test_nobody_sees_a_photo_before_the_count_and_staff_alone_after(hall: Hall) -> None:
    vote_id, receipts = await _handed_out(hall, 6)
    await _entered(hall, vote_id, receipts)
    [number, *_] = [one.id for one in await PaperPhoto.all()]
    for who in (hall.cast.chen, hall.cast.gao, SYSTEM):
        for find in (paper_photos.papers(vote_id, viewer=who), paper_photos.photo(vote_id, number, viewer=who)):
            with pytest.raises((WrongState, NotFound)):
                await find
    await hall.counted(vote_id)
    found = await paper_photos.papers(vote_id, viewer=hall.cast.gao)
    assert len(found.photos) == 6
    assert (await paper_photos.photo(vote_id, found.photos[0], viewer=hall.cast.chen, is_preview=True)).path.is_file()
    for who in (
        hall.all()[0],
        hall.cast.wang,
        hall.cast.police,
        hall.cast.outsider,
        hall.cast.stranger,
        hall.cast.zhao,
    ):
        for find in (
            paper_photos.papers(vote_id, viewer=who),
            paper_photos.photo(vote_id, found.photos[0], viewer=who),
        ):
            with pytest.raises(NotFound):
                await find
    with pytest.raises(NotFound):
        await paper_photos.photo(vote_id, number, viewer=hall.cast.gao)


async def test_photos_go_with_few_papers_with_a_void_vote_and_after_the_objections(hall: Hall, tmp_path: Path) -> None:
    few, receipts = await _handed_out(hall, 4)
    await _entered(hall, few, receipts)
    await hall.counted(few)
    assert (await PaperPhoto.all().count(), _lying(tmp_path)) == (0, [])
    void = await hall.opened()
    [receipt] = await paper.print_ballots(void, by=hall.cast.chen, count=1)
    await paper.enter(void, by=hall.cast.chen, points=NO, receipt=receipt, photo=await given(hall.cast.chen))
    await opening.void(void, by=hall.cast.gao, reason="重来")
    assert (await PaperPhoto.all().count(), _lying(tmp_path)) == (0, [])
    many = await hall.opened(is_secret=False)
    lines = [await hall.voter(many, who) for who in hall.all()[:2]]
    for voter_id in lines:
        first = await given(hall.cast.chen)
        await paper.enter(many, by=hall.cast.chen, points=NO, voter_id=voter_id, photo=first)
    await paper.enter(many, by=hall.cast.gao, points=NO, voter_id=lines[0])
    await hall.counted(many)
    assert (await PaperPhoto.all().count(), len(_lying(tmp_path))) == (1, 1), "of what was entered once none stays"
    hall.clock.forward(days=31)
    assert await files.sweep(by=SYSTEM) == 0, "what lies there has its row"
    async with transaction():
        assert await paper_photos.forget(hall.clock.moment - dt.timedelta(days=30), 100) == 1
    assert _lying(tmp_path) == []


def _lying(folder: Path) -> list[Path]:
    return [one for one in (folder / "files").glob("*/*") if one.is_file() and not one.name.endswith(".preview")]


async def test_no_picture_lies_open_in_the_folder_before_the_count(hall: Hall, tmp_path: Path) -> None:
    vote_id, receipts = await _handed_out(hall, 6)
    await _entered(hall, vote_id, receipts)
    before = [one.read_bytes() for one in (tmp_path / "files").glob("*/*")]
    assert len(before) == 12, "each with its preview, and nothing beside them"
    for content in before:
        with pytest.raises(UnidentifiedImageError):
            size(content)
    assert {base64.urlsafe_b64decode(one)[1:9] for one in before} == {bytes(8)}, "sealed at no time"
    await hall.counted(vote_id)
    after = [one.read_bytes() for one in (tmp_path / "files").glob("*/*")]
    assert len(after) == 12
    assert all(size(one) for one in after)


def _follow(places: list[int]) -> int:
    """How many stand right after whom they came after."""
    return sum(1 for before, after in pairwise(places) if after - before == 1)


async def test_no_row_joins_a_photo_with_a_voter_a_giver_a_time_or_an_order(hall: Hall) -> None:
    vote_id, receipts = await _handed_out(hall, MANY)
    came = await _entered(hall, vote_id, receipts)
    dump = await made.contents()
    assert {*dump["paper_photo"][0]} == {"id", "vote_id", "paper_id", "shelf_name"}
    assert await StoredFile.all().count() == 0, "the row that knew its giver and its time is gone"
    for value in (key for row in dump["paper_photo"] for key in (str(row["id"]), row["shelf_name"])):
        assert [table for table, rows in dump.items() if table != "paper_photo" and value in repr(rows)] == []
    lines = await fetch("SELECT subject, subject_id, detail FROM audit_line WHERE verb='vote.enter'")
    assert {(one["subject"], one["subject_id"], one["detail"]) for one in lines} == {("vote", vote_id, "")}
    assert {row["voter_id"] for row in dump["paper_ballot"]} == {None}
    for column in ("id", "ctid" if dialect() == "postgres" else "rowid"):
        rows = await fetch(f"SELECT paper_id FROM paper_photo ORDER BY {column}")
        assert _follow([came.index(row["paper_id"]) for row in rows]) < MANY / 2, column
    if dialect() == "postgres":
        await _transactions_tell_little()


async def _transactions_tell_little() -> None:
    """The log knows when somebody entered a paper; few rows can be guessed from whose transaction wrote them last."""
    for table in ("paper_photo", "paper_ballot"):
        rows = await fetch(f"SELECT xmin::text AS x, count(*) AS n FROM {table} GROUP BY 1")
        assert max(row["n"] for row in rows) > MANY / 2, f"{table}: {rows}"


async def test_what_stays_after_the_count_lies_in_another_order_and_under_other_names(hall: Hall) -> None:
    vote_id, receipts = await _handed_out(hall, MANY)
    await _entered(hall, vote_id, receipts)
    before = {(one.id, one.shelf_name) for one in await PaperPhoto.all()}
    await hall.counted(vote_id)
    rows = await PaperPhoto.all().order_by("id")
    assert not {one.id for one in rows} & {number for number, _ in before}
    assert not {one.shelf_name for one in rows} & {name for _, name in before}
    paths = [shelf.path_of(one.shelf_name) for one in rows]
    assert not [one for one in paths if WHERE.encode() in one.read_bytes() or b"Exif" in one.read_bytes()]
    by_time = sorted(paths, key=lambda one: one.stat().st_ctime_ns)
    for name, order in (("numbers", paths), ("times", by_time)):
        assert _follow([size(one.read_bytes())[0] for one in order]) < MANY / 2, name
    marks = {one.mark for one in await PaperBallot.all()}
    assert not marks & {boxes.mark_of(vote_id, one) for one in receipts}, "which paper it was is known no more"
