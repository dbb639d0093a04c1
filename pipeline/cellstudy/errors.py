"""The error tree. Messages name the file or document, the field and the value.

CellstudyError
├── InputError      unreadable, empty or malformed input (file, record, field)
├── GoldError       gold that does not align with its text, or breaks the label rules
├── ModelError      no model, or one that does not match this version
└── ConfigError     a wrong option or configuration value
"""


class CellstudyError(Exception):
    """Base class of every error that cellstudy raises on purpose."""


class InputError(CellstudyError):
    """Input that cannot be read. `source` is the file, `record` its position or id.

    A reader yields these among the articles instead of raising, so that a batch goes on.
    """

    def __init__(self, reason: str, *, source: str = "", record: str = "", field: str = "") -> None:
        self.reason = reason
        self.source = source
        self.record = record
        self.field = field
        places = [source, f"record {record}" if record else "", f"field {field}" if field else ""]
        super().__init__(": ".join([*filter(None, places), reason]))


class GoldError(CellstudyError):
    """Gold annotation that cannot be used; `problems` lists every case."""

    def __init__(self, reason: str, *, problems: tuple[str, ...] = ()) -> None:
        self.problems = problems
        super().__init__("\n  ".join([reason, *problems]))


class ModelError(CellstudyError):
    """A model that is missing or does not match this version."""


class ConfigError(CellstudyError):
    """A wrong option or configuration value."""
