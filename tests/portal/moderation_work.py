"""Looking after the boards of the tests' neighbourhood: one thing in the queue, measures, an appeal with neighbours."""

from __future__ import annotations

import datetime as dt

from forum import posts
from forum.moderation import appeals, flags, measures, reviews
from forum.moderation.measures import Wanted
from forum.posts import NewPost
from models import clock
from models.moderation import Appeal, Juror
from models.person import Person, Role, RoleName
from models.post import Thing
from people import places
from people.viewers import Viewer, viewer_of


async def _somebody(person_id: int) -> Viewer:
    viewer = await viewer_of(person_id)
    assert viewer is not None
    return viewer


def in_three_days() -> dt.datetime:
    """When neighbours are to have said what they think."""
    return clock.now() + dt.timedelta(days=3)


async def fill(resident_id: int, lead_id: int) -> dict[str, str]:
    """One of everything; the resident was warned, and is drawn for a neighbour's appeal."""
    home, lives, leads = places.home_place_id(), await _somebody(resident_id), await _somebody(lead_id)
    other = await Person.create(created_at=clock.now(), place_id=home, name="小周", shown_name="周末晒太阳")
    await Role.create(created_at=clock.now(), person=other, place_id=home, name=RoleName.RESIDENT)
    writes = await _somebody(other.id)
    texts = ("大清早就放音乐，让不让人睡觉", "招刷单员，日结，加微信", "谁再占我的车位我就不客气了")
    made = [(await posts.publish(NewPost("neighbours", text), by=writes, place_id=home)).id for text in texts]
    await flags.flag(Thing.POST, made[0], by=lives, rule="heated", note="说话太冲")
    review = (await reviews.queue(viewer=leads, place_id=home))[-1].id
    hidden = await measures.hide(Thing.POST, made[2], Wanted("threat", "请不要威胁人", hours=72), by=leads)
    called = await appeals.appeal(hidden.id, by=writes, text="我是气话")
    await Appeal.filter(id=called.id).update(closes_at=in_three_days())
    await Juror.create(created_at=clock.now(), appeal_id=called.id, person_id=resident_id)
    own = (await posts.publish(NewPost("neighbours", "谁踩了我的花"), by=lives, place_id=home)).id
    warned = await measures.warn(Thing.POST, own, Wanted("heated", "好好说"), by=leads)
    muted = await measures.mute(Thing.POST, own, Wanted("heated", "先停一停", hours=24), by=leads)
    asked = await appeals.appeal(muted.id, by=lives, text="我没有骂人")
    return {
        "review": str(review),
        "flagged": str(made[0]),
        "own_measure": str(warned.id),
        "appeal": str(asked.id),
        "jury": str(called.id),
    }
