"""The record as a whole: every part of assembly in its order."""

from cellstudy.assemble.allocation import find_arms
from cellstudy.assemble.arms import Arms
from cellstudy.assemble.conditions import find_conditions
from cellstudy.assemble.counts import find_included_studies, find_n_studies, find_n_total
from cellstudy.assemble.design import decide_design
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.population import find_species, find_subjects
from cellstudy.assemble.products import find_products
from cellstudy.assemble.regimens import find_regimens
from cellstudy.assemble.results import find_results
from cellstudy.assemble.time import find_follow_up
from cellstudy.schema import Article, PipelineInfo, Source, StudyRecord, Tagging


def assemble(tagging: Tagging, pipeline: PipelineInfo) -> StudyRecord:
    """Make the study record of one tagged article."""
    layout = Layout(tagging)
    subjects = find_subjects(layout)
    design = decide_design(layout, subjects)
    species = find_species(layout, subjects, design.value)
    conditions = find_conditions(layout, design.value)
    products = find_products(layout, species.value)
    arms = Arms(layout, design.value)
    return StudyRecord(
        source=_read_source(tagging.article),
        design=design,
        species=species,
        conditions=conditions,
        n_total=find_n_total(layout, design.value),
        n_studies=find_n_studies(layout),
        included_studies=find_included_studies(layout),
        arms=find_arms(layout, arms),
        products=tuple(found.product for found in products),
        regimens=find_regimens(layout, products, arms, design.value),
        follow_up=find_follow_up(layout, design.value),
        results=find_results(layout, arms, conditions, design.value),
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
