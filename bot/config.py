"""Settings: from --config FILE, else YAODIAN_CONFIG, else ./config.toml, else the defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Config:
    """`db` is the index to answer from, `lexicon` an operator's own everyday words; None: the shipped ones alone."""

    db: Path | None = None
    lexicon: Path | None = None


def load(file: Path | None) -> Config:
    """The settings in force. Raises SettingsError, naming the setting, where one is unknown or of another kind."""
    named = file or (Path(os.environ["YAODIAN_CONFIG"]) if os.environ.get("YAODIAN_CONFIG") else None)
    if named is None and not Path("config.toml").is_file():
        return Config()
    return _read(named or Path("config.toml"))


def _read(file: Path) -> Config:
    import tomllib

    import msgspec

    try:
        values = tomllib.loads(file.read_text(encoding="utf8"))
    except OSError as error:
        raise SettingsError(f"设置文件 {file} 读不出来（{error.strerror}），请检查文件名和权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {file} 写法有误（{error}），请对照 config.example.toml。") from None
    known = set(Config.__dataclass_fields__)
    unknown = [key for key in values if key not in known]
    if unknown:
        raise SettingsError(f"设置文件 {file} 里的 {unknown[0]} 不认识，能用的有：{'、'.join(sorted(known))}。")
    try:
        texts = msgspec.convert(values, dict[str, str])
    except msgspec.ValidationError as error:
        raise SettingsError(f"设置文件 {file} 里的值不对（{error}），这里应写带引号的路径。") from None
    # A relative path is meant from where the settings stand, not from where the command is run.
    return Config(**{key: file.resolve().parent / Path(text).expanduser() for key, text in texts.items()})
