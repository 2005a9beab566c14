"""What who reported a case says to it, by the name in the address, for pages and the API alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from casework.cases import answering
from models.errors import NotFound
from people.viewers import Viewer

SAYS: Mapping[str, Callable[..., Awaitable[object]]] = {
    "add": answering.add,
    "object": answering.object_to,
    "reopen": answering.reopen,
    "withdraw": answering.withdraw,
}
RATES: Mapping[str, Mapping[str, bool]] = {
    "solved": {"solved": True},
    "unsolved": {"solved": False},
    "satisfied": {"satisfied": True},
    "unsatisfied": {"satisfied": False},
}


async def do(verb: str, case_id: int, *, viewer: Viewer, said: str) -> None:
    """Say it; ``said`` are words that go with it, where it takes any. NotFound where there is no such verb."""
    if verb in RATES:
        await answering.rate(case_id, by=viewer, **RATES[verb])
    elif verb in SAYS:
        await SAYS[verb](case_id, by=viewer, text=said)
    else:
        raise NotFound("page.not_found")
