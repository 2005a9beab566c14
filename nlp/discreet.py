"""What of a text may stand in a chat abroad: besides personal numbers, names and numbers of homes are hidden too.

A rule of thumb, on the safe side: who may see all of it looks at the desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.coordinates import without_degrees
from nlp.mask import mask

_HIDDEN = "**"
_NUMERALS = "0-9０-９零〇一二三四五六七八九十百"
_HOME = re.compile(rf"[{_NUMERALS}]{{2,5}}(?=\s*(?:室|户|房间|号房))")
_AFTER_BUILDING = re.compile(rf"((?:号楼|单元|[栋幢号])\s*)[{_NUMERALS}]{{3,5}}(?![{_NUMERALS}])")
_AFTER_LANE = re.compile(rf"(弄\s*)[{_NUMERALS}]{{3,5}}(?![{_NUMERALS}]|\s*号(?!房))")
"""In a lane a number with 号 is a house."""
_FLAT = re.compile(r"(?<!\d)\d{3,4}(?:室)?(?!\d|\s*(?:号|弄|幢|栋|楼|路|米))")
"""Three or four digits that name no building, lane or road: a flat, wherever in the words it stands."""
_AFTER_DASH = re.compile(r"(?<![0-9])([0-9]{1,4}\s*[-－—–#]\s*(?:[0-9]{1,2}\s*[-－—–]\s*)?)[0-9]{3,4}(?![0-9])")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤倪施俞章鲁葛柳殷"
)
_NAMED = re.compile(
    rf"((?:我叫|我名叫|本人|姓名|名字|联系人|业主|住户|叫做|名叫)\s*(?:是|叫|为)?\s*[:：]?\s*)([{_SURNAMES}])[一-鿿]{{1,2}}"
)
_CALLED = re.compile(rf"(我是|他是|她是)([{_SURNAMES}])[一-鿿]{{1,2}}(?=[，。,.!！；;\s]|$)")


def discreet(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with personal numbers, homes, degrees, ``names`` and what is told as a name hidden, but for a first
    character."""
    shown = mask(without_degrees(text)).text
    for name in names:
        if len(name) > 1:
            shown = shown.replace(name, name[0] + _HIDDEN)
    shown = _NAMED.sub(rf"\g<1>\g<2>{_HIDDEN}", shown)
    shown = _CALLED.sub(rf"\g<1>\g<2>{_HIDDEN}", shown)
    return without_homes(shown)


def where_for_neighbours(where: str) -> str:
    """A place as others than staff and who reported it read it: a building and a spot, never somebody's flat."""
    return _FLAT.sub(_HIDDEN, discreet(where))


def without_homes(text: str) -> str:
    """The text with the numbers of homes hidden, in figures and in characters."""
    for pattern in (_AFTER_BUILDING, _AFTER_LANE, _AFTER_DASH):
        text = pattern.sub(rf"\g<1>{_HIDDEN}", text)
    return _HOME.sub(_HIDDEN, text)
