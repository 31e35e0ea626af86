"""A shared answer: whoever opens its link finds what was shared, however old it is, and nothing that anybody typed."""

import asyncio
import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from conftest import LAKE, SMALL
from playwright.sync_api import Browser, expect
from web_browser import ask, browsing, enlarged, faults, visit
from web_server import application, serving, visiting

from bot.pictures import png
from bot.records import Records
from bot.records.shared import Shared
from bot.replies import shared
from bot.replies.blocks import Quote, Reply
from bot.replies.compose import compose
from bot.replies.shared import Fate
from bot.web import sharing
from indexer.build import build
from indexer.document import read_document
from knowledge.answer import ask as ask_of
from knowledge.lexicon import Lexicon
from knowledge.model import Clause
from knowledge.store import Store

FETCH = {"X-Requested-With": "fetch"}
PUBLIC = "https://ask.example.org"
CHINESE = png.Painter().can
# An answer as the first version kept it: links to such lie in people's chats.
OLD = """{"blocks":[{"type":"Numbers","items":[{"type":"Number","what":"新增学位 · 小学","number":"100","unit":"个","note":"",
"place":0,"figure":null,"clause":null},{"type":"Computed","what":"合计","number":"300","unit":"个","how":"由100个 + 200个算出"}]},
{"type":"Chart","title":"新增学位 300个","bars":[{"name":"小学","raw":"100个","share":"0.5","marked":true,"value":"100","unit":"个"}]},
{"type":"Say","text":"按最新的计划答。","heading":false},{"type":"Help","text":"请打 110。","dials":["110"]},
{"type":"Quote","text":"新增学位300个，其中小学100个。","source":"《东湖计划》第（一）条 扩大学位供给","clause":{"number":1,"ref":"（一）",
"chapter":"一、增加学位","title":"扩大学位供给","text":"","figures":[],"plan":"东湖计划","edition":"","key":0,"id":null,"path":"","year":2030},
"said":["小学"]},{"type":"Whole","text":"扩大学位供给。","clause":{"number":1,"ref":"（一）","chapter":"","title":"扩大学位供给","text":"",
"figures":[],"plan":"东湖计划","edition":"","key":0,"id":null,"path":"","year":2030}},{"type":"Clauses","lines":[["（一）扩大",
{"number":1,"ref":"（一）","chapter":"","title":"扩大学位供给","text":"","plan":"东湖计划"}]]}],"traditional":false,
"stands":[{"plan":"东湖计划","number":1,"digest":"0000000000000000"}]}"""


@pytest.fixture
def visitor(shipped_db: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    with visiting(shipped_db, tmp_path) as client:
        yield client


def answered(visitor: httpx.Client, question: str, **more: str) -> str:
    """The card of an answer."""
    return visitor.post("/ask", data={"q": question, **more}, headers=FETCH).text


def link_of(card: str) -> str:
    """The link that opens it for good, empty where it has none."""
    found = re.search(r'data-kept="([^"]+)"', card)
    return found[1] if found else ""


def share(visitor: httpx.Client, card: str, **more: str) -> httpx.Response:
    token = re.search(r'data-token="([^"]+)"', card)
    assert token
    return visitor.post("/share", data={"token": token[1], **more})


def told(html: str) -> tuple[list[str], list[str], list[str]]:
    """What a card tells: its numbers, its sentences, where they stand."""
    patterns = (r'class="number[^"]*">([^<]*)', r"<blockquote>(.*?)</blockquote>", r'class="source" href="([^"]*)"')
    return tuple(re.findall(p, html) for p in patterns)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "question",
    ["今年新增多少学位", "武进和新北加起来几个项目", "24个是啥", "心理健康", "第七条", "增加學位", "第五部分"],
)
def test_a_link_opens_for_somebody_else_what_was_shared(visitor: httpx.Client, question: str) -> None:
    card = answered(visitor, question)
    assert visitor.get(link_of(card)).status_code == 404
    assert share(visitor, card).headers["location"] == link_of(card)
    visitor.cookies.clear()
    opened = visitor.get(link_of(card))
    assert opened.status_code == 200
    assert told(opened.text) == told(card)
    assert "set-cookie" not in opened.headers


def test_a_follow_up_a_reading_and_a_clause_are_shared_too(visitor: httpx.Client) -> None:
    answered(visitor, "今年新增多少学位")
    follow_up = answered(visitor, "那小学呢")
    both = answered(visitor, "24个是啥")
    reading = visitor.get(unescape(re.findall(r'class="choice" href="(/\?t=[^"]+)"', both)[1])).text
    clause = visitor.get("/clause?number=7", headers=FETCH).text
    for card in (follow_up, reading, clause):
        share(visitor, card)
        assert told(visitor.get(link_of(card)).text) == told(card)


def test_the_same_answer_has_one_link_however_it_was_asked_for(visitor: httpx.Client, tmp_path: Path) -> None:
    cards = [answered(visitor, q) for q in ("小学学位", "请问小学学位？", "小学学位")]
    assert len({share(visitor, card).headers["location"] for card in cards}) == 1
    with sqlite3.connect(tmp_path / "chats.db") as chats:
        assert chats.execute("SELECT count(*) FROM shared").fetchone() == (1,)


@pytest.mark.parametrize(
    "question",
    ["王小明家小学学位有多少", "小学学位多少？王小明能上吗", "钟楼区王小明新增学位", "王小明第七条", "王小明 24个是啥"],
)
def test_nothing_that_was_typed_is_kept(visitor: httpx.Client, tmp_path: Path, question: str) -> None:
    card = answered(visitor, question)
    share(visitor, card)
    if link_of(card):
        assert "王小明" not in visitor.get(link_of(card)).text + visitor.get(f"{link_of(card)}/card.svg").text
    with sqlite3.connect(tmp_path / "chats.db") as chats:
        kept = chats.execute("SELECT * FROM shared").fetchall()
    assert len(kept) == bool(link_of(card))
    assert not [
        value for row in kept for value in row if "王小明" in value or visitor.cookies.get("yaodian", "-") in value
    ]


def test_what_is_not_answered_is_passed_on_as_a_question(visitor: httpx.Client) -> None:
    for question in ("高中分数线多少", "近视率降多少", "你好", "孩子被打了怎么办"):
        card = answered(visitor, question)
        assert (link_of(card), 'class="share" href="/?q=' in card, "存成图片" in card) == ("", True, False)
        assert share(visitor, card).status_code == 404
    assert visitor.post("/share", data={"token": "none"}).status_code == 404


def rebuilt(db: Path, text: str) -> None:
    db.with_suffix(".txt").write_text(text, encoding="utf8")
    new = db.with_name("new.db")
    build([read_document(db.with_suffix(".txt"))], new)
    new.replace(db)


def test_an_answer_stays_the_same_and_says_what_became_of_its_plan(tmp_path: Path) -> None:
    db = tmp_path / "plan.db"
    rebuilt(db, SMALL)
    with visiting(db, tmp_path) as visitor:
        card = answered(visitor, "小学新增多少学位")
        share(visitor, card)
        link = link_of(card)

        def opened(text: str) -> tuple[bool, str]:
            rebuilt(db, text)
            page = visitor.get(link).text
            return told(page) == told(card), "".join(re.findall(r'class="notice">([^<]*)', page))

        assert opened(SMALL) == (True, "")
        moved = SMALL.replace("（二）", "（三）").replace("（一）扩大", "（一）先做别的。\n（二）扩大")
        assert opened(moved) == (True, "")
        assert opened(SMALL.replace("小学100个", "小学900个")) == (True, Fate.CHANGED.value)
        assert opened(SMALL.replace("东湖市2030年教育工作要点", "西湖市2031年教育工作要点")) == (True, Fate.GONE.value)
        again = re.search(r'<a href="([^"]+)">按现在的计划再问一次', visitor.get(link).text)
        assert again
        assert "100" in visitor.get(unescape(again[1])).text
        assert opened(SMALL) == (True, "")


def test_a_number_that_is_asked_again_is_told_again(shipped: Store, shipped_words: Lexicon) -> None:
    def kept(question: str) -> shared.Kept | None:
        answer = ask_of(question, shipped, shipped_words)
        return shared.read(shared.content_of(compose(answer, shipped.plan()), answer))

    figures = {f for c in shipped.clauses_of(shipped.titles()[0]) for f in c.figures}
    asked = {one for f in figures if (one := kept(f"{f.part or ''}{f.what}多少{f.unit}")) and shared.question(one)}
    assert len(asked) > 40
    for one in asked:
        again = kept(shared.question(one))
        assert again
        assert {i.number for i in one.items} <= {i.number for i in again.items}, shared.question(one)


@pytest.mark.parametrize("question", ["小学和初中新增学位共多少", "增加学位", "第一条", "4个是啥"])
def test_what_no_few_words_ask_for_leads_to_its_clause_wherever_that_stands_by_now(
    tmp_path: Path, question: str
) -> None:
    db = tmp_path / "plan.db"
    rebuilt(db, SMALL)
    with visiting(db, tmp_path) as visitor:
        card = answered(visitor, question)
        share(visitor, card)

        def led(text: str) -> list[str]:
            """The clause that each of its links leads to."""
            rebuilt(db, text)
            html = visitor.get(link_of(card)).text
            assert "再问一次" not in html
            hrefs = re.findall(r'<a(?: class="chip")? href="([^"]+)">看(?:原文|现在是怎么写的)</a>', html)
            told = [re.fullmatch(r"(/plan\?.*)#(clause-\d)", unescape(href)) for href in hrefs]
            assert all(m and f'id="{m[2]}"' in visitor.get(m[1]).text for m in told)
            return [m[2] for m in told if m]

        assert led(SMALL) == ["clause-1"]
        assert led(SMALL.replace("（一）扩大", "（一）先做别的。\n（二）扩大")) == ["clause-2"]
        assert led(SMALL.replace("初中200个", "初中210个")) == ["clause-1"] * 2
        assert led(LAKE) == []


def test_of_several_plans_the_one_that_answered_is_asked_again(tmp_path: Path) -> None:
    files = [tmp_path / "东湖.txt", tmp_path / "青湖.txt"]
    for file, text in zip(files, (SMALL, LAKE), strict=True):
        file.write_text(text, encoding="utf8")
    build([read_document(file) for file in files], tmp_path / "plan.db")
    with visiting(tmp_path / "plan.db", tmp_path) as visitor:
        card = answered(visitor, "新增学位多少", plan="青湖市2031年教育工作计划")
        share(visitor, card)
        again = re.search(r'<a class="chip" href="([^"]+)">再问一次', visitor.get(link_of(card)).text)
        assert again
        assert told(visitor.get(unescape(again[1])).text)[0] == told(card)[0]


def test_whoever_opens_a_link_leaves_nothing_behind(visitor: httpx.Client, tmp_path: Path) -> None:
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    with sqlite3.connect(tmp_path / "chats.db") as chats:
        before = "\n".join(chats.iterdump())
    for path in ("", "/picture", "/card.svg", "/card.png", "/chart.csv", "?from=singlemessage"):
        visitor.get(link_of(card) + path, follow_redirects=True)
    with sqlite3.connect(tmp_path / "chats.db") as chats:
        assert "\n".join(chats.iterdump()) == before


def test_an_answer_that_the_first_version_kept_is_opened_for_good(visitor: httpx.Client, tmp_path: Path) -> None:
    name = Records(tmp_path / "chats.db").shared.keep(OLD)
    page, svg = (visitor.get(f"/a/{name}{path}") for path in ("", "/card.svg"))
    assert (page.status_code, svg.status_code, told(page.text)[0]) == (200, 200, ["300", "100"])
    assert Fate.GONE.value in page.text
    assert '<a class="dial" href="tel:110">' in page.text
    assert visitor.get(f"/a/{name}/chart.csv").text.splitlines()[1:] == ["新增学位 300个,小学,100个,100,个"]


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "{{ 1234 * 5678 }}", "长" * 300, "一\\u001b[31m\\u0000二", "=1+1"]
)
def test_whatever_stands_in_a_plan_is_text_on_the_page_and_in_the_picture(
    visitor: httpx.Client, tmp_path: Path, text: str
) -> None:
    typed = text.replace('"', '\\"')
    for name in ("小学", "扩大学位供给", "东湖计划", "新增学位 300个", "新增学位300个，其中小学100个。", "合计"):
        link = f"/a/{Records(tmp_path / 'chats.db').shared.keep(OLD.replace(name, typed))}"
        pages = [visitor.get(link + path).text for path in ("", "/picture")]
        pictures = [visitor.get(link + path) for path in ("/card.svg", "/chart.svg")]
        for page in pages:
            assert not re.search(r"<script>|7006652|og:title\" content=\"\"", page)
            assert "<h1" in page
        assert [ET.fromstring(p.content).tag for p in pictures] == ["{http://www.w3.org/2000/svg}svg"] * 2
        assert not [
            row for row in csv.reader(io.StringIO(visitor.get(f"{link}/chart.csv").text)) if row[0].startswith("=")
        ]


@pytest.mark.parametrize(
    "content", ["", "{}", "null", "[" * 5000, '{"blocks":[{"type":"Other"}],"traditional":false,"stands":[]}']
)
def test_what_cannot_be_read_any_more_is_told_kindly(visitor: httpx.Client, tmp_path: Path, content: str) -> None:
    name = Records(tmp_path / "chats.db").shared.keep(content)
    response = visitor.get(f"/a/{name}")
    assert (response.status_code, sharing.NO_SUCH in response.text) == (404, True)


def test_a_name_that_is_cut_or_made_up_is_told_kindly(visitor: httpx.Client) -> None:
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    link = link_of(card)
    for wrong in (link[:-1], link + "0", link.upper() + "A", "/a/" + "0" * 16, "/a/" + "a" * 5000, "/a/%00", "/a/..%2f..",
                  "/a/ａａａａａａａａａａａａａａａａ", "/a/' OR 1=1 --"):  # fmt: skip
        for path in ("", "/picture", "/card.png", "/chart.csv"):
            response = visitor.get(wrong + path)
            assert (response.status_code, "<h1>没有找到</h1>" in response.text) == (404, True), wrong
    assert [visitor.get(link + p).status_code for p in ("/card.csv", "/card.gif", "/chart", "/x")] == [404] * 4
    clause = visitor.get("/clause?number=7", headers=FETCH).text
    share(visitor, clause)
    assert [visitor.get(f"{link_of(clause)}/chart.{kind}").status_code for kind in ("svg", "png", "csv")] == [404] * 3


def test_sharing_is_counted_and_other_sites_cannot_share(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path, per_minute=4) as visitor:
        card = answered(visitor, "小学新增多少学位")
        assert [share(visitor, card).status_code for _ in range(4)] == [303, 303, 303, 429]
    with visiting(shipped_db, tmp_path) as visitor:
        token = re.search(r'data-token="([^"]+)"', answered(visitor, "小学新增多少学位"))
        assert token
        response = visitor.post("/share", data={"token": token[1]}, headers={"origin": "https://evil.example"})
        assert response.status_code == 403


def test_when_all_that_may_be_kept_is_kept_the_links_that_there_are_stay(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, other = answered(visitor, "小学新增多少学位"), answered(visitor, "心理健康")
    share(visitor, card)
    keep = Shared.keep
    monkeypatch.setattr(Shared, "keep", lambda self, content: keep(self, content, 1))
    full = share(visitor, other)
    assert (full.status_code, sharing.FULL in full.text) == (503, True)
    assert share(visitor, card).status_code == 303
    assert visitor.get(link_of(card)).status_code == 200


def test_what_is_too_long_is_not_kept() -> None:
    clause = Clause(1, "（一）", "", "一", "长" * 20_000, plan="计划")
    assert shared.content_of(Reply((Quote("短", "", clause),)))
    assert not shared.content_of(Reply((Quote("长" * 20_000, "", clause),)))


def test_a_link_that_is_passed_on_shows_what_it_answers(shipped_db: Path, tmp_path: Path) -> None:
    with visiting(shipped_db, tmp_path, public_url=PUBLIC) as visitor:
        card = answered(visitor, "小学新增多少学位")
        share(visitor, card)
        html = visitor.get(link_of(card)).text
        named = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html))
        address = PUBLIC + link_of(card)
        assert named["og:title"] == "新增学位 · 小学：7020个 · 要点"
        assert named["og:description"] == named["description"]
        assert "小学7020个" in named["description"]
        assert "第（七）条" in named["description"]
        assert (named["og:url"], named.get("og:image")) == (address, f"{address}/card.png" if CHINESE else None)
        assert f'<link rel="canonical" href="{address}">' in html
        assert address in visitor.get(f"{link_of(card)}/card.svg").text
        for path, canonical in (("/", "/"), ("/plans?page=1", "/plans"), ("/?q=小学学位", "/")):
            assert f'<link rel="canonical" href="{PUBLIC}{canonical}">' in visitor.get(path).text
        assert f'<link rel="canonical" href="{PUBLIC}/plan?plan=2021' in visitor.get("/plan").text


def test_without_a_public_address_no_host_is_made_up(visitor: httpx.Client) -> None:
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    for path in ("", "/picture"):
        html = visitor.get(link_of(card) + path, headers={"host": "evil.example.org"}).text
        assert not re.search(r"https?://|evil|canonical|og:image|og:url", html)
    svg = visitor.get(link_of(card) + "/card.svg", headers={"host": "evil.example.org"}).text
    assert (svg.count("http"), "evil" in svg, svg.count("<path")) == (1, False, 1)


def test_a_shared_answer_is_small(visitor: httpx.Client) -> None:
    card = answered(visitor, "各区项目几个")
    share(visitor, card)
    page = visitor.get(link_of(card))
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    sizes = [int(visitor.get(path).headers["content-length"]) for path in (link_of(card), *files)]
    assert (sum(sizes) < 35_000, len(sizes)) == (True, 5)


def test_a_page_is_made_once_whatever_was_put_behind_its_address(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    read, made = shared.read, list[str]()
    monkeypatch.setattr(shared, "read", lambda content: made.append(content) or read(content))
    pages = {
        visitor.get(link_of(card) + more).text for more in ("", "?from=timeline", "?utm_source=1&isappinstalled=0")
    }
    assert (len(pages), len(made)) == (1, 1)


# --- pictures and tables


def test_a_chart_is_taken_away_as_a_table(visitor: httpx.Client) -> None:
    card = answered(visitor, "各区项目几个")
    share(visitor, card)
    response = visitor.get(f"{link_of(card)}/chart.csv")
    head, *rows = csv.reader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert (response.headers["content-type"], tuple(head)) == ("text/csv; charset=utf-8", sharing.COLUMNS)
    assert sum(int(row[3]) for row in rows) == 57
    assert {tuple(row) for row in rows} >= {("重点建设项目 57个", "武进区", "7个", "7", "个")}


@pytest.mark.parametrize("name", ["card", "chart"])
def test_a_picture_holds_what_is_answered_and_nothing_that_runs(visitor: httpx.Client, name: str) -> None:
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    response = visitor.get(f"{link_of(card)}/{name}.svg")
    assert response.headers["content-type"] == "image/svg+xml"
    drawn = list(ET.fromstring(response.text).iter())
    words = ["".join(e.itertext()) for e in drawn if e.tag.endswith("}text")]
    assert {"小学", "7020个", "第（七）条 持续增加学位资源供给", "《2021年常州教育工作要点》（通俗版）"} <= set(words)
    assert not [a for e in drawn for a in e.attrib if a.startswith("on") or "href" in a or a == "style"]


@pytest.mark.skipif(not CHINESE, reason="no Chinese font is installed")
def test_a_picture_is_made_once(visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    start = asyncio.create_subprocess_exec
    made: list[str] = []
    monkeypatch.setattr(
        asyncio, "create_subprocess_exec", lambda *words, **how: made.append("") or start(*words, **how)
    )
    card = answered(visitor, "小学新增多少学位")
    share(visitor, card)
    pictures = [visitor.get(f"{link_of(card)}/card.png{more}") for more in ("", "", "?from=timeline")]
    assert {p.content[:8] for p in pictures} == {b"\x89PNG\r\n\x1a\n"}
    assert ({p.content for p in pictures}, len(made)) == ({pictures[0].content}, 1)
    assert visitor.get(f"{link_of(card)}/chart.png").headers["content-type"] == "image/png"


def test_where_no_png_can_be_made_the_svg_is_offered(
    shipped_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "_draws", lambda *_: False)
    with visiting(shipped_db, tmp_path, public_url=PUBLIC) as visitor:
        card = answered(visitor, "小学新增多少学位")
        page = visitor.get(share(visitor, card, picture="1").headers["location"]).text
        assert (".png" in page, page.count("/card.svg"), "/chart.svg" in page, "SVG 格式" in page) == (
            False,
            2,
            True,
            True,
        )
        assert "og:image" not in visitor.get(link_of(card)).text
        response = visitor.get(f"{link_of(card)}/card.png")
        assert (response.status_code, response.headers["location"]) == (302, f"{link_of(card)}/card.svg")


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def bot(shipped_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(application(shipped_db, tmp_path_factory.mktemp("chats"), public_url=PUBLIC)) as bot:
        yield bot


def test_one_tap_copies_a_link_that_opens_the_same_for_others(browser: Browser, bot: str) -> None:
    with visit(browser, bot, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, "今年新增多少学位")
        ask(page, "那小学呢")
        page.get_by_role("link", name="分享").last.click()
        expect(page.get_by_role("link", name="链接已复制")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{bot}/a/[0-9a-f]{{16}}", copied)
    with visit(browser, copied) as opened:
        expect(opened.locator(".number")).to_have_text("7020")
        expect(opened.locator("h1")).to_have_text("新增学位 · 小学：7020个")
        opened.get_by_role("link", name="再问一次").click()
        expect(opened.locator(".card .number")).to_have_text("7020")


def test_a_link_that_could_not_be_kept_is_replaced_by_the_question(browser: Browser, bot: str) -> None:
    with visit(browser, bot, "503", "Failed to load", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.route("**/share", lambda route: route.fulfill(status=503))
        ask(page, "小学学位")
        page.get_by_role("link", name="分享").click()
        expect(page.locator("#status")).to_have_text("刚才没答上来，请再试一次。")
        assert page.evaluate("navigator.clipboard.readText()").startswith(f"{bot}/?q=")


@pytest.mark.parametrize("script", [True, False])
def test_a_picture_is_two_taps_away_with_and_without_script(browser: Browser, bot: str, script: bool) -> None:
    with visit(browser, f"{bot}/?q=小学新增多少学位", java_script_enabled=script) as page:
        page.get_by_role("button", name="存成图片").click()
        picture = page.locator("img.drawn")
        expect(picture).to_be_visible()
        expect(picture).to_have_attribute("alt", re.compile("新增学位 · 小学：7020个"))
        if script:
            expect(picture).to_have_js_property("naturalWidth", 900 if CHINESE else 720)
        page.get_by_role("link", name="回到这个回答").click()
        expect(page.locator(".number")).to_have_text("7020")


@pytest.mark.parametrize("size", [(320, 568), (360, 740), (1280, 800)], ids=str)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shared_answer_is_read_and_tapped_by_anybody(
    browser: Browser, bot: str, size: tuple[int, int], scheme: str
) -> None:
    settings = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    with visit(browser, f"{bot}/?q=武进和新北加起来几个项目", **settings) as page:
        page.get_by_role("button", name="存成图片").click()
        expect(page.locator("img.drawn")).to_be_visible()
        for percent in (100, 200):
            enlarged(page, percent)
            assert [f for f in faults(page) if f != "no form"] == []
            page.get_by_role("link", name="回到这个回答").click()
            expect(page.locator(".number")).to_have_count(3)
            enlarged(page, percent)
            assert faults(page) == []
            page.get_by_role("link", name="存成图片").click()


def test_paper_holds_a_shared_answer_on_one_page_with_its_day_and_its_address(browser: Browser, bot: str) -> None:
    with visit(browser, f"{bot}/?q=各区项目几个") as page:
        page.get_by_role("button", name="存成图片").click()
        expect(page.locator("img.drawn")).to_be_visible()
        for place in ("picture", "answer"):
            page.emulate_media(media="print")
            assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1, place
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            expect(page.locator(".printed")).to_contain_text(re.compile(rf"\d+日印自 {bot}/a/[0-9a-f]{{16}}"))
            expect(page.locator(".chip:visible, form:visible")).to_have_count(0)
            page.emulate_media(media="screen")
            if place == "picture":
                page.get_by_role("link", name="回到这个回答").click()
                expect(page.locator(".number").first).to_be_visible()
        expect(page.locator(".imprint")).to_contain_text(re.compile(r"\d+年\d+月\d+日分享的回答"))
