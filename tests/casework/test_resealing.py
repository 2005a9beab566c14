"""换密钥: everything is sealed and hashed anew, whatever was killed on the way, and nothing needs the old key."""

from __future__ import annotations

import pytest

from casework import resealing
from models.clock import today
from models.errors import NotAllowed, WrongState
from models.household import Personal
from models.sealed import is_fresh, seal, unseal, use_secrets
from models.service import Service
from models.transaction import execute, fetch
from people import homes
from people.audit import first_broken_line
from people.loading import files
from people.records import services
from people.viewers import SYSTEM
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.models import made
from tests.people.records_cast import numbered
from tests.people.town import check, home, load, person

OLD, NEW = "a secret of tests", "a newer secret for tests"


@pytest.fixture
async def filled(cast: Cast) -> Cast:
    """A conversation everywhere, a person with numbers, something done for her; all under the old key."""
    use_secrets(OLD)
    await talks.speak(cast)
    await load(home(), person(id_number=numbered("19400101"), phone="13800000000"), place_id=cast.here.id)
    [found] = await homes.search("王示范", viewer=SYSTEM, place_id=cast.here.id)
    day = today()
    await services.note(by=cast.chen, person_id=found.person_id, kind="visit", day=day, words="看望", key="k")
    return cast


async def tokens() -> dict[str, list[str]]:
    """Everything in the database that looks sealed, by column."""
    found: dict[str, list[str]] = {}
    for table, rows in (await made.contents()).items():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and value.startswith("gAAAA"):
                    found.setdefault(f"{table}.{name}", []).append(value)
    return found


async def test_afterwards_the_new_key_opens_everything_by_itself(filled: Cast) -> None:
    before = await tokens()
    assert set(before) <= {str(column) for column in resealing.columns()}, "a sealed column that nobody rotates"
    assert {"inbox.payload", "outbox.body", "utterance.sealed", "question.sealed", "service.note_sealed"} <= set(before)
    use_secrets(NEW, OLD)
    lines: list[str] = []
    done = await resealing.rotate(by=SYSTEM, tell=lines.append)
    assert (done.left, done.changed > 5, bool(lines)) == (0, True, True)
    use_secrets(NEW)
    after = await tokens()
    assert {name: len(values) for name, values in after.items()} == {
        name: len(values) for name, values in before.items()
    }
    assert all(is_fresh(value) for values in after.values() for value in values)
    assert (await resealing.check(by=SYSTEM)).left == 0
    for asked in ("13800000000", numbered("19400101")):
        assert len(await homes.search(asked, viewer=SYSTEM, place_id=filled.here.id)) == 1
    assert unseal((await Service.get()).note_sealed or "") == "看望"
    assert await first_broken_line() is None


async def test_a_second_run_finds_nothing_to_do(filled: Cast) -> None:
    use_secrets(NEW, OLD)
    await resealing.rotate(by=SYSTEM)
    before = await made.contents()
    again = await resealing.rotate(by=SYSTEM)
    assert (again.changed, again.left) == (0, 0)
    after = await made.contents()
    assert {name: rows for name, rows in after.items() if not name.startswith("audit")} == {
        name: rows for name, rows in before.items() if not name.startswith("audit")
    }


async def test_a_run_that_broke_off_is_gone_on_with(filled: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(7):
        await filled.ask()
    use_secrets(NEW, OLD)
    monkeypatch.setattr(resealing, "BLOCK", 2)

    def die(line: str) -> None:
        if line.startswith("question.sealed: 4"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await resealing.rotate(by=SYSTEM, tell=die)
    sealed = [row["sealed"] for row in await fetch("SELECT sealed FROM question WHERE sealed IS NOT NULL ORDER BY id")]
    assert [is_fresh(one) for one in sealed[:5]] == [True] * 4 + [False]
    assert (await resealing.check(by=SYSTEM)).left > 0
    assert (await resealing.rotate(by=SYSTEM)).left == 0
    use_secrets(NEW)
    assert (await resealing.check(by=SYSTEM)).left == 0


async def test_what_changes_meanwhile_is_left_to_who_changes_it(filled: Cast) -> None:
    use_secrets(NEW, OLD)
    changed = seal("anew")

    async def meanwhile() -> None:
        await execute("UPDATE service SET note_sealed=$1", changed)

    rows = await resealing._block(resealing.Column("service", "note_sealed"), 0)
    await meanwhile()
    await resealing._one_block(resealing.Column("service", "note_sealed"), rows, seals=True)
    assert (await Service.get()).note_sealed == changed


async def test_what_no_key_opens_is_counted_and_left(filled: Cast) -> None:
    use_secrets("quite another secret, long enough")
    await execute("UPDATE service SET note_sealed=$1", seal("lost"))
    use_secrets(NEW, OLD)
    assert (await resealing.rotate(by=SYSTEM)).left == 1
    assert (await resealing.check(by=SYSTEM)).left == 1


async def test_a_number_written_by_a_process_with_the_old_key_only_is_caught(filled: Cast) -> None:
    use_secrets(NEW, OLD)
    await resealing.rotate(by=SYSTEM)
    use_secrets(OLD)
    old = seal("13900000000")
    use_secrets(NEW, OLD)
    await execute("UPDATE personal SET phone_sealed=$1, phone_hash='old'", old)
    assert (await resealing.check(by=SYSTEM)).left == 1
    assert (await resealing.rotate(by=SYSTEM)).left == 0
    assert len(await homes.search("13900000000", viewer=SYSTEM, place_id=filled.here.id)) == 1
    assert (await Personal.get()).born is not None


async def test_a_file_that_waits_must_come_again_after_a_new_key(filled: Cast) -> None:
    file = await check([home(label="601")], place_id=filled.here.id)
    use_secrets(NEW, OLD)
    with pytest.raises(WrongState, match="key_changed"):
        await files.load(file.id, by=SYSTEM)
    await resealing.rotate(by=SYSTEM)
    assert (await files.file_line(file.id, viewer=SYSTEM)).state.value == "dropped"


async def test_nobody_but_the_system_changes_keys(filled: Cast) -> None:
    for viewer in (filled.admin, filled.gao):
        with pytest.raises(NotAllowed):
            await resealing.rotate(by=viewer)
        with pytest.raises(NotAllowed):
            await resealing.check(by=viewer)
