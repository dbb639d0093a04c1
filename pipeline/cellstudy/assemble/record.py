"""The record as a whole: every part of assembly in its order."""

from cellstudy.assemble.arms import Arms
from cellstudy.assemble.conditions import find_conditions
from cellstudy.assemble.counts import find_included_studies, find_n_studies, find_n_total
from cellstudy.assemble.design import decide_design
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.population import find_species
from cellstudy.assemble.products import find_products
from cellstudy.assemble.regimens import find_regimens
from cellstudy.assemble.results import find_results
from cellstudy.assemble.time import find_follow_up
from cellstudy.schema import Article, PipelineInfo, Source, StudyRecord, Tagging


def assemble(tagging: Tagging, pipeline: PipelineInfo) -> StudyRecord:
    """Make the study record of one tagged article."""
    layout = Layout(tagging)
    design = decide_design(layout)
    species = find_species(layout, design.value)
    conditions = find_conditions(layout, design.value)
    products = find_products(layout, species.value)
    arms = Arms(layout)
    return StudyRecord(
        source=_read_source(tagging.article),
        design=design,
        species=species,
        conditions=conditions,
        n_total=find_n_total(layout),
        n_studies=find_n_studies(layout),
        included_studies=find_included_studies(layout),
        products=products,
        regimens=find_regimens(layout, products, design.value),
        follow_up=find_follow_up(layout, design.value),
        results=find_results(layout, arms, conditions),
        pipeline=pipeline,
    )


def _read_source(article: Article) -> Source:
    return Source(
        id=article.id,
        title=article.title,
        sha256=article.sha256,
        pmid=article.pmid,
        doi=article.doi,
        pmcid=article.pmcid,
        nct=article.nct,
        journal=article.journal,
        year=article.year,
        language=article.language,
        file=article.source,
    )
