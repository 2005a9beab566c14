"""Webhook: what happens on a neighbourhood's boards is told to another system of the neighbourhood's choice, signed.

An event says what happened to which thing and nothing of what anybody wrote: whoever receives it reads the thing itself
through the interface, with the rights of its own account. Events have one order in a neighbourhood; each is a row that
can be sent again, and a letter in the outbox, which waits, tries again and gives up as every other. Signatures and
headers are those of Standard Webhooks 1.0.0 (https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over
id, time and body.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from courier import outbox
from courier.letters import Letter
from courier.networks import is_address
from models import clock
from models.errors import Invalid, NotFound, WrongState
from models.message import OutboxState
from models.sealed import seal, unseal
from models.transaction import execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

CHANNEL = "webhook"
READ, SET, END, REPLAY = "webhook.read", "webhook.set", "webhook.end", "webhook.replay"
LONGEST, MOST_SHOWN = 300, 50
SECRET_BYTES = 24
_PREFIX = "whsec_"


class Kind(StrEnum):
    """What is told."""

    PUBLISHED = "post.published"
    ANSWERED = "post.answered"
    RESULT = "case.result"


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """The address as its neighbourhood knows it: never the secret."""

    url: str
    set_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event and what came of sending it last; ``state`` is None once that is no longer kept."""

    id: int
    number: int
    key: str
    kind: Kind
    at: dt.datetime
    replays: int
    state: OutboxState | None
    tries: int
    error: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes out: where to, under which secret, the event's name and its body."""

    url: str
    secret: str
    key: str
    body: bytes

    def headers(self) -> dict[str, str]:
        """With the signature of now."""
        seconds = str(clock.now_ms() // 1000)
        return {
            "Content-Type": "application/json",
            "webhook-id": self.key,
            "webhook-timestamp": seconds,
            "webhook-signature": signature(self.secret, key=self.key, seconds=seconds, body=self.body),
        }


def signature(secret: str, *, key: str, seconds: str, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, time and body, full stops between, in Base64, under the secret's bytes."""
    signed = hmac.new(
        base64.b64decode(secret.removeprefix(_PREFIX)), f"{key}.{seconds}.".encode() + body, hashlib.sha256
    )
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def must_be_reachable(url: str) -> str:
    """An address that may be set: https, a name and no number, nobody's password in it, the usual port. What the name
    leads to is looked at each time something is sent."""
    said = url.strip()
    try:
        parts = urlsplit(said)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Invalid("webhook.wrong") from error
    is_plain = said.isascii() and said.isprintable() and " " not in said and len(said) <= LONGEST
    is_named = "." in host.strip(".") and not is_address(host)
    if not (is_plain and is_named and parts.scheme == "https" and port in (None, 443)) or "@" in parts.netloc:
        raise Invalid("webhook.wrong")
    return said


async def set_webhook(place_id: int, *, by: Viewer, url: str) -> str:
    """设 Webhook: gives the secret, which is told now and nowhere again; what waits goes to the new address."""
    must_see(by, SET, place_id, thing="place")
    said = must_be_reachable(url)
    secret = _PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    async with transaction():
        await execute(
            "INSERT INTO webhook (created_at, place_id, url, secret_sealed, number, by_id) VALUES ($1,$2,$3,$4,0,$5)"
            " ON CONFLICT (place_id) DO UPDATE SET created_at=excluded.created_at, url=excluded.url,"
            " secret_sealed=excluded.secret_sealed, by_id=excluded.by_id",
            clock.now(),
            place_id,
            said,
            seal(secret),
            by.person_id,
        )
        await record(by, SET, subject="place", subject_id=place_id, place_id=place_id)
    return secret


async def end(place_id: int, *, by: Viewer) -> None:
    """停用 Webhook: nothing is told any more, also not what still waits."""
    must_see(by, END, place_id, thing="place")
    async with transaction():
        if not await execute("UPDATE webhook SET url='', secret_sealed='' WHERE place_id=$1 AND url<>''", place_id):
            raise NotFound("webhook.not_found")
        await record(by, END, subject="place", subject_id=place_id, place_id=place_id)


async def webhook(*, viewer: Viewer, place_id: int) -> WebhookLine | None:
    """Webhook: where a neighbourhood's events go, None where they go nowhere."""
    must_see(viewer, READ, place_id, thing="place")
    row = await fetch_one("SELECT url, created_at FROM webhook WHERE place_id=$1 AND url<>''", place_id)
    return WebhookLine(row["url"], moment(row["created_at"])) if row else None


_EVENTS = (
    "SELECT e.id, e.number, e.key, e.kind, e.created_at, e.replays, o.state, o.tries, o.error FROM webhook_event e"
    f" LEFT JOIN outbox o ON o.id=e.outbox_id WHERE e.place_id=$1 ORDER BY e.number DESC LIMIT {MOST_SHOWN}"
)


async def events(*, viewer: Viewer, place_id: int) -> list[EventLine]:
    """推送记录: the newest events and what came of each."""
    must_see(viewer, READ, place_id, thing="place")
    return [
        EventLine(
            id=row["id"],
            number=row["number"],
            key=row["key"],
            kind=Kind(row["kind"]),
            at=moment(row["created_at"]),
            replays=row["replays"],
            state=OutboxState(row["state"]) if row["state"] else None,
            tries=row["tries"] or 0,
            error=row["error"] or "",
        )
        for row in await fetch(_EVENTS, place_id)
    ]


_WAITS = f"SELECT id FROM outbox WHERE id=$1 AND state IN {outbox.UNFINISHED}"


async def replay(event_id: int, *, by: Viewer, place_id: int) -> None:
    """再推一次: the same event with the same name and number, behind what waits; refused while it waits itself."""
    must_see(by, REPLAY, place_id, thing="place")
    async with transaction():
        row = await fetch_one(
            "UPDATE webhook_event SET replays=replays+1 WHERE id=$1 AND place_id=$2 RETURNING key, kind, outbox_id",
            event_id,
            place_id,
        )
        if row is None or await webhook(viewer=by, place_id=place_id) is None:
            raise NotFound("webhook.not_found")
        if await fetch_one(_WAITS, row["outbox_id"] or 0):
            raise WrongState("webhook.waits")
        await record(by, REPLAY, subject="webhook_event", subject_id=event_id, place_id=place_id)
        await _send(event_id, key=row["key"], kind=row["kind"], place_id=place_id)


async def _send(event_id: int, *, key: str, kind: str, place_id: int) -> None:
    letter_id = await outbox.put(Letter(key), channel=CHANNEL, address=str(place_id), kind=kind)
    await execute("UPDATE webhook_event SET outbox_id=$1 WHERE id=$2", letter_id, event_id)


async def happened(kind: Kind, data: Mapping[str, object], *, place_id: int) -> None:
    """Tell of something, at the end of the transaction in which it happens: the place's row is locked from here on, so
    that numbers become visible in their order. One statement where nothing is told."""
    row = await fetch_one("UPDATE webhook SET number=number+1 WHERE place_id=$1 AND url<>'' RETURNING number", place_id)
    if row is None:
        return
    key, now = f"evt_{secrets.token_hex(12)}", clock.now()
    content = {"type": kind.value, "timestamp": now.isoformat(), "order": row["number"], "data": dict(data)}
    made = await fetch_one(
        "INSERT INTO webhook_event (created_at, place_id, number, key, kind, body, replays)"
        " VALUES ($1,$2,$3,$4,$5,$6,0) RETURNING id",
        now,
        place_id,
        row["number"],
        key,
        kind.value,
        json.dumps(content, separators=(",", ":")),
    )
    assert made is not None
    await _send(made["id"], key=key, kind=kind.value, place_id=place_id)


async def sending(key: str) -> Sending:
    """What goes out for an event, for the channel that sends it; NotFound once the address or the event is gone."""
    row = await fetch_one(
        "SELECT w.url, w.secret_sealed, e.body FROM webhook_event e JOIN webhook w ON w.place_id=e.place_id"
        " WHERE e.key=$1 AND w.url<>''",
        key,
    )
    if row is None:
        raise NotFound("webhook.not_found")
    return Sending(row["url"], unseal(row["secret_sealed"]), key, row["body"].encode())


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete events of before a moment, so many at a time."""
    return await execute(
        "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE created_at<$1 ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
