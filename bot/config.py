"""Settings: from --config FILE, else YAODIAN_CONFIG, else ./config.toml, else the defaults. Secrets stand elsewhere."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from knowledge.bank import shipped
from knowledge.errors import SettingsError
from knowledge.lexicon import EVERYTHING


@dataclass(frozen=True, slots=True)
class Telegram:
    """How the Telegram bot reaches people. `token_file` holds the token where the environment does not, `admins` are
    the numbers of those who may teach it; with `webhook_url` Telegram comes to `webhook_host`:`webhook_port`."""

    token_file: Path | None = None
    api_url: str = "https://api.telegram.org"
    admins: tuple[int, ...] = ()
    per_minute: int = 20
    webhook_url: str | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = 8443


@dataclass(frozen=True, slots=True)
class Web:
    """Where the page is served and for whom: `origins` are the sites that may show the chat and use the API from a
    browser, `trusted_proxies` the addresses whose word on who asks is believed, `per_minute` how often one address may
    ask (0: any)."""

    host: str = "127.0.0.1"
    port: int = 8000
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Config:
    """`db` is the index to answer from, `lexicon` an operator's own everyday words, `chats` what chats leave behind.

    None: the file of that kind that lies where the default index does. `keep_days` is how long is kept what has no
    shorter time of its own. `intranet`: documents are read from addresses of a local network too. `elsewhere` says whom to ask about subjects that plans do not speak of.
    """

    db: Path | None = None
    lexicon: Path | None = None
    chats: Path | None = None
    keep_days: int = 90
    intranet: bool = False
    telegram: Telegram = field(default=Telegram())
    web: Web = field(default=Web())
    elsewhere: Mapping[str, str] = field(default_factory=dict)


# As a browser writes it: it goes into headers as it stands.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")
_PATH = '带引号的路径，例如 "our.db"'
_COUNT = " 1 以上的整数，例如 {}"
# What a setting has to be, and how that is said.
_KINDS: dict[str, tuple[str, str]] = {
    "db": ("path", _PATH),
    "lexicon": ("path", _PATH),
    "chats": ("path", _PATH),
    "keep_days": ("count", _COUNT.format(90)),
    "intranet": ("flag", " true 或 false"),
    "telegram.token_file": ("path", '带引号的路径，例如 "telegram-token.txt"'),
    "telegram.api_url": ("url", '网址，例如 "https://api.telegram.org"'),
    "telegram.admins": ("people", "方括号里的 Telegram 数字编号，例如 [123456789]"),
    "telegram.per_minute": ("count", _COUNT.format(20)),
    "telegram.webhook_url": ("url", '网址，例如 "https://bot.example.org/telegram"'),
    "telegram.webhook_host": ("text", '带引号的地址，例如 "127.0.0.1"'),
    "telegram.webhook_port": ("port", " 1 到 65535 之间的整数，例如 8443"),
    "web.host": ("text", '带引号的地址，例如 "127.0.0.1"'),
    "web.port": ("port", " 1 到 65535 之间的整数，例如 8000"),
    "web.origins": ("origins", '方括号里的网站地址，不带路径，例如 ["https://www.example.org"]'),
    "web.trusted_proxies": ("addresses", '方括号里的 IP 地址，例如 ["127.0.0.1"]'),
    "web.per_minute": ("limit", " 0 以上的整数，例如 60"),
}


def load(file: Path | None) -> Config:
    """The settings in force. Raises SettingsError, naming the setting, where one is unknown or of another kind."""
    named = file or (Path(os.environ["YAODIAN_CONFIG"]) if os.environ.get("YAODIAN_CONFIG") else None)
    if named is None and not Path("config.toml").is_file():
        return Config()
    return _read(named or Path("config.toml"))


def secret(variable: str, file: Path | None) -> str | None:
    """A secret from the environment, else the first line of a file. Raises SettingsError where that cannot be read."""
    if value := os.environ.get(variable, "").strip():
        return value
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是文本"
        raise SettingsError(f"密钥文件 {file} 读不出来（{reason}），请检查文件名和权限。") from None
    return lines[0].strip() or None


def _read(file: Path) -> Config:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"设置文件 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {file} 写法有误（{error}），请对照 config.example.toml。") from None
    elsewhere = _elsewhere(file, values.pop("elsewhere", {}))
    telegram, web = _table(file, "telegram", values), _table(file, "web", values)
    return Config(**_settings(file, "", values), telegram=Telegram(**telegram), web=Web(**web), elsewhere=elsewhere)


def _elsewhere(file: Path, lines: object) -> dict[str, str]:
    """Whom to ask about which subject of the bank."""
    if lines == {}:
        return {}
    if not isinstance(lines, dict) or not all(isinstance(line, str) and line.strip() for line in lines.values()):
        raise SettingsError(f'设置文件 {file} 里的 [elsewhere] 写得不对，每行应写成 "报名时间" = "请打招生办电话……"。')
    names = {*shipped().subjects.names, EVERYTHING}
    for name in lines:
        if name not in names:
            near = get_close_matches(name, sorted(names), 5, 0.4)
            hint = f"，相近的有：{'、'.join(near)}" if near else ""
            raise SettingsError(f"设置文件 {file} 里的 elsewhere.{name} 不是题库里的事项{hint}。")
    return {name: line.strip() for name, line in lines.items()}


def _table(file: Path, name: str, values: dict[str, object]) -> dict[str, Any]:
    """The settings of one table, taken out of the rest."""
    table = values.pop(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"设置文件 {file} 里的 {name} 应是一节：单独一行写 [{name}]，下面写它的设置。")
    return _settings(file, f"{name}.", table)


def _settings(file: Path, table: str, values: Mapping[str, object]) -> dict[str, Any]:
    """The values of one table in the types that they have there."""
    known = [key.removeprefix(table) for key in _KINDS if key.startswith(table) and ("." in key) == bool(table)]
    for key in values:
        if key not in known:
            where = f" [{table.strip('.')}] 里" if table else ""
            raise SettingsError(
                f"设置文件 {file} 里的 {table}{key} 不认识，{where}能用的有：{'、'.join(sorted(known))}。"
            )
    return {key: _fitting(file, table + key, value) for key, value in values.items()}


def _fitting(file: Path, key: str, value: object) -> Any:
    import msgspec

    kind, expected = _KINDS[key]
    types: dict[str, Any] = {
        "flag": bool,
        "count": Annotated[int, msgspec.Meta(ge=1)],
        "port": Annotated[int, msgspec.Meta(ge=1, le=65535)],
        "limit": Annotated[int, msgspec.Meta(ge=0)],
        "people": tuple[int, ...],
        "origins": tuple[str, ...],
        "addresses": tuple[str, ...],
        "path": Annotated[str, msgspec.Meta(min_length=1)],
    }
    try:
        fitting = msgspec.convert(value, types.get(kind, str))
    except msgspec.ValidationError:
        fitting = None
    fits = _FITS.get(kind)
    if fitting is None or (fits and not fits(fitting)):
        raise SettingsError(f"设置文件 {file} 里的 {key} 写得不对，应写{expected}。")
    if kind != "path":
        return fitting.rstrip("/") if kind == "url" else fitting
    # A relative path is meant from where the settings stand, not from where the command is run.
    try:
        return file.resolve().parent / Path(fitting).expanduser()
    except RuntimeError:
        raise SettingsError(f"设置文件 {file} 里的 {key} 找不到 {fitting} 说的用户，请写完整的路径。") from None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _are_origins(texts: tuple[str, ...]) -> bool:
    return all(map(_ORIGIN.fullmatch, texts))


def _are_addresses(texts: tuple[str, ...]) -> bool:
    try:
        return all(ip_network(text, strict=False) for text in texts)
    except ValueError:
        return False


_FITS: dict[str, Callable[[Any], bool]] = {"url": _is_url, "origins": _are_origins, "addresses": _are_addresses}
