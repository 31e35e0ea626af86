"""The desk of the clerk who keeps the bot: what was not answered, words to teach, plans to publish. There is none without a
password."""

from starlette.middleware import Middleware
from starlette.routing import Route

from bot.drafts import Drafts
from bot.settings import Web, secret
from bot.web.desk import changes, counts, overview, plans, words
from bot.web.desk.gate import Desk, Gate, login, logout
from bot.web.site import Site
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
        ("/desk", "GET", overview.page),
        ("/desk", "POST", login),
        ("/desk/logout", "POST", logout),
        ("/desk/unanswered.csv", "GET", overview.unanswered_csv),
        ("/desk/feedback.csv", "GET", overview.feedback_csv),
        ("/desk/words", "GET", words.page),
        ("/desk/words", "POST", words.learn),
        ("/desk/words/forget", "POST", words.unlearn),
        *plans.pages(Drafts(site.assistant.library.db)),
        ("/desk/counts", "GET", counts.page),
        ("/desk/counts.csv", "GET", counts.as_csv),
        ("/desk/changes", "GET", changes.page),
    ]
    return [Route(path, desk.doing(page), methods=[method], middleware=gate) for path, method, page in pages]
