"""PubMed and MEDLINE XML: a PubmedArticleSet, also a gzipped baseline file, read as a stream.

A labelled part of an abstract is written as PubMed shows it, `LABEL: text`, parts on lines of
their own. `10<sup>6</sup>` is written `10^6`. No DTD, no network, no entities: a document that
declares entities is refused. A document that is not well formed ends with an error; the records
before the fault are read.
"""

import re
from collections.abc import Iterator

from lxml import etree

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, collapse_spaces, join_sections
from cellstudy.read.identifiers import find_nct
from cellstudy.read.markup import write_superscript
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article, Section

_ROOTS = ("<PubmedArticleSet", "<PubmedArticle", "<PubmedBookArticle")
_ENCODING = re.compile("UTF-8|encoding", re.I)
_UNLABELLED = ("", "UNLABELLED", "UNASSIGNED")


def recognise(head: Head) -> bool:
    """Whether the file is XML with PubMed records."""
    return head.shape == "xml" and any(root in head.text for root in _ROOTS)


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the articles in order; memory stays flat however long the file is."""
    if "<!ENTITY" in source.head.text:
        raise _refuse_entities(source)
    position = 0
    with source.open() as stream:
        context = etree.iterparse(
            stream,
            events=("end",),
            tag=("PubmedArticle", "PubmedBookArticle"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            collect_ids=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in context:
                position += 1
                if position == 1 and _declares_entities(element):
                    raise _refuse_entities(source)
                yield _read_record(element, Place(source.name, position))
                _free(element)
        except etree.XMLSyntaxError as error:
            raise _explain(error, source, position) from error


def _refuse_entities(source: Source) -> InputError:
    return InputError("declares XML entities, which are refused", source=source.name)


def _declares_entities(element: etree._Element) -> bool:
    dtd = element.getroottree().docinfo.internalDTD
    return dtd is not None and any(True for _ in dtd.iterentities())  # type: ignore[attr-defined]  # not in lxml-stubs


def _free(element: etree._Element) -> None:
    """Drop a record that was read, and what its parent still holds before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _explain(error: etree.XMLSyntaxError, source: Source, position: int) -> InputError:
    record = str(position + 1)
    bad_byte = source.find_bad_byte() if _ENCODING.search(str(error)) else None
    if bad_byte is not None:
        return source.encoding_error(bad_byte, record=record)
    return InputError(f"not well-formed XML: {error.msg}", source=source.name, record=record)


def _read_record(record: etree._Element, place: Place) -> Article | InputError:
    citation = record.find("MedlineCitation")
    article = citation.find("Article") if citation is not None else None
    if citation is None or article is None:
        return place.error("no MedlineCitation/Article (book chapters are not read)", "Article")
    pmid = citation.findtext("PMID")
    if not pmid:
        return place.error("no PMID", "PMID")
    try:
        title = _flatten(article.find("ArticleTitle")) or _flatten(article.find("VernacularTitle"))
        abstract, sections = _read_abstract(article)
    except InputError as error:
        return place.error(error.reason, error.field)
    metadata = _read_metadata(record, article, pmid)
    return build_article(place, metadata, title=title, abstract=abstract, sections=sections)


def _read_abstract(article: etree._Element) -> tuple[str, tuple[Section, ...]]:
    parts: list[tuple[str | None, str]] = []
    for element in article.iterfind("Abstract/AbstractText"):
        text = _flatten(element)
        if not text:
            continue
        label = collapse_spaces(element.get("Label") or "").rstrip(": ")
        if label.upper() in _UNLABELLED:
            parts.append((None, text))
        else:
            parts.append((label, f"{label}: {text}"))
    return join_sections(parts)


def _flatten(element: etree._Element | None) -> str:
    """Text of an element with its inline markup; raises InputError for an entity reference."""
    if element is None:
        return ""
    text = "".join(_pieces(element)) if len(element) else element.text or ""
    return collapse_spaces(text)


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for index, child in enumerate(element):
        if not isinstance(child.tag, str):
            raise InputError("an XML entity reference, which is refused", field=str(element.tag))
        text = "".join(_pieces(child))
        yield write_superscript(text) if _is_raised(element, child, index) else text
        yield child.tail or ""


def _is_raised(parent: etree._Element, child: etree._Element, index: int) -> bool:
    """Whether `child` is a superscript, in text or as the exponent of a formula."""
    in_formula = index == 1 and str(parent.tag).endswith("msup")
    return child.tag == "sup" or in_formula


def _read_metadata(record: etree._Element, article: etree._Element, pmid: str) -> Metadata:
    ids = {item.get("IdType"): item.text for item in record.iterfind("PubmedData/ArticleIdList/*")}
    located = {item.get("EIdType"): item.text for item in article.iterfind("ELocationID")}
    return Metadata(
        pmid=pmid,
        doi=ids.get("doi") or located.get("doi"),
        pmcid=ids.get("pmc"),
        nct=_find_registration(article),
        journal=article.findtext("Journal/Title") or article.findtext("Journal/ISOAbbreviation"),
        year=_find_date(article),
        language=article.findtext("Language"),
        publication_types=[
            item.text for item in article.iterfind("PublicationTypeList/*") if item.text
        ],
    )


def _find_date(article: etree._Element) -> str | None:
    date = "Journal/JournalIssue/PubDate"
    return (
        article.findtext(f"{date}/Year")
        or article.findtext(f"{date}/MedlineDate")
        or article.findtext("ArticleDate/Year")
    )


def _find_registration(article: etree._Element) -> str | None:
    numbers = article.iterfind("DataBankList/DataBank/AccessionNumberList/AccessionNumber")
    return next((nct for nct in map(find_nct, (item.text for item in numbers)) if nct), None)
