"""What a neighbourhood makes of the lists of duty: its own wording of an item, an item of its own, one taken out."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from casework.duties import lists
from casework.duties.items import Item
from models import clock
from models.counters import next_value
from models.duty_item import DutyItem
from models.errors import Invalid, NotFound, Taken
from models.shape_words import why
from models.transaction import after_commit, execute, fetch_one, transaction
from nlp.normalise import clean_input
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

MOST_OWN = 100


async def change(key: str, *, by: Viewer, place_id: int, values: Mapping[str, object], number: int, note: str) -> Item:
    """改清单: a neighbourhood's own wording of an item, or (with a new key) an item of its own.

    ``number``: the version that was seen, 0 where the shared one counted; Taken when somebody wrote meanwhile.
    """
    must_see(by, "duty.change", place_id, thing="place")
    item = _checked(key, values)
    await _write(key, item, by=by, place_id=place_id, number=number, note=note, verb="duty.change")
    return item


async def take_out(key: str, *, by: Viewer, place_id: int, number: int, note: str) -> None:
    """撤下: an item does not count here; it can be put back."""
    must_see(by, "duty.change", place_id, thing="place")
    if key not in lists.items_of(place_id):
        raise NotFound("duty.not_found")
    await _write(key, None, by=by, place_id=place_id, number=number, note=note, verb="duty.take_out")


async def restore(key: str, *, by: Viewer, place_id: int) -> None:
    """恢复共用: the shared item counts here again."""
    must_see(by, "duty.change", place_id, thing="place")
    if key not in {item.id for item in lists.shared().items}:
        raise NotFound("duty.not_found")
    async with transaction():
        await _bump()
        if not await _end(key, place_id):
            raise NotFound("duty.not_found")
        await record(by, "duty.restore", subject="duty_item", subject_id=None, place_id=place_id, detail=key)
        after_commit(lambda: lists.put_back(place_id, key))


async def _write(key: str, item: Item | None, *, by: Viewer, place_id: int, number: int, note: str, verb: str) -> None:
    """A new version in force; the counter's row is held first, so that of two who write at once one is told."""
    why_changed = clean_input(note)[:200]
    if not why_changed:
        raise Invalid("duty.needs_note")
    async with transaction():
        await _bump()
        await _must_be_seen(key, place_id, number)
        await _end(key, place_id)
        made = await DutyItem.create(
            created_at=clock.now(),
            place_id=place_id,
            key=key,
            number=await _next(key, place_id),
            body=item.model_dump_json() if item else "",
            note=why_changed,
            by_id=by.person_id,
            in_force=f"{key}@{place_id}",
        )
        await record(by, verb, subject="duty_item", subject_id=made.id, place_id=place_id, detail=key)
        after_commit(lambda: lists.put(place_id, key, item))


async def _must_be_seen(key: str, place_id: int, number: int) -> None:
    row = await fetch_one("SELECT number FROM duty_item WHERE in_force=$1", f"{key}@{place_id}")
    if (row["number"] if row else 0) != number:
        raise Taken("duty.changed")
    count = await fetch_one("SELECT count(*) AS n FROM duty_item WHERE place_id=$1 AND in_force IS NOT NULL", place_id)
    if row is None and count is not None and count["n"] >= MOST_OWN:
        raise Invalid("duty.too_many", most=MOST_OWN)


def _checked(key: str, values: Mapping[str, object]) -> Item:
    try:
        return Item.model_validate({**{name: _clean(value) for name, value in values.items()}, "id": key})
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("duty.wrong", file=str(values.get("name", "")), at=at, problem=why(first)) from error


def _clean(value: object) -> object:
    """What was typed, without what a database cannot keep."""
    if isinstance(value, str):
        return clean_input(value)
    return [clean_input(one) for one in value if one.strip()] if isinstance(value, list) else value


async def _end(key: str, place_id: int) -> int:
    return await execute("UPDATE duty_item SET in_force=NULL WHERE in_force=$1", f"{key}@{place_id}")


async def _next(key: str, place_id: int) -> int:
    row = await fetch_one(
        "SELECT coalesce(max(number), 0)+1 AS n FROM duty_item WHERE place_id=$1 AND key=$2", place_id, key
    )
    assert row is not None
    return int(row["n"])


async def _bump() -> None:
    await next_value(lists.REVISION)
