"""The neighbourhood's boards by digits: which there are, what is new on one, a thread, and posting or answering by the
next message. Whoever is asked to write sees one line to give up; any other reply in between ends it, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import attaching, handing, thing_offers, thread_offers
from bot import offers as choices
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum import board_list, feeds, posts, replies, threads
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.feeds import PostLine
from forum.kinds import ChatUse
from forum.notices import receipts
from forum.notices.receipts import OwnNotice
from forum.posts import NewPost, Published
from forum.replies import NewReply
from forum.threads import ReplyLine, Thread
from models.board import BoardName
from models.errors import Invalid, TooMany
from models.post import PostState
from models.transaction import savepoint
from models.wording import say, say_moment, say_refusal

MOST_POSTS, MOST_REPLIES, LONGEST, SHORTEST = 5, 3, 400, 7
"""So many posts and replies are shown, so much of a text; anything shorter than a post may be is no post."""
_TO_POST, _TO_ANSWER = "new", "reply"


async def take(scene: Scene) -> Reply | None:
    """看板块、看公告; what was picked of them; or the words one was asked for."""
    chosen = scene.chosen
    if chosen is not None:
        deed = _DEEDS.get(chosen.kind)
        return await deed(scene, chosen.value) if deed is not None else None
    if (slot := _asked_to_write(scene)) is not None:
        return await _write(scene, slot)
    if says("notices", scene.heard.normalised):
        return await _known(scene) or await _board(scene, BoardName.ANNOUNCEMENTS.value)
    if says("my_posts", scene.heard.normalised):
        return await _known(scene) or await _own(scene)
    if says("boards", scene.heard.normalised):
        return await _known(scene) or await _list(scene)
    return None


def _asked_to_write(scene: Scene) -> str | None:
    """What was asked just now to be written, where this message is a photo for it, or words long enough to be that; a
    wish for a person is none."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.WRITING), None)
    is_photo = bool(scene.attached) and scene.bare in ("", "photo")
    if waits is None or not (is_photo or (not scene.bare and len(scene.original) >= SHORTEST)):
        return None
    return waits.value if just_asked(scene) and not handing.wants_person(scene) else None


async def _known(scene: Scene) -> Reply | None:
    """Boards are for those who live or work here."""
    if scene.viewer.person_id is not None:
        return None
    return reply(scene, Outcome.BOARD, say("board.chat.join_first"))


async def _list(scene: Scene) -> Reply:
    lines = await board_list.boards(viewer=scene.viewer, place_id=scene.place_id)
    shown = [line for line in lines if line.kind.has_threads and ChatUse.READ in line.kind.chat]
    offers = tuple(Offer(_board_label(line), OfferKind.BOARD, line.kind.key.value) for line in shown)
    return reply(scene, Outcome.BOARD, say("board.chat.which"), offers=offers)


def _board_label(line: BoardLine) -> str:
    return say("board.chat.new" if line.is_new else "board.chat.old", board=line.kind.name)


async def _board(scene: Scene, name: str) -> Reply:
    """The newest posts of a board, and writing one where that may be."""
    place_id, viewer = scene.place_id, scene.viewer
    line = await board_list.board(name, viewer=viewer, place_id=place_id)
    feed = await feeds.feed(name, viewer=viewer, place_id=place_id, most=MOST_POSTS)
    await board_list.mark_seen(line.kind.key, by=viewer, place_id=place_id)
    offers = await _on_top(scene, line)
    above = {one.value for one in offers}
    offers += [Offer(_post_label(one), OfferKind.POST, str(one.id)) for one in feed.lines if str(one.id) not in above]
    if ChatUse.POST in line.kind.chat and posts.may_post(viewer, line.kind, place_id):
        offers += thing_offers.ways(line.kind)
        offers.append(Offer(say("board.chat.write"), OfferKind.WRITE, f"{_TO_POST}:{name}"))
    key = "board.chat.newest" if feed.lines or above else "board.chat.empty"
    text = say(key, board=line.kind.name, about=line.intro or line.kind.about)
    return _linked(reply(scene, Outcome.BOARD, text, offers=tuple(offers)), f"/boards/{name}")


async def _own(scene: Scene) -> Reply:
    """我的帖子, also those neighbours do not see."""
    feed = await feeds.own_posts(viewer=scene.viewer, place_id=scene.place_id, most=MOST_POSTS)
    offers = tuple(Offer(_own_label(one), OfferKind.POST, str(one.id)) for one in feed.lines)
    key = "board.chat.own" if feed.lines else "board.chat.own_none"
    return _linked(reply(scene, Outcome.BOARD, say(key), offers=offers), "/my/posts")


def _own_label(line: PostLine) -> str:
    if line.state is PostState.PUBLISHED:
        return _post_label(line)
    return say("board.chat.own_post", title=thread_offers.title(line), state=say(f"board.state.{line.state.value}"))


async def _on_top(scene: Scene, line: BoardLine) -> list[Offer]:
    """Emergencies that are not over, and what was put on top of the board."""
    if not line.kind.takes_notices:
        return []
    found = await receipts.on_top(viewer=scene.viewer, place_id=scene.place_id, board=line.kind.key)
    return [Offer(_notice_label(one), OfferKind.POST, str(one.post_id)) for one in found]


def _notice_label(one: OwnNotice) -> str:
    return say("notice.chat.urgent" if one.is_open else "notice.chat.pinned", title=one.title)


def _post_label(line: PostLine) -> str:
    return say("board.chat.post", title=thread_offers.title(line), count=line.replies, at=say_moment(line.last_at))


async def _post(scene: Scene, number: str) -> Reply:
    """A thread: what was said, the last answers, and answering. What stands in a chat can be read at the desk: a
    private question is read on its page."""
    found = await threads.thread(int(number), viewer=scene.viewer, last=MOST_REPLIES)
    if thread_offers.is_question(found.post):
        return _linked(reply(scene, Outcome.BOARD, say("board.chat.private")), f"/posts/{number}")
    last = found.replies[-1].id if found.replies else 0
    await threads.see(found.post.id, by=scene.viewer, upto=last)
    offers = [Offer(say("board.chat.back", board=found.post.kind.name), OfferKind.BOARD, found.post.kind.key.value)]
    if found.may.reply and ChatUse.REPLY in found.post.kind.chat:
        offers.insert(0, Offer(say("board.chat.answer"), OfferKind.WRITE, f"{_TO_ANSWER}:{number}"))
    offers += thread_offers.below(found)
    offers[:0] = await thing_offers.of(found.post, viewer=scene.viewer)
    if found.notice is not None and found.notice.asks:
        offers.insert(0, choices.received(found.notice.id))
    return _linked(reply(scene, Outcome.BOARD, _told(found), offers=tuple(offers)), f"/posts/{number}")


def _told(found: Thread) -> str:
    post = found.post
    who = found.author.words if found.author else say("privacy.gone")
    head = say("board.chat.head", board=post.kind.name, title=post.title, who=who, at=say_moment(post.created_at))
    lines = [head, shortened(post.text, most=LONGEST)]
    if found.photos:
        lines.append(say("board.chat.photos", count=len(found.photos)))
    if found.case is not None:
        state = say(f"cases.state.{found.case.state.value}")
        lines.append(say("board.chat.case", number=found.case.number, state=state, words=found.case.words))
    if post.replies > len(found.replies):
        lines.append(say("board.chat.earlier", count=post.replies))
    return "\n".join([*lines, *map(_answer, found.replies)])


def _answer(line: ReplyLine) -> str:
    who = line.author.words if line.author else say("privacy.gone")
    text = shortened(line.text, most=LONGEST)
    if line.as_role is not None:
        return say("board.chat.official", who=who, role=say(f"staff.role.{line.as_role.value}"), text=text)
    return say("board.chat.reply", who=who, text=text)


async def _ask_to_write(scene: Scene, slot: str) -> Reply:
    what, _, where = slot.partition(":")
    key = "board.chat.ask_post" if what == _TO_POST else "board.chat.ask_answer"
    text = say(key, board=kind_of(where).name) if what == _TO_POST else say(key)
    asked = _waiting(replace(scene, memory=replace(scene.memory, photo_lines=())), text, slot)
    return _private_too(asked, where) if what == _TO_POST and kind_of(where).has_private else asked


def _private_too(asked: Reply, board: str) -> Reply:
    """And that one can ask so that no neighbour sees it, on the page alone."""
    assert asked.letter is not None
    text = f"{asked.letter.text}\n{say('board.chat.private_on_page')}"
    return _linked(replace(asked, letter=replace(asked.letter, text=text)), f"/boards/{board}/new")


def _waiting(scene: Scene, text: str, slot: str) -> Reply:
    """The next message is what was asked for; photos that came are kept for it."""
    memory = attaching.remembered(scene) if scene.attached else scene.memory
    offers = (Offer(say("board.chat.give_up"), OfferKind.WRITING, slot),)
    return reply(scene, Outcome.BOARD, text, offers=offers, memory=memory)


async def _give_up(scene: Scene, _slot: str) -> Reply:
    return reply(scene, Outcome.BOARD, say("board.chat.given_up"))


async def _write(scene: Scene, slot: str) -> Reply:
    """What cannot stand as it is may be written anew."""
    if scene.bare:
        return _waiting(scene, say("board.chat.photo_kept"), slot)
    try:
        async with savepoint():
            return await _published(scene, slot)
    except (Invalid, TooMany) as refusal:
        return _waiting(scene, say_refusal(refusal), slot)


async def _published(scene: Scene, slot: str) -> Reply:
    """Post or answer with the words of this message; the same message does it once."""
    what, _, where = slot.partition(":")
    key, lines = f"line-{scene.line_id}", (*scene.memory.photo_lines, scene.line_id)
    if what == _TO_POST:
        new = NewPost(where, scene.original, key=key, lines=lines)
        made = await posts.publish(new, by=scene.viewer, place_id=scene.place_id)
        return _linked(_said(scene, made, "board.chat.posted"), f"/posts/{made.id}")
    made = await replies.reply(int(where), NewReply(scene.original, key=key, lines=lines), by=scene.viewer)
    return _linked(_said(scene, made, "board.chat.answered"), f"/posts/{where}")


def _said(scene: Scene, made: Published, key: str) -> Reply:
    if made.state is PostState.HELD:
        key = "board.chat.held"
    masked = f"\n{say('board.chat.masked')}" if made.hidden else ""
    return reply(scene, Outcome.BOARD, say(key) + masked, memory=replace(scene.memory, photo_lines=()))


def _linked(told: Reply, path: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("board.tell.link"), path),)))


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.BOARD: _board,
    OfferKind.POST: _post,
    OfferKind.WRITE: _ask_to_write,
    OfferKind.WRITING: _give_up,
}
