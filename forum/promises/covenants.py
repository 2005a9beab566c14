"""公约: versions of words that never change, each from the decision it came by, and their differences side by side."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from forum.deliberation import moving
from forum.deliberation.conditions import passes
from forum.promises.sight import decided, must_stand
from forum.words import one_line, text_of
from models import clock
from models.covenant import SignedBy
from models.errors import Invalid, NotFound, Taken
from models.proposal import ProposalStage
from models.transaction import Row, fetch, fetch_one, transaction
from models.transaction import day as day_of
from nlp.mask import mask
from people.audit import record
from people.permissions import allow, may
from people.scope import must_see
from people.viewers import Viewer

MOST_TITLE, MOST_TEXT, MOST, MOST_VERSIONS = 80, 5000, 100, 50


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Words of a covenant: of a new one by its title, or the next version of ``covenant_id``."""

    proposal_id: int
    text: str
    valid_from: dt.date | None
    signed_by: str
    title: str = ""
    covenant_id: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version with how many signed it. ``post_id`` is the thread in which it was agreed on."""

    id: int
    covenant_id: int
    title: str
    number: int
    text: str
    valid_from: dt.date
    signed_by: SignedBy
    proposal_id: int
    proposal: str
    post_id: int
    vote_id: int | None
    signed: int

    @property
    def is_in_force(self) -> bool:
        """Whether its first day has come."""
        return self.valid_from <= clock.today()


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one version beside a line of another: what they say, and whether it is the same."""

    before: str
    after: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Covenant:
    """A covenant with its versions, the newest first."""

    id: int
    place_id: int
    title: str
    versions: tuple[Version, ...]
    may_publish: bool
    may_sign: bool

    @property
    def newest(self) -> Version:
        """The version that is signed now."""
        return self.versions[0]

    def numbered(self, number: int) -> Version:
        """A version by its number."""
        for one in self.versions:
            if one.number == number:
                return one
        raise NotFound("covenant.not_found")


_COVENANT = (
    "INSERT INTO covenant (created_at, place_id, title) VALUES ($1,$2,$3) ON CONFLICT (place_id, title) DO NOTHING"
    " RETURNING id"
)
_VERSION = (
    "INSERT INTO covenant_version (created_at, covenant_id, place_id, number, proposal_id, vote_id, text, valid_from,"
    " signed_by, by_id) VALUES ($1,$2,$3,(SELECT COALESCE(max(v.number),0)+1 FROM covenant_version v"
    " WHERE v.covenant_id=$2),$4,$5,$6,$7,$8,$9) ON CONFLICT DO NOTHING RETURNING id"
)


async def publish(new: NewVersion, *, by: Viewer) -> int:
    """发布公约: a version of a covenant, once for a proposal that was published for it; gives the covenant's number."""
    found = await decided(new.proposal_id, by)
    allow(by, "covenant.publish", found.place_id)
    must_stand(found, ProposalStage.COVENANT)
    title, text, valid_from = _checked(new)
    async with transaction():
        covenant_id = await _covenant(new.covenant_id, title, place_id=found.place_id)
        vote_id = await _decided_by(found.post.id)
        values = (new.proposal_id, vote_id, text, valid_from, new.signed_by, by.person_id)
        row = await fetch_one(_VERSION, clock.now(), covenant_id, found.place_id, *values)
        if row is None:
            raise Taken("covenant.changed")
        await moving.move(found.id, ProposalStage.CARRYING_OUT, by=by)
        about = {"subject": "covenant_version", "subject_id": row["id"], "place_id": found.place_id}
        await record(by, "covenant.publish", **about)
    return covenant_id


def _checked(new: NewVersion) -> tuple[str, str, dt.date]:
    title, text = mask(one_line(new.title)).text, mask(text_of(new.text, most=MOST_TEXT)).text
    if new.covenant_id is None and not 0 < len(title) <= MOST_TITLE:
        raise Invalid("covenant.title", most=MOST_TITLE)
    if new.valid_from is None or new.signed_by not in {*SignedBy}:
        raise Invalid("covenant.valid_from")
    return title, text, new.valid_from


async def _decided_by(post_id: int) -> int | None:
    """The vote by which a proposal was decided: the last one that was counted and passed."""
    sql = "SELECT id, sheet FROM vote WHERE post_id=$1 AND state='counted' ORDER BY opened_at DESC, id DESC"
    return next((row["id"] for row in await fetch(sql, post_id) if passes(row["sheet"])), None)


async def _covenant(covenant_id: int | None, title: str, *, place_id: int) -> int:
    """The covenant, under its row, so that versions are numbered one after the other."""
    if covenant_id is None:
        row = await fetch_one(_COVENANT, clock.now(), place_id, title)
        if row is None:
            raise Taken("covenant.title_taken")
        return int(row["id"])
    hold = "UPDATE covenant SET title=title WHERE id=$1 AND place_id=$2 RETURNING id"
    row = await fetch_one(hold, covenant_id, place_id)
    if row is None:
        raise NotFound("covenant.not_found")
    return int(row["id"])


_READ = (
    "SELECT v.*, c.title, p.number AS proposal, p.post_id, (SELECT count(*) FROM covenant_signature s"
    " WHERE s.version_id=v.id) AS signed FROM covenant_version v JOIN covenant c ON c.id=v.covenant_id"
    " JOIN proposal p ON p.id=v.proposal_id"
)


def _version(row: Row) -> Version:
    valid_from = day_of(row["valid_from"])
    assert valid_from is not None
    return Version(
        id=row["id"],
        covenant_id=row["covenant_id"],
        title=row["title"],
        number=row["number"],
        text=row["text"],
        valid_from=valid_from,
        signed_by=SignedBy(row["signed_by"]),
        proposal_id=row["proposal_id"],
        proposal=row["proposal"],
        post_id=row["post_id"],
        vote_id=row["vote_id"],
        signed=row["signed"],
    )


async def covenants(*, viewer: Viewer, place_id: int) -> list[Version]:
    """公约: of a neighbourhood, each with its newest version."""
    must_see(viewer, "covenant.read", place_id, thing="place")
    newest = "v.number=(SELECT max(n.number) FROM covenant_version n WHERE n.covenant_id=v.covenant_id)"
    rows = await fetch(f"{_READ} WHERE v.place_id=$1 AND {newest} ORDER BY c.title, v.id LIMIT {MOST}", place_id)
    return [_version(row) for row in rows]


async def covenant(covenant_id: int, *, viewer: Viewer) -> Covenant:
    """看公约, with all its versions."""
    row = await fetch_one("SELECT id, place_id, title FROM covenant WHERE id=$1", covenant_id)
    if row is None:
        raise NotFound("covenant.not_found")
    place_id = row["place_id"]
    must_see(viewer, "covenant.read", place_id, thing="covenant")
    sql = f"{_READ} WHERE v.covenant_id=$1 ORDER BY v.number DESC LIMIT {MOST_VERSIONS}"
    return Covenant(
        id=covenant_id,
        place_id=place_id,
        title=row["title"],
        versions=tuple(_version(one) for one in await fetch(sql, covenant_id)),
        may_publish=may(viewer, "covenant.publish", place_id),
        may_sign=may(viewer, "covenant.sign", place_id),
    )


def beside(before: str, after: str) -> list[Side]:
    """Two texts line by line, as they stand side by side; a line that only one has faces an empty one."""
    first, second = before.splitlines(), after.splitlines()
    found: list[Side] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        found += _faced(first[a:b], second[c:d], is_same=tag == "equal")
    return found


def _faced(first: Sequence[str], second: Sequence[str], *, is_same: bool) -> list[Side]:
    length = max(len(first), len(second))
    left, right = [*first, *[""] * (length - len(first))], [*second, *[""] * (length - len(second))]
    return [Side(one, other, is_same) for one, other in zip(left, right, strict=True)]
