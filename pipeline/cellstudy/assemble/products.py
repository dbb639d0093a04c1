"""The products of the study: mentions and abbreviations merged, with form, source and donor."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.assemble.conditions import keeps_case
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.assemble.population import HUMAN
from cellstudy.assemble.sources import Origin, find_origins
from cellstudy.schema import Mention, Product, Status, Value, absent
from cellstudy.terms import fold_name, fold_word

CELLS: Final = "cells"
DERIVED: Final = ("extracellular_vesicles", "conditioned_medium")
"""Forms that cells give off: the parent cells are then no product."""

_PARENT = re.compile(r"\b(?:from|by|of)(?: (?:\w+|[\w-]+-derived))* ?$|derived[ -]$", re.IGNORECASE)
_HUMAN = re.compile(r"\bhuman (?:[\w-]+ ){0,3}$", re.IGNORECASE)
_GIVEN_NOUN = re.compile(r"\s(?:dose|doses|product|infusion|injection|therapy|donors?|source)\b")
_GIVEN = re.compile(r"\b(?:inject|transplant|implant|administ|infus|inoculat|graft)", re.IGNORECASE)
_CODE = re.compile(r"(?=.*[A-Z])(?=.*[\d-])[\w-]+|[A-Z]{5,}|[A-Z][a-z]+[A-Z]\w*")
_BARE = re.compile(r"(?:(?:adult|human|autologous|allogen\w+|living) )*(?:stem |progenitor )?cell")
"""Folded names that say no more than that cells were given."""
_LISTED = re.compile(r"\s*(?:,|/|\+|,? ?(?:and|or|plus|with|versus))\s*")
_BEFORE_DONOR: Final = 60


class _Item(NamedTuple):
    """A product mention with what its own words say."""

    mention: Mention
    form: str
    kind: str | None
    origins: tuple[Origin, ...]


class Found(NamedTuple):
    """A product of the record with its mentions."""

    product: Product
    mentions: tuple[Mention, ...]


def find_products(layout: Layout, species: str | None) -> list[Found]:
    """Find the products, each once, in the order of their first mention."""
    items = [_read_item(layout, m) for m in layout.of("CELL_PRODUCT")]
    found = []
    for group in _group(layout, items):
        mentions = tuple(item.mention for item in group)
        for origin in _main_origins(layout, group, items):
            found.append(Found(_make_product(layout, group, origin, species), mentions))
    return found


def _read_item(layout: Layout, mention: Mention) -> _Item:
    name = layout.full_name(mention)
    origins = tuple(find_origins(layout, mention))
    return _Item(mention, read_form(name), _read_kind(name), origins)


@cache
def read_form(name: str) -> str:
    """The form of a product by its name: `MSC-derived exosomes` are extracellular vesicles."""
    forms = read_pairs("assembly/forms.tsv")
    words = re.findall(r"[^\W_]+", name)
    named = [forms.get(fold_word(w)) or forms.get(w.lower()) for w in reversed(words)]
    found = [form for form in named if form]
    return next((form for form in found if form in DERIVED), next(iter(found), CELLS))


@cache
def _read_kind(name: str) -> str | None:
    kinds = read_pairs("assembly/cell_kinds.tsv")
    words = fold_name(name).split()
    heads = words[-3:] if words and words[-1] in ("cell", "infusion") else words[-1:]
    return next((kinds[word] for word in reversed(heads) if word in kinds), None)


def _group(layout: Layout, items: Sequence[_Item]) -> list[list[_Item]]:
    """Put together the mentions of one product: same form and same kind of cell."""
    groups: dict[tuple[str, str | None], list[_Item]] = defaultdict(list)
    for item in items:
        groups[item.form, item.kind].append(item)
    if any(form == CELLS and kind for form, kind in groups) and _is_bare(layout, groups):
        del groups[CELLS, None]  # "stem cells" in a study of mononuclear cells are these
    kept = {key: group for key, group in groups.items() if _is_product(layout, key, group, groups)}
    return list(kept.values())


def _is_bare(layout: Layout, groups: dict[tuple[str, str | None], list[_Item]]) -> bool:
    """Say whether the cells without a kind have no name either, nor stand in a list of cells."""
    unnamed = [item.mention for item in groups.get((CELLS, None), [])]
    if not unnamed or not all(_BARE.fullmatch(fold_name(layout.full_name(m))) for m in unnamed):
        return False
    return not any(
        left.end <= right.start
        and _LISTED.fullmatch(layout.text[left.end : right.start])
        and (left in unnamed) != (right in unnamed)
        for left, right in pairwise(layout.of("CELL_PRODUCT"))
    )


def _is_product(
    layout: Layout,
    key: tuple[str, str | None],
    group: Sequence[_Item],
    groups: dict[tuple[str, str | None], list[_Item]],
) -> bool:
    """Leave out parents of a derived product, and derived products that are named in passing."""
    titled = {k for k, g in groups.items() if any(_own_title(layout, item) for item in g)}
    if key in titled or len(groups) == 1:
        return True
    form = key[0]
    derived = any(k[0] in DERIVED for k in titled)
    if form == CELLS and derived:
        return False
    if not titled:
        return len(group) == max(map(len, groups.values()))
    return len(group) > 1 and any(_outside_background(layout, item) for item in group)


def _own_title(layout: Layout, item: _Item) -> bool:
    """Say whether the title names the product itself, not as the parent of another."""
    if not layout.in_title(item.mention):
        return False
    before = layout.before(item.mention, 60)
    earlier = [m for m in layout.of("CELL_PRODUCT") if m.end <= item.mention.start]
    parent = bool(earlier) and layout.in_title(earlier[-1]) and _PARENT.search(before)
    return not parent


def _outside_background(layout: Layout, item: _Item) -> bool:
    return "background" not in item.mention.context and layout.part_of(item.mention) != "background"


def _main_origins(
    layout: Layout, group: Sequence[_Item], items: Sequence[_Item]
) -> list[tuple[Origin, ...]]:
    """The sources of a product, each as all its evidence; one empty tuple where none is named.

    A source is taken from the title, or when it is named twice; a product without a source
    of its own has that of the parent cells.
    """
    named = [origin for item in group for origin in item.origins]
    if not named and group[0].form in DERIVED:
        group = items
        named = [origin for item in items for origin in item.origins]
    if not named:
        return [()]
    families: dict[str, list[Origin]] = defaultdict(list)
    for origin in named:
        families[origin.family].append(origin)
    counts = Counter({family: len(group) for family, group in families.items()})
    titled = {f for f, g in families.items() if any(layout.in_title(o.mention) for o in g)}
    listed = _in_one_list(group)
    most = max(counts.values())
    kept = [
        tuple(origins)
        for family, origins in families.items()
        if family in titled or family in listed or counts[family] >= max(2, most / 4)
    ]
    return kept or [tuple(families[counts.most_common(1)[0][0]])]


def _in_one_list(group: Sequence[_Item]) -> set[str]:
    """Families that one mention names together: `bone marrow, adipose and cord MSCs`."""
    return {origin.family for item in group if len(item.origins) > 1 for origin in item.origins}


def _make_product(
    layout: Layout, group: Sequence[_Item], origin: tuple[Origin, ...], species: str | None
) -> Product:
    mentions = [item.mention for item in group]
    best = _best_name(layout, mentions)
    concept = next((m.concept for m in mentions if m.concept), None)
    source = [o.mention for o in origin][:3]
    tissue = next((o.concept for o in origin if o.concept), None)
    return Product(
        name=leaf(layout, product_name(layout, best), "product.name", best, *mentions[:3]),
        form=leaf(layout, group[0].form, "product.form", best),
        source=leaf(layout, origin[0].name, "product.source", *source) if source else absent(),
        source_id=leaf(layout, tissue.id, "product.concept", *source) if tissue else absent(),
        cell_type=leaf(layout, concept.label, "product.concept", best) if concept else absent(),
        cell_type_id=leaf(layout, concept.id, "product.concept", best) if concept else absent(),
        donor=_find_donor(layout, mentions, species),
    )


def _best_name(layout: Layout, mentions: Sequence[Mention]) -> Mention:
    """A product code of the title, else the most frequent full name; vesicles with their parent."""
    codes = [m for m in mentions if layout.in_title(m) and is_code(layout, m)]
    if codes:
        return codes[0]
    names = {m.start: fold_name(layout.full_name(m)) for m in mentions}
    counts = Counter(names.values())
    if read_form(layout.full_name(mentions[0])) in DERIVED:
        counts = (
            Counter({name: n for name, n in counts.items() if "cell" in name.split()}) or counts
        )
    return max(mentions, key=lambda m: (counts[names[m.start]], -m.start))


def is_code(layout: Layout, mention: Mention) -> bool:
    """Say whether the mention is a product code or brand rather than words or an acronym."""
    return layout.full_name(mention) == mention.text and bool(_CODE.fullmatch(mention.text))


def product_name(layout: Layout, mention: Mention) -> str:
    """The name of a product: a code as written, words in lower case and full."""
    words = layout.full_name(mention).split()
    return " ".join(word if keeps_case(word) else word.lower() for word in words)


def _find_donor(layout: Layout, mentions: Sequence[Mention], species: str | None) -> Value[str]:
    """The donor word that stands before most mentions; human cells in animals are xenogeneic."""
    values = read_pairs("assembly/donors.tsv")
    votes: Counter[str] = Counter()
    cited: dict[str, list[Mention]] = defaultdict(list)
    for donor in layout.tagging.donors:
        value = values.get(donor.text.lower())
        if value and _names_product(layout, donor, mentions):
            votes[value] += 3 if layout.in_title(donor) else 1
            cited[value].append(donor)
    if votes:
        (best, count), *others = votes.most_common()
        status: Status = "ambiguous" if others and others[0][1] == count else "reported"
        return leaf(layout, best, "product.donor", *cited[best][:3], status=status)
    if species not in (None, HUMAN):
        return _xenogeneic(layout, mentions)
    return _only_donor(layout, values)


def _only_donor(layout: Layout, values: dict[str, str]) -> Value[str]:
    """A donor word that stands before no product but before `dose`, `injection` and the like."""
    donors = [d for d in layout.tagging.donors if _GIVEN_NOUN.match(layout.text, d.end)]
    named = {values.get(donor.text.lower()) for donor in donors}
    if len(named) != 1 or None in named:
        return absent()
    return leaf(layout, named.pop(), "product.donor_only", *donors[:3])


def _names_product(layout: Layout, donor: Mention, mentions: Sequence[Mention]) -> bool:
    """Say whether the donor word belongs to one of `mentions`."""
    for mention in mentions:
        gap = layout.text[donor.end : mention.start]
        near = 0 <= mention.start - donor.end <= _BEFORE_DONOR or donor.start == mention.start
        if near and not re.search(r"[.;\n]|\b(?:versus|vs|or|without|plus)\b", gap):
            return True
    return False


def _xenogeneic(layout: Layout, mentions: Iterable[Mention]) -> Value[str]:
    """Human cells, or what they give off, that animals were given."""
    given = any(_GIVEN.search(layout.sentence_text(m.sentence)) for m in mentions)
    for mention in layout.of("CELL_PRODUCT", "CELL_SOURCE"):
        before = layout.before(mention)
        match = _HUMAN.search(before)
        if match and given:
            start = mention.start - len(before) + match.start()
            place = (start, start + len(HUMAN))
            return leaf(
                layout,
                "xenogeneic",
                "product.xenogeneic",
                mention,
                places=[place],
                status="derived",
            )
    return absent()
