"""Every route of the service, by everybody, from the same and from another neighbourhood (tests/routes.csv)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import is_sure
from tests.walk import lists
from tests.walk.actors import GROUPS, Actor, blanks_of
from tests.walk.conftest import Record, Walk
from tests.walk.door import Came, Client, door, go
from tests.walk.lists import Expected
from tests.walk.town import Land

WHERE = "every route needs a line of its own, written by hand, in tests/routes.csv (tests/walk/lists.py says how)"


def named() -> set[str]:
    """Every route of the router, as the list names them."""
    every = door().router.routes()
    return {f"{one.method} {one.resource.canonical}" for one in every if one.resource and one.method != "HEAD"}


def test_every_route_is_in_the_hand_kept_list_and_none_more() -> None:
    listed = {one.name for one in lists.routes()}
    assert named() - listed == set(), WHERE
    assert listed - named() == set(), "tests/routes.csv names a route that is gone"


OWN = {
    "POST /view",
    "POST /login",
    "POST /logout",
    "POST /password",
    "POST /desk/me/place",
    "POST /desk/me/revoke",
    "POST /desk/me/revoke_others",
    "POST /login/begin",
    "POST /login/code",
    "POST /login/link/{link}",
    "POST /me/place",
    "POST /me/sessions/revoke",
    "POST /me/sessions/revoke_others",
    "POST /me/second/enrol",
    "POST /me/second/confirm",
    "POST /me/second/codes",
    "POST /me/second/drop",
    "POST /me/privacy/copy",
    "POST /me/privacy/leave",
    "POST /figures/month.xlsx",
}
"""What an observer may send: only what is about their own account and view, and for the sums they read as a file."""


def test_an_observer_may_send_nothing_that_is_not_about_their_own_account() -> None:
    sent = {one.name for one in lists.routes() if one.name.startswith("POST") and one.who & GROUPS["observers"]}
    assert sent <= OWN


async def _come(client: Client, actor: Actor, line: Expected, land: Land) -> Came:
    method, _ = line.name.split(" ")
    blanks = blanks_of(actor, land.here)
    return await go(client, actor, method, line.path.format_map(blanks), sends=line.sends.format_map(blanks))


def _wrong(line: Expected, actor: Actor, came: Came) -> str:
    """What is not as the list says; '' where all is well."""
    wanted = line.of(actor)
    found = "yes" if line.name.startswith("POST") and came.outcome == "leads" else came.outcome
    if came.status >= 500:
        return f"is broken ({came.status})"
    if found != wanted:
        return f"should be {wanted} and is {found} ({came.status} {came.location})"
    return "was refused, but wrote something" if wanted == "no" and came.wrote else ""


def _who_comes(line: Expected, number: int, actors: list[Actor], *, is_full: bool) -> list[Actor]:
    """Everybody, or one for each outcome of the line, in each line another: who may is decided in Python, and what a
    database makes of a page and a form does not depend on who else may open it."""
    outcomes: dict[str, list[Actor]] = {}
    for actor in actors:
        outcomes.setdefault(line.of(actor), []).append(actor)
    return actors if is_full else [found[number % len(found)] for found in outcomes.values()]


PARTS = {"GET": 2, "POST": 4}
"""All lines together take minutes: they are dealt out to as many tests, which run beside each other."""


@pytest.mark.parametrize(("method", "part"), [(method, part) for method in PARTS for part in range(PARTS[method])])
async def test_everybody_may_open_and_send_what_the_list_says_and_a_refusal_writes_nothing(
    walk: Walk, method: str, part: int, database_kind: str, record_property: Record
) -> None:
    """On SQLite, and in `make sure`, everybody; on PostgreSQL one for whom each outcome is meant."""
    is_full = database_kind == "sqlite" or is_sure()
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    lines = [one for one in lists.routes() if one.name.startswith(method)][part :: PARTS[method]]
    for number, line in enumerate(lines):
        for actor in _who_comes(line, number, walk.actors, is_full=is_full):
            came = await _come(walk.client, actor, line, walk.land)
            counted[line.of(actor)] += 1
            if problem := _wrong(line, actor, came):
                wrong.append(f"{line.name} ({line.path}) by {actor} {problem}")
    record_property(
        "counted", f"{len({one.name for one in lines})} routes with {len(walk.actors)} people: {dict(counted)}"
    )
    assert not wrong, f"{len(wrong)} of {counted.total()} ({WHERE}):\n" + "\n".join(wrong)
