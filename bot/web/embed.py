"""/embed: how the chat is put into the corner of another site, told to who looks after that site, and tried."""

from starlette.routing import Route

from bot.web.pages import kept
from bot.web.site import Site

# The pictures that widget.js has for its button.
ICONS = {"chat": "对话", "ask": "问号", "book": "书"}


def routes(site: Site) -> list[Route]:
    def page(_request: object) -> str:
        return site.render("embed.html", here="/embed", icons=ICONS, origins=site.settings.origins)

    return [Route("/embed", kept(site, page))]
