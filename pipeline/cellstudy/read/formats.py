"""The formats that `read` knows, in the order in which they are tried on a file's content."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from cellstudy.errors import InputError
from cellstudy.read import ctgov, jsonl, medline, plain, pubmed, ris, table, webpage
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article


class Format(NamedTuple):
    """How a format is called, recognised by content, and read."""

    title: str
    recognise: Callable[[Head], bool]
    read_articles: Callable[[Source], Iterator[Article | InputError]]


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "pubmed": Format("PubMed/MEDLINE XML", pubmed.recognise, pubmed.read_articles),
        "ctgov": Format("ClinicalTrials.gov JSON", ctgov.recognise, ctgov.read_articles),
        "webpage": Format("saved web page", webpage.recognise, webpage.read_articles),
        "medline": Format("MEDLINE text (nbib)", medline.recognise, medline.read_articles),
        "ris": Format("RIS", ris.recognise, ris.read_articles),
        "jsonl": Format("JSON lines", jsonl.recognise, jsonl.read_articles),
        "table": Format("CSV or TSV", table.recognise, table.read_articles),
        "plain": Format("plain text", plain.recognise, plain.read_articles),
    }
)


def find_format(source: Source) -> str:
    """Name of the format of `source`; raises InputError where no format fits."""
    name = next((name for name, form in FORMATS.items() if form.recognise(source.head)), None)
    if name is None:
        shape = "JSON" if source.head.shape == "json" else "XML or HTML"
        raise InputError(
            f"{shape}, but not one of: {', '.join(form.title for form in FORMATS.values())}",
            source=source.name,
        )
    return name
