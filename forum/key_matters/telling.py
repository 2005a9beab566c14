"""What those who put a matter, or want it too, are told of it: each thing once, in the transaction that does it; and
who may rate is asked to, by a job."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum import roll_telling
from forum.roll_telling import BLOCK, RollTelling
from models import clock
from models.transaction import Row, day, fetch, fetch_one
from models.wording import say, say_date
from people import pushes
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.viewers import Viewer


async def tell(matter_id: int, what: str, **facts: object) -> None:
    """Tell all who want a matter, in one statement for however many."""
    row = await fetch_one("SELECT id, key_year_id, place_id, title FROM key_matter WHERE id=$1", matter_id)
    assert row is not None
    people = await fetch("SELECT person_id FROM key_supporter WHERE matter_id=$1 ORDER BY id", matter_id)
    link = Link(say("key_matter.tell.link"), f"/key_matters/{matter_id}")
    await pushes.push_to_people(
        Letter(say(f"key_matter.tell.{what}", title=row["title"], **facts), links=(link,)),
        person_ids=[one["person_id"] for one in people],
        kind=PushKind.DELIBERATION,
        subject=f"key_matter:{matter_id}",
        needs=Needs("key_matter.read", row["place_id"]),
    )


_NEXT = (
    "SELECT y.id, y.place_id, y.year, y.told_to, s.ends_on FROM key_year y"
    " JOIN key_step s ON s.key_year_id=y.id AND s.step='appraise'"
    " WHERE y.step='appraise' AND y.told_at IS NULL AND y.rated_as_of IS NOT NULL AND s.ends_on>=$1"
    " ORDER BY y.id LIMIT 1"
)
_PEOPLE = f"SELECT person_id FROM key_voice WHERE key_year_id=$1 AND person_id>$2 ORDER BY person_id LIMIT {BLOCK}"
_MARK = "UPDATE key_year SET told_to=$1, told_at=$2 WHERE id=$3 AND told_to=$4 AND told_at IS NULL AND step='appraise'"


def _letter(row: Row) -> Letter:
    last_day = day(row["ends_on"])
    assert last_day is not None
    text = say("key_matter.tell.appraise", year=row["year"], until=say_date(last_day))
    return Letter(text, links=(Link(say("key_matter.tell.appraise_link"), f"/key_matters/years/{row['id']}"),))


_ROLL = RollTelling(_NEXT, _PEOPLE, _MARK, _letter, subject="key_year", needs="key_matter.read")


async def tell_roll(*, by: Viewer) -> int:
    """请大家评一评: those on the roll, so many at a time; gives how many people."""
    allow(by, "key_matter.tell", None)
    return await roll_telling.tell(_ROLL, open_on=clock.today())
