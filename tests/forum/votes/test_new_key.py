"""换密钥 while people vote: ballots are sealed anew, at no time as before, and a receipt still finds its own."""

from __future__ import annotations

import base64

from casework import resealing
from forum.votes import casting, counting, paper, paper_photos
from forum.votes.paper import Photo
from models.ballot import NoPhoto, SealedBallot
from models.file import FileKind
from models.sealed import is_fresh, use_secrets
from models.transaction import fetch
from people import files
from people.viewers import SYSTEM
from tests.forum.votes.conftest import NO, YES, Hall
from tests.people.photos import photo, size

OLD, NEW = "a secret of tests", "a newer secret for tests"


async def test_a_receipt_changes_its_ballot_under_a_new_key(hall: Hall) -> None:
    use_secrets(OLD)
    await hall.street(6)
    secret, named = await hall.opened(), await hall.opened(is_secret=False)
    wang, li, *_ = hall.all()
    first = await casting.cast(secret, by=wang, voter_id=await hall.voter(secret, wang), points=YES)
    second = await casting.cast(secret, by=li, voter_id=await hall.voter(secret, li), points=YES)
    await casting.cast(named, by=wang, voter_id=await hall.voter(named, wang), points=YES)
    await paper.enter(
        named, by=hall.cast.chen, points=NO, voter_id=await hall.voter(named, li), photo=Photo(missing=NoPhoto.CAMERA)
    )
    use_secrets(NEW, OLD)
    await casting.change(secret, by=li, points=NO, receipt=second)
    assert (await resealing.rotate(by=SYSTEM)).left == 0
    use_secrets(NEW)
    tokens = [row["token"] for row in await fetch(_TOKENS)]
    assert len(tokens) == 4
    assert all(is_fresh(one) for one in tokens)
    assert {base64.urlsafe_b64decode(one)[1:9] for one in tokens} == {bytes(8)}, "still at no time"
    for who, receipt in ((wang, first), (li, second)):
        await casting.change(secret, by=who, points=NO, receipt=receipt)
    assert await SealedBallot.all().count() == 2
    assert (await resealing.check(by=SYSTEM)).left == 0
    hall.clock.forward(days=8)
    assert await counting.count_due(by=SYSTEM) == 2
    assert {row["choice"] for row in await fetch("SELECT choice FROM ballot")} == {"2"}


_TOKENS = (
    "SELECT token FROM sealed_ballot UNION ALL SELECT choice_sealed FROM voter WHERE choice_sealed IS NOT NULL"
    " UNION ALL SELECT token FROM paper_ballot WHERE token IS NOT NULL"
)


async def test_photos_of_papers_open_at_the_count_under_a_new_key(hall: Hall) -> None:
    use_secrets(OLD)
    await hall.street(6)
    vote_id = await hall.opened(is_secret=False)
    chen, gao, voter_id = hall.cast.chen, hall.cast.gao, await hall.voter(vote_id, hall.all()[0])
    kept = await files.keep(photo(), by=chen, kind=FileKind.PHOTO, place_id=hall.cast.here.id)
    await paper.enter(vote_id, by=chen, points=YES, voter_id=voter_id, photo=Photo(kept.name))
    use_secrets(NEW, OLD)
    assert (await resealing.check(by=SYSTEM)).left >= 1
    assert (await resealing.rotate(by=SYSTEM)).left == 0
    use_secrets(NEW)
    assert (await resealing.check(by=SYSTEM)).left == 0
    await paper.enter(vote_id, by=gao, points=YES, voter_id=voter_id)
    await hall.counted(vote_id)
    [number] = (await paper_photos.papers(vote_id, viewer=gao)).photos
    shown = await paper_photos.photo(vote_id, number, viewer=gao)
    assert size(shown.path.read_bytes()) == (40, 30)
