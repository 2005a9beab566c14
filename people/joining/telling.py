"""What is told when somebody asks, is let in or is not: to the asker in the same chat, to the household, to staff."""

from __future__ import annotations

from courier import notices
from courier.letters import Letter, Link
from models.transaction import Row, fetch
from models.wording import say
from people.joining.states import address

_DECIDERS = """
SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id AND p.is_active
WHERE r.place_id=$1 AND r.name IN ('worker','secretary','admin')
  AND NOT EXISTS (SELECT 1 FROM staff_notice n WHERE n.person_id=r.person_id AND n.kind=$2 AND n.read_at IS NULL)
ORDER BY r.person_id
"""
_MEMBERS = """
SELECT DISTINCT c.id, c.channel, c.address FROM residence d JOIN contact c ON c.person_id=d.person_id
WHERE c.closed_at IS NULL AND d.open_home_id=$1 AND d.state='living' AND c.id<>$2 AND d.person_id<>$3
ORDER BY c.channel, c.address
"""


async def tell_staff(place_id: int, *, key: str, path: str, **facts: object) -> None:
    """Tell everybody who decides, once until they have looked: a queue that grows does not ring each time."""
    kind = key.replace("_", ".", 1)
    for row in await fetch(_DECIDERS, place_id, kind):
        letter = Letter(say(f"join.staff.{key}", **facts), links=(Link(say("join.staff.look"), path),))
        await notices.tell_person(letter, person_id=row["person_id"], kind=kind, needs=f"join.read@{place_id}")


async def tell_staff_of_request(place_id: int) -> None:
    """新的申请."""
    await tell_staff(place_id, key="join_ask", path="/joins")


async def tell_home(letter: Letter, *, home_id: int, kind: str, but_contact: int = 0, but_person: int = 0) -> None:
    """Tell every joined member of a home but one."""
    for row in await fetch(_MEMBERS, home_id, but_contact, but_person):
        await notices.tell_contact(letter, contact_id=row["id"], kind=kind)


async def tell_household_of_request(home_id: int, *, contact_id: int) -> None:
    """有人申请加入您家: only those who live there and have joined hear of it."""
    letter = Letter(say("join.told.household_asked"), links=(Link(say("join.link.household"), "/me/household"),))
    await tell_home(letter, home_id=home_id, kind="join.ask", but_contact=contact_id)


async def tell_asker(row: Row, key: str, **facts: object) -> None:
    """What became of a request, in the chat that asked; ``row`` as ``states.READ`` gives it."""
    if row["contact_id"] is None:
        return
    which = "for_other" if row["helper_name"] else "own"
    text = say(f"join.told.{key}.{which}", address=address(row), name=row["name"], **facts)
    await notices.tell_contact(Letter(text), contact_id=row["contact_id"], kind=f"join.{key}")
