"""What the outside questions of the reporting half get: ranked, heard, and kept from false alarms. Floors, not aims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import guide, snapshots
from nlp.document import Document
from nlp.emergency import EmergencyKind, find_emergency
from nlp.evaluate import Question, half, read_questions
from nlp.intent import Intent, understand
from nlp.retrieve import UNSURE, Index
from tests.shipped import shipped_entries

ROOT = Path(__file__).parent.parent.parent


def outside_questions() -> Iterator[Question]:
    """The half that nothing was tuned on."""
    for path in sorted((ROOT / "tests" / "questions").glob("w*.jsonl")):
        known = read_questions(path.read_text(encoding="utf-8").splitlines())
        yield from (one for one in known if half(one.id) == "report")


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    """Them, read once."""
    return list(outside_questions())


@pytest.fixture(scope="module")
def index() -> Index:
    """The shipped pack's index."""
    documents = [snapshots.document(entry) for entry in shipped_entries().values()]
    return Index.build(documents, segmenter=guide.segmenter(), words=guide.words())


def of_kind(questions: list[Question], *kinds: str) -> list[Question]:
    """The questions of some kinds."""
    return [one for one in questions if one.kind in kinds]


def share_heard_as(questions: list[Question], intent: Intent) -> float:
    """The share of questions heard as an intent."""
    return sum(understand(one.text, words=guide.words()).intent is intent for one in questions) / len(questions)


def test_the_right_entry_comes_first_or_among_the_first_three(questions: list[Question], index: Index) -> None:
    asked = of_kind(questions, "in_scope")
    ranked = [[hit.key for hit in index.search(one.text).hits] for one in asked]
    first = sum(found[:1] != [] and found[0] in one.entries for one, found in zip(asked, ranked, strict=True))
    three = sum(bool(set(found[:3]) & set(one.entries)) for one, found in zip(asked, ranked, strict=True))
    assert first / len(asked) >= 0.9
    assert three / len(asked) >= 0.97


def test_a_follow_up_finds_the_entry_of_the_question_before(questions: list[Question], index: Index) -> None:
    asked = of_kind(questions, "follow_up")
    right = sum(
        bool(hits := index.search(one.text, context=one.context).hits) and hits[0].key in one.entries for one in asked
    )
    assert right / len(asked) >= 0.8


@pytest.mark.parametrize(
    ("kind", "intent", "least"),
    [
        ("emergency", Intent.EMERGENCY, 0.975),
        ("hand_over", Intent.HAND_OVER, 0.95),
        ("report", Intent.REPORT, 0.88),
        ("refuse", Intent.REFUSE, 0.95),
        ("small_talk", Intent.SMALL_TALK, 0.9),
    ],
)
def test_what_a_message_wants_is_heard(questions: list[Question], kind: str, intent: Intent, least: float) -> None:
    assert share_heard_as(of_kind(questions, kind), intent) >= least


@pytest.mark.parametrize(
    ("kind", "intent", "most"),
    [
        ("emergency_lookalike", Intent.EMERGENCY, 0.03),
        ("report", Intent.EMERGENCY, 0.08),
        ("report_lookalike", Intent.EMERGENCY, 0.04),
        ("hand_over_lookalike", Intent.HAND_OVER, 0.02),
        ("refuse_lookalike", Intent.REFUSE, 0.07),
    ],
)
def test_what_only_sounds_like_it_is_left_alone(
    questions: list[Question], kind: str, intent: Intent, most: float
) -> None:
    assert share_heard_as(of_kind(questions, kind), intent) <= most


def test_few_ordinary_questions_raise_an_alarm(questions: list[Question]) -> None:
    assert share_heard_as(of_kind(questions, "in_scope", "out_of_scope", "follow_up"), Intent.EMERGENCY) <= 0.02


@pytest.mark.parametrize("text", ["人工", "转人工", "找人", "投诉", "转人工！", "轉人工", "人工。"])
def test_a_word_for_a_person_is_enough(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.HAND_OVER


def test_a_wish_for_a_person_stands_beside_what_is_broken() -> None:
    assert understand("我要找人工，车棚的门坏了半个月没人管", words=guide.words()).intent is Intent.HAND_OVER


@pytest.mark.parametrize("text", ["垃圾", "空调", "路灯"])
def test_a_thing_named_in_a_word_is_not_reported(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.REPORT


@pytest.mark.parametrize("text", ["1", "１", "一", "①", "第一个", "选1"])
def test_a_digit_in_any_form_is_a_choice(text: str) -> None:
    assert understand(text, words=guide.words()).choice == 1


NUMBERS = (
    *(("家里一股煤气味", "119"), ("着火了", "119"), ("我爸突然晕倒叫不醒", "120"), ("他在打我救命", "110")),
    *(("墙上的插座在冒蓝火，已经烧到床单", "119"), ("脚手架塌了，两个工人埋在下面", "119")),
    *(("大厅的吊灯链子只剩一根了，下面坐着一排老人", "119"), ("路边积水里掉了根电线，有人正往那里走", "119")),
    *(("楼上男的拿皮带抽小孩，抽了半个钟头了", "110"), ("我弟弟翻到栏杆外面去了，谁劝都不听", "110")),
    *(("小囡在湖里扑腾，岸上没人会游泳", "110"), ("奶奶不认路，一转身人就没了，她有老年痴呆", "110")),
    *(("外婆把降压药当糖吃了一把，现在站不稳", "120"), ("割草机割到脚了，脚趾头没了", "120")),
)


@pytest.mark.parametrize(("text", "call"), NUMBERS)
def test_an_emergency_names_the_number_to_call(text: str, call: str) -> None:
    found = understand(text, words=guide.words()).emergency
    assert found is not None
    assert found.call == call


CRIES = (
    *(
        "我想自杀",
        "自杀",
        "不想活",
        "家里着火",
        "着火",
        "失火",
        "燃气泄漏",
        "煤气中毒了",
        "我被困电梯",
        "电梯困人",
        "溺水",
    ),
    *("我摔倒了，没人扶", "我被人跟着", "我老婆要生了，来不及"),
    *("中毒了", "孩子走丢", "抢劫", "救命", "救命啊", "我女儿想自杀", "奶奶不行了", "触电了", "插座冒火花，还在冒"),
)


@pytest.mark.parametrize("text", CRIES)
def test_a_few_words_of_danger_are_heard(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.EMERGENCY


@pytest.mark.parametrize("text", ["救命恩人的锦旗送哪里", "垃圾桶臭得人要昏过去", "老人防走失手环怎么领"])
def test_a_rule_alone_raises_no_alarm_where_all_else_speaks_against_it(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY


BURIED = (
    "想问居住证续签几天能好，另外我爸在椅子上歪下去了，嘴角往下掉，叫他只会哼",
    "请问大件垃圾哪天收？楼道里现在全是烟，我们在六楼下不去",
    "别打电话，他在旁边听着，派两个人来说是修水管的，快",
    "三岁 烫伤 半边身子 皮掉了",
    "药都吃下去了，有点困，就想跟人说一声",
    "楼道里煤气味很大，报修",
    "厨房煤气味道冲得头晕，麻烦登记一下",
    "扫地机器人卡住了孩子的头发流血了",
    "玩密室逃脱门锁住了里面起火了",
    "煤气罐炸了，整个办公室都炸了",
    "走丢的爷爷找到了，可是叫不醒",
)
HARMLESS = (
    "我爸去年中风走的，抚恤金要哪些材料",
    "昨天困在电梯里的老伯已经出来了，谢谢你们",
    "水管爆了一地水，总阀我关了，麻烦叫师傅来换",
    "电梯又停了，里面没人，来修一下",
    "写论文用，电梯困人应急预案哪里有",
    "退烧了，孩子明天能去托班吗",
    "走丢的孙子找到了，在同学家里，多谢",
    "《红楼梦》里有个丫头投井，讲得真好，下回讲哪段",
)


@pytest.mark.parametrize("text", BURIED)
def test_danger_told_by_its_signs_or_in_passing_is_heard(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.EMERGENCY


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_over_or_only_broken_raises_no_alarm(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY


EVERYDAY = (
    *("想有人陪着读报", "王秀英想有人陪着读报", "想有人来家里吃顿饭", "想请人来读报纸", "请人来教剪纸"),
    *("我妈去买菜了，我在家", "家里没人，我在单位", "我在学校，家里没人", "奶奶在家，我去接孩子了"),
    *("老婆找不到工作", "老伴的证找不到了", "孩子丢了社保卡"),
)
GONE = (
    *("老伴走丢了找不到人", "老伴走丢了", "老婆走丢了", "爱人不见了，脑子不清楚", "岳父走丢了"),
    *("老伴走丢了，没带手机", "爷爷走丢了，身上没带身份证", "孩子走丢了，手机关机"),
)


TOLD = ("我妈去买菜了，我在家", "今天真热", "我爸出去下棋了", "刚吃完晚饭", "孙子放学回来了")
ASKED_IN_A_WORD = (
    *("角色", "老人津贴", "居住证", "失业金", "长护险", "我妈的敬老卡丢了"),
    *("公租房", "我要办居住证", "低保"),
)


@pytest.mark.parametrize("text", TOLD)
def test_what_is_told_of_daily_life_asks_nothing(text: str) -> None:
    heard = understand(text, words=guide.words())
    assert heard.tells or heard.intent is Intent.SMALL_TALK


@pytest.mark.parametrize("text", ASKED_IN_A_WORD)
def test_a_thing_named_or_wanted_is_no_small_talk(text: str) -> None:
    heard = understand(text, words=guide.words())
    assert not heard.tells
    assert heard.intent is Intent.ASK


LOST_THINGS = (
    *(
        "老公手机不见了",
        "爸爸的工作证找不到了",
        "奶奶的假牙丢了",
        "儿子自行车被偷了",
        "孩子不见老师",
        "女儿不肯见相亲的人",
    ),
    *("弟弟的书包不见了", "老伴钥匙寻勿着了"),
)
LOST_PEOPLE = (
    *("爷爷走丢了，手机也不见了", "奶奶走丢了手机打不通", "孩子骑车不见了", "爸爸带着钱不见了", "弟弟不见了"),
    *("孩子不见两个小时了", "老人不见人影", "老公不见了手机也不见了"),
)


@pytest.mark.parametrize("text", LOST_THINGS)
def test_a_thing_that_is_gone_or_somebody_not_met_is_no_danger(text: str) -> None:
    heard = understand(text, words=guide.words())
    assert heard.intent is not Intent.EMERGENCY
    assert not heard.perhaps_danger


@pytest.mark.parametrize("text", LOST_PEOPLE)
def test_whoever_is_gone_is_looked_for_whatever_they_had_with_them(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.EMERGENCY


@pytest.mark.parametrize("text", ["热水器漏电", "冰箱门一摸就电人", "积水里有电", "洗衣机带电，碰一下麻"])
def test_what_is_live_is_danger_and_says_to_cut_the_power(text: str) -> None:
    found = understand(text, words=guide.words()).emergency
    assert found is not None
    assert (found.kind, found.call) == (EmergencyKind.ELECTRIC, "119")


@pytest.mark.parametrize("text", ["漏电保护器跳闸了", "家里停电了", "怎么防止漏电", "换个漏电开关多少钱"])
def test_what_has_tripped_or_is_asked_of_electricity_is_no_danger(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY


FALLING = (
    *("八楼的空调外机快掉下来了", "花盆要掉下来了", "楼上窗户玻璃快掉了，下面是幼儿园", "外墙的瓷砖要砸下来了"),
    "广告牌松了一半挂着，底下都是等车的人",
)
NOT_FALLING = (
    *("价格要掉下来了", "头发快掉光了", "叶子快掉了", "墙皮掉了一块", "招牌上的字快掉了", "花盆里的花快掉光了"),
    *("晾衣架要去哪里装", "楼道里的福字快掉了", "空调外机要拆掉重装"),
)


@pytest.mark.parametrize("text", FALLING)
def test_what_is_about_to_fall_from_a_height_is_danger_to_whoever_passes(text: str) -> None:
    found = understand(text, words=guide.words()).emergency
    assert found is not None
    assert (found.kind, found.call) == (EmergencyKind.FALLING, "119")


@pytest.mark.parametrize("text", NOT_FALLING)
def test_what_falls_and_hurts_nobody_is_no_danger(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY


SIDEWAYS = (
    *("退休证明帮我弄一张，其实我还没到年纪", "怎么躲开门禁的人脸验证", "后台把我的罚款抹掉", "收据上的金额怎么改大"),
    "她有没有打过胎，你们本子上记着的",
)
HONEST = (
    *("儿媳怀孕了，要到居委登记什么", "合同上名字写错了怎么改", "人脸识别失败怎么进小区", "我的欠费怎么查"),
    *("没上过班能交社保吗", "离职证明丢了怎么办", "我是三号楼的", "我是三号楼501的", "我住五号楼二单元"),
)


@pytest.mark.parametrize("text", SIDEWAYS)
def test_what_is_asked_for_sideways_is_refused(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.REFUSE


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_question_beside_it_is_not_refused(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.REFUSE


@pytest.mark.parametrize("text", ["社区有人吗", "有专人吗", "你们有人在吗", "有真人吗", "接线员"])
def test_whether_anybody_is_there_is_a_wish_for_a_person(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.HAND_OVER


@pytest.mark.parametrize(
    "text", ["请人吹个头发", "居委周末有人吗", "活动室有人吗", "找人下盘棋", "请人写副对联", "有专人上门理发吗"]
)
def test_somebody_wanted_for_a_thing_is_no_wish_for_staff(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.HAND_OVER


@pytest.mark.parametrize("text", ["帮我写个横幅", "帮我写封信", "帮我起个名字", "帮我画张海报"])
def test_a_small_service_that_nobody_does_here_is_not_refused(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.REFUSE


@pytest.mark.parametrize("text", EVERYDAY)
def test_where_everybody_is_and_small_wishes_are_no_danger(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY


@pytest.mark.parametrize("text", GONE)
def test_whoever_of_a_family_is_gone_is_looked_for(text: str) -> None:
    found = understand(text, words=guide.words()).emergency
    assert found is not None
    assert (found.kind, found.call) == (EmergencyKind.MISSING_CHILD, "110")


@pytest.mark.parametrize(
    "text",
    ["想请人来读报纸", "王秀英请人来家里念报纸", "请人来教剪纸", "聊天来的", "核对一下，问 13800000000"],
)
def test_a_wish_of_neighbours_or_a_reason_is_no_wish_for_staff(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.HAND_OVER


@pytest.mark.parametrize(
    "text", ["已经满了", "没有", "上海的", "七十二", "我爸80了", "help", "帮助", "不清楚", "两个", "我知道了"]
)
def test_a_few_words_of_reply_are_no_danger(text: str) -> None:
    heard = understand(text, words=guide.words(), context="老人津贴怎么领")
    assert heard.intent is not Intent.EMERGENCY
    assert not heard.perhaps_danger


@pytest.mark.parametrize(("text", "first"), [("身份证", "id-card"), ("户口", "hukou"), ("居住证怎么办", "residence")])
def test_a_word_that_names_several_entries_is_no_sure_answer(text: str, first: str, index: Index) -> None:
    ranking = index.search(text)
    assert ranking.hits[0].key.startswith(first)
    assert ranking.right_first <= UNSURE


def test_entries_that_may_not_appear_do_not_weaken_the_answer() -> None:
    mine = Document("mine", "敬老卡办理", phrasings=("敬老卡怎么办", "办敬老卡要带什么", "敬老卡哪里领"))
    theirs = Document("theirs", "敬老卡爱心商户", phrasings=("敬老卡怎么办", "敬老卡哪里可以用"))
    words, segmenter = guide.words(), guide.segmenter()
    alone = Index.build([mine], segmenter=segmenter, words=words)
    both = Index.build([mine, theirs], segmenter=segmenter, words=words)
    hidden = both.search("敬老卡怎么办", shown=both.mask(lambda key: key == "mine"))
    assert [hit.key for hit in hidden.hits] == ["mine"]
    assert hidden.right_first == pytest.approx(alone.search("敬老卡怎么办").right_first, abs=0.1)


@pytest.mark.parametrize("text", ["火锅店油烟太大", "消防证怎么办", "燃气费怎么交", "气死我了", "电费高得吓死人"])
def test_a_look_alike_is_no_emergency(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY
    assert find_emergency(guide.words().canonical(text), words=guide.words()) is None


@pytest.mark.parametrize("text", ["", " ", "。", "😀", "a" * 5000, "\u200b\u200b", "？？？"])
def test_odd_input_is_heard_and_ranked_without_harm(text: str, index: Index) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY
    assert len(index.search(text).hits) <= 5


@pytest.mark.parametrize("text", ["a" * 2000, "哈" * 300, "今天" * 200, "的" * 200, "1" * 500, "lorem ipsum " * 90])
def test_a_long_message_that_says_nothing_is_not_answered(text: str, index: Index) -> None:
    ranking = index.search(text)
    assert guide.zone_of(ranking.right_first, ranking.right_in_three) is not guide.Zone.ANSWER


def test_an_index_without_entries_finds_nothing() -> None:
    empty = Index.build([], segmenter=guide.segmenter(), words=guide.words())
    assert empty.search("居住证").hits == ()


def test_traditional_characters_find_what_simplified_ones_find(index: Index) -> None:
    assert index.search("居住證怎麼辦").hits[0].key == index.search("居住证怎么办").hits[0].key


@pytest.mark.parametrize("typed", ["99300302", "11815020", "0133 1032", "138-0013-8000", "1190", "310101195001010015"])
def test_a_number_by_itself_is_no_danger(typed: str) -> None:
    heard = understand(typed, words=guide.words())
    assert (heard.emergency, heard.perhaps_danger) == (None, False)


def test_what_nearly_hit_somebody_hurt_nobody() -> None:
    words = guide.words()
    nearly = understand("5号楼墙皮掉下来了，差点砸到人", words=words)
    assert (nearly.intent, nearly.emergency) == (Intent.REPORT, None)
    falls = understand("外墙砖啪啦啪啦往下掉,刚才差点砸到老太", words=words).emergency
    hurt = understand("墙皮掉下来砸到人了", words=words).emergency
    assert falls is not None
    assert falls.kind is EmergencyKind.FALLING
    assert hurt is not None
    assert hurt.kind is EmergencyKind.MEDICAL


QUIET = (
    "楼道里臭鸡蛋味道越往上越重，是不是漏气",
    "方便的话叫个人来，就说查水表的，他在旁边，我不能打电话",
    "我今晚就死",
    "反正今夜寻死",
    "不打算活了",
    "臭鸡蛋味，厨房里，头晕",
    "/help 我家着火了",
    "/start 我家着火了",
)
"""Danger in words that only a rule knows for sure."""
HARMLESS_WORDS_BESIDE = (
    "电瓶车电池热得烧起来了",
    "大火转到隔壁楼了",
    "我弟弟名字叫小明掉河里了",
    "扫地机器人把宝宝的手夹住了",
    "它咬住我了我喊救命",
    "领导办公室炸了，玻璃飞了一地，有人在里面喊",
    "宝宝把积木吞下去卡住喉咙了",
    "煤气臭得我头晕",
    "电视里面冒烟了",
    "我家娃娃掉河里了",
    *("着火大家快跑", "楼上火很大", "隔壁起火爆炸", "插座在冒火", "房门一开大火就窜出来"),
    *("小孩捡球掉河里了", "我外婆在河边洗衣服掉河里了", "我妈收衣服从阳台掉下去了"),
    *("便利店老板叫不醒", "店里有人叫救命", "司机没反应了，车停在路中间", "我爸输了液以后没反应了"),
    *("孩子找不到了穿黑衣服", "爷爷遛狗不见了", "奶奶拄拐杖不见了"),
    *("我不想见人也不想活了", "老公睡梦里叫不醒了", "心口被捅了一刀", "抢钱包的把人打得头破血流"),
    *("我被困在电梯里，电话里没人应", "插座热得快要烧起来了", "煤气死人了", "要是再不来我家就着火了"),
    *("鹦鹉一直叫，家里煤气味很重", "密室里突然冒烟，门锁着", "我打算自我了断"),
)
"""Danger with words in it that are harmless elsewhere (大火转小火, 布娃娃)."""
STORIES = (
    "/start join_willowJJJJJJJJJJJJJJJJ",
    "我的奥特曼从床上掉下来，手臂断了",
    "基金今天又跳水了",
    "这条老报纸我到现在还夹在书里",
    "牛排先大火煎几分钟再转小火",
    "今天麻将输得片甲不留",
    "昨天夜里梦见电梯一直往下掉",
    "五八年弄堂里着过火，我还小，爷爷背我跑出来的",
    "游乐园的跳楼机要排多久",
    "我家扫地机器人卡在床底下出不来一直在叫救命它真的会喊救命",
    "这只鹦鹉会喊救命，楼下吓一跳",
    "业主群里又炸锅了",
    "密室逃脱在附近有吗，能把十五个人关在里面的那种",
    "煤气味报修过，技术员来测了是油漆",
)
"""What is over, dreamt, played, cooked or happened to things."""


@pytest.mark.parametrize("text", [*QUIET, *HARMLESS_WORDS_BESIDE])
def test_danger_told_quietly_is_heard(text: str) -> None:
    assert understand(text, words=guide.words()).intent is Intent.EMERGENCY


HARMLESS_TO_RULES = (
    *("救命恩人在哪", "救命药进医保了没有", "晚上一家人围着火锅", "扛着火车跑", "动手打扫，周六卫生日"),
    *("今夜寻死党看球", "不如死记硬背", "没反应过来，已经散会了", "音乐喷泉有个喷嘴歪了"),
)
"""Where rules alone are asked, as on the search page and of a case that may be urgent."""


@pytest.mark.parametrize("text", HARMLESS_TO_RULES)
def test_no_rule_knows_danger_in_what_is_harmless(text: str) -> None:
    words = guide.words()
    assert find_emergency(words.canonical(text), words=words) is None


@pytest.mark.parametrize("text", STORIES)
def test_a_story_raises_no_alarm(text: str) -> None:
    assert understand(text, words=guide.words()).intent is not Intent.EMERGENCY
