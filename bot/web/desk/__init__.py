"""The desk of the clerk who keeps the bot: what was not answered, words to teach, plans to publish. There is none without a
password."""

from starlette.middleware import Middleware
from starlette.routing import Route

from bot.drafts import Drafts
from bot.settings import Web, secret
from bot.web.desk import changes, counts, overview, plans, words
from bot.web.desk.gate import Desk, Gate, login, logout
from bot.web.site import DESK, Site
from knowledge.errors import SettingsError

# Fewer characters are soon guessed.
_SHORTEST = 8
TOO_SHORT = f"后台的口令太短，至少要 {_SHORTEST} 个字，请换一个长一点的。"


def password_of(settings: Web) -> str | None:
    """The password of the desk. Raises SettingsError where it cannot be read or is too short to keep anybody out."""
    password = secret("YAODIAN_DESK_PASSWORD", settings.desk_password_file)
    if password is not None and len(password) < _SHORTEST:
        raise SettingsError(TOO_SHORT)
    return password


def routes(site: Site) -> list[Route]:
    """None where no password is set."""
    password = password_of(site.settings)
    if password is None:
        return []
    desk = Desk(site, password)
    gate = [Middleware(Gate, desk=desk)]
    pages = [
        (DESK, "GET", overview.page),
        (DESK, "POST", login),
        (f"{DESK}/logout", "POST", logout),
        (f"{DESK}/unanswered.csv", "GET", overview.unanswered_csv),
        (f"{DESK}/feedback.csv", "GET", overview.feedback_csv),
        (words.WORDS, "GET", words.page),
        (words.WORDS, "POST", words.learn),
        (f"{words.WORDS}/forget", "POST", words.unlearn),
        *plans.pages(Drafts(site.assistant.library.db)),
        (f"{DESK}/counts", "GET", counts.page),
        (f"{DESK}/counts.csv", "GET", counts.as_csv),
        (f"{DESK}/changes", "GET", changes.page),
    ]
    return [Route(path, desk.doing(page), methods=[method], middleware=gate) for path, method, page in pages]
