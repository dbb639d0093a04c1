"""Read articles from files: `read(path)` recognises the format by content.

Nothing that is wrong with the input is raised: a bad record is yielded as an InputError among the
articles and the rest is read; a file that cannot be read at all yields one InputError.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cellstudy.errors import InputError
from cellstudy.read.formats import FORMATS, Format, find_format
from cellstudy.read.source import open_source
from cellstudy.schema import Article

__all__ = ["FORMATS", "Format", "read"]


def read(path: str | Path) -> Iterator[Article | InputError]:
    """Yield the articles of a file in its order, with an InputError for what cannot be read.

    A second article with the id and text of an earlier one is an InputError; with another text it
    is kept under the id with `#2` (`#3`, ...) appended. `Article.source` is `name#record`.
    """
    path = Path(path)
    try:
        source = open_source(path)
        items = FORMATS[find_format(source)].read_articles(source)
        found = False
        for item in _separate_duplicates(items):
            found = True
            yield item
        if not found:
            yield InputError("no records", source=source.name)
    except InputError as error:
        yield error
    except (EOFError, zlib.error) as error:
        yield InputError(f"damaged or cut-off gzip data: {error}", source=path.name)
    except OSError as error:
        yield InputError(f"cannot be read: {error.strerror or error}", source=str(path))


def _separate_duplicates(items: Iterator[Article | InputError]) -> Iterator[Article | InputError]:
    """Replace an article that came before by an InputError; rename one that only shares its id."""
    seen: dict[str, dict[str, str]] = {}  # id -> hash of text -> record
    for item in items:
        if isinstance(item, InputError):
            yield item
            continue
        same_id = seen.setdefault(item.id, {})
        file, _, record = item.source.rpartition("#")
        if item.sha256 in same_id:
            reason = f"duplicate of record {same_id[item.sha256]}: same id {item.id} and text"
            yield InputError(reason, source=file, record=record, field="id")
            continue
        same_id[item.sha256] = record
        yield _rename(item, seen) if len(same_id) > 1 else item


def _rename(article: Article, seen: dict[str, dict[str, str]]) -> Article:
    """Give the article the first free of `id#2`, `id#3`, ..."""
    number = 2
    while f"{article.id}#{number}" in seen:
        number += 1
    renamed = f"{article.id}#{number}"
    seen[renamed] = {article.sha256: article.source.rpartition("#")[2]}
    return msgspec.structs.replace(article, id=renamed)
