"""How much may still be sent to the one who asked, where a channel limits that; for whoever sees the question."""

from __future__ import annotations

from casework import conversation_sight
from casework.asker import contact_of
from courier import reach
from courier.reach import LIMITED_CHANNELS, Reach
from people.viewers import Viewer


async def window_of(conversation_id: int, *, viewer: Viewer) -> Reach | None:
    """微信窗口: how many messages are left and until when; None where nothing is limited or they may not see it."""
    if not await conversation_sight.may_read(conversation_id, viewer=viewer):
        return None
    contact = await contact_of(conversation_id)
    if contact is None or contact["channel"] not in LIMITED_CHANNELS:
        return None
    return await reach.of(f"{contact['channel']}:{contact['address']}")
