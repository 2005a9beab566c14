"""征集: what residents put in the days of collection, what is like it, and saying that one wants it too."""

from __future__ import annotations

from dataclasses import dataclass

from courier import limits
from forum import posted
from forum.key_matters.steps import S, Year, held, must_stand_at, seen_for, visible
from forum.moderation.screen import Verdict, Words, screen
from forum.words import one_line, text_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotFound, Taken, WrongState
from models.key_matter import KeyMatterState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from nlp.similar import similar
from people.audit import record
from people.viewers import Viewer

MOST_TITLE, MOST_TEXT, OFFERED, ALIKE, RATE = 40, 500, 3, 0.35, "5/day"


@dataclass(frozen=True, slots=True)
class Put:
    """What came of it: its number, and whether staff look at it first."""

    id: int
    number: int
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """Something that was put already and may be the same."""

    id: int
    number: int
    title: str
    wanted_by: int


_OPEN = (
    "SELECT m.id, m.number, m.title, m.text, (SELECT count(*) FROM key_supporter s WHERE s.matter_id=m.id) AS wanted_by"
    " FROM key_matter m WHERE m.key_year_id=$1 AND m.state='put' ORDER BY m.id"
)


async def alike(year_id: int, *, viewer: Viewer, title: str, text: str = "") -> list[Alike]:
    """有没有一样的: what was put already and sounds like it, the likeliest first."""
    await visible(year_id, viewer)
    said = f"{title} {text}"
    scored = [
        (max(similar(title, row["title"]), similar(said, f"{row['title']} {row['text']}")), row)
        for row in await fetch(_OPEN, year_id)
    ]
    best = sorted((one for one in scored if one[0] >= ALIKE), key=lambda one: (-one[0], one[1]["id"]))[:OFFERED]
    return [Alike(row["id"], row["number"], row["title"], row["wanted_by"]) for _, row in best]


_PUT = (
    "INSERT INTO key_matter (created_at, key_year_id, place_id, person_id, number, title, text, state, reason, unit,"
    " once, version) VALUES ($1,$2,$3,$4,"
    "(SELECT COALESCE(max(o.number),0)+1 FROM key_matter o WHERE o.key_year_id=$2),$5,$6,$7,'','',$8,1)"
    " ON CONFLICT (once) DO NOTHING RETURNING id, number"
)
_WANT = (
    "INSERT INTO key_supporter (created_at, matter_id, person_id) VALUES ($1,$2,$3)"
    " ON CONFLICT (matter_id, person_id) DO NOTHING RETURNING id"
)


async def put(year_id: int, *, by: Viewer, title: str, text: str = "", key: str = "") -> Put:
    """提一件: within the days of collection; the same form puts it once."""
    year = await seen_for(year_id, by=by, verb="key_matter.put")
    _must_collect(year)
    once = posted.once(key, by=by)
    if once is not None and (there := await _there(once)) is not None:
        return there
    name, words, is_held = await _words(title, text, by=by, place_id=year.place_id)
    await limits.spend("key_matters", str(by.person_id), rate=RATE)
    state = KeyMatterState.HELD if is_held else KeyMatterState.PUT
    async with transaction():
        _must_collect(await held(year_id))
        now = clock.now()
        row = await fetch_one(_PUT, now, year_id, year.place_id, by.person_id, name, words, state.value, once)
        if row is None:
            there = await _there(once)
            assert there is not None
            return there
        await fetch_one(_WANT, now, row["id"], by.person_id)
        await record(by, "key_matter.put", subject="key_matter", subject_id=row["id"], place_id=year.place_id)
    return Put(row["id"], row["number"], is_held)


def _must_collect(year: Year) -> None:
    must_stand_at(year, S.COLLECT)
    if not year.is_collecting:
        raise WrongState("key_matter.not_now")


async def _there(once: str | None) -> Put | None:
    row = await fetch_one("SELECT id, number, state FROM key_matter WHERE once=$1", once)
    return Put(row["id"], row["number"], row["state"] == KeyMatterState.HELD) if row else None


async def _words(title: str, text: str, *, by: Viewer, place_id: int) -> tuple[str, str, bool]:
    """As they may be kept: screened like every post, refused or held by the same lists."""
    name = one_line(title)
    if not 0 < len(name) <= MOST_TITLE:
        raise Invalid("key_matter.title", most=MOST_TITLE)
    said = text_of(text, most=MOST_TEXT) if text.strip() else ""
    found = await screen(Words(said or name, name), by=by, place_id=place_id, board=BoardName.DELIBERATION)
    if found.verdict is Verdict.REFUSE:
        raise Invalid(found.reason)
    return found.title[:MOST_TITLE], found.text if said else "", found.verdict is Verdict.HOLD


async def matter_held(matter_id: int) -> Row:
    """A matter as it stands, in a transaction that holds its year."""
    row = await fetch_one(
        "SELECT id, key_year_id, place_id, person_id, number, title, text, state, entry_id, version FROM key_matter"
        " WHERE id=$1",
        matter_id,
    )
    if row is None:
        raise NotFound("key_matter.not_found")
    return row


async def year_of(matter_id: int) -> int:
    """Of which list a matter is."""
    return int((await matter_held(matter_id))["key_year_id"])


async def support(matter_id: int, *, by: Viewer) -> None:
    """我也想要: once each, within the days of collection; who put it wants it already."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.support")
    async with transaction():
        _must_collect(await held(year.id))
        if (await matter_held(matter_id))["state"] != KeyMatterState.PUT:
            raise NotFound("key_matter.not_found")
        if await fetch_one(_WANT, clock.now(), matter_id, by.person_id) is None:
            raise Taken("key_matter.wanted_already")
        await record(by, "key_matter.support", subject="key_matter", subject_id=matter_id, place_id=year.place_id)


def _must_be_open(row: Row, by: Viewer) -> None:
    """Refuse what is another's, or is not collected any more."""
    if row["person_id"] != by.person_id or row["state"] not in {KeyMatterState.PUT, KeyMatterState.HELD}:
        raise NotFound("key_matter.not_found")


async def withdraw(matter_id: int, *, by: Viewer) -> None:
    """撤回: one's own, as long as it is collected and nobody else wants it."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.withdraw")
    _must_be_open(await matter_held(matter_id), by)
    async with transaction():
        must_stand_at(await held(year.id), S.COLLECT)
        _must_be_open(await matter_held(matter_id), by)
        others = "SELECT 1 AS one FROM key_supporter WHERE matter_id=$1 AND person_id<>$2 LIMIT 1"
        if await fetch_one(others, matter_id, by.person_id) is not None:
            raise WrongState("key_matter.others_want_it")
        await execute("UPDATE key_matter SET state='withdrawn', version=version+1 WHERE id=$1", matter_id)
        await record(by, "key_matter.withdraw", subject="key_matter", subject_id=matter_id, place_id=year.place_id)
