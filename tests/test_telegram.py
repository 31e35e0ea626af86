"""The bot on Telegram as people meet it: the real program, a fake Telegram, real HTTP between them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SMALL
from fake_telegram import FakeTelegram, Person, Seen
from telegram_bot import Inside

from indexer.build import build
from indexer.document import read_document

WEST = """西山市2029年教育工作要点
一、办好学校
（一）新建学校。全年新建学校9个，投入2亿元。
（二）做好食堂工作。{long}
{more}"""
LONG = "".join(
    f"第{'一二三四五六七八九十'[i % 10]}食堂要把饭菜做得干净、好吃、不浪费，家长可以随时来看。" for i in range(200)
)
MORE = (
    "".join(f"（{'三四五六七八九十'[i]}）做好第{i}件事。这件事要做好。\n" for i in range(8))
    + "（十一）收尾。都要做好。\n"
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans, one of them with a clause that is longer than three messages."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "东湖.txt").write_text(SMALL, encoding="utf8")
    (folder / "西山.txt").write_text(WEST.format(long=LONG, more=MORE), encoding="utf8")
    build([read_document(folder / "东湖.txt"), read_document(folder / "西山.txt")], folder / "two.db")
    return folder / "two.db"


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeTelegram]:
    """One Telegram for all tests that break nothing; what the bot does in it is at no time against the rules."""
    with FakeTelegram() as fake:
        yield fake
        assert (fake.violations, fake.unanswered) == ([], [])


@pytest.fixture(scope="module")
def admin(fake: FakeTelegram) -> Person:
    return fake.person("管理员")


@pytest.fixture(scope="module")
def bot(fake: FakeTelegram, admin: Person, db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    admin.says("/start")
    with Inside(fake, tmp_path_factory.mktemp("bot"), db, admins=(admin.id,)) as bot:
        admin.hears()
        yield bot


@pytest.fixture
def anna(bot: Inside, fake: FakeTelegram) -> Person:  # noqa: ARG001 — it is she who talks to the bot
    return fake.person("安娜")


def bold(html: str) -> str:
    return "\n".join(re.findall("<b>(.*?)</b>", html, re.DOTALL))


def press(fake: FakeTelegram, person: Person, message: Seen, label: str) -> tuple[Seen, str]:
    """The message as it stands after the press, and what was shown for a moment."""
    now = person.sees(message)
    toast = fake.callback_answer(person.presses(now, label))
    return person.sees_edited(now), toast


def test_a_figure_is_answered_in_bold_with_its_split_its_sentence_and_its_source(anna: Person) -> None:
    reply = anna.asks("东湖小学新增学位多少")
    assert bold(reply.html) == "新增学位 · 小学：100个"
    assert [e["type"] for e in reply.entities] == ["bold", "pre", "blockquote", "expandable_blockquote"]
    assert "▸ 小学 " in reply.text
    assert reply.text.endswith("——《东湖市2030年教育工作要点》第（一）条 扩大学位供给")
    assert reply.buttons == [["从多到少", "占比"], ["相关条款", "全文"], ["👍", "👎"]]


def test_a_question_may_lean_on_the_one_before_and_chats_do_not_mix(anna: Person, fake: FakeTelegram) -> None:
    ben = fake.person("小本")
    anna.asks("新增学位多少个")
    ben.asks("名教师评选多少名")
    assert bold(anna.asks("那初中呢").html) == "新增学位 · 初中：200个"


def test_every_button_of_an_answer_turns_the_message_and_leads_back(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小学新增学位多少")
    related, _ = press(fake, anna, reply, "相关条款")
    assert related.buttons[-1] == ["返回"]
    clause, _ = press(fake, anna, reply, related.buttons[0][0])
    assert clause.text.startswith("《")
    press(fake, anna, reply, "返回")
    back, _ = press(fake, anna, reply, "返回")
    whole, _ = press(fake, anna, reply, "全文")
    assert "新增学位300个，其中小学100个、初中200个。" in whole.text
    assert press(fake, anna, reply, "返回")[0].text == back.text == reply.text


def test_a_thumb_is_thanked_for_and_can_be_changed(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小学新增学位多少")
    up, toast = press(fake, anna, reply, "👍")
    assert (up.buttons[-1], toast) == (["👍 ✓", "👎"], "谢谢！")
    assert press(fake, anna, reply, "👎")[0].buttons[-1] == ["👍", "👎 ✓"]
    assert fake.callback_answer(anna.presses(reply, "👎")).startswith("谢谢")  # a second time changes nothing


def test_an_ambiguous_question_offers_a_button_a_reading(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("9个是什么")
    readings = reply.buttons[:2]
    assert [len(row) for row in readings] == [1, 1]
    one, _ = press(fake, anna, reply, readings[1][0])
    assert (bold(one.html), one.buttons) == ("新建学校：9个", [["全文", "返回"]])


def test_a_refusal_offers_what_comes_nearest_and_the_contents(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("校服多少钱一套")
    assert "没有写这件事" in reply.text
    refused = anna.asks("明天下雨吗")
    assert refused.buttons == [["看看有哪些计划"], ["👍", "👎"]]
    anna.asks("/plans 西山")
    assert "一、办好学校" in press(fake, anna, anna.asks("明天下雨吗"), "看看目录")[0].buttons[0][0]


def test_a_clause_that_is_too_long_for_a_message_is_read_page_by_page(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("西山食堂的饭菜怎么样")
    text, pages = reply.text, [reply]
    while any("接着看" in label for row in pages[-1].buttons for label in row):
        pages.append(press(fake, anna, reply, "接着看")[0])
    read = "".join(page.text for page in pages)
    assert (len(pages) > 1, len(text) <= 4096, read.count("不浪费") >= 200) == (True, True, True)
    assert all(page.text.rstrip()[-1] in "。供" or "——" in page.text[-60:] for page in pages)
    assert press(fake, anna, reply, "上一页")[0].text == pages[-2].text


def test_an_edited_question_gets_its_reply_edited(anna: Person) -> None:
    asked = anna.says("小学新增学位多少")
    [reply] = anna.hears()
    anna.edits(asked, "初中新增学位多少")
    assert bold(anna.sees_edited(reply).html) == "新增学位 · 初中：200个"
    anna.hears_nothing()


def test_an_edited_question_whose_reply_was_deleted_is_answered_anew(anna: Person) -> None:
    asked = anna.says("小学新增学位多少")
    [reply] = anna.hears()
    anna.deletes(reply)
    anna.edits(asked, "初中新增学位多少")
    assert bold(anna.hears()[0].html) == "新增学位 · 初中：200个"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/start", "专门回答手头"),
        ("/help", "直接打字问就行"),
        ("/clause abc", "请写条号，比如 /clause 7"),
        ("/clause -1", "请写条号，比如 /clause 7"),
        ("/clause 99", "没有这一条"),
        ("/figures 学位", "新增学位 · 小学：100个"),
        ("/figures 天上的云", "没有找到和“天上的云”有关的数字"),
        ("/ask", "请把问题写在后面"),
        ("/ask 竣工几个", "竣工：7个"),
        ("/feedback", "直接回复这句话告诉我"),
        ("/privacy", "30 分钟"),
        ("/nonsense", "没有这个命令"),
        ("/stats", "只有管理员能用"),
        ("/", "请写一句想问的话"),
    ],
)
def test_a_command_is_answered(command: str, says: str, anna: Person) -> None:
    assert says in anna.asks(command).text


def test_a_clause_asked_by_command_can_be_asked_on_about(anna: Person) -> None:
    assert "新建学校9个，其中" in anna.asks("/clause （一）").text
    assert bold(anna.asks("竣工的呢").html) == "竣工：7个"


def test_the_contents_lead_to_a_chapter_to_a_clause_and_back(anna: Person, fake: FakeTelegram) -> None:
    contents = anna.asks("/toc")
    chapter, _ = press(fake, anna, contents, contents.buttons[0][0])
    clause, _ = press(fake, anna, contents, chapter.buttons[0][0])
    assert clause.buttons == [["返回"]]
    assert press(fake, anna, contents, "返回")[0].text == chapter.text
    assert press(fake, anna, contents, "返回")[0].text == contents.text


def test_a_chosen_plan_alone_answers_until_all_are_chosen_again(anna: Person, fake: FakeTelegram) -> None:
    plans = anna.asks("/plans")
    chosen, toast = press(fake, anna, plans, "西山市")
    assert ("✓ 西山市2029年教育工作要点" in chosen.buttons[1] + chosen.buttons[0], "以后回答《西山市" in toast) == (
        True,
        True,
    )
    assert "西山市" in anna.asks("新建学校多少个").text
    assert "没有写" in anna.asks("减轻教师负担").text
    press(fake, anna, plans, "全部计划")
    assert "减轻教师负担" in anna.asks("减轻教师负担").text


def test_an_example_of_the_greeting_is_answered_as_if_it_were_typed(anna: Person, fake: FakeTelegram) -> None:
    welcome = anna.asks("/start")
    assert len(welcome.buttons) == 3
    for [question] in welcome.buttons:
        assert fake.callback_answer(anna.presses(welcome, question)) == ""
        [reply] = anna.hears()
        assert "《" in reply.text
        assert "没有写" not in reply.text


@pytest.mark.parametrize("kind", ["sticker", "voice", "poll", "document", "location", "contact", "video_note", "dice"])
def test_what_is_no_text_is_told_kindly(kind: str, bot: Inside, fake: FakeTelegram) -> None:  # noqa: ARG001
    person = fake.person(kind)
    person.sends(kind)
    assert "只看得懂文字" in person.hears()[0].text
    person.sends(kind)
    person.hears_nothing()  # said once, not at every sticker


def test_a_caption_and_a_forwarded_post_are_questions(anna: Person) -> None:
    anna.sends("photo", caption="小学新增学位多少")
    anna.forwards("初中新增学位多少")
    assert [bold(m.html) for m in anna.hears(2)] == ["新增学位 · 小学：100个", "新增学位 · 初中：200个"]


def test_in_a_group_it_answers_who_speaks_to_it_and_nobody_else(anna: Person, fake: FakeTelegram) -> None:
    group = fake.group("家长群")
    anna.says("小学新增学位多少", chat=group)
    group.hears_nothing()
    asked = anna.says(f"@{fake.username} 小学新增学位多少", chat=group)
    [reply] = group.hears()
    assert (bold(reply.html), reply.reply_to) == ("新增学位 · 小学：100个", asked.id)
    anna.says("那初中呢", chat=group, reply_to=reply)
    [second] = group.hears()
    assert bold(second.html) == "新增学位 · 初中：200个"
    anna.says(f"/ask@{fake.username} 评选名教师多少", chat=group)
    anna.says("/ask@another_bot 评选名教师多少", chat=group)
    assert [bold(m.html) for m in group.hears()] == ["名教师：20名"]
    anna.says(f"@{fake.username}评选名教师多少", chat=group)
    assert [bold(m.html) for m in group.hears()] == ["名教师：20名"]
    anna.says(f"@{fake.username}2 评选名教师多少", chat=group)
    anna.says("/nonsense", chat=group)
    group.says_anonymously(f"@{fake.username} 竣工的小学几个")
    assert [bold(m.html) for m in group.hears()] == ["竣工 · 小学：3个"]
    group.hears_nothing()


def test_in_a_group_everybody_has_a_memory_of_their_own(anna: Person, fake: FakeTelegram) -> None:
    ben, group = fake.person("小本"), fake.group("教师群")
    anna.says(f"@{fake.username} 新增学位多少", chat=group)
    ben.says(f"@{fake.username} 竣工几个", chat=group)
    group.hears(2)
    anna.says(f"@{fake.username} 那小学呢", chat=group)
    ben.says(f"@{fake.username} 那小学呢", chat=group)
    assert sorted(bold(m.html) for m in group.hears(2)) == ["新增学位 · 小学：100个", "竣工 · 小学：3个"]


def test_in_a_group_no_press_changes_what_others_read_and_the_rest_is_read_in_private(
    anna: Person, fake: FakeTelegram
) -> None:
    ben, group = fake.person("小本"), fake.group("邻居群")
    anna.says(f"@{fake.username} 小学新增学位多少", chat=group)
    [reply] = group.hears()
    assert reply.buttons == [["私聊里看全文"], ["👍", "👎"]]
    for person in (anna, ben):
        assert fake.callback_answer(person.presses(reply, "👍")) == "谢谢！"
    assert group.sees(reply).markup == reply.markup
    link = reply.button("私聊里看全文")["url"]
    assert link.startswith(f"https://t.me/{fake.username}?start=")
    private = ben.asks(f"/start {link.split('=')[1]}")
    assert (private.text, private.buttons[-2]) == (reply.text, ["相关条款", "全文"])


def test_in_a_forum_it_stays_in_the_topic(anna: Person, fake: FakeTelegram) -> None:
    group = fake.group("论坛", forum=True)
    one, two = group.topic("入学"), group.topic("教师")
    anna.says(f"@{fake.username} 新增学位多少", chat=group, thread=one)
    anna.says(f"@{fake.username} 竣工几个", chat=group, thread=two)
    anna.says("早上好", chat=group, thread=one)
    group.hears(2)
    anna.says(f"@{fake.username} 那小学呢", chat=group, thread=one)
    [reply] = group.hears()
    assert (reply.thread, bold(reply.html)) == (one, "新增学位 · 小学：100个")
    group.hears_nothing()


def test_inline_the_figure_comes_first_then_clauses_each_with_its_source(anna: Person, fake: FakeTelegram) -> None:
    anna.asks("/start")
    answer = fake.inline_answer(anna.asks_inline("新增学位"))
    assert answer.results[0]["title"] == "新增学位：300个"
    assert all("《" in card["text"] and "条" in card["text"] for card in answer.results)
    assert (answer.is_personal, answer.cache_time > 0) == (False, True)
    assert fake.inline_answer(anna.asks_inline("明天下雨吗")).results == []


def test_inline_cards_come_page_by_page_without_repeating(anna: Person, fake: FakeTelegram) -> None:
    anna.asks("/start")
    names, offset = [], ""
    while True:
        answer = fake.inline_answer(anna.asks_inline("学校", offset))
        names += [card["id"] for card in answer.results]
        if not (offset := answer.next_offset):
            break
    assert len(names) == len(set(names)) > 10


@pytest.mark.parametrize(
    "text", ["<b>竣工</b><script>alert(1)</script>几个", "_*`学位~|>#+={}.!\\[]()&amp;&", "学位\u202e多少"]
)
def test_markup_in_a_question_is_sent_as_text(text: str, anna: Person) -> None:
    assert anna.asks(text).text


def test_who_asks_in_traditional_script_is_answered_in_it(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小學新增學位多少個")
    assert bold(reply.html) == "新增學位 · 小學：100個"
    assert "學位" in press(fake, anna, reply, "全文")[0].text


def test_no_careless_or_hostile_input_breaks_a_rule_of_telegram(
    data: Path,
    bot: Inside,  # noqa: ARG001
    fake: FakeTelegram,
) -> None:
    people = [fake.person(f"第{i}位") for i in range(20)]
    for place, line in enumerate(
        (data / "eval" / "hostile.dev.jsonl").read_text(encoding="utf8").rstrip("\n").split("\n")
    ):
        text = json.loads(line)["input"][:4096].replace("\x00", "")
        if text.strip():
            assert people[place % 20].asks(text).text, line


def test_an_edited_command_gets_its_reply_edited(anna: Person) -> None:
    for first, second, says in (
        ("/clause 1", "/clause 3", "减轻教师负担"),
        ("/figures 竣工", "/figures 学位", "新增学位：300个"),
        ("/ask", "/ask 竣工几个", "竣工：7个"),
        ("???", "竣工几个", "竣工：7个"),
    ):
        asked = anna.says(first)
        [reply] = anna.hears()
        anna.edits(asked, second)
        assert says in anna.sees_edited(reply).text
        anna.hears_nothing()


def test_an_edited_question_is_answered_as_it_would_have_been_and_what_was_said_since_stays(
    bot: Inside,  # noqa: ARG001
    fake: FakeTelegram,
) -> None:
    ben = fake.person("小本")
    ben.asks("新增学位多少")
    asked = ben.says("那小学呢")
    [reply] = ben.hears()
    ben.asks("评选名教师多少名")
    ben.edits(asked, "那初中呢")
    assert bold(ben.sees_edited(reply).html) == "新增学位 · 初中：200个"
    assert "减轻教师负担" in ben.asks("哪条说的").text


def test_a_thumb_on_a_later_page_leaves_the_page_and_is_remembered(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("西山食堂的饭菜怎么样")
    second, _ = press(fake, anna, reply, "接着看")
    voted, _ = press(fake, anna, reply, "👍")
    assert (voted.text, voted.buttons[-1]) == (second.text, ["👍 ✓", "👎"])
    press(fake, anna, reply, "全文")
    assert press(fake, anna, reply, "返回")[0].buttons[-1] == ["👍 ✓", "👎"]


def test_the_way_back_leads_to_where_a_clause_was_chosen(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小学新增学位多少")
    related, _ = press(fake, anna, reply, "相关条款")
    press(fake, anna, reply, related.buttons[0][0])
    assert press(fake, anna, reply, "返回")[0].text == related.text


def test_each_reading_has_a_button_that_says_what_is_counted(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("4个是什么")
    assert bold(reply.html).count("4个") == 2
    nine = anna.asks("9个是什么")
    assert nine.buttons[:2] == [["1. 新建学校：9个"], ["2. 新建学校：9个"]]
    turned = fake.callback_answer(anna.presses_data(nine, nine.markup["inline_keyboard"][0][0]["callback_data"]))
    assert turned == ""
    assert anna.sees_edited(nine).text.count("——《") == 1


def test_two_questions_in_one_message_are_answered_in_one_reply(anna: Person) -> None:
    reply = anna.asks("新增学位多少？评选名教师多少名？")
    assert bold(reply.html).split("\n") == ["新增学位：300个", "名教师：20名"]
    assert [reply.text.count(f"第（{ref}）条") for ref in "一三"] == [1, 1]


def test_a_mention_in_private_is_no_part_of_the_question(anna: Person, fake: FakeTelegram) -> None:
    assert bold(anna.asks(f"@{fake.username} 小学新增学位多少").html) == "新增学位 · 小学：100个"


def test_with_several_plans_none_is_named_as_the_one_that_answers(anna: Person, fake: FakeTelegram) -> None:
    assert "手头 2 份计划" in anna.asks("/start").text
    refused = anna.asks("明天下雨吗")
    assert refused.text.startswith("手头这些计划里没有写这件事")
    assert "2 份计划" in press(fake, anna, refused, "看看有哪些计划")[0].text


def test_a_plan_is_chosen_by_words_of_its_title_also_in_a_group(anna: Person, fake: FakeTelegram) -> None:
    assert "没有名称里带“南海”的计划" in anna.asks("/plans 南海").text
    assert len(anna.asks("/plans 工作要点").buttons) == 2
    group = fake.group("西山群")
    anna.says("/plans 西山", chat=group)
    assert "以后回答《西山市" in group.hears()[0].text
    anna.says(f"@{fake.username} 新建学校多少", chat=group)
    assert "西山市" in group.hears()[0].text
    assert "东湖市" in anna.asks("竣工几个").text


def test_figures_are_found_in_traditional_script(anna: Person) -> None:
    assert "新增學位 · 小學：100個" in anna.asks("/figures 學位").text


def test_who_asks_in_traditional_script_reads_it_on_every_button(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小學新增學位多少個")
    related, _ = press(fake, anna, reply, "相关条款")
    assert all(not is_simplified(text) for text in (related.text, *(row[0] for row in related.buttons[:-1])))


def is_simplified(text: str) -> bool:
    return bool(set(text) & set("条开学质训构办减负师"))


def test_what_administrators_see_is_not_shown_to_a_group(fake: FakeTelegram, admin: Person, anna: Person) -> None:
    group = fake.group("家长群")
    for command in ("/stats", "/unanswered", "/reload"):
        admin.says(command, chat=group)
    group.hears_nothing()
    assert "1 份计划" not in admin.asks("/reload").text
    anna.says("/privacy", chat=group)
    assert str(anna.id) not in group.hears()[0].text


def test_thanks_and_greetings_are_answered_as_such_and_are_no_unanswered_questions(anna: Person) -> None:
    assert "不客气" in anna.asks("谢谢！").text
    assert "再见" in anna.asks("再见").text
    reply = anna.asks("你好")
    assert ("您好" in reply.text, reply.buttons) == (True, [])


def test_the_reply_to_the_question_for_feedback_is_kept_as_feedback(anna: Person, fake: FakeTelegram) -> None:
    asked = anna.asks("/feedback")
    assert fake.calls_to("sendMessage")[-1].parameters["reply_markup"] == {"force_reply": True}
    anna.says("希望能查去年的", reply_to=asked)
    assert "记下了" in anna.hears()[0].text


def test_an_inline_card_that_is_too_long_still_says_where_it_stands(anna: Person, fake: FakeTelegram) -> None:
    anna.asks("/start")
    for card in fake.inline_answer(anna.asks_inline("西山食堂的饭菜")).results:
        assert "《西山市2029年教育工作要点》" in card["text"] or "《东湖" in card["text"]


def test_what_one_would_ask_next_is_a_button_and_answered_as_if_it_were_typed(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("小学新增学位多少")
    for label, says in (
        ("从多到少", "新增学位 · 初中：200个\n新增学位 · 小学：100个"),
        ("占比", "小学占新增学位的33.3%"),
    ):
        assert fake.callback_answer(anna.presses(reply, label)) == ""
        assert says in anna.hears()[0].text
    assert anna.asks("减轻教师负担").buttons[0][-1] == "全文"
    anna.presses(reply, "占比")  # it goes on from its own reply, whatever was asked since
    assert "小学占新增学位的33.3%" in anna.hears()[0].text


def test_two_questions_have_a_button_each_to_all_of_their_clause(anna: Person, fake: FakeTelegram) -> None:
    reply = anna.asks("东湖小学新增学位多少？评选名教师多少名？")
    assert [row[0][:2] for row in reply.buttons[:2]] == ["全文", "全文"]
    assert "报表" in press(fake, anna, reply, "减轻教师负担")[0].text
    press(fake, anna, reply, "返回")
    assert "竣工7个" in press(fake, anna, reply, "扩大学位供给")[0].text


def test_a_reaction_counts_as_a_thumb_and_only_once(anna: Person, bot: Inside, fake: FakeTelegram) -> None:
    def thumbs() -> tuple[int, int]:
        votes = {v.question: (v.up, v.down) for v in bot.assistant.records.feedback.votes()}
        return votes.get("初中竣工多少个", (0, 0))

    reply = anna.asks("初中竣工多少个")
    anna.reacts(reply, "👍")
    fake.wait_for(lambda: thumbs() == (1, 0))
    anna.reacts(reply, "👎", before="👍")
    fake.wait_for(lambda: thumbs() == (0, 1))
    anna.hears()
    for emoji, before in (("", "👎"), ("🎉", ""), ("👎", "👎")):
        anna.reacts(reply, emoji, before=before)
    anna.reacts(anna.says("竣工几个"), "👍")  # not on a reply of ours
    anna.hears()
    assert thumbs() == (0, 1)
    anna.hears_nothing()


def test_who_is_not_content_is_asked_why_once_and_the_reason_is_kept_with_the_question(
    anna: Person, bot: Inside, fake: FakeTelegram
) -> None:
    reply = anna.asks("初中新增学位多少个")
    press(fake, anna, reply, "👎")
    [asked] = anna.hears()
    assert (asked.text, fake.calls_to("sendMessage")[-1].parameters["reply_markup"]) == (
        "哪里不对？回复这条告诉我。",
        {"force_reply": True},
    )
    anna.says("数字\n太旧了", reply_to=asked)
    assert "记下了" in anna.hears()[0].text
    assert bot.assistant.records.feedback.notes()[0].note == "问“初中新增学位多少个”：数字 太旧了"
    group = fake.group("不满意的群")
    anna.says(f"@{fake.username} 竣工几个", chat=group)
    [there] = group.hears()
    assert "/feedback" in fake.callback_answer(anna.presses(there, "👎"))
    group.hears_nothing()
    anna.hears_nothing()


def test_who_is_not_content_twice_is_asked_once(bot: Inside, fake: FakeTelegram) -> None:  # noqa: ARG001
    ben = fake.person("小本")
    reply = ben.asks("初中新增学位多少个")
    press(fake, ben, reply, "👎")
    ben.hears()
    fake.callback_answer(ben.presses(reply, "👎"))
    ben.reacts(reply, "👎")
    ben.hears_nothing()


def test_what_is_sent_through_the_bot_or_said_to_others_is_no_question(anna: Person, fake: FakeTelegram) -> None:
    group = fake.group("聊天的群")
    query = anna.asks_inline("新增学位")
    fake.inline_answer(query)
    for chat in (None, group):
        anna.chooses(query, chat=chat)
    for i in range(12):
        anna.says(f"今天第{i}个人迟到", chat=group)
    anna.says(f"@{fake.username} 竣工几个", chat=group)
    assert [bold(m.html) for m in group.hears()] == ["竣工：7个"]
    group.hears_nothing()
    anna.hears_nothing()
