"""What can go wrong, told in one sentence: what is wrong, where, and what to do.

YaodianError
├── DocumentError     a document that cannot be read, split or stored
│   └── DigitsLost    the build would have lost a digit of the source
├── StoreError        the database is missing, damaged or full
│   └── OtherVersion  it was made by another version
├── QuestionError     a question that cannot be looked up
└── SettingsError     a setting, an option or an input file that does not fit
"""


class YaodianError(Exception):
    """The root: its text is the sentence a person reads."""


class DocumentError(YaodianError):
    pass


class DigitsLost(DocumentError):  # noqa: N818 — it names what happened, as the others name where
    pass


class StoreError(YaodianError):
    pass


class OtherVersion(StoreError):  # noqa: N818 — it names what happened
    pass


class QuestionError(YaodianError):
    pass


class SettingsError(YaodianError):
    pass
