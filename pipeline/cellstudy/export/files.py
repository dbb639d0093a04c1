"""Output files that appear only when they are complete."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from cellstudy.errors import ConfigError


@contextmanager
def replace_files(paths: Sequence[Path]) -> Iterator[list[BinaryIO]]:
    """Open a part file beside each path; all take their places when the block ends without error.

    After an error or an interruption the part files are gone and the old files untouched.
    """
    parts = [path.with_name(f".{path.name}.part") for path in paths]
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(_open_part(part)) for part in parts]
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def write_file(lines: Iterable[bytes], path: Path) -> None:
    """Write one file from its lines, each with its line end."""
    with replace_files([path]) as (stream,):
        stream.writelines(lines)


def _open_part(part: Path) -> BinaryIO:
    try:
        return part.open("wb")
    except OSError as error:
        raise ConfigError(f"output: {part.parent} cannot be written: {error.strerror}") from error
