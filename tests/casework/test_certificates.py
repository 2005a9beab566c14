"""B9: each of the twenty certificates, asked for in three ways, gives who issues it, which is not the committee."""

from __future__ import annotations

import pytest

from bot.variants import said_option
from casework import guide, packs
from people.viewers import SYSTEM
from tests.casework.conftest import Cast
from tests.shipped import shipped_entries, shipped_packs

ENTRY = "committee-proof-list"
ASKED: dict[str, tuple[str, str, str]] = {
    "亲属关系": (
        "居委会能开亲属关系证明吗",
        "公证处要我证明我妈是我妈，你们给敲章伐",
        "帮我写张条子，说我跟他是父子关系",
    ),
    "居民身份信息": (
        "居委开不开身份信息证明",
        "银行讲两个名字对不上，要居委证明是同一个人",
        "要盖章证明我是我，可笑伐",
    ),
    "户口登记项目变更": (
        "改户口上的内容要居委会开证明吗",
        "户口写错了一个字，居委先出张证明行伐",
        "想改生日，派出所让我到居委会开证明",
    ),
    "养犬": ("居委会给开养犬证明吗", "狗证要居委敲章同意吗", "领养要社区开张小狗的证明"),
    "无犯罪记录": ("无犯罪记录证明居委会开吗", "新单位要良民证，居委给开伐", "找工作要居委写我没有前科"),
    "社区戒毒人员": (
        "社区戒毒的证明居委会开不开",
        "我以前吸过毒，现在好了，居委给写个证明",
        "单位要戒毒康复的证明，到居委会盖章",
    ),
    "人员失踪": (
        "居委会能开人员失踪证明吗",
        "阿哥没音讯八年了，居委开张证明好伐",
        "法院要他下落不明的证明，居委给盖吗",
    ),
    "婚姻状况": ("单身证明居委会开吗", "出国要婚姻状况证明，到居委盖章", "居委给写一张我没结过婚的证明"),
    "出生": ("出生证明可以在居委会开吗", "小囡在家里生的，居委给打张证明", "补不到出生纸，居委能证明吗"),
    "健在": ("健在证明是居委会开吗", "外地社保要我证明我还活着，居委盖章", "老爹的生存证明居委敲章伐"),
    "死亡": ("死亡证明居委会能开吗", "老人在屋里过世，要居委开死亡证明", "居委开一张去世证明给银行"),
    "疾病状况": ("居委会开疾病证明吗", "单位要病情证明，居委给盖章吗", "居委写张生病证明给学校请假"),
    "残疾状况": ("居委会能开残疾证明吗", "他手脚不便，居委给写个残疾的证明", "瘫痪在床的证明居委开伐"),
    "婚育状况": ("居委会还开婚育证明吗", "老家要流动人口婚育证明，居委盖章", "独生子女的证明居委会给开伐"),
    "就业状况": ("居委会开没工作证明吗", "学校要我的失业证明，居委敲个章", "居委给写张待业的证明"),
    "个人档案": ("居委会开个人档案证明吗", "要居委开工龄证明，档案寻不到了", "插队经历要居委开证明"),
    "财产状况": ("居委会开财产证明吗", "法院要我名下没房产没存款的证明，居委盖章", "要居委开一张无房证明"),
    "遗产继承权": ("居委会开继承权证明吗", "要居委证明我是唯一继承人", "爸爸的遗产，居委给写张继承证明"),
    "市场主体住所": ("住所证明开公司用，居委会盖章吗", "办营业执照要居委开经营场所证明", "住改商要居委敲章同意吗"),
    "证件遗失": ("居委会开遗失证明吗", "存折丢了，银行叫居委开证明", "证件落脱了，要居委敲章证明"),
}


ASKED_HERE = (
    "户口本上出生日期错了，居委会能出证明改吗",
    "派出所改名字，要居委会开户口项目变更的证明伐",
    "小孩要进幼儿园做保安，让居委会开没犯过法的证明",
    "无犯罪记录居委会能开不",
    "在家里生的孩子，居委会给开出生证明不",
    "退休单位每年要居委会证明老人在世",
    "我儿子智力残疾，学校要居委会证明",
    "助学贷款要居委证明家长没有工作",
    "开小店注册要居委会证明地址",
    "身份证丢了，居委会开遗失证明",
)
"""Other entries are as near, or nearer; what is asked of the committee is a paper that it does not issue."""
NOT_ASKED_HERE = {
    "身份证丢了怎么补": "id-card-lost",
    "残疾人证怎么申请": "disability-cert",
    "居委会开门吗我要问残疾证": "disability-cert",
    "新生儿报户口要居委会开证明伐": "hukou-birth",
    "大学助学金表格要居委会盖章": "education-assistance",
}


@pytest.mark.databases("sqlite")
async def test_a_certificate_asked_of_the_committee_is_answered_outright(cast: Cast) -> None:
    guide.forget()
    await packs.import_packs(shipped_packs(), by=SYSTEM, publish=True)
    found = {text: await guide.find(text, viewer=cast.wang, place_id=cast.here.id) for text in ASKED_HERE}
    others = {text: await guide.find(text, viewer=cast.wang, place_id=cast.here.id) for text in NOT_ASKED_HERE}
    guide.forget()
    assert {text: (one.hits[0].key, one.zone) for text, one in found.items()} == dict.fromkeys(
        ASKED_HERE, (ENTRY, guide.Zone.ANSWER)
    )
    assert {text: one.hits[0].key for text, one in others.items()} == NOT_ASKED_HERE
    scores = [[hit.score for hit in one.hits] for one in found.values()]
    assert scores == [sorted(one, reverse=True) for one in scores]


@pytest.mark.databases("sqlite")
async def test_each_certificate_in_three_ways_gives_who_issues_it(cast: Cast) -> None:
    guide.forget()
    await packs.import_packs(shipped_packs(), by=SYSTEM, publish=True)
    content = (await guide.entry(ENTRY, viewer=cast.wang, place_id=cast.here.id)).content
    wrong = []
    for name, texts in ASKED.items():
        for text in texts:
            found = await guide.find(text, viewer=cast.wang, place_id=cast.here.id)
            option = said_option(content.variants[0], text)
            given = (found.hits[0].key if found.hits else "-", option.answer if option else "-")
            if given != (ENTRY, name):
                wrong.append((text, *given))
    guide.forget()
    assert wrong == []


def test_every_certificate_says_that_the_committee_does_not_issue_it_and_who_does() -> None:
    entries = shipped_entries()
    options = entries[ENTRY].variants[0].options
    assert [one.answer for one in options] == list(ASKED)
    for option in options:
        assert option.says.startswith("居委会不开")
        assert any(sign in option.says for sign in "找到向问由")
