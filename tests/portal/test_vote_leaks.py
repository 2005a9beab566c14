"""What anything says while people vote is the same whatever they vote, to the letter. Outputs are not listed by heart:
addresses come from the router, what is sent and kept from the tables, figures from the registry, and who can read a
ballot at all from the source. What is new is in here by itself, or fails until it has its case."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app import metrics
from forum.votes import casting, showing, telling
from models.ballot import Vote
from models.errors import Invalid
from models.sealed import unseal
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.models import made
from tests.portal.conftest import Client
from tests.portal.desk_work import fill
from tests.portal.neighbourhood import portal_app
from tests.portal.test_votes_pages import NOISE, typed
from tests.portal.visits import VISITS
from tests.portal.vote_work import Town, settle

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "bot", "casework", "courier", "forum", "nlp", "people", "portal")
READS = re.compile(
    r"\bforum\.votes\b|\bmodels\.(?:ballot|receipts)\b"
    r"|(?:FROM|INTO|UPDATE|JOIN)\s+(?:vote|vote_option|voter|voter_person|ballot|sealed_ballot|paper_ballot|paper_photo)\b"
    r"|\"(?:voter|ballot|sealed_ballot|paper_ballot|paper_photo)\""
)
READERS = {
    "app/demo_votes.py": "casts in the demo",
    "app/demo_council.py": "casts in the demo",
    "app/demo_proposals.py": "casts in the demo",
    "app/installation.py": "reads the rules",
    "app/jobs.py": "counts, tells, clears: all of it here below",
    "bot/ballots.py": "named ballots alone: tests/bot/test_votes.py",
    "bot/turns/votes.py": "tests/bot/test_votes.py: of a secret vote nothing but a link",
    "casework/privacy/votes.py": "the page and the copy of one's own: tests/forum/votes/test_kept.py",
    "casework/resealing.py": "seals anew, shows nothing: tests/forum/votes/test_new_key.py",
    "forum/deliberation/after_votes.py": "after the count alone",
    "forum/deliberation/conditions.py": "the state of a vote, and the sheet after the count",
    "forum/deliberation/putting_to_vote.py": "drafts",
    "forum/deliberation/showing.py": "the state of a vote, and the sheet after the count",
    "forum/key_matters/carrying.py": "the sheet after the count",
    "forum/key_matters/steps.py": "drafts; the state of a vote, and the sheet after the count",
    "forum/promises/covenants.py": "a vote that was counted",
    "people/strays.py": "names of files",
    "portal/api/vote_shapes.py": "held to by the addresses below",
    "portal/api/votes.py": "every address of it below",
    "portal/balloting.py": "what a form says",
    "portal/pages/votes.py": "every address of it below",
    "portal/pages/votes_desk.py": "every address of it below",
    "portal/pages/votes_paper.py": "every address of it below",
}
"""Every module outside ``forum/votes`` that reads votes, and where it is shown what it tells."""


def test_everything_that_can_read_a_ballot_is_known_and_none_of_it_logs() -> None:
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
    }
    reading = {name for name, text in found.items() if READS.search(text) and not name.startswith("forum/votes/")}
    assert reading == set(READERS)
    of_votes = [name for name in found if name.startswith("forum/votes/") or name in READERS]
    assert [name for name in of_votes if "structlog" in found[name]] == [*LOGGING]


LOGGING = ("app/installation.py", "app/jobs.py")
"""Those that log and read of votes nothing but the rules, or let them be counted."""
FIGURES = {
    "mulin_request_seconds": ("route", "status"),
    "mulin_messages_in_total": ("channel",),
    "mulin_outcomes_total": ("outcome",),
    "mulin_answer_seconds": (),
    "mulin_messages_out_total": ("channel", "outcome"),
    "mulin_job_seconds": ("job", "outcome"),
    "mulin_outbox_waiting": (),
    "mulin_outbox_dead": (),
    "mulin_replies_undelivered": (),
    "mulin_inbox_oldest_seconds": (),
}
"""Every figure with its labels: none has room for a vote. One that is new is looked at and written down here."""


def test_every_figure_is_known_with_its_labels() -> None:
    every = metrics.REGISTRY._collector_to_names.items()
    found = {name: getattr(one, "_labelnames", ()) for one, names in every for name in names}
    named = {
        name: labels for name, labels in found.items() if not name.endswith(("_created", "_bucket", "_sum", "_count"))
    }
    whole = {name: labels for name, labels in named.items() if f"{name}_total" not in named}
    assert whole == FIGURES


async def _opened(town: Town, title: str) -> int:
    """A secret vote over everybody; gives its number."""
    await town.team.chen.send("/votes", **typed(title=title))
    vote = await Vote.all().order_by("-id").first()
    assert vote is not None
    await town.team.gao.send(f"/votes/{vote.id}/open", version=vote.version)
    return vote.id


async def _cast(town: Town, vote_id: int, choice: int) -> list[str]:
    return [
        await casting.cast(
            vote_id,
            by=who.viewer,
            voter_id=(await showing.vote(vote_id, viewer=who.viewer)).mine[0].voter_id,
            points={choice: 1},
        )
        for who in town.people
    ]


STREAMS = {
    *("/bell/live", "/chat/lines", "/desk/live", "/desk/tidings", "/desk/{question}/live", "/posts/{id}/live"),
}
"""Addresses that stay open; what they say is read from the page or the state beside each."""
MOVES = {"/audit", "/me/privacy"}
"""The log has that somebody changed a ballot, the other who looked at a card; their words are held below."""


UNSTEADY = {
    "/api/v1/audit": "has a line more each time it is read; its rows are held below",
    "/homes/template.xlsx": "an empty form, packed anew each time",
}
"""Addresses that say something else each time, and why that is nothing of a vote."""


def _addresses() -> set[str]:
    """Everything that is read, by the router."""
    app = portal_app()
    found = {one.resource.canonical for one in app.router.routes() if one.method == "GET" and one.resource}
    return found - STREAMS


def _path(canonical: str, blanks: Mapping[str, str]) -> str:
    """An address with its blanks filled: a page as it is visited, of votes the vote, else as the desk has it."""
    if canonical in VISITS:
        return VISITS[canonical].at(blanks)
    filled = {"id": blanks["vote"], **blanks} if "vote" in canonical else {"id": "1", **blanks}
    return re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda found: filled.get(found[1], "1"), canonical)


Said = dict[tuple[str, str], tuple[Any, ...]]


async def _said(
    client: Client, readers: Mapping[str, Mapping[str, str]], blanks: Mapping[str, str], *, of: Iterable[str]
) -> Said:
    """Status, headers and body of addresses, as each of the readers finds them."""
    found: Said = {}
    for canonical in sorted(of):
        for who, cookies in readers.items():
            path = _path(canonical, blanks)
            async with (
                asyncio.timeout(20),
                client.get(path, cookies=dict(cookies), allow_redirects=False) as answer,
            ):
                headers = sorted((name, value) for name, value in answer.headers.items() if name not in _UNSTEADY)
                body = NOISE.sub("", (await answer.read()).decode("utf-8", "replace"))
                found[canonical, who] = (answer.status, headers, body)
    return found


_UNSTEADY = {"Date", "Set-Cookie", "Content-Security-Policy", "ETag", "Content-Length"}


@pytest.mark.databases("sqlite")
async def test_no_address_of_the_router_tells_a_choice_before_the_count(client: Client, clock: StillClock) -> None:
    desk, town = await fill(), await settle(client)
    vote_id = await _opened(town, "装不装")
    receipts = await _cast(town, vote_id, 1)
    blanks, every = {**desk.blanks, "vote": str(vote_id)}, _addresses()
    readers = {"resident": town.people[0].cookies, "lead": town.team.gao.cookies, "desk": desk.cookies}
    await _said(client, readers, blanks, of=every)  # What is new to them is seen now.
    before = await _said(client, readers, blanks, of=every)
    for who, receipt in zip(town.people, receipts, strict=True):
        await casting.change(vote_id, by=who.viewer, points={2: 1}, receipt=receipt)
    after = await _said(client, readers, blanks, of=every)
    differ = {address for address, who in before if before[address, who] != after[address, who]}
    again = await _said(client, readers, blanks, of=differ)
    unsteady = {address for address, who in again if again[address, who] != after[address, who]}
    assert differ - unsteady <= MOVES
    assert unsteady <= MOVES | set(UNSTEADY), "what says something else each time cannot be compared"
    assert after["/votes/{id}", "resident"][0] == 200


def _opened_row(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A row without what names it: numbers, times, hashes, keys. Of what is sealed the words, of ballots the length."""
    return tuple(sorted((name, _words(value)) for name, value in row.items() if not _NAMES.search(name)))


_NAMES = re.compile(
    r"^(?:id|number|hash|previous|mark|key|version|seq|lane|owner|fields|subject)$|_id$|_at$|_ms$|_hash$|^once$"
)


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("gAAAA"):
        return str(value)
    try:
        return f"sealed {len(value)}" if len(value) > 300 else unseal(value)
    except Invalid:
        return "not ours"


async def _new_rows(before: Mapping[str, list[dict[str, Any]]]) -> dict[str, Counter[Any]]:
    """What was written since, by table: outbox, bell, webhooks, search, the log, whatever table there is."""
    return {
        table: Counter(_opened_row(row) for row in rows if row not in before[table])
        for table, rows in (await made.contents()).items()
    }


@pytest.mark.databases("sqlite")
async def test_what_is_written_sent_logged_and_counted_is_the_same_for_and_against(
    client: Client, clock: StillClock
) -> None:
    """Two votes of the same words over the same roll, one all for and one all against: no table has a row that differs
    in more than its number, no line of the log, no figure."""
    town = await settle(client)
    written, logged, counted = [], [], []
    votes = [await _opened(town, "装不装") for _ in range(2)]
    while await telling.tell_due(by=SYSTEM):
        pass
    for vote_id, choice in zip(votes, (1, 3), strict=True):
        before = await made.contents()
        figures = _figures()
        with capture_logs() as lines:
            receipts = await _cast(town, vote_id, choice)
            await casting.change(vote_id, by=town.people[0].viewer, points={choice: 1}, receipt=receipts[0])
            await telling.tell_due(by=SYSTEM)
        written.append(await _new_rows(before))
        logged.append([{name: said for name, said in line.items() if not _NAMES.search(name)} for line in lines])
        counted.append(_figures() - figures)
    differ = [table for table in written[0] if written[0][table] != written[1][table]]
    assert {table: (written[0][table] - written[1][table]) for table in differ} == {}
    assert {table for table, rows in written[0].items() if rows} >= {"sealed_ballot", "voter", "audit_line"}
    assert logged[0] == logged[1]
    assert counted[0] == counted[1]


def _figures() -> Counter[str]:
    """Every sample of every figure, without how long things took."""
    return Counter(
        {
            f"{sample.name}{sorted(sample.labels.items())}": int(sample.value)
            for one in metrics.REGISTRY.collect()
            for sample in one.samples
            if not sample.name.endswith(("_sum", "_bucket", "_created"))
        }
    )
