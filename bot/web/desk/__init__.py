"""The desk of the clerk who keeps the bot: what was not answered, words to teach, plans to publish. There is none without a
password."""

from starlette.middleware import Middleware
from starlette.routing import Route

from bot.drafts import Drafts
from bot.settings import secret
from bot.web.desk import changes, counts, overview, plans, words
from bot.web.desk.gate import Desk, Gate, login, logout
from bot.web.site import Site
from knowledge.errors import SettingsError

# Fewer characters are soon guessed.
_SHORTEST = 8
TOO_SHORT = f"后台的口令太短，至少要 {_SHORTEST} 个字，请换一个长一点的。"


def routes(site: Site) -> list[Route]:
    """None where no password is set. Raises SettingsError where it is too short to keep anybody out."""
    password = secret("YAODIAN_DESK_PASSWORD", site.settings.desk_password_file)
    if password is None:
        return []
    if len(password) < _SHORTEST:
        raise SettingsError(TOO_SHORT)
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
