"""What search engines may read, and where it stands."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.pages import kept
from bot.web.site import Site

_ROBOTS = """User-agent: *
Disallow: /?q=
Disallow: /?t=
Disallow: /api/
Disallow: /ask
Disallow: /clause
Disallow: /plan/found
Disallow: /suggest
Disallow: /compare?item=
Disallow: /plan?plan=*&
Disallow: /figures?plan=*&
"""
_PAGES = ("/", "/plans", "/figures", "/compare", "/about", "/privacy", "/accessibility", "/developers", "/embed")
# A sitemap holds no more.
_MOST = 50_000


def routes(site: Site) -> list[Route]:
    """A map has whole addresses: there is one where the settings name ours."""
    home = site.settings.public_url

    async def robots(_request: Request) -> Response:
        """The plans and their ledgers, but no answers, which are made when somebody asks."""
        return PlainTextResponse(_ROBOTS + (f"Sitemap: {home}/sitemap.xml\n" if home else ""))

    def sitemap(_request: Request) -> str:
        plans = (f"/plan?{urlencode({'plan': title})}" for title in site.assistant.library.store.titles())
        return site.render("sitemap.xml", pages=[*_PAGES, *plans][:_MOST])

    named = [Route("/sitemap.xml", kept(site, sitemap, "application/xml"))] if home else []
    return [Route("/robots.txt", robots), *named]
