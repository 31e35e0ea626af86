"""The chat as it goes over HTTP, with and without the script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from web_server import application, serving, visiting

from bot.examples import examples
from bot.library import Library
from bot.records import Records
from bot.replies.blocks import Computed, Number, Numbers, Reply
from bot.replies.compose import compose
from bot.web.cards import Big, Figures, Links, Passage, answer_card
from bot.web.cards import card as card_of
from knowledge import finding
from knowledge.answer import ask
from knowledge.lexicon import Lexicon
from knowledge.model import Status
from knowledge.store import Store
from knowledge.wording import fold

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def visitor(shipped_db: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with visiting(shipped_db, tmp_path) as client:
        yield client


def card(visitor: httpx.Client, question: str, status: int = 200) -> str:
    response = visitor.post("/ask", data={"q": question}, headers=FETCH)
    assert (response.status_code, response.headers["x-fragment"]) == (status, "card")
    return response.text


def numbers(html: str) -> list[str]:
    """What stands large: numbers with their units."""
    return [n + u for n, u in re.findall(r'class="number[^"]*">([^<]*)</span>(?:<span class="unit">([^<]*))?', html)]


def link(html: str, kind: str) -> str:
    found = re.search(rf'class="{kind}" href="([^"]*)"', html)
    assert found, kind
    return unescape(found[1])


def links(html: str, kind: str) -> list[str]:
    return [unescape(found) for found in re.findall(rf'class="{kind}" href="([^"]*)"', html)]


def test_a_form_without_script_leads_to_a_page_that_shows_the_same_answer_when_it_is_reloaded(
    visitor: httpx.Client,
) -> None:
    response = visitor.post("/ask", data={"q": "今年新增多少学位"})
    assert response.status_code == 303
    first, again = (visitor.get(response.headers["location"]).text for _ in range(2))
    assert numbers(first) == ["16500个"]
    assert [re.sub("data-chat=\\S+", "", page) for page in (first, again)] == [re.sub("data-chat=\\S+", "", first)] * 2


def test_a_question_is_followed_up_by_the_cookie_alone(visitor: httpx.Client) -> None:
    card(visitor, "今年新增多少学位")
    assert numbers(card(visitor, "那小学呢")) == ["7020个"]
    visitor.cookies.clear()
    assert numbers(card(visitor, "那小学呢")) != ["7020个"]


def test_a_link_means_the_same_whatever_was_asked_before(visitor: httpx.Client) -> None:
    alone = visitor.get("/", params={"q": "那小学呢"}, headers=FETCH).text
    card(visitor, "今年新增多少学位")
    after = visitor.get("/", params={"q": "那小学呢"}, headers=FETCH).text
    assert numbers(after) == numbers(alone) != ["7020个"]


@pytest.mark.parametrize("later", ["那小学呢", "那竣工的呢", "哪条说的", "还有别的吗", "天气怎么样"])
def test_what_is_shared_of_a_follow_up_opens_the_same_answer_for_somebody_else(
    visitor: httpx.Client, later: str
) -> None:
    card(visitor, "今年新增多少学位")
    html = card(visitor, later)
    visitor.cookies.clear()
    opened = visitor.get(link(html, "share"), headers=FETCH)
    assert opened.status_code == 200
    assert numbers(opened.text) == numbers(html)
    if "/plan" in html:
        assert (
            set(links(opened.text, "source")) <= set(links(html, "source")) | set(links(html, "choice"))
            or later == "还有别的吗"
        )


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=今年新增多少学位",
        "/?q=孩子被打了",
        "/frame",
        "/clause?number=7",
        "/nowhere",
        "/plan",
        "/plans",
        "/figures",
    ],
)
def test_no_page_holds_what_its_policy_forbids(visitor: httpx.Client, address: str) -> None:
    html = visitor.get(address).text
    assert (
        re.findall(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)|javascript:|https?://(?!www\.w3\.org)', html)
        == []
    )


def test_each_reading_of_an_ambiguous_question_is_a_link_to_an_answer_of_its_own(visitor: httpx.Client) -> None:
    html = card(visitor, "24个是啥")
    readings = [visitor.get(href, headers=FETCH).text for href in links(html.split('class="related"')[0], "choice")]
    assert [numbers(r) for r in readings] == [["24个"], ["24个"]]
    assert len({link(r, "source") for r in readings}) == 2


def test_a_refusal_offers_the_nearest_clauses_to_tap(visitor: httpx.Client) -> None:
    html = card(visitor, "高中分数线多少")
    assert ("不一定是您要问的" in html, "最接近的是" in html, numbers(html)) == (True, False, [])
    first = visitor.get(links(html, "choice")[0], headers=FETCH)
    assert (first.status_code, "blockquote" in first.text) == (200, True)


def test_a_clause_that_was_tapped_is_what_the_next_question_is_about(visitor: httpx.Client) -> None:
    visitor.get("/clause?number=7", headers=FETCH)
    assert numbers(card(visitor, "那竣工的呢"))[0] == "24个"


@pytest.mark.parametrize(
    "address", ["/clause?number=99", "/clause?number=x", "/clause", "/clause?number=7&plan=别的", "/?t=none"]
)
def test_what_is_not_there_is_told_with_404(visitor: httpx.Client, address: str) -> None:
    assert visitor.get(address).status_code == 404
    assert visitor.get(address, headers=FETCH).headers.get("x-fragment") is None


def test_a_thumb_counts_once_a_person_and_can_be_turned(visitor: httpx.Client, tmp_path: Path) -> None:
    token = re.search(r'data-token="([^"]+)"', card(visitor, "小学学位"))
    assert token
    for up in ("1", "1", "0"):
        assert visitor.post("/vote", data={"token": token[1], "up": up}, headers=FETCH).status_code == 200
    [vote] = Records(tmp_path / "chats.db", forgiving=False).feedback.votes()
    assert (vote.question, vote.up, vote.down) == ("小学学位", 0, 1)
    assert vote.clause.endswith("第（七）条 持续增加学位资源供给")


def test_a_thumb_without_script_comes_back_to_the_answer_with_thanks(visitor: httpx.Client) -> None:
    token = re.search(r'data-token="([^"]+)"', card(visitor, "小学学位"))
    assert token
    response = visitor.post("/vote", data={"token": token[1], "up": "1"})
    page = visitor.get(response.headers["location"]).text
    assert (response.status_code, numbers(page), 'class="notice"' in page) == (303, ["7020个"], True)
    assert visitor.post("/vote", data={"token": "none", "up": "1"}).status_code == 404


def test_a_page_that_is_opened_again_gets_its_turns_back_in_their_order(visitor: httpx.Client) -> None:
    tokens = [re.findall(r'data-token="([^"]+)"', card(visitor, q))[0] for q in ("武进几个项目", "投入多少钱")]
    html = visitor.get("/turns", params={"t": [*tokens, "none"]}, headers=FETCH).text
    assert re.findall(r'class="bubble">([^<]*)', html) == ["武进几个项目", "投入多少钱"]
    many = visitor.get("/turns", params={"t": tokens[:1] * 30 + tokens[1:]}, headers=FETCH).text
    assert re.findall(r'class="bubble">([^<]*)', many) == ["武进几个项目"] * 19 + ["投入多少钱"]


def test_the_chat_in_a_frame_remembers_without_a_cookie(shipped_db: Path, tmp_path: Path) -> None:
    with serving(application(shipped_db, tmp_path)) as address:
        page = httpx.get(f"{address}/frame", trust_env=False).text
        chat = re.search(r'name="chat" value="([^"]+)"', page)
        assert chat
        other = re.search(r'name="chat" value="([^"]+)"', httpx.get(f"{address}/frame", trust_env=False).text)
        assert other
        assert chat[1] != other[1]
        headers = FETCH | {"X-Chat": chat[1]}
        httpx.post(f"{address}/ask", data={"q": "今年新增多少学位"}, headers=headers, trust_env=False)
        told = httpx.post(f"{address}/ask", data={"q": "那小学呢"}, headers=headers, trust_env=False).text
        form = {"q": "那初中呢", "chat": chat[1], "embedded": "1"}
        without_script = httpx.post(f"{address}/ask", data=form, trust_env=False)
    assert numbers(told) == ["7020个"]
    assert (without_script.status_code, numbers(without_script.text)) == (200, ["2250个"])
    assert 'class="chat embedded"' in without_script.text


def test_a_chat_that_nobody_made_here_is_not_taken(visitor: httpx.Client) -> None:
    for made_up in ("terminal", "web:1", "x" * 200):
        visitor.post("/ask", data={"q": "今年新增多少学位"}, headers=FETCH | {"X-Chat": made_up})
        visitor.cookies.clear()
        html = visitor.post("/ask", data={"q": "那小学呢"}, headers=FETCH | {"X-Chat": made_up}).text
        assert numbers(html) != ["7020个"]
        visitor.cookies.clear()


def test_who_asks_in_traditional_script_gets_a_card_in_it(visitor: httpx.Client) -> None:
    html = card(visitor, "今年新增多少個小學學位？")
    assert 'lang="zh-Hant"' in html
    assert "<mark>小學7020個</mark>" in html
    assert re.findall("学|条|关|复", re.sub(r'(?:href|value)="[^"]*"', "", html)) == []


def test_whom_to_call_comes_first_and_is_one_tap_away(visitor: httpx.Client) -> None:
    html = card(visitor, "孩子被打了怎么办")
    assert re.findall(r'href="tel:(\d+)"', html) == ["110", "120", "12356", "12355"]
    parts = [html.find(part) for part in ("<h3", 'class="words"', 'class="choices"') if part in html]
    assert html.index("tel:110") < min(parts)


@pytest.mark.parametrize("question", ["", "   ", "？？？", "Привет", "学位" * 501])
def test_what_asks_nothing_is_told_so_and_keeps_nothing(visitor: httpx.Client, question: str) -> None:
    html = card(visitor, question, status=422)
    assert "data-token" not in html
    assert visitor.post("/ask", data={"q": question}).status_code == 422


def test_where_the_file_of_the_chats_is_no_database_everything_goes_on(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path) as visitor:
        (tmp_path / "chats.db").write_bytes(b"no database" * 1000)
        html = card(visitor, "今年新增多少学位")
        assert (numbers(html), numbers(card(visitor, "那小学呢"))) == (["16500个"], ["7020个"])
        [token] = re.findall(r'data-token="([^"]+)"', html)
        assert visitor.post("/vote", data={"token": token, "up": "1"}, headers=FETCH).status_code == 200


def test_the_widget_may_be_fetched_by_any_site(visitor: httpx.Client) -> None:
    response = visitor.get("/widget.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


def test_examples_are_questions_that_the_plan_answers(shipped_db: Path, small_file: Path, small: Store) -> None:
    for db in (shipped_db, small_file.with_suffix(".db")):
        library = Library(db)
        shown = examples(library.store, library.lexicon)
        assert len(shown) >= 3
        assert {ask(q, library.store, library.lexicon).status for q in shown} == {Status.ANSWERED}
    assert small.plan()


@pytest.mark.parametrize(
    ("told", "bigs"),
    [
        ("小学学位", [("新增学位 · 小学", "7020", "个", False)]),
        ("投入多少钱", [("投入", "1.5", "亿元", False)]),
        (
            "武进和新北加起来几个",
            [
                ("合计", "19", "个", True),
                ("重点建设项目 · 武进区", "7", "个", False),
                ("重点建设项目 · 新北区", "12", "个", False),
            ],
        ),
        (
            "小学学位占百分之几",
            [
                ("小学占新增学位的", "42.5", "%", True),
                ("新增学位 · 小学", "7020", "个", False),
                ("新增学位", "16500", "个", False),
            ],
        ),
        (
            "哪个区重点建设项目最多",
            [
                ("", "新北区、天宁区并列最多", "", True),
                ("重点建设项目 · 新北区", "12", "个", False),
                ("重点建设项目 · 天宁区", "12", "个", False),
            ],
        ),
    ],
)
def test_what_was_computed_comes_first_and_says_so(
    shipped: Store, shipped_words: Lexicon, told: str, bigs: list[tuple[str, str, str, bool]]
) -> None:
    answer = ask(told, shipped, shipped_words)
    parts = answer_card(answer, compose(answer, shipped.plan()), shipped, Links()).parts
    shown: list[Big] = [b for p in parts if isinstance(p, Figures) for b in p.bigs]
    assert [(b.what, b.number, b.unit, b.computed) for b in shown] == bigs
    assert all(b.how for b in shown if b.computed)


def test_a_card_says_all_that_a_number_and_what_was_computed_say() -> None:
    numbers = (Number("机构", "10", "家", "（以上）", 2), Computed("2041年比2040年高", "6", "个百分点", "86% − 80%"),
               Computed("新北区和天宁区一样多", "", "", "都是12个"))  # fmt: skip
    [figures] = card_of(Reply((Numbers(numbers),)), Links()).parts
    assert isinstance(figures, Figures)
    assert [(b.place, b.what, b.number, b.unit, b.how) for b in figures.bigs] == [
        ("", "2041年比2040年高", "6", "个百分点", "86% − 80%"),
        ("", "", "新北区和天宁区一样多", "", "都是12个"),
        ("2", "机构", "10", "家（以上）", ""),
    ]


def test_whatever_is_not_simply_answered_is_told_gently(shipped: Store, shipped_words: Lexicon) -> None:
    answer = ask("小学学位", shipped, shipped_words)
    told = {s: replace(answer, findings=(replace(answer.findings[0], status=s),)) for s in Status}
    gentle = {s for s, one in told.items() if answer_card(one, Reply(()), shipped, Links()).gentle}
    assert gentle == set(Status) - {Status.ANSWERED, Status.AMBIGUOUS}


@pytest.mark.parametrize(("question", "title"), [("今年新增多少学位", "其中"), ("小学学位", "新增学位 16500个")])
def test_a_chart_names_its_total_unless_that_stands_above_it(visitor: httpx.Client, question: str, title: str) -> None:
    assert re.findall("<figcaption>([^<]+)</figcaption>", card(visitor, question)) == [title]


@pytest.mark.parametrize(
    "question", ["今年新增多少学位", "武进和新北加起来几个", "新增学位多少？食育基地几个？", "24个是啥", "党建"]
)
def test_what_is_quoted_is_not_offered_to_tap_as_well(visitor: httpx.Client, question: str) -> None:
    html = card(visitor, question)
    quoted = {re.search(r"#clause-(\d+)", href)[1] for href in links(html, "source")}
    offered = {found[1] for href in links(html, "choice") if (found := re.search(r"number=(\d+)", href))}
    assert (bool(quoted), bool(offered), quoted & offered) == (True, True, set())


def test_two_questions_make_one_card_with_both_numbers_and_both_sources(visitor: httpx.Client) -> None:
    html = card(visitor, "新增学位多少？食育基地几个？")
    assert numbers(html) == ["16500个", "100个"]
    assert len(set(links(html, "source"))) == 2
    assert html.index("16500") < html.index("食育基地")


def test_a_detail_that_the_plan_does_not_state_is_told_gently_with_what_it_does_say(visitor: httpx.Client) -> None:
    html = card(visitor, "补习班电话多少")
    assert 'class="card gentle"' in html
    assert "计划没有写电话或网址。关于这件事，写的是：" in html
    assert ("<blockquote>" in html, "最接近的几条" in html) == (True, False)


def test_a_number_is_not_marked_inside_another(shipped: Store, shipped_words: Lexicon) -> None:
    answer = ask("武进几个项目", shipped, shipped_words)
    parts = answer_card(answer, compose(answer, shipped.plan()), shipped, Links()).parts
    [passage] = [p for p in parts if isinstance(p, Passage)]
    marked = "".join(text for pieces in passage.sentences for text, said in pieces if said)
    assert ("7个" in marked, "57个" in marked) == (True, False)


def test_other_clauses_that_answer_stand_once_as_something_to_tap(
    visitor: httpx.Client, shipped: Store, shipped_words: Lexicon
) -> None:
    question = next(q for q in ("党建", "健康", "教师", "学校") if len(ask(q, shipped, shipped_words).matches) > 1)
    html = card(visitor, question)
    assert "也可以看" not in re.sub(r'data-copy="[^"]*"', "", html)
    assert "相关条款" in html


def test_every_number_on_a_card_stands_in_the_reply(
    visitor: httpx.Client, shipped: Store, shipped_words: Lexicon
) -> None:
    for question in ("今年新增多少学位", "哪个区项目最多", "10所是啥", "第七条", "心理热线", "近视率降多少"):
        answer = ask(question, shipped, shipped_words)
        text = unescape(re.sub("<[^>]*>", " ", visitor.get(f"/?q={quote(question)}", headers=FETCH).text))
        said = set(re.findall(r"\d+(?:\.\d+)?", "".join(str(b) for b in compose(answer, shipped.plan()).blocks)))
        assert set(re.findall(r"\d+(?:\.\d+)?", text)) <= said | {str(n) for n in range(10)}


def test_a_chat_goes_on_from_any_answer_that_is_kept_and_learns_nothing_said_before_it(visitor: httpx.Client) -> None:
    tokens = [
        re.findall(r'data-token="([^"]+)"', card(visitor, q))[0]
        for q in ("武进几个项目", "今年新增多少学位", "高中分数线多少")
    ]

    def after(token: str, question: str) -> list[str]:
        visitor.cookies.clear()
        return numbers(visitor.post("/ask", data={"q": question, "after": token}, headers=FETCH).text)

    assert after(tokens[1], "那小学呢") == ["7020个"]
    assert after(tokens[0], "占比")[0] == "12.3%"
    assert after(tokens[1], "回到武进") != ["7个"]
    assert after(tokens[2], "那小学呢") != ["7020个"]
    assert after("none", "那小学呢") != ["7020个"]


def test_who_goes_on_where_the_chat_stands_keeps_all_that_it_was_about(visitor: httpx.Client) -> None:
    card(visitor, "武进几个项目")
    [token] = re.findall(r'data-token="([^"]+)"', card(visitor, "今年新增多少学位"))
    html = visitor.post("/ask", data={"q": "那小学呢", "after": token}, headers=FETCH).text
    assert numbers(html) == ["7020个"]


def test_several_answers_are_opened_by_one_address(visitor: httpx.Client) -> None:
    tokens = [re.findall(r'data-token="([^"]+)"', card(visitor, q))[0] for q in ("武进几个项目", "投入多少钱")]
    page = visitor.get("/", params={"t": [*tokens, "none"]}).text
    assert re.findall(r'class="bubble">([^<]*)', page) == ["武进几个项目", "投入多少钱"]
    assert f'name="after" value="{tokens[-1]}"' in page


def test_a_new_chat_knows_nothing_of_the_one_before(visitor: httpx.Client) -> None:
    card(visitor, "今年新增多少学位")
    response = visitor.post("/new")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert numbers(card(visitor, "那小学呢")) != ["7020个"]


def test_what_is_unsure_is_chosen_in_the_chat_and_answers_the_question(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "answers", lambda _likely: False)
    monkeypatch.setattr(finding, "may_answer", lambda _likely: True)
    html = card(visitor, "减轻教师负担")
    offered = re.findall(r'<button class="choice onward"[^>]*value="(\d)"[^>]*>([^<]*)', html)
    assert offered[0][0] == "1"
    [token] = re.findall(r'data-token="([^"]+)"', html)
    chosen = visitor.post("/ask", data={"next": "1", "q": "", "after": token}, headers=FETCH).text
    assert "<blockquote>" in chosen
    [shown] = re.findall(r'data-token="([^"]+)"', chosen)
    turn = visitor.get("/turns", params={"t": shown}, headers=FETCH).text
    assert re.findall(r'class="bubble">([^<]*)', turn)[0] in offered[0][1]


def test_no_chip_leads_to_a_refusal_or_to_the_same_again(visitor: httpx.Client) -> None:
    for question in ("今年新增多少学位", "武进几个项目", "投入多少钱", "竣工几个", "小学学位占百分之几"):
        html = card(visitor, question)
        [token] = re.findall(r'data-token="([^"]+)"', html)
        for text in re.findall(r'<button class="chip onward"[^>]*value="([^"]+)"', html):
            new = visitor.post("/ask", data={"next": text, "after": token}, headers=FETCH).text
            assert 'class="card gentle"' not in new
            assert numbers(new) != numbers(html)


@pytest.mark.parametrize(
    ("question", "order", "share"),
    [
        ("今年新增多少学位", ["7020个", "6030个", "2250个", "1200个"], None),
        ("小学学位", ["7020个", "6030个", "2250个", "1200个"], ["42.5%", "7020个", "16500个"]),
        ("今年新增多少學位", ["7020個", "6030個", "2250個", "1200個"], None),
        ("投入多少钱", None, None),  # nothing is a part of it
        ("各区项目几个", None, None),  # in order already
        ("小学学位占百分之几", None, None),
    ],
)
def test_what_may_be_asked_next_of_a_part_is_the_order_of_all_and_its_share(
    visitor: httpx.Client, question: str, order: list[str] | None, share: list[str] | None
) -> None:
    html = card(visitor, question)
    [token] = re.findall(r'data-token="([^"]+)"', html)
    offered = re.findall(r'<button class="chip onward" form="ask" name="next" value="([^"]+)"', html)
    assert [fold(text) for text in offered] == [t for t, told in (("从多到少", order), ("占比", share)) if told]
    for text, told in zip(offered, filter(None, (order, share)), strict=True):
        card(visitor, "心理健康")  # the answer that it stands under is meant, not the last one
        led = visitor.post("/ask", data={"next": text, "q": "", "after": token})
        assert numbers(visitor.get(led.headers["location"]).text) == told


def test_a_search_engine_may_read_the_plans_and_a_browser_finds_the_icon(visitor: httpx.Client) -> None:
    robots = RobotFileParser()
    robots.parse(visitor.get("/robots.txt").text.splitlines())
    assert robots.can_fetch("*", "/plan?plan=2021")
    hidden = ("/?q=1", "/?t=w", "/ask", "/clause?number=7", "/suggest?q=1", "/compare?item=1")
    assert not any(robots.can_fetch("*", path) for path in hidden)
    assert visitor.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_a_map_for_search_engines_is_there_where_our_address_is_known(shipped_db: Path, tmp_path: Path) -> None:
    home = "https://ask.example.org"
    with visiting(shipped_db, tmp_path, public_url=home) as visitor:
        assert f"Sitemap: {home}/sitemap.xml" in visitor.get("/robots.txt").text
        robots = RobotFileParser()
        robots.parse(visitor.get("/robots.txt").text.splitlines())
        places = [unescape(loc) for loc in re.findall("<loc>(.*?)</loc>", visitor.get("/sitemap.xml").text)]
        assert f"{home}/plan?plan={quote('2021年常州教育工作要点')}" in places
        assert len(places) == len(set(places))
        for place in places:
            assert visitor.get(place.removeprefix(home)).status_code == 200
            assert robots.can_fetch("*", place)
    with visiting(shipped_db, tmp_path) as visitor:
        assert visitor.get("/sitemap.xml").status_code == 404
        assert "Sitemap" not in visitor.get("/robots.txt").text
