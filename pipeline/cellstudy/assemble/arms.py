"""Arms: where the text names one, and which arms the study has.

An arm is named with a noun (`MSC group`, `Group A`, `Cohort 2`), as a control (`placebo`), by the
product or drug that it got, or as the label of a registry line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from cellstudy.assemble.doses import find_agent
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.rivals import find_rivals, find_treatments
from cellstudy.terms import fold_word, read_rows

MAX_WORDS: Final = 4
"""Words that the name of an arm may have before its noun."""


UNCONTROLLED: Final = ("in_vitro", "single_arm_trial", "case_series", "case_report")
"""Designs in which a product is no name of an arm."""


class ArmHit(NamedTuple):
    """A place that names an arm; `key` is equal for names of one arm."""

    start: int
    end: int
    name: str
    key: str


_TOKEN = re.compile(r"[^\s,;:()\[\]=]+")
_NOUN = re.compile(r"(?<![-‐])\b(?:groups?|arms?|cohorts?|sides?)\b", re.IGNORECASE)
_LETTER = r"(?:[A-Z]\d{0,2}\b|[IVX]{1,4}\b|\d{1,2}\b)(?![.]\d)"
_LETTERED = re.compile(
    rf"\b(?:[Ss]tudy )?(?P<noun>[Gg]roup|[Aa]rm|[Cc]ohort)s?[ -](?P<letter>{_LETTER})"
)
_FURTHER = re.compile(
    rf"(?:\s?/\s?|,\s(?:and\s)?|\sand\s|\svs\.?\s|\sversus\s)(?P<letter>{_LETTER})"
)
"""The next letter after a lettered arm: `groups A and B`, `arms A/B/C`."""

_TREATED = re.compile(
    r"\b([A-Za-z][\w+/-]*?)[- ](?:treated|recipients|receiving (?:group|patients))\b"
    r"|\b(?:treated with|receiving|given|treatment with|therapy with|received) ([A-Za-z][\w+/-]+)\b"
)
_COUNTED = re.compile(r"([A-Z][\w/+-]*|\b[a-z][\w/+-]{3,})(?: groups?| arm)?[,;]? [(\[]?n\s*=\s*\d")
_COUNT = re.compile(r"n\s*=\s*\d")
_GROUP_AFTER = re.compile(r"[ -](?:group|arm|cohort)\b")
_INSTITUTION = re.compile(r"(?:[A-Z][a-z]+ ){2,}Groups?")
_COORDINATED = re.compile(
    r"(?<![\w-])([A-Z][\w+/-]*|treatment|treated|intervention|experimental|study|active|test|verum"
    r"|control|placebo|sham) (?:and|or|versus|vs\.?) (?:the )?$"
)
_TIED = re.compile(r"(?<![\w-])[A-Za-z]{2,}-$")
_JOINED_BEFORE = re.compile(r"[\w-]")
_LABEL = re.compile(r"(?<![\w-])([A-Z][\w/+-]+)\s?[:=]\s?$")
_CASES = re.compile(r"\b[Cc]ases\b(?! of\b)")
_TRAIT = re.compile(
    r"(?<![\w-])[\w+]+[-‐](?:positive|negative|infected|na[iï]ve|resistant|dependent)"
    r" (?:patients|participants|subjects|individuals|women|men|children|mice|rats|animals)\b"
)
_CONTROL = re.compile(
    r"\b(?:placebo|controls?|comparison group|sham|vehicle"
    r"|without(?= *(?:[.,;(]|$|and\b)))\b(?! of\b|led\b|-)",
    re.IGNORECASE,
)


class Arms:
    """All arms of one article: their hits in the text, by start and without overlap."""

    def __init__(self, layout: Layout, design: str | None = None) -> None:
        names = _agent_names(layout)
        products = [] if design in UNCONTROLLED else _product_names(layout)
        rivals = find_rivals(layout)
        assigned = _only_names(layout, find_treatments(layout))
        names += products + rivals + assigned
        self.assigned = frozenset(arm_key(layout.expand(name)) for name in assigned)
        """Keys of treatments that people are assigned to, or that are compared."""
        self.rivals = frozenset(arm_key(layout.expand(name)) for name in rivals)
        """Keys of what the therapy is compared with."""
        self.products = frozenset(arm_key(layout.expand(name)) for name in products)
        self.treated = frozenset(arm_key(layout.expand(name)) for name in names)
        """Keys of arms that are named by a treatment."""
        found = [*_lettered(layout), *_with_noun(layout), *_controls(layout, design)]
        found += [*_agents(layout, names), *_joined_to_dose(layout), *_subgroups(layout)]
        found += _bare_doses(layout, found)
        self.hits: tuple[ArmHit, ...] = tuple(_longest_first(found))

    def between(self, start: int, end: int) -> list[ArmHit]:
        """Hits inside the characters `start` to `end`."""
        return [hit for hit in self.hits if start <= hit.start and hit.end <= end]

    def compared(self) -> list[ArmHit]:
        """Return the two arms that are assigned, or the one and the control; else none."""
        first = {hit.key: hit for hit in reversed(self.hits)}
        controls = _words("control")
        found = [hit for key, hit in first.items() if key in self.assigned or key in controls]
        return sorted(found) if len(found) == 2 else []

    def main(self) -> list[ArmHit]:
        """Return the arms that are named more than once, each by its first hit."""
        counts = Counter(hit.key for hit in self.hits)
        first: dict[str, ArmHit] = {}
        for hit in self.hits:
            first.setdefault(hit.key, hit)
        return [hit for key, hit in first.items() if counts[key] > 1]


def arm_key(name: str) -> str:
    """What makes two names one arm: the words without `group` and the like, folded."""
    words = [fold_word(word) for word in re.findall(r"[^\W_]+(?:\.\d+)?", name)]
    generic = {fold_word(word) for word in _words("noun")}
    return " ".join(word for word in words if word not in generic) or " ".join(words)


def _lettered(layout: Layout) -> Iterable[ArmHit]:
    """`Group A`, `Cohort 2`, and the further letters of `groups A and B`."""
    for match in _LETTERED.finditer(layout.text):
        noun = match["noun"]
        name = f"{noun} {match['letter']}"
        yield ArmHit(match.start(), match.end(), name, name.lower())
        following = _FURTHER.match(layout.text, match.end())
        while following and match.group().startswith((f"{noun}s ", f"{noun}s-")):
            name = f"{noun} {following['letter']}"
            yield ArmHit(*following.span("letter"), name, name.lower())
            following = _FURTHER.match(layout.text, following.end())


def _with_noun(layout: Layout) -> Iterable[ArmHit]:
    """`MSC group`: the words before the noun up to a word that no name has."""
    for noun in _NOUN.finditer(layout.text):
        start = max(noun.start() - 80, layout.line_of(noun.start()).start)
        tokens = list(_TOKEN.finditer(layout.text, start, noun.start()))
        name = _name_before(layout, tokens, noun.start())
        words = layout.text[name : noun.end()] if name is not None else ""
        if name is None or _INSTITUTION.fullmatch(words):
            continue
        yield ArmHit(name, noun.end(), words, arm_key(layout.expand(words)))
        other = _COORDINATED.search(layout.text, max(start, name - 40), name)
        if other:
            words = f"{other.group(1)} {noun.group()}"
            yield ArmHit(*other.span(1), words, arm_key(layout.expand(words)))


def _name_before(layout: Layout, tokens: Sequence[re.Match[str]], end: int) -> int | None:
    """Where the name begins whose words stand directly before `end`; None where there is none."""
    start = None
    for token in list(reversed(tokens))[:MAX_WORDS]:
        gap = layout.text[token.end() : end if start is None else start]
        word = token.group().lower().strip(".-")
        if gap.strip() or word in _words("stop"):
            break
        if word in _words("not_name"):
            return None
        start = token.start()
    return start


def _controls(layout: Layout, design: str | None) -> Iterable[ArmHit]:
    first: ArmHit | None = None
    for match in _CONTROL.finditer(layout.text):
        word = match.group().lower()
        key = "control" if word.startswith("control") else word
        hit = ArmHit(match.start(), match.end(), match.group(), key)
        if word != "without":
            first = first or hit
        elif first:
            hit = hit._replace(name=first.name, key=first.key)
        yield hit
    if design == "case_control":
        for match in _CASES.finditer(layout.text):
            yield ArmHit(match.start(), match.end(), match.group(), "case")


def _subgroups(layout: Layout) -> Iterable[ArmHit]:
    """People with a trait: `seropositive` is none, `antigen-positive patients` is."""
    for match in _TRAIT.finditer(layout.text):
        yield ArmHit(match.start(), match.end(), match.group(), arm_key(match.group()))


def _agents(layout: Layout, names: Sequence[str]) -> Iterable[ArmHit]:
    """Products and drugs as names of arms, with their dose where it follows."""
    doses = {m.start: m for m in layout.of("DOSE")}
    for name in dict.fromkeys(sorted(names, key=lambda name: (-len(name), name))):
        for start, end in _find_name(layout.text, name):
            dose = next((doses[s] for s in range(end, end + 4) if s in doses), None)
            stop = dose.end if dose else end
            words = layout.text[start:stop]
            if words[1:].islower():
                words = words.lower()
            yield ArmHit(start, stop, words, arm_key(layout.expand(words)))


def _joined_to_dose(layout: Layout) -> Iterable[ArmHit]:
    """Names such as `pH-2.4 g`: a word tied to a dose by a hyphen."""
    for dose in layout.of("DOSE"):
        match = _TIED.search(layout.text, max(0, dose.start - 20), dose.start)
        if match:
            words = layout.text[match.start() : dose.end]
            yield ArmHit(match.start(), dose.end, words, arm_key(words))


def _bare_doses(layout: Layout, found: Sequence[ArmHit]) -> list[ArmHit]:
    """Doses that stand for an arm: `10 mg` for `drug 10 mg`, or a dose in a result sentence."""
    named = {hit.end: hit for hit in found}
    arms: dict[str, ArmHit] = {}
    bare = []
    reported = set(layout.sentences_with("VALUE", "P_VALUE"))
    for dose in layout.of("DOSE"):
        hit = named.get(dose.end)
        if hit is not None and hit.start < dose.start:
            arms[dose.text] = hit
        elif dose.text in arms:
            bare.append(arms[dose.text]._replace(start=dose.start, end=dose.end))
        elif dose.sentence in reported:
            match = _GROUP_AFTER.match(layout.text, dose.end)
            end = match.end() if match else dose.end
            words = layout.text[dose.start : end]
            bare.append(ArmHit(dose.start, end, words, arm_key(words)))
    return bare


def _find_name(text: str, name: str) -> Iterable[tuple[int, int]]:
    """Find the name as a word, also with a capital at the start of a sentence."""
    first, rest = name[0].lower(), name[1:]
    at = text.find(rest, 1)
    while at > 0:
        start, end = at - 1, at + len(rest)
        whole = not _JOINED_BEFORE.match(text[start - 1 : start]) if start else True
        if whole and text[start].lower() == first and not text[end : end + 1].isalnum():
            yield start, end
        at = text.find(rest, at + 1)


def _agent_names(layout: Layout) -> list[str]:
    """Words that stand for a treatment: drugs with a dose, `X-treated`, `X (n = 20)`."""
    names = [find_agent(layout, m) for m in layout.of("DOSE")]
    names += [word for hit in _with_noun(layout) if (word := _single_word(hit.name))]
    names += [match.group(1) or match.group(2) for match in _TREATED.finditer(layout.text)]
    if _COUNT.search(layout.text):  # the pattern with the name before it is a slow one
        names += [match.group(1) for match in _COUNTED.finditer(layout.text)]
    names += _labels_of_values(layout)
    return _only_names(layout, names)


def _only_names(layout: Layout, names: Iterable[str | None]) -> list[str]:
    """Without words that are never names, single letters and words of diseases."""
    diseases = {word.lower() for m in layout.of("DISEASE") for word in m.text.split()}
    excluded = _no_names() | diseases
    return [name for name in names if name and len(name) > 1 and name.lower() not in excluded]


def _product_names(layout: Layout) -> list[str]:
    return [m.text for m in layout.of("CELL_PRODUCT") if len(m.text) > 1]


def _single_word(name: str) -> str | None:
    """The word of a name such as `MMF group`, None for a longer one."""
    words = name.split()
    return words[0] if len(words) == 2 and words[1].lower() in _words("noun") else None


def _labels_of_values(layout: Layout) -> Iterable[str]:
    """Words before values with a colon or equals sign: `Fixed: 61%`."""
    for mention in layout.of("VALUE"):
        match = _LABEL.search(layout.text, max(0, mention.start - 30), mention.start)
        inside = layout.of("OUTCOME", "DOSE")
        if match and not any(o.start < match.end(1) and match.start(1) < o.end for o in inside):
            yield match.group(1)


@cache
def _no_names() -> frozenset[str]:
    return frozenset(word for word, _ in read_rows("assembly/arm_words.tsv")) - _words("control")


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for word, name in read_rows("assembly/arm_words.tsv") if name == kind)


def _longest_first(hits: Iterable[ArmHit]) -> list[ArmHit]:
    """Without overlap: the longer hit wins, then the earlier; by start."""
    kept: list[ArmHit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if taken.isdisjoint(range(hit.start, hit.end)):
            taken.update(range(hit.start, hit.end))
            kept.append(hit)
    return sorted(kept)
