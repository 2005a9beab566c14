"""What may be offered: the shipped list of goods with its reasons, and prices in whole fen."""

from __future__ import annotations

import pytest

from forum import posts
from forum.items import goods, money, offers
from forum.items.offers import NewItem
from models.errors import Invalid
from tests.forum.conftest import Neighbours
from tests.forum.test_items import offered, seen


async def test_the_list_refuses_with_a_reason_and_asks_to_look_first(cast: Neighbours) -> None:
    for text in ("送几包香烟", "香-烟一条", "没吃完的药", "家里剩的液化气罐"):
        with pytest.raises(Invalid) as refused:
            await offers.offer(NewItem("give", text, "gate"), by=cast.wang, place_id=cast.here.id)
        assert refused.value.key == "item.banned"
        assert refused.value.facts["reason"]
    with pytest.raises(Invalid):
        await cast.post("求一条香烟", board="idle_items")
    seat = NewItem("lend", "儿童安全座椅", "gate", lend_days=7)
    with pytest.raises(Invalid) as asked:
        await offers.offer(seat, by=cast.wang, place_id=cast.here.id)
    assert asked.value.key == "item.check"
    made = await offers.offer(
        NewItem("lend", "儿童安全座椅", "gate", lend_days=7, is_checked=True), by=cast.wang, place_id=cast.here.id
    )
    with pytest.raises(Invalid):
        await posts.edit(made.id, by=cast.wang, text="换成香烟了")


async def test_what_is_sold_has_a_price_in_fen_and_nothing_else_has_one(cast: Neighbours) -> None:
    assert [money.fen_of(one) for one in ("35", "35.5", "￥35.05", "1,200元", "０.１")] == [
        3500,
        3550,
        3505,
        120000,
        10,
    ]
    for wrong_price in ("", "0", "abc", "35.555", "-5", "99999999", "1000001"):
        with pytest.raises(Invalid):
            money.fen_of(wrong_price)
    assert (await seen(await offered(cast, "sell", price_fen=3550), cast.li)).price == "35.50 元"
    assert (await seen(await offered(cast, price_fen=3550), cast.li)).price == ""
    for wrong in ({"mode": "sell"}, {"mode": "lend"}, {"mode": "lend", "lend_days": 999}, {"mode": "rent"}):
        with pytest.raises(Invalid):
            await offered(cast, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        await offered(cast, quantity=0)


HARMLESS = (
    "送香烟盒收藏 身份证套 电动车头盔 象牙白的裙子 一条烟灰色围巾 宜家IKEA货架 抽油烟机 药箱 水果刀 自制书架 竹提篮"
    " 子弹头吹风机 儿童平衡车 小狗玩偶 发票夹 手机卡针 烟灰缸 玩具水枪 牛奶锅 酒柜 书包 轮椅 折叠床 茶叶罐 米桶"
    " 热熔胶枪 奶粉罐 玳瑁眼镜框"
)
BANNED = (
    "一包香烟 电子烟弹 没吃完的头孢 气枪 弓弩 鞭炮 液化气瓶 老鼠药 电瓶车电池 捡到的身份证"
    " 象牙手镯 高仿包 购物卡 香*烟 電子煙"
)
CHECKED = "婴儿安全座椅 燃气灶 制氧机 没拆的奶粉 电瓶车 小猫找领养"


async def test_the_shipped_list_knows_what_it_should_and_lets_the_rest_be() -> None:
    for text in HARMLESS.split():
        assert await goods.found(text) == (), text
    for text in BANNED.split():
        with pytest.raises(Invalid):
            await goods.must_be_allowed(text)
    for text in CHECKED.split():
        assert await goods.must_be_allowed(text), text
