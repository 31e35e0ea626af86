"""Settings: from --config FILE, else YAODIAN_CONFIG, else ./config.toml, else the defaults."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from knowledge.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Config:
    """`db` is the index to answer from, `lexicon` an operator's own everyday words, `chats` what chats leave behind.

    None: the file of that kind that lies where the default index does. `keep_days` is how long refused questions are kept.
    """

    db: Path | None = None
    lexicon: Path | None = None
    chats: Path | None = None
    keep_days: int = 90


def load(file: Path | None) -> Config:
    """The settings in force. Raises SettingsError, naming the setting, where one is unknown or of another kind."""
    named = file or (Path(os.environ["YAODIAN_CONFIG"]) if os.environ.get("YAODIAN_CONFIG") else None)
    if named is None and not Path("config.toml").is_file():
        return Config()
    return _read(named or Path("config.toml"))


def _read(file: Path) -> Config:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"设置文件 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {file} 写法有误（{error}），请对照 config.example.toml。") from None
    known = set(Config.__dataclass_fields__)
    unknown = [key for key in values if key not in known]
    if unknown:
        raise SettingsError(f"设置文件 {file} 里的 {unknown[0]} 不认识，能用的有：{'、'.join(sorted(known))}。")
    return Config(**{key: _fitting(file, key, value) for key, value in values.items()})


def _fitting(file: Path, key: str, value: object) -> Any:
    """The value of a setting in the type that it has in Config."""
    import msgspec

    days = key == "keep_days"
    kind: Any = Annotated[int, msgspec.Meta(ge=1)] if days else str
    try:
        fitting = msgspec.convert(value, kind)
    except msgspec.ValidationError:
        expected = " 1 以上的整数，例如 90" if days else '带引号的路径，例如 "our.db"'
        raise SettingsError(f"设置文件 {file} 里的 {key} 写得不对，应写{expected}。") from None
    # A relative path is meant from where the settings stand, not from where the command is run.
    if days:
        return fitting
    try:
        return file.resolve().parent / Path(fitting).expanduser()
    except RuntimeError:
        raise SettingsError(f"设置文件 {file} 里的 {key} 找不到 {fitting} 说的用户，请写完整的路径。") from None
