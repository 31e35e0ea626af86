"""/embed: how the chat is put into the corner of another site, told to who looks after that site, and tried."""

from starlette.routing import Route

from bot.web.pages import kept
from bot.web.site import Site

# The pictures that widget.js has for its button.
ICONS = {"chat": "对话", "ask": "问号", "book": "书"}
# What it keeps in the browser of whoever visits that site, by its names there, in words.
KEPT = {("x", "y", "left"): "按钮放在哪儿", ("large",): "窗口放没放大", ("greeted",): "问候语看没看过"}


def routes(site: Site) -> list[Route]:
    def page(_request: object) -> str:
        titles, told = site.assistant.library.store.titles(), "、".join(KEPT.values())
        values = {"icons": ICONS, "kept": told, "origins": site.settings.origins, "titles": titles}
        return site.render("embed.html", here="/embed", **values)

    return [Route("/embed", kept(site, page))]
