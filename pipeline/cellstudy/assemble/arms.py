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
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Arm, Mention, Value, absent
from cellstudy.terms import fold_word, read_rows

MAX_WORDS: Final = 4
"""Words that the name of an arm may have before its noun."""


class ArmHit(NamedTuple):
    """A place that names an arm; `key` is equal for names of one arm."""

    start: int
    end: int
    name: str
    key: str


_TOKEN = re.compile(r"[^\s,;:()\[\]=]+")
_NOUN = re.compile(r"\b(?:groups?|arms?|cohorts?)\b", re.IGNORECASE)
_LETTERED = re.compile(
    r"\b(?:[Ss]tudy )?(?:[Gg]roup|[Aa]rm|[Cc]ohort)[ -](?:[A-Z]\b|[IVX]{1,4}\b|\d{1,2}\b)(?![.]\d)"
)
_TREATED = re.compile(
    r"\b([A-Za-z][\w+/-]*?)[- ](?:treated|recipients|receiving (?:group|patients))\b"
    r"|\b(?:treated with|receiving|given|treatment with|therapy with|received) ([A-Za-z][\w+/-]+)\b"
)
_COUNTED = re.compile(r"([A-Z][\w/+-]*|\b[a-z][\w/+-]{3,})(?: groups?| arm)?[,;]? [(\[]?n\s*=\s*\d")
_TIED = re.compile(r"(?<![\w-])[A-Za-z]{2,}-$")
_LABEL = re.compile(r"(?<![\w-])([A-Za-z][\w/+-]+)\s?[:=]\s?$")
_CONTROL = re.compile(r"\b(?:placebo|controls?|sham|vehicle)\b(?! of\b|led\b|-)", re.IGNORECASE)


class Arms:
    """All arms of one article: their hits in the text, by start and without overlap."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        found = [*_lettered(layout), *_with_noun(layout), *_controls(layout)]
        found += [*_agents(layout), *_joined_to_dose(layout)]
        self.hits: tuple[ArmHit, ...] = tuple(_longest_first(found))

    def between(self, start: int, end: int) -> list[ArmHit]:
        """Hits inside the characters `start` to `end`."""
        return [hit for hit in self.hits if start <= hit.start and hit.end <= end]

    def keys(self) -> list[str]:
        """The arms by first mention, those that are named once left out."""
        counts = Counter(hit.key for hit in self.hits)
        return [key for key in dict.fromkeys(hit.key for hit in self.hits) if counts[key] > 1]


def arm_key(name: str) -> str:
    """What makes two names one arm: the words without `group` and the like, folded."""
    words = [fold_word(word) for word in re.findall(r"[^\W_]+(?:\.\d+)?", name)]
    generic = {fold_word(word) for word in _words("noun")}
    return " ".join(word for word in words if word not in generic) or " ".join(words)


def _lettered(layout: Layout) -> Iterable[ArmHit]:
    """`Group A`, `Cohort 2`."""
    for match in _LETTERED.finditer(layout.text):
        yield ArmHit(match.start(), match.end(), match.group(), match.group().lower())


def _with_noun(layout: Layout) -> Iterable[ArmHit]:
    """`MSC group`: the words before the noun up to a word that no name has."""
    for noun in _NOUN.finditer(layout.text):
        start = max(noun.start() - 80, layout.line_of(noun.start()).start)
        tokens = list(_TOKEN.finditer(layout.text, start, noun.start()))
        name = _name_before(layout, tokens, noun.start())
        if name is not None:
            words = layout.text[name : noun.end()]
            yield ArmHit(name, noun.end(), words, arm_key(layout.expand(words)))


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


def _controls(layout: Layout) -> Iterable[ArmHit]:
    for match in _CONTROL.finditer(layout.text):
        key = "control" if match.group().lower().startswith("control") else match.group().lower()
        yield ArmHit(match.start(), match.end(), match.group(), key)


def _agents(layout: Layout) -> Iterable[ArmHit]:
    """Products and drugs as names of arms, with their dose where it follows."""
    doses = {m.start: m for m in layout.of("DOSE")}
    for name in _agent_names(layout):
        for match in re.finditer(_agent_pattern(name), layout.text):
            end = match.end()
            dose = next((doses[s] for s in range(end, end + 4) if s in doses), None)
            stop = dose.end if dose else match.start() + len(name)
            words = layout.text[match.start() : stop]
            yield ArmHit(match.start(), stop, words, arm_key(layout.expand(words)))


def _joined_to_dose(layout: Layout) -> Iterable[ArmHit]:
    """Names such as `pH-2.4 g`: a word tied to a dose by a hyphen."""
    for dose in layout.of("DOSE"):
        match = _TIED.search(layout.text, max(0, dose.start - 20), dose.start)
        if match:
            words = layout.text[match.start() : dose.end]
            yield ArmHit(match.start(), dose.end, words, arm_key(words))


def _agent_pattern(name: str) -> str:
    """Match the name as a word, also with a capital at the start of a sentence."""
    first = f"[{name[0].upper()}{name[0].lower()}]" if name[0].isalpha() else re.escape(name[0])
    return rf"(?<![\w-]){first}{re.escape(name[1:])}(?:[-‐]treated)?(?!\w)"


def _agent_names(layout: Layout) -> list[str]:
    """Words that stand for a treatment: cell products, drugs with a dose, `X-treated`."""
    names = [m.text for m in layout.of("CELL_PRODUCT")]
    names += [find_agent(layout, m) for m in layout.of("DOSE")]
    names += [word for hit in _with_noun(layout) if (word := _single_word(hit.name))]
    names += [match.group(1) or match.group(2) for match in _TREATED.finditer(layout.text)]
    names += [match.group(1) for match in _COUNTED.finditer(layout.text)]
    names += _labels_of_values(layout)
    diseases = {word.lower() for m in layout.of("DISEASE") for word in m.text.split()}
    excluded = _no_names() | diseases
    kept = {name for name in names if len(name) > 1 and name.lower() not in excluded}
    return sorted(kept, key=lambda name: (-len(name), name))


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
