"""Settings: from --config FILE, else YAODIAN_CONFIG, else ./config.toml, else the defaults. Secrets stand elsewhere."""

import os
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from knowledge.bank import shipped
from knowledge.errors import SettingsError
from knowledge.lexicon import EVERYTHING


class Url(str):
    """http or https, a host, no slash at its end."""

    __slots__ = ()


class Origin(str):
    """A site as a browser writes it: it goes into headers as it stands."""

    __slots__ = ()


class Network(str):
    """An address, or a net of them: 10.0.0.0/8."""

    __slots__ = ()


# What a setting has to be, and how that is said: “应写……”.
_Count = Annotated[int, Meta(ge=1, description=" 1 以上的整数，例如 20")]
_Port = Annotated[int, Meta(ge=1, le=65535, description=" 1 到 65535 之间的整数，例如 8000")]
_File = Annotated[Path | None, Meta(description='带引号的路径，例如 "our.db"')]
_Host = Annotated[str, Meta(min_length=1, description='带引号的地址，例如 "127.0.0.1"')]


class Telegram(Struct, frozen=True):
    """How the Telegram bot reaches people. `token_file` holds the token where the environment does not, `admins` are
    the numbers of those who may teach it; with `webhook_url` Telegram comes to `webhook_host`:`webhook_port`."""

    token_file: _File = None
    api_url: Annotated[Url, Meta(description='网址，例如 "https://api.telegram.org"')] = Url("https://api.telegram.org")
    admins: Annotated[tuple[int, ...], Meta(description="方括号里的 Telegram 数字编号，例如 [123456789]")] = ()
    per_minute: _Count = 20
    webhook_url: Annotated[Url | None, Meta(description='网址，例如 "https://bot.example.org/telegram"')] = None
    webhook_host: _Host = "127.0.0.1"
    webhook_port: _Port = 8443


class Web(Struct, frozen=True):
    """Where the page is served and for whom: `origins` are the sites that may show the chat and use the API from a
    browser, `trusted_proxies` the addresses whose word on who asks is believed, `per_minute` how often one address may
    ask (0: any), `public_url` where people find it: what is passed on names it in full. `font` is what pictures are written
    with, those of Telegram too; `desk_password_file` holds the password of the desk where the environment does not: there is
    none without."""

    host: _Host = "127.0.0.1"
    port: _Port = 8000
    origins: Annotated[
        tuple[Origin, ...],
        Meta(description='方括号里的网站地址，不带路径，例如 ["https://www.example.org"]'),
    ] = ()
    trusted_proxies: Annotated[tuple[Network, ...], Meta(description='方括号里的 IP 地址，例如 ["127.0.0.1"]')] = ()
    per_minute: Annotated[int, Meta(ge=0, description=" 0 以上的整数，例如 60")] = 60
    desk_password_file: _File = None
    public_url: Annotated[Url | None, Meta(description='网址，例如 "https://ask.example.org"')] = None
    font: _File = None


class Settings(Struct, frozen=True):
    """`db` is the index to answer from, `lexicon` an operator's own everyday words, `chats` what chats leave behind.

    None: the file of that kind that lies where the default index does. `keep_days` is how long is kept what has no
    shorter time of its own. `intranet`: documents are read from addresses of a local network too. `elsewhere` says whom to
    ask about subjects that plans do not speak of.
    """

    db: _File = None
    lexicon: _File = None
    chats: _File = None
    keep_days: Annotated[int, Meta(ge=1, description=" 1 以上的整数，例如 90")] = 90
    intranet: Annotated[bool, Meta(description=" true 或 false")] = False
    telegram: Telegram = Telegram()
    web: Web = Web()
    elsewhere: dict[str, str] = {}


def load(file: Path | None) -> Settings:
    """The settings in force. Raises SettingsError, naming the setting, where one is unknown or of another kind."""
    named = file or (Path(os.environ["YAODIAN_CONFIG"]) if os.environ.get("YAODIAN_CONFIG") else None)
    if named is None and not Path("config.toml").is_file():
        return Settings()
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
    except ValueError:
        raise SettingsError(f"密钥文件的名字 {str(file)!r} 里有不能用的字符，请换一个文件名。") from None
    return lines[0].strip() or None


def _read(file: Path) -> Settings:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"设置文件 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {file} 写法有误（{error}），请对照 config.example.toml。") from None
    except (ValueError, RecursionError):
        raise SettingsError(f"设置文件 {str(file)!r} 读不出来，请检查文件名，并对照 config.example.toml。") from None
    settings: Settings = _table(file, "", Settings, values)
    _check_subjects(file, settings.elsewhere)
    return settings


def _table(file: Path, path: str, kind: Any, values: Mapping[str, object]) -> Any:
    """The values of one table in the types that they have there."""
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    for key in values:
        if key not in types:
            where = f" [{path.strip('.')}] 里" if path else ""
            usable = sorted(name for name, of in types.items() if get_args(of))
            raise SettingsError(f"设置文件 {file} 里的 {path}{key} 不认识，{where}能用的有：{'、'.join(usable)}。")
    return kind(**{key: _fitting(file, path + key, types[key], value) for key, value in values.items()})


def _fitting(file: Path, key: str, kind: Any, value: object) -> Any:
    if isinstance(kind, type) and issubclass(kind, Struct):
        if not isinstance(value, dict):
            raise SettingsError(f"设置文件 {file} 里的 {key} 应是一节：单独一行写 [{key}]，下面写它的设置。")
        return _table(file, f"{key}.", kind, value)
    if key == "elsewhere":
        return _lines(file, value)

    def made(of: type, given: object) -> object:
        return _MADE[of](str(given), file) if isinstance(given, str) else _refuse()

    try:
        return msgspec.convert(value, kind, dec_hook=made)
    except msgspec.ValidationError:
        expected = next(m.description for m in get_args(kind) if isinstance(m, Meta))
        raise SettingsError(f"设置文件 {file} 里的 {key} 写得不对，应写{expected}。") from None


def _refuse() -> object:
    raise ValueError


def _path(text: str, file: Path) -> Path:
    """A relative path is meant from where the settings stand, not from where the command is run."""
    if not text or "\0" in text:
        raise ValueError
    try:
        return file.resolve().parent / Path(text).expanduser()
    except RuntimeError:
        raise SettingsError(f"设置文件 {file} 里的 {text} 找不到它说的用户，请写完整的路径。") from None


def _url(text: str, _file: Path) -> Url:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    return Url(text.rstrip("/"))


def _origin(text: str, _file: Path) -> Origin:
    if not re.fullmatch(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?", text):
        raise ValueError
    return Origin(text)


def _network(text: str, _file: Path) -> Network:
    return Network(ip_network(text, strict=False))


_MADE: dict[type, Callable[[str, Path], object]] = {Path: _path, Url: _url, Origin: _origin, Network: _network}


def _lines(file: Path, lines: object) -> dict[str, str]:
    """Whom to ask about which subject."""
    if not isinstance(lines, dict) or not all(isinstance(line, str) and line.strip() for line in lines.values()):
        raise SettingsError(f'设置文件 {file} 里的 [elsewhere] 写得不对，每行应写成 "报名时间" = "请打招生办电话……"。')
    return {name: line.strip() for name, line in lines.items()}


def _check_subjects(file: Path, elsewhere: Mapping[str, str]) -> None:
    """Every subject is one of the bank, which is not opened where none is named."""
    names = {*shipped().subjects.names, EVERYTHING} if elsewhere else set()
    for name in elsewhere:
        if name not in names:
            near = get_close_matches(name, sorted(names), 5, 0.4)
            hint = f"，相近的有：{'、'.join(near)}" if near else ""
            raise SettingsError(f"设置文件 {file} 里的 elsewhere.{name} 不是题库里的事项{hint}。")
