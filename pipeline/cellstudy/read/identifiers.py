"""Identifiers and years, normalised from the many ways in which exports write them."""

import re

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>\\]{1,300}")
_PMID = re.compile(
    r"(?:PMID:?|https?://pubmed\.ncbi\.nlm\.nih\.gov/)?\s*([1-9]\d{0,8})(?:\.0|/)?", re.I
)
_PMCID = re.compile(r"(?:PMCID:?\s*)?(?:PMC)?\s*([1-9]\d{0,8})(?:\.\d+)?", re.I)
_NCT = re.compile(r"\bNCT\d{8}\b", re.I)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_CLOSING = {")": "(", "]": "[", "}": "{"}


def find_doi(value: object) -> str | None:
    """Find the first DOI in `value`, without closing punctuation; its case is kept."""
    match = _DOI.search(_as_text(value))
    if not match:
        return None
    doi = match.group().rstrip(".,;:'’”")
    while doi and doi[-1] in _CLOSING and doi.count(doi[-1]) > doi.count(_CLOSING[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:")
    return None if doi.endswith("/") else doi


def normalise_pmid(value: object) -> str | None:
    """Reduce a PubMed id to its digits; None where `value` as a whole is none."""
    match = _PMID.fullmatch(_as_text(value))
    return match.group(1) if match else None


def normalise_pmcid(value: object) -> str | None:
    """Write a PubMed Central id as `PMC` and digits, without its version; None if it is none."""
    match = _PMCID.fullmatch(_as_text(value))
    return f"PMC{match.group(1)}" if match else None


def find_nct(value: object) -> str | None:
    """Find the first ClinicalTrials.gov number in `value`, in upper case."""
    match = _NCT.search(_as_text(value))
    return match.group().upper() if match else None


def find_year(value: object) -> int | None:
    """Find the first year from 1800 to 2099 in `value`."""
    match = _YEAR.search(_as_text(value))
    return int(match.group()) if match else None


def _as_text(value: object) -> str:
    """`value` if it is text or a number, else nothing: metadata of another shape is ignored."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
