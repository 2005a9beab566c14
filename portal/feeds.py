"""Feeds of public boards as Atom (RFC 4287), for everybody: each time asked anew, told apart by their ETag alone.

``Last-Modified`` says when the newest entry was written or changed. Nobody is answered by it: once a post is taken away
that moment lies further back than what the reader has, and the post would stay with them. Who opens one in a browser
is given it as plain XML, since browsers lay that out by the style sheet and show Atom as its source.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import ETag, web

from courier import limits
from forum import public_feeds
from forum.public_feeds import PublicEntry, PublicFeed
from models.wording import say
from people import places
from portal import assets
from portal.proxy import address, origin
from portal.session import visitor
from portal.xml_text import readable

ATOM = "http://www.w3.org/2005/Atom"
XHTML, OURS = "http://www.w3.org/1999/xhtml", "urn:mulin:feed"
_DECLARED = "<?xml version='1.0' encoding='utf-8'?>\n"
MEDIA_TYPE, FOR_BROWSERS = "application/atom+xml", "application/xml"
RATE = "300/minute"
"""How often one network may ask."""


async def show(request: web.Request) -> web.Response:
    """公开订阅."""
    await limits.spend("feeds", address(request), rate=RATE)
    name, viewer = request.match_info["board"], (await visitor(request)).viewer
    place = await places.place_by_slug(request.match_info["place"])
    feed = await public_feeds.public_feed(name, viewer=viewer, place_id=place.id)
    body = _document(feed, site=origin(request), here=request.path)
    opened = "text/html" in request.headers.get("Accept", "")
    response = web.Response(body=body, content_type=FOR_BROWSERS if opened else MEDIA_TYPE, charset="utf-8")
    response.headers["Vary"] = "Accept"
    response.last_modified = feed.changed_at
    response.etag = hashlib.sha256(body).hexdigest()[:32]
    response.headers["Cache-Control"] = "no-cache"
    if _has(request, response.etag):
        response.body = None
        response.set_status(web.HTTPNotModified.status_code)
    return response


def _has(request: web.Request, etag: ETag | None) -> bool:
    """Whether the reader has this very document."""
    return etag is not None and any(one.value in ("*", etag.value) for one in request.if_none_match or ())


def _document(feed: PublicFeed, *, site: str, here: str) -> bytes:
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    SubElement(root, "meta", {"xmlns": XHTML, "name": "viewport", "content": "width=device-width, initial-scale=1"})
    _put(root, "id", site + here)
    _put(root, "title", say("board.feed.title", place=feed.place, board=feed.kind.name))
    _put(root, "subtitle", feed.intro)
    _put(root, "how", say("board.feed.how")).set("xmlns", OURS)
    _put(root, "updated", _moment(feed.changed_at))
    SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": site + here})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}/boards/{feed.kind.key}"})
    _put(SubElement(root, "author"), "name", feed.place)
    for one in feed.entries:
        _grow(SubElement(root, "entry"), one, place=feed.place, site=site)
    style = f'<?xml-stylesheet type="text/css" href="{assets.address("feed.css")}"?>\n'
    return f"{_DECLARED}{style}{tostring(root, encoding='unicode')}".encode()


def _grow(entry: Element, one: PublicEntry, *, place: str, site: str) -> None:
    _put(entry, "id", f"{site}/posts/{one.id}")
    _put(entry, "title", one.title)
    _put(entry, "published", _moment(one.at))
    _put(entry, "updated", _moment(one.changed_at))
    office = say(f"staff.role.{one.office}")
    _put(SubElement(entry, "author"), "name", say("board.feed.author", place=place, office=office))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}/posts/{one.id}"})
    _put(entry, "content", one.text).set("type", "text")


def _put(above: Element, name: str, text: str) -> Element:
    below = SubElement(above, name)
    below.text = readable(text)
    return below


def _moment(at: dt.datetime) -> str:
    """As RFC 3339 has it."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
