"""The diseases that the therapy is for: from the title, from lists, else from treatment phrases."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.population import REVIEWS
from cellstudy.schema import Condition, Mention, absent
from cellstudy.terms import fold_name, is_acronym

_LINK = re.compile(
    r"[\s,;:/()\[\]–-]*(?:\b(?:and|or|as well as|in patients with|patients with|with)\b)?"
    r"(?: other(?: \w+ of)?)?[\s,(]*",
    re.IGNORECASE,
)
"""What stands between the members of a list of diseases."""

_CAUSE = re.compile(r"\b(?:secondary to|due to|caused by|history of|risk of)\W*$", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=\w)- (?=\w)")
"""A hyphen with a space after it, where a word was broken."""

_AFTER = re.compile(r"\b(?:after|following)\W*$", re.IGNORECASE)
"""Before the cause of a condition that was named already."""

_CATCH_ALL = re.compile(r"\b(?:other|common|various|several|such)(?: \w+ of)?\W*$", re.IGNORECASE)
_FOR = re.compile(
    r"\b(?:treat(?:ment|ing|ed)?|therap(?:y|ies)|prevent(?:ion|ing)?|reducing|manag(?:ement|ing)"
    r"|patients|participants|subjects|adults|children|diagnos(?:is|ed)|suffering|prophylaxis"
    r"|against|for|towards?|clinical trials)\b",
    re.IGNORECASE,
)
"""Words before a disease that the therapy is for."""

_FOR_DIRECTLY = re.compile(rf"{_FOR.pattern}(?: [^\s.;:,]+){{0,3}} ?$", re.IGNORECASE)

_TREATED = re.compile(
    r"\b(?:patients|participants|cases|studies)(?: \([^)]*\))? (?:with|of) $", re.IGNORECASE
)
"""Before a disease whose patients a review pools."""

_NEAR: Final = 60

_PARTS: Final = ("objective", "methods", None, "background", "conclusions", "results")
"""Parts of an abstract by how surely a treatment phrase in them names this study's condition."""


def find_conditions(layout: Layout, design: str | None) -> tuple[Condition, ...]:
    """Find the conditions of the study, each once, in full words."""
    diseases = [m for m in layout.of("DISEASE") if "negated" not in m.context]
    titled = [m for m in diseases if layout.in_title(m) and not _CAUSE.search(layout.before(m))]
    titled = titled[:1] + [m for m in titled[1:] if not _AFTER.search(layout.before(m))]
    chosen = [(m, "condition.title") for m in titled]
    if design in REVIEWS:
        chosen += [(m, "condition.list") for m in _listed(layout, diseases)]
        chosen += [(m, "condition.list") for m in diseases if _TREATED.search(layout.before(m, 60))]
    if not chosen:
        chosen = [(m, "condition.phrase") for m in _phrased(layout, diseases)]
    if not chosen:
        chosen = [(m, "condition.frequent") for m in _most_frequent(layout, diseases)]
    return tuple(_make_conditions(layout, chosen, diseases))


def _listed(layout: Layout, diseases: Sequence[Mention]) -> Iterable[Mention]:
    """Members of lists of two and more diseases that a treatment is given for."""
    for run in find_runs(layout, diseases):
        names = {condition_key(layout, m) for m in run}
        if len(names) > 1 and _FOR.search(layout.before(run[0], 4 * _NEAR)):
            yield from (m for m in run if not _CATCH_ALL.search(layout.before(m)))


def _phrased(layout: Layout, diseases: Sequence[Mention]) -> Sequence[Mention]:
    """The first list of diseases after words such as `treatment of`, by part of the abstract."""
    runs = find_runs(layout, diseases)
    named = [run for run in runs if _FOR_DIRECTLY.search(layout.before(run[0], _NEAR))]
    rank = {part: i for i, part in enumerate(_PARTS)}
    return min(named, key=lambda run: rank.get(layout.part_of(run[0]), len(rank)), default=())


def _most_frequent(layout: Layout, diseases: Sequence[Mention]) -> Sequence[Mention]:
    own = [m for m in diseases if layout.part_of(m) != "background"]
    best = Counter(condition_key(layout, m) for m in own).most_common(1)
    return [m for m in own if best and condition_key(layout, m) == best[0][0]][:1]


def find_runs(layout: Layout, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group neighbouring mentions of one sentence that form a list."""
    runs: list[list[Mention]] = []
    for mention in mentions:
        last = runs[-1][-1] if runs else None
        same = last is not None and last.sentence == mention.sentence
        if last is not None and same and _LINK.fullmatch(layout.text, last.end, mention.start):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return runs


def condition_key(layout: Layout, mention: Mention) -> str:
    """What makes two mentions one condition: the concept, else the folded full name."""
    return mention.concept.id if mention.concept else fold_name(layout.full_name(mention))


def condition_name(layout: Layout, mention: Mention) -> str:
    """Write a condition in full words, lower case but for names of people."""
    name = layout.full_name(mention)
    if name == mention.text and mention.concept and is_acronym(name):
        name = mention.concept.label
    words = " ".join(word if keeps_case(word) else word.lower() for word in name.split())
    return _BROKEN.sub("-", words)


def keeps_case(word: str) -> bool:
    """Say whether `word` is an acronym or an eponym such as `Crohn's`."""
    return sum(map(str.isupper, word)) > 1 or bool(re.fullmatch(r"[A-Z]\w+['’]s?", word))


def _make_conditions(
    layout: Layout, chosen: Sequence[tuple[Mention, str]], diseases: Sequence[Mention]
) -> Iterable[Condition]:
    seen = set()
    for mention, rule in chosen:
        key = condition_key(layout, mention)
        if key in seen:
            continue
        seen.add(key)
        places = [m for m in diseases if condition_key(layout, m) == key][:3]
        name = leaf(layout, condition_name(layout, mention), rule, mention, *places)
        concept = mention.concept
        mondo = leaf(layout, concept.id, "condition.concept", mention) if concept else absent()
        yield Condition(name=name, mondo_id=mondo)
