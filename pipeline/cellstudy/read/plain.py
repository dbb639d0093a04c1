"""Plain text: one article a file, the first line is the title, the rest the abstract."""

from collections.abc import Iterator
from pathlib import Path

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article


def recognise(head: Head) -> bool:
    """Whether the file is neither JSON nor markup: everything else is plain text."""
    return head.shape == "text"


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the one article. Blank lines around title and abstract are dropped."""
    text = source.read_text().replace("\r\n", "\n").replace("\r", "\n").strip()
    title, _, abstract = text.partition("\n")
    metadata = Metadata(id=Path(source.name.removesuffix(".gz")).stem)
    yield build_article(
        Place(source.name, 1), metadata, title=title.strip(), abstract=abstract.strip()
    )
