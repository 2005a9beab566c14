"""注销时告诉等着的人: whoever waits for somebody who ends their account hears that they need not."""

from __future__ import annotations

from courier.letters import Letter
from models.transaction import fetch
from models.wording import say
from nlp.discreet import discreet
from people.telling import tell_resident

_WISH = "FROM wish w JOIN post p ON p.id=w.post_id WHERE w.state='claimed' AND w.claimed_by_id IS NOT NULL"
_LINE = "FROM reservation r JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id WHERE r.open_for IS NOT NULL"
_WAIT = (
    ("wish.withdrawn", f"SELECT w.claimed_by_id AS person_id, p.title {_WISH} AND p.author_id=$1 ORDER BY w.id"),
    ("wish.let_go", f"SELECT p.author_id AS person_id, p.title {_WISH} AND w.claimed_by_id=$1 ORDER BY w.id"),
    ("item.withdrawn", f"SELECT r.person_id, p.title {_LINE} AND r.state='waiting' AND p.author_id=$1 ORDER BY r.id"),
    ("item.giver_gone", f"SELECT r.person_id, p.title {_LINE} AND r.state='lent' AND p.author_id=$1 ORDER BY r.id"),
    (
        "item.let_go",
        (
            f"SELECT p.author_id AS person_id, p.title {_LINE} AND r.state='waiting' AND r.told_at IS NOT NULL"
            " AND r.person_id=$1 ORDER BY r.id"
        ),
    ),
)
"""What each is told, and who they are: the helper and the asker of a wish, those in line for an item, who has one lent,
and the giver whose first in line is gone; whoever is next hears it from the job that tells turns."""


async def tell(person_id: int) -> None:
    """Tell them, in the transaction that ends the account, before what bound them is undone."""
    for key, waiting in _WAIT:
        group, _, name = key.partition(".")
        for row in await fetch(waiting, person_id):
            text = say(f"{group}.tell.{name}", title=discreet(row["title"]), who=say("privacy.gone"))
            await tell_resident(Letter(text), person_id=row["person_id"], kind=key)
