"""What goes out by the clock: notices whose time has come, and runs through the people they are for, block by block.

A notice begins by one guarded change, in which its post appears. A run moves its mark in the transaction of the block
it tells: a killed runner begins again where the last block was committed, and of two one finds the mark moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.conversations import ASKS_NOTICE
from courier import broadcasts
from courier.letters import Letter, Link
from forum import outside
from forum.boards import kind_of
from forum.notices import alerting, photos, targets
from forum.notices.targets import Target
from forum.search import indexing
from forum.search.indexing import Cut, cut
from forum.states import SHOWN, subject_of
from models import clock
from models.board import BoardName
from models.notice import NoticeState, RunKind
from models.person import RoleName
from models.post import PostState
from models.transaction import Row, execute, fetch, fetch_one, is_postgres, listed, transaction
from models.wording import say
from people import bell, pushes
from people.audit import record
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.viewers import SYSTEM, Viewer

BLOCK = 200
"""People told in one transaction."""
MOST_BLOCKS = 20
"""Blocks of one turn of the job, so that others have theirs."""
MOST_BEGUN = 50
READS = "board.read"


async def send_due(*, by: Viewer) -> int:
    """到点发出: begin what is due and go on with what has begun, emergencies before anything else; gives the blocks."""
    allow(by, "notice.send", None)
    due = await fetch(
        "SELECT id, title, text, place_id FROM notice WHERE state='scheduled' AND send_at<=$1"
        f" ORDER BY is_emergency DESC, send_at, id LIMIT {MOST_BEGUN}",
        clock.now(),
    )
    for row in due:
        found = await cut(row["title"], row["text"], place_id=row["place_id"])
        async with transaction():
            await begin(row["id"], found=found)
    for done in range(MOST_BLOCKS):
        if not await _next_block():
            return done
    return MOST_BLOCKS


async def begin(notice_id: int, *, found: Cut) -> bool:
    """Let a notice go out, in a transaction: its post appears, found by the words that were cut before, and the run
    through its people is put down. False where another was first."""
    notice = await fetch_one(
        "UPDATE notice SET state='sending', sent_at=$1, version=version+1 WHERE id=$2 AND state='scheduled'"
        " RETURNING place_id, board, by_id, as_role, title, text, target, is_emergency",
        clock.now(),
        notice_id,
    )
    if notice is None:
        return False
    post_id = await _post(notice, found)
    await photos.go_out(notice_id, post_id)
    await execute("UPDATE notice SET post_id=$1, title='', text='' WHERE id=$2", post_id, notice_id)
    await add_run(notice_id, RunKind.SEND, by=SYSTEM)
    await record(SYSTEM, "notice.send", subject="notice", subject_id=notice_id, place_id=notice["place_id"])
    if notice["is_emergency"]:
        await alerting.alert(
            letter_of(Said(notice["title"], notice["text"]), RunKind.SEND, post_id=post_id, is_emergency=True),
            place_id=notice["place_id"],
            about=f"notice-{notice_id}",
            is_for_all=Target.from_json(notice["target"]).is_all,
        )
    if Target.from_json(notice["target"]).is_all:
        role, kind = notice["as_role"], kind_of(notice["board"])
        place_id = notice["place_id"]
        await outside.published(post_id, kind, place_id=place_id, role=RoleName(role) if role else None)
    return True


_POST = (
    "INSERT INTO post (created_at, place_id, board, author_id, state, title, text, is_private, as_role, last_at,"
    " reason, reply_count, like_count, thank_count, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$1,'',0,0,0,1)"
    " RETURNING id"
)


async def _post(notice: Row, found: Cut) -> int:
    """What is for all is a thread of its board. Anything else is seen by whom it is for, and nobody answers there:
    they would see of each other that they were meant."""
    is_for_all = Target.from_json(notice["target"]).is_all
    row = await fetch_one(
        _POST,
        clock.now(),
        notice["place_id"],
        notice["board"],
        notice["by_id"],
        (PostState.PUBLISHED if is_for_all else PostState.LOCKED).value,
        notice["title"],
        notice["text"],
        not is_for_all,
        notice["as_role"],
    )
    assert row is not None
    await indexing.keep(row["id"], found)
    return row["id"]


async def add_run(notice_id: int, kind: RunKind, *, by: Viewer, text: str = "") -> bool:
    """Put a run down, in a transaction; False where there was one of its kind."""
    row = await fetch_one(
        "INSERT INTO notice_run (created_at, notice_id, kind, text, by_id, done_to) VALUES ($1,$2,$3,$4,$5,0)"
        " ON CONFLICT (notice_id, kind) DO NOTHING RETURNING id",
        clock.now(),
        notice_id,
        kind.value,
        text,
        by.person_id,
    )
    return row is not None


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is not through."""

    id: int
    kind: RunKind
    done_to: int
    words: str
    notice_id: int
    place_id: int
    board: BoardName
    target: Target
    is_emergency: bool
    post_id: int
    title: str
    text: str
    is_shown: bool


_NEXT = (
    "SELECT u.id, u.kind, u.done_to, u.text AS words, u.notice_id, n.place_id, n.board, n.target, n.is_emergency,"
    " p.id AS post_id, p.title, p.text, p.state FROM notice_run u JOIN notice n ON n.id=u.notice_id"
    " JOIN post p ON p.id=n.post_id WHERE u.done_at IS NULL ORDER BY n.is_emergency DESC, u.id LIMIT 1"
)


async def _next_block() -> bool:
    """One block of the run that is most urgent; False where nothing is left to do."""
    row = await fetch_one(_NEXT)
    if row is None:
        return False
    run = _Run(
        id=row["id"],
        kind=RunKind(row["kind"]),
        done_to=row["done_to"],
        words=row["words"],
        notice_id=row["notice_id"],
        place_id=row["place_id"],
        board=BoardName(row["board"]),
        target=Target.from_json(row["target"]),
        is_emergency=bool(row["is_emergency"]),
        post_id=row["post_id"],
        title=row["title"],
        text=row["text"],
        is_shown=PostState(row["state"]) in SHOWN,
    )
    await tell_block(run)
    return True


async def tell_block(run: _Run) -> int:
    """Tell the next people of a run and move its mark, all or nothing; gives how many were told. Of what is no longer
    shown nobody is told, but for the all-clear."""
    wants = run.is_shown or run.kind is RunKind.CLEAR
    people = await _people(run) if wants else []
    async with transaction():
        if not await _mark(run, people):
            return 0
        if people and run.kind is RunKind.SEND:
            people = await _put_down(run, people)
        if people:
            await _tell(run, people)
    return len(people)


_OF_RUN = {
    RunKind.REMIND: " AND {said} IS NULL",
    RunKind.CLEAR: "",
}


async def _people(run: _Run) -> list[int]:
    if run.kind is RunKind.SEND:
        return await targets.block(run.target, place_id=run.place_id, after=run.done_to, most=BLOCK)
    which = _OF_RUN[run.kind].format(said="acknowledged_at" if run.is_emergency else "read_at")
    rows = await fetch(
        f"SELECT person_id FROM notice_receipt WHERE notice_id=$1 AND person_id>$2{which}"
        f" ORDER BY person_id LIMIT {BLOCK}",
        run.notice_id,
        run.done_to,
    )
    return [row["person_id"] for row in rows]


async def _mark(run: _Run, people: Sequence[int]) -> bool:
    """Move the mark from where it was read; False where somebody else did."""
    is_last = len(people) < BLOCK
    moved = await execute(
        "UPDATE notice_run SET done_to=$1, done_at=$2 WHERE id=$3 AND done_to=$4 AND done_at IS NULL",
        people[-1] if people else run.done_to,
        clock.now() if is_last else None,
        run.id,
        run.done_to,
    )
    if moved and is_last and run.kind is RunKind.SEND:
        await execute(
            "UPDATE notice SET state=$1, version=version+1 WHERE id=$2 AND state='sending'",
            NoticeState.SENT.value,
            run.notice_id,
        )
    return moved == 1


_RECEIPTS = (
    "INSERT INTO notice_receipt (created_at, notice_id, person_id, has_chat) SELECT {moment}, {notice}, p.id,"
    " EXISTS (SELECT 1 FROM contact c WHERE c.person_id=p.id AND c.closed_at IS NULL) FROM person p"
    " WHERE p.id IN ({people}) ON CONFLICT (notice_id, person_id) DO NOTHING RETURNING person_id"
)


async def _put_down(run: _Run, people: Sequence[int]) -> list[int]:
    """A receipt for each; gives those who had none yet."""
    moment = "$1::timestamptz" if is_postgres() else "$1"
    sql = _RECEIPTS.format(moment=moment, notice=int(run.notice_id), people=listed(people))
    return sorted(row["person_id"] for row in await fetch(sql, clock.now()))


async def _tell(run: _Run, people: Sequence[int]) -> None:
    """Emergencies at once in every chat, anything else with the letter of the day; both stand in their list."""
    said = Said(run.title, run.text, run.words)
    letter = letter_of(said, run.kind, post_id=run.post_id, is_emergency=run.is_emergency)
    if not run.is_emergency:
        await pushes.push_to_people(
            letter,
            person_ids=people,
            kind=PushKind.NOTICE,
            subject=subject_of(run.post_id),
            needs=Needs(READS, run.place_id),
            board=run.board,
        )
        return
    await bell.ring(
        letter,
        person_ids=people,
        kind=PushKind.NOTICE.value,
        subject=subject_of(run.post_id),
        verb=READS,
        place_id=run.place_id,
    )
    facts = {} if run.kind is RunKind.CLEAR else {"asks": ASKS_NOTICE, ASKS_NOTICE: run.notice_id}
    await broadcasts.tell_people(letter, person_ids=people, kind="notice.emergency", facts=facts)


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter says: title and text of the notice, and the words of an all-clear."""

    title: str
    text: str = ""
    words: str = ""


def letter_of(said: Said, kind: RunKind, *, post_id: int, is_emergency: bool) -> Letter:
    """An emergency with all its words and the way to say 收到, anything else by its title."""
    key = f"notice.tell.{'emergency' if is_emergency else 'notice'}_{kind.value}"
    asks = is_emergency and kind is not RunKind.CLEAR
    return Letter(
        say(key, title=said.title, text=said.text, words=said.words),
        choices=(say("notice.chat.received"),) if asks else (),
        links=(Link(say("board.tell.link"), f"/posts/{post_id}"),),
    )
