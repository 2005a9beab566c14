"""Looking after the boards that are walked: something reported, somebody muted, an appeal, a list of words."""

from __future__ import annotations

from forum import posts
from forum.moderation import appeals, flags, measures, reviews, word_lists
from forum.moderation.measures import Wanted
from forum.posts import NewPost
from models.post import Thing
from people.viewers import Viewer


async def fill(blanks: dict[str, object], lead: Viewer, *, neighbour: Viewer, place_id: int, mark: str) -> None:
    """A post of a neighbour that was reported, and another for which they may not write for a while."""
    reported = await posts.publish(NewPost("issues", f"{mark}路灯太暗"), by=neighbour, place_id=place_id)
    await flags.flag(Thing.POST, reported.id, by=lead, rule="abuse", note=f"{mark}不好听")
    (line,) = await reviews.queue(viewer=lead, place_id=place_id)
    other = await posts.publish(NewPost("neighbours", f"{mark}随便说说"), by=neighbour, place_id=place_id)
    wanted = Wanted("heated", f"{mark}先停一停", hours=24)
    muted = await measures.mute(Thing.POST, other.id, wanted, by=lead)
    await word_lists.change("自家", by=lead, place_id=place_id, action="hold", text=f"{mark}不会有的词", seen=0)
    blanks.update(review_version=line.version)
    blanks.update(review=line.id, measure=muted.id, quietened=neighbour.person_id, keeper=lead)


async def comes(blanks: dict[str, object], resident: Viewer) -> None:
    """The resident who walks was warned twice, and appealed once."""
    keeper, own = blanks["keeper"], int(str(blanks["own_post"]))
    assert isinstance(keeper, Viewer)
    warned = await measures.warn(Thing.POST, own, Wanted("other", "说清楚一点"), by=keeper)
    again = await measures.warn(Thing.POST, own, Wanted("other", "再说清楚一点"), by=keeper)
    appeal = await appeals.appeal(warned.id, by=resident, text=f"{blanks['mark']}我说得很清楚")
    blanks.update(own_measure=warned.id, own_warning=again.id, appeal=appeal.id)
