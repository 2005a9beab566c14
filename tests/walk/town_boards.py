"""Boards of the neighbourhoods that are walked: posts of a neighbour and of the resident who walks, one in private."""

from __future__ import annotations

import datetime as dt

from forum import board_settings, drafts, posts, replies
from forum.activities import calling, signing_up
from forum.activities.calling import NewActivity
from forum.board_settings import Wanted
from forum.drafts import Draft
from forum.help import wishes
from forum.help.wishes import NewWish
from forum.items import lines, offers
from forum.items.offers import NewItem
from forum.posts import NewPost
from forum.property import statements
from forum.property.statements import NewStatement, Sum
from forum.replies import NewReply
from forum.search.searching import Asked
from forum.services import complaints, directory
from forum.services.directory import ProviderShape
from forum.surveys import answering, publishing
from forum.surveys.forms import Question
from forum.surveys.publishing import NewSurvey
from models import clock
from models.activity import SignUp
from models.file import FileKind
from models.item import Item, LineState, NoShow, Reservation
from models.place import Place
from models.post import Post, PostState, Thing
from models.survey import QuestionKind
from people import files
from people.viewers import Viewer, viewer_of
from tests.people.photos import photo


async def fill(blanks: dict[str, object], lead: Viewer, *, neighbour: Viewer, place_id: int, mark: str) -> None:
    """A neighbour's post that the committee answered, and another that is held."""
    for name in ("doctor", "property", "proposals"):
        await board_settings.set_board(name, Wanted(is_on=True), by=lead, place_id=place_id)
    await board_settings.set_board("party", Wanted(is_public=True), by=lead, place_id=place_id)
    blanks["slug"] = (await Place.get(id=place_id)).slug
    post = await posts.publish(NewPost("issues", f"{mark}楼道灯坏了"), by=neighbour, place_id=place_id)
    answer = await replies.reply(post.id, NewReply(f"{mark}马上来修"), by=lead)
    held = await posts.publish(NewPost("issues", f"{mark}等着看"), by=neighbour, place_id=place_id)
    told = NewPost("issues", f"{mark}灯修到哪了", case_id=int(str(blanks["case"])))
    await posts.publish(told, by=lead, place_id=place_id)
    await Post.filter(id=held.id).update(state=PostState.HELD)
    blanks.update(post=post.id, board_reply=answer.id, held=held.id, thing_post=Thing.POST, thing_reply=Thing.REPLY)
    blanks["sought"] = Asked("灯")
    await _called(blanks, lead, place_id=place_id, mark=mark)
    shape = ProviderShape("provider", f"{mark}修鞋摊", hours="08:30-11:30", weekdays="12345")
    sums = (Sum(f"{mark}物业费", 100_00),)
    statement = NewStatement(int(str(blanks["estate"])), "fees", "2026-02", sums, f"{mark}说明")
    await statements.publish(statement, by=lead, place_id=place_id)
    questions = (Question(QuestionKind.YES_NO, f"{mark}要不要装"), Question(QuestionKind.TEXT, f"{mark}担心什么"))
    until = clock.today() + dt.timedelta(days=3)
    asked = NewSurvey(f"{mark}充电桩", "", questions, until, is_anonymous=False)
    blanks["survey"] = (await publishing.publish(asked, by=lead, place_id=place_id)).id
    await answering.answer(int(str(blanks["survey"])), by=neighbour, given={1: ("1",), 2: (f"{mark}怕着火",)})
    blanks["provider"] = await directory.admit(shape, by=lead, place_id=place_id, reason=f"{mark}看过执照")
    blanks["long_ago"] = clock.now() - dt.timedelta(days=30)
    await _things(blanks, lead, neighbour=neighbour, place_id=place_id, mark=mark)


async def _things(blanks: dict[str, object], lead: Viewer, *, neighbour: Viewer, place_id: int, mark: str) -> None:
    """Two things of the neighbour, for one of which somebody once did not come, and two wishes."""
    for name in ("item_post", "wanted_post"):
        made = await offers.offer(NewItem("give", f"{mark}旧书", "gate"), by=neighbour, place_id=place_id)
        blanks[name] = made.id
    for name in ("wish_post", "claimed_post"):
        asked = await wishes.ask(NewWish("help", f"{mark}搬箱子"), by=neighbour, place_id=place_id)
        blanks[name] = asked.id
    item, now = await Item.get(post_id=int(str(blanks["item_post"]))), clock.now()
    came = {"created_at": now, "place_id": place_id, "person_id": lead.person_id}
    missed = await Reservation.create(**came, item=item, state=LineState.MISSED, ended_at=now)
    noted = await NoShow.create(**came, reservation_id=missed.id, meet_at=now, by_id=neighbour.person_id)
    blanks.update(no_show=noted.id, neighbour_id=neighbour.person_id)


async def _called(blanks: dict[str, object], lead: Viewer, *, place_id: int, mark: str) -> None:
    """An activity that begins soon, so that one may still sign up, and sign in already."""
    starts = clock.now() + dt.timedelta(minutes=20)
    ends = starts + dt.timedelta(hours=2)
    new = NewActivity(f"{mark}包粽子", f"{mark}一起来", starts, ends, f"{mark}活动室", 5, is_volunteering=True)
    blanks["activity"] = (await calling.call(new, by=lead, place_id=place_id)).id
    local = {"starts_at": clock.local(starts), "ends_at": clock.local(ends)}
    blanks.update({name: f"{at:%Y-%m-%dT%H:%M}" for name, at in local.items()})


async def comes(blanks: dict[str, object], resident: Viewer) -> None:
    """The resident who walks wrote, changed it, answered, asked the doctor in private, and began a draft."""
    place_id = resident.place_id or 0
    mark = str(blanks["mark"])
    taken = await files.keep(photo(), by=resident, kind=FileKind.PHOTO, place_id=place_id)
    new = NewPost("issues", f"{mark}路不平", photos=(taken.name,))
    own = await posts.publish(new, by=resident, place_id=place_id)
    await posts.edit(own.id, by=resident, text=f"{mark}路不平，请修")
    answer = await replies.reply(int(str(blanks["post"])), NewReply(f"{mark}我家也是"), by=resident)
    await replies.edit(answer.id, by=resident, text=f"{mark}我家也是，三天了")
    private = NewPost("doctor", f"{mark}睡不好", is_private=True)
    blanks["private"] = (await posts.publish(private, by=resident, place_id=place_id)).id
    await signing_up.sign_up(int(str(blanks["activity"])), by=resident)
    blanks["sign_up"] = (await SignUp.get(person_id=resident.person_id)).id
    text = f"{mark}收了钱没修好"
    blanks["complaint"] = await complaints.complain(int(str(blanks["provider"])), by=resident, text=text)
    await drafts.save(Draft("new:neighbours", text=f"{mark}写了一半"), by=resident)
    blanks.update(own_post=own.id, own_reply=answer.id, own_photo=taken.name)
    await _comes_for_things(blanks, resident, mark=mark)


async def _comes_for_things(blanks: dict[str, object], resident: Viewer, *, mark: str) -> None:
    """They offer something the neighbour stands in line for, want something of theirs, ask, and help."""
    place_id, neighbour = resident.place_id or 0, await viewer_of(int(str(blanks["neighbour_id"])))
    assert neighbour is not None
    own = await offers.offer(NewItem("give", f"{mark}旧椅子", "gate"), by=resident, place_id=place_id)
    await lines.reserve(own.id, by=neighbour)
    await lines.reserve(int(str(blanks["wanted_post"])), by=resident)
    asked = await wishes.ask(NewWish("wish", f"{mark}想听戏"), by=resident, place_id=place_id)
    await wishes.claim(int(str(blanks["claimed_post"])), by=resident)
    theirs = await Reservation.get(person_id=neighbour.person_id, state=LineState.WAITING)
    mine = await Reservation.get(person_id=resident.person_id, state=LineState.WAITING)
    blanks.update(own_item=own.id, own_wish=asked.id, their_line=theirs.id, my_line=mine.id)
