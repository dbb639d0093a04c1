"""Design, route and donor expressions."""

import json

import pytest
import spacy

from cellstudy.labels import RULES
from cellstudy.tag import rules
from cellstudy.tag.rules import find_rules

CASES = {
    "A randomized, double-blind, placebo-controlled trial": [
        "DESIGN randomized",
        "DESIGN double-blind",
        "DESIGN placebo-controlled",
    ],
    "A Randomised Controlled Trial": ["DESIGN Randomised", "DESIGN Controlled"],
    "Patients were randomly assigned to cells.": ["DESIGN randomly assigned"],
    "They were divided randomly in two.": ["DESIGN divided randomly"],
    "The randomisation code and the blinding": [],
    "A phase I/IIa, open-label, single-arm study": [
        "DESIGN phase I/IIa",
        "DESIGN open-label",
        "DESIGN single-arm",
    ],
    "A Phase 2b multicentre pilot study": [
        "DESIGN Phase 2b",
        "DESIGN multicentre",
        "DESIGN pilot",
    ],
    "A retrospective case series": ["DESIGN retrospective", "DESIGN case series"],
    "Three RCTs, registered at Current Controlled Trials": ["DESIGN RCTs"],
    "Expanded in vitro; retrospectively registered": [],
    "A prospective cohort study": ["DESIGN prospective", "DESIGN cohort"],
    "Cohort 1 got cells; the acute phase ended": [],
    "A systematic review and meta-analysis": ["DESIGN systematic review", "DESIGN meta-analysis"],
    "Shown in vitro and in vivo": ["DESIGN in vitro", "DESIGN in vivo"],
    "Cells were cultured ex vivo; in vitro fertilization": [],
    "Poorly controlled diabetes": [],
    "One arm received cells; a patient-controlled pump": [],
    "An intravenous (IV) infusion": ["ROUTE intravenous", "ROUTE IV"],
    "Grade III-IV GVHD and stage IV cancer": [],
    "Given intra-articularly or by intrathecal injection": [
        "ROUTE intra-articularly",
        "ROUTE intrathecal",
    ],
    "A peripheral IV infusion": ["ROUTE peripheral IV"],
    "Given i.v. and subcutaneously": ["ROUTE i.v.", "ROUTE subcutaneously"],
    "Subcutaneous fat and the oral mucosa": [],
    "Oral and topical drugs": ["ROUTE Oral", "ROUTE topical"],
    "Via the portal vein, without portal vein thrombosis": ["ROUTE portal vein"],
    "An intracerebral hemorrhage": [],
    "Autologous and allogenic cells": ["DONOR Autologous", "DONOR allogenic"],
    "The patient's own fat": ["DONOR patient's own"],
    "Allo-MSCs from healthy donors": ["DONOR Allo", "DONOR healthy donors"],
    "A xenogeneic graft": ["DONOR xenogeneic"],
    "": [],
}


@pytest.mark.parametrize("text", CASES, ids=lambda text: text[:60])
def test_find_rules(text):
    found = [f"{span.label} {text[span.start : span.end]}" for span in find_rules(text)]
    assert found == CASES[text]


def test_made_by_names_the_rule():
    [span] = find_rules("an allogenic graft")
    assert span.made_by == "rule:donor.allogeneic"


def test_component_writes_the_span_group():
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_rules")
    doc = nlp("A randomized trial of intravenous cells")
    assert [(span.text, span.label_) for span in doc.spans[RULES]] == [
        ("randomized", "DESIGN"),
        ("intravenous", "ROUTE"),
    ]


def test_beginnings_of_the_tables_are_complete(shared):
    """No rule matches where its column `begins` does not let it be tried."""
    table = rules._rules_by_beginning()
    everything = list(dict.fromkeys(rule for entry in table.values() for rule in entry))
    lines = (shared / "gold/train/documents.jsonl").read_text("utf-8").splitlines()
    for line in lines[:40]:
        text = json.loads(line)["text"]
        for word in rules._BEGINNING.finditer(text):
            tried = table.get(word.group().lower(), ())
            missed = [
                rule.made_by
                for rule in everything
                if rule not in tried and rule.pattern.match(text, word.start())
            ]
            assert missed == [], (word.group(), missed)
