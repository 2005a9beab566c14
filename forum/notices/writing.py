"""Writing a notice: for whom, when it goes out and how long it stands on top; taking it back; reminding, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from courier import limits
from forum import board_list
from forum.board_list import BoardLine
from forum.moderation.holding import screened_or_refused, titled
from forum.moderation.screen import Screened, Words
from forum.notices import photos, sending, targets
from forum.notices.found import Found, visible
from forum.notices.targets import EVERYBODY, Target
from forum.posted import once
from forum.posts import may_post, office_of
from forum.sight import visible as visible_post
from forum.states import move
from forum.words import reason_of, text_of, title_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.notice import NoticeState, RunKind
from models.person import RoleName
from models.rules import rules
from models.transaction import execute, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

LONGEST_AHEAD, LONGEST_PIN = dt.timedelta(days=365), dt.timedelta(days=365)
_GIVEN_BACK = (NoticeState.SCHEDULED, NoticeState.SENDING, NoticeState.SENT)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What is to be told. ``send_at``: when it goes out, None: at once. ``pinned_until``: as long as it stands on top.
    ``photos`` are names of files the writer gave. ``key`` names the form it came by: the same one is taken once."""

    text: str
    title: str = ""
    board: str = BoardName.ANNOUNCEMENTS.value
    target: Target = EVERYBODY
    send_at: dt.datetime | None = None
    pinned_until: dt.datetime | None = None
    is_emergency: bool = False
    photos: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: its number, when it goes out, and whether the same form had come before."""

    id: int
    send_at: dt.datetime
    is_repeat: bool = False


async def publish(new: NewNotice, *, by: Viewer, place_id: int) -> Written:
    """发公告: at once, or at a time; what is for all stands on the board, anything else is seen by whom it is for."""
    allow(by, "notice.publish", place_id)
    return await write(replace(new, is_emergency=False), by=by, place_id=place_id)


async def write(new: NewNotice, *, by: Viewer, place_id: int) -> Written:
    """Take a notice, for a caller who has looked whether it may be written."""
    line = await _board(new.board, by=by, place_id=place_id)
    if (there := await _repeat(new, by=by)) is not None:
        return there
    now = clock.now()
    send_at = _time(new.send_at, now=now)
    pinned = _pin(new.pinned_until, after=send_at)
    target = await targets.checked(new.target, viewer=by, place_id=place_id)
    if not new.is_emergency:
        await limits.spend("posts", str(by.person_id), rate=rules().limits.posts)
    screened = await _screened(new, line, by=by)
    found = await sending.cut(screened.title, screened.text, place_id=place_id) if send_at <= now else None
    fields = replace(new, text=screened.text, title=screened.title, target=target, pinned_until=pinned)
    async with transaction():
        notice_id = await _insert(fields, line, send_at=send_at, by=by)
        if notice_id is None:
            there = await _repeat(new, by=by)
            if there is None:
                raise Taken("post.changed")
            return there
        await photos.put(new.photos, notice_id, by=by)
        await record(by, "notice.publish", subject="notice", subject_id=notice_id, place_id=place_id, detail=new.board)
        if found is not None:
            await sending.begin(notice_id, found=found)
    return Written(notice_id, send_at)


async def _board(name: str, *, by: Viewer, place_id: int) -> BoardLine:
    line = await board_list.board(name, viewer=by, place_id=place_id)
    if by.person_id is None or not line.kind.takes_notices or not may_post(by, line.kind, place_id):
        raise NotAllowed("notice.not_here", board=line.kind.name)
    return line


async def _repeat(new: NewNotice, *, by: Viewer) -> Written | None:
    if not new.key:
        return None
    row = await fetch_one("SELECT id, send_at FROM notice WHERE once=$1", once(new.key, by=by))
    return Written(row["id"], moment(row["send_at"]), is_repeat=True) if row else None


def _time(wanted: dt.datetime | None, *, now: dt.datetime) -> dt.datetime:
    """What is past goes out now."""
    if wanted is not None and wanted > now + LONGEST_AHEAD:
        raise Invalid("notice.too_far")
    return now if wanted is None or wanted < now else wanted


def _pin(until: dt.datetime | None, *, after: dt.datetime) -> dt.datetime | None:
    if until is not None and not after < until <= after + LONGEST_PIN:
        raise Invalid("notice.pin_wrong")
    return until


async def _screened(new: NewNotice, line: BoardLine, *, by: Viewer) -> Screened:
    words = Words(text_of(new.text), title_of(new.title))
    return titled(await screened_or_refused(words, by=by, place_id=line.place_id, kind=line.kind))


_INSERT = (
    "INSERT INTO notice (created_at, place_id, board, state, title, text, target, is_emergency, by_id, as_role,"
    " send_at, pinned_until, once, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,1)"
    " ON CONFLICT (once) DO NOTHING RETURNING id"
)


async def _insert(new: NewNotice, line: BoardLine, *, send_at: dt.datetime, by: Viewer) -> int | None:
    role: RoleName | None = office_of(by, line.kind, line.place_id)
    row = await fetch_one(
        _INSERT,
        clock.now(),
        line.place_id,
        line.kind.key.value,
        NoticeState.SCHEDULED.value,
        new.title,
        new.text,
        new.target.to_json(),
        new.is_emergency,
        by.person_id,
        role.value if role else None,
        send_at,
        new.pinned_until,
        once(new.key, by=by),
    )
    return row["id"] if row else None


async def withdraw(notice_id: int, *, by: Viewer, reason: str = "") -> None:
    """撤回: what has not gone out will not; what has is gone from the board, and nobody more is told of it."""
    notice = await visible(notice_id, by)
    allow(by, "notice.withdraw", notice.place_id)
    if notice.state not in _GIVEN_BACK:
        raise WrongState("notice.withdraw", state=notice.state.value)
    async with transaction():
        await _end(notice)
        await photos.drop(notice.id)
        if notice.post_id is not None:
            post = await visible_post(notice.post_id, by)
            await move(
                post.standing,
                "post.delete",
                settled_at=clock.now(),
                settled_by_id=by.person_id,
                reason=reason_of(reason),
            )
        await record(by, "notice.withdraw", subject="notice", subject_id=notice.id, place_id=notice.place_id)


async def _end(notice: Found) -> None:
    changed = await execute(
        "UPDATE notice SET state='withdrawn', pinned_until=NULL, version=version+1 WHERE id=$1 AND version=$2",
        notice.id,
        notice.version,
    )
    if changed != 1:
        raise Taken("notice.changed")
    await execute("UPDATE notice_run SET done_at=$1 WHERE notice_id=$2 AND done_at IS NULL", clock.now(), notice.id)


async def pin(notice_id: int, *, by: Viewer, until: dt.datetime | None) -> None:
    """置顶: on top of its board until a moment; None: no longer."""
    notice = await visible(notice_id, by)
    allow(by, "notice.pin", notice.place_id)
    if notice.state is NoticeState.WITHDRAWN:
        raise WrongState("notice.pin", state=notice.state.value)
    wanted = _pin(until, after=max(clock.now(), notice.send_at))
    async with transaction():
        changed = await execute(
            "UPDATE notice SET pinned_until=$1, version=version+1 WHERE id=$2 AND version=$3",
            wanted,
            notice.id,
            notice.version,
        )
        if changed != 1:
            raise Taken("notice.changed")
        detail = "on" if wanted else "off"
        await record(by, "notice.pin", subject="notice", subject_id=notice.id, place_id=notice.place_id, detail=detail)


async def remind(notice_id: int, *, by: Viewer) -> None:
    """提醒没看的人: those who have not read it, of an emergency those who have not said 收到; once and never again."""
    notice = await visible(notice_id, by)
    allow(by, "notice.remind", notice.place_id)
    if notice.state is not NoticeState.SENT:
        raise WrongState("notice.remind", state=notice.state.value)
    async with transaction():
        if not await sending.add_run(notice.id, RunKind.REMIND, by=by):
            raise Taken("notice.reminded")
        await record(by, "notice.remind", subject="notice", subject_id=notice.id, place_id=notice.place_id)
