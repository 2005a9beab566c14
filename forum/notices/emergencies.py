"""Emergencies (台风、停水): told by every way at any hour, looked at once more before, ended by an all-clear."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from forum.notices import alerting, sending, targets, writing
from forum.notices.found import Found, visible
from forum.notices.sending import Said, letter_of
from forum.notices.targets import Target
from forum.notices.writing import NewNotice, Written
from forum.words import reason_of, text_of, title_of
from models import clock
from models.errors import Invalid, Taken, WrongState
from models.notice import NoticeState, RunKind
from models.transaction import execute, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out: to how many people, of whom so many have a chat; ``sure`` is what one sends with it to say
    that one has looked."""

    people: int
    with_chat: int
    words: str
    sure: str


async def preview(new: NewNotice, *, by: Viewer, place_id: int) -> Preview:
    """发之前再看一遍: nothing goes out."""
    allow(by, "notice.broadcast", place_id)
    target = await targets.checked(new.target, viewer=by, place_id=place_id)
    counts = await targets.counts(target, place_id=place_id)
    words = targets.in_words(target, await targets.building_names([target]))
    return Preview(counts.people, counts.with_chat, words, _sure(new, target, people=counts.people))


def _sure(new: NewNotice, target: Target, *, people: int) -> str:
    """Of these words, for these people, and no others."""
    seen = "\n".join((title_of(new.title), text_of(new.text), target.to_json(), new.board, *new.photos, str(people)))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


async def broadcast(new: NewNotice, *, by: Viewer, place_id: int, sure: str) -> Written:
    """发紧急通知: at once and past quiet hours, by who leads, and only what they have looked at once more."""
    allow(by, "notice.broadcast", place_id)
    looked_at = await preview(new, by=by, place_id=place_id)
    if sure != looked_at.sure:
        raise Invalid("notice.not_sure", people=looked_at.people)
    wanted = replace(new, is_emergency=True, send_at=None, pinned_until=None)
    return await writing.write(wanted, by=by, place_id=place_id)


async def all_clear(notice_id: int, *, by: Viewer, text: str) -> None:
    """解除: everybody it went to hears that it is over, once, by the same ways."""
    notice = await visible(notice_id, by)
    allow(by, "notice.all_clear", notice.place_id)
    is_out = notice.state in (NoticeState.SENDING, NoticeState.SENT)
    if not (notice.is_emergency and is_out):
        raise WrongState("notice.all_clear", state=notice.state.value)
    words = reason_of(text)
    if not words:
        raise Invalid("notice.no_words")
    async with transaction():
        cleared = await execute(
            "UPDATE notice SET cleared_at=$1, version=version+1 WHERE id=$2 AND cleared_at IS NULL",
            clock.now(),
            notice.id,
        )
        if not cleared or not await sending.add_run(notice.id, RunKind.CLEAR, by=by, text=words):
            raise Taken("notice.cleared")
        await _tell_those_who_work_here(notice, words)
        await record(by, "notice.all_clear", subject="notice", subject_id=notice.id, place_id=notice.place_id)


async def _tell_those_who_work_here(notice: Found, words: str) -> None:
    """And the groups: whoever heard of it hears that it is over."""
    said = Said(notice.title, words=words)
    letter = letter_of(said, RunKind.CLEAR, post_id=notice.post_id or 0, is_emergency=True)
    about = f"notice-{notice.id}"
    await alerting.alert(letter, place_id=notice.place_id, about=about, is_for_all=notice.target.is_all)
