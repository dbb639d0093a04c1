"""Released scispaCy models in the DISEASE role, with a small package of the same shape."""

import hashlib
import itertools
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
import spacy
from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.cli.package import package
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, is_package
from typer.testing import CliRunner

import cellstudy
from cellstudy.cli import app
from cellstudy.errors import ConfigError, ModelError
from cellstudy.labels import MENTIONS, RECOGNISED
from cellstudy.tag.disease_model import CONFIDENCE
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.released import RELEASED, find_released, how_to_install, load_released

NAME, VERSION = "en_ner_fake_md", "0.5.4"
MADE_BY = f"model:{NAME} {VERSION}"

NAMES = {
    "DISEASE": ("melasma", "type 2 diabetes", "vitiligo", "asthma", "lung cancer"),
    "CHEMICAL": ("aspirin", "cisplatin", "minoxidil"),
}
FRAMES = {
    "DISEASE": ("Exosomes for {}.", "Ten patients with {} had 5 mL.", "Cells were given for {}."),
    "CHEMICAL": ("We gave {} daily.", "Cells and {} were given for pain."),
}
NOTHING = ("It was a pilot trial.", "2x10^6 UC-MSCs/kg were given.", "Of 20 patients, 5 left.")

TEXT = "Exosomes for melasma: a pilot trial\n2x10^6 UC-MSCs/kg and aspirin were given for vitiligo."


def make_examples(nlp):
    for label, names in NAMES.items():
        for name, frame in itertools.product(names, FRAMES[label]):
            text, start = frame.format(name), frame.index("{")
            entity = (start, start + len(name), label)
            yield Example.from_dict(nlp.make_doc(text), {"entities": [entity]})
    for text in NOTHING:
        yield Example.from_dict(nlp.make_doc(text), {"entities": []})


def train_model():
    """As released: scispaCy's tokens, vectors, a tok2vec that the ner listens to, and more."""
    nlp = spacy.blank("en")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of its patterns
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.vocab.reset_vectors(width=4)
    for number, name in enumerate(itertools.chain(*NAMES.values())):
        nlp.vocab.set_vector(name, np.full(4, number / 8, dtype=np.float32))
    encoder = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 32, "depth": 2}
    rest = {"embed_size": 500, "window_size": 1, "maxout_pieces": 2, "subword_features": True}
    nlp.add_pipe("tok2vec", config={"model": {**encoder, **rest, "pretrained_vectors": True}})
    nlp.add_pipe("sentencizer")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 32, "upstream": "tok2vec"}
    nlp.add_pipe("ner", config={"model": {"hidden_width": 32, "tok2vec": listener}})
    examples = list(make_examples(nlp))
    fix_random_seed(0)
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(30):
        nlp.update(examples, sgd=optimizer)
    nlp.meta |= {"name": "ner_fake_md", "version": VERSION}
    return nlp


def change_meta(folder, **changes):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps(meta | changes))


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The model folder, with the pin of the released ones."""
    folder = tmp_path_factory.mktemp("trained") / "model"
    train_model().to_disk(folder)
    change_meta(folder, spacy_version=">=3.7.4,<3.8.0")
    return folder


@pytest.fixture(scope="session")
def site(trained, tmp_path_factory):
    """A folder of installed packages that has the model as `spacy package` lays it out."""
    built = tmp_path_factory.mktemp("built")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spaCy warns of the pin and leaves a file open
        package(trained, built, create_sdist=False, create_wheel=False, silent=True)
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(built / f"{NAME}-{VERSION}" / NAME, site / NAME)
    info = site / f"{NAME}-{VERSION}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n")
    return site


@pytest.fixture
def installed(site, monkeypatch):
    monkeypatch.syspath_prepend(site)
    return NAME


@pytest.fixture
def model(trained, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(trained, tmp_path / "model"))


@pytest.fixture(scope="session")
def plugged(trained):
    """The bundled pipeline with the model plugged in by its folder."""
    return cellstudy.load(disease_model=trained)


def diseases(nlp, text):
    spans = get_spans(nlp(text), MENTIONS)
    return [(text[s.start : s.end], s.made_by) for s in spans if s.label == "DISEASE"]


# ---------------------------------------------------------------- in the pipeline


def test_the_package_has_the_shape_of_the_released_ones(installed, site):
    assert is_package(installed)
    data = site / NAME / f"{NAME}-{VERSION}"
    assert {item.name for item in data.iterdir()} >= {"config.cfg", "meta.json", "ner", "tok2vec"}


def test_a_package_takes_the_disease_role(installed):
    extractor = cellstudy.load(disease_model=installed)
    expected = [("melasma", MADE_BY), ("vitiligo", MADE_BY)]
    assert diseases(extractor.nlp, TEXT) == expected
    assert extractor.info.disease_model == f"{NAME} {VERSION}"
    assert len(extractor.info.disease_model_sha256) == 64


@pytest.mark.parametrize("place", ["model", "package", "archive"])
def test_a_folder_is_as_good_as_a_package(place, trained, site, tmp_path):
    archive = shutil.copytree(site / NAME, tmp_path / f"{NAME}-{VERSION}" / NAME)
    folder = {"model": trained, "package": site / NAME, "archive": archive.parent}[place]
    assert find_released(folder)[:2] == (NAME, VERSION)


def test_records_say_where_diseases_come_from(plugged):
    record = next(plugged.extract([TEXT])).record
    assert record.pipeline.disease_model == f"{NAME} {VERSION}"
    names = [item.name for item in record.conditions]
    assert names[0].made_by.startswith(MADE_BY)
    assert [TEXT[e.start : e.end] for name in names for e in name.evidence] == [
        e.text for name in names for e in name.evidence
    ]


def test_records_without_a_plug_in_do_not_name_one(extractor):
    import msgspec

    assert "disease_model" not in msgspec.to_builtins(extractor.info)


def test_other_labels_stay(plugged, extractor):
    def others(nlp):
        return [span for span in get_spans(nlp(TEXT), RECOGNISED) if span.label != "DISEASE"]

    assert others(plugged.nlp) == others(extractor.nlp) != []


def test_results_do_not_depend_on_the_batch(plugged):
    texts = [
        TEXT,
        "Asthma",
        "",
        *(frame.format("type 2 diabetes") for frame in FRAMES["DISEASE"]),
    ] * 3
    runs = [
        [list(get_spans(doc, MENTIONS)) for doc in plugged.nlp.pipe(texts, batch_size=size)]
        for size in (1, 7, 64)
    ]
    assert runs[0] == runs[1] == runs[2]


def test_only_the_recogniser_is_loaded(plugged):
    assert plugged.nlp.get_pipe("disease_model").nlp.pipe_names == ["tok2vec", "ner"]


def test_a_saved_pipeline_keeps_the_name_not_the_weights(plugged, tmp_path):
    plugged.nlp.to_disk(tmp_path / "saved")
    assert not (tmp_path / "saved" / "disease_model").exists()
    again = cellstudy.load(tmp_path / "saved")
    assert again.nlp.config["components"]["disease_model"]["version"] == VERSION
    assert diseases(again.nlp, TEXT) == diseases(plugged.nlp, TEXT)
    assert again.info.disease_model == f"{NAME} {VERSION}"


def test_a_saved_pipeline_refuses_another_version(model, tmp_path):
    cellstudy.load(disease_model=model).nlp.to_disk(tmp_path / "saved")
    change_meta(model, version="0.5.5")
    with pytest.raises(ModelError, match=r"0\.5\.4 is wanted, but 0\.5\.5 is installed"):
        cellstudy.load(tmp_path / "saved")


def test_two_disease_models_are_refused(plugged, trained, tmp_path):
    plugged.nlp.to_disk(tmp_path / "saved")
    with pytest.raises(ConfigError, match="of its own already"):
        cellstudy.load(tmp_path / "saved", disease_model=trained)


# ---------------------------------------------------------------- the component


def tag(trained, text, spans, **config):
    register_extensions()
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_disease_model", config={"model": str(trained), **config})
    nlp.add_pipe("cellstudy_mentions")
    doc = nlp.make_doc(text)
    set_spans(doc, RECOGNISED, spans)
    return get_spans(nlp(doc), MENTIONS)


@pytest.mark.parametrize("text", [TEXT, "", "é漢字 😀 melasma\n\n  odd   spaces "])
def test_the_component_keeps_the_contract_of_components(text, plugged):
    doc = plugged.nlp(text)
    assert doc.ents == ()
    again = Doc(plugged.nlp.vocab).from_bytes(doc.to_bytes())
    piped = next(plugged.nlp.pipe([text]))
    found = get_spans(doc, RECOGNISED)
    assert get_spans(again, RECOGNISED) == get_spans(piped, RECOGNISED) == found
    assert ("melasma" in text) == any(span.made_by == MADE_BY for span in found)


def test_our_diseases_are_left_out(trained):
    ours = ScoredSpan(0, 8, "DISEASE", 1.0, "model:recogniser")
    found = tag(trained, "Exosomes for melasma.", [ours])
    assert found == [ScoredSpan(13, 20, "DISEASE", CONFIDENCE, MADE_BY)]


@pytest.mark.parametrize(("confidence", "label"), [(0.79, "DISEASE"), (0.81, "OUTCOME")])
def test_the_surest_of_overlapping_spans_stays(confidence, label, trained):
    ours = ScoredSpan(0, 20, "OUTCOME", confidence, "model:recogniser")
    assert [span.label for span in tag(trained, "Exosomes for melasma.", [ours])] == [label]


def test_a_disease_does_not_run_from_title_into_abstract(trained):
    text = "Exosomes for type 2\ndiabetes."
    entities = load_released(find_released(trained))(text).ents
    assert any("\n" in entity.text for entity in entities)
    assert tag(trained, text, []) == []


def test_labels_are_chosen(trained):
    found = tag(trained, "We gave aspirin daily.", [], labels=["CHEMICAL"], confidence=0.6)
    assert found == [ScoredSpan(8, 15, "DISEASE", 0.6, MADE_BY)]


def test_a_confidence_is_a_probability(trained):
    with pytest.raises(ConfigError, match="not from 0 to 1"):
        tag(trained, "", [], confidence=80)


# ---------------------------------------------------------------- what is refused


def rename_labels(*labels):
    return lambda folder: change_meta(folder, labels={"ner": list(labels)})


def replace_in_config(old, new):
    def change(folder):
        path = folder / "config.cfg"
        path.write_text(path.read_text().replace(old, new))

    return change


REFUSED = {
    "no meta.json": (lambda f: (f / "meta.json").unlink(), "meta.json cannot be read"),
    "meta.json is a list": (lambda f: (f / "meta.json").write_text("[]"), "not an object"),
    "no config.cfg": (lambda f: (f / "config.cfg").unlink(), "holds no spaCy 3 model"),
    "config.cfg is cut off": (
        lambda f: (f / "config.cfg").write_text("[nlp\nlang"),
        "config.cfg cannot be read",
    ),
    "spaCy 2": (
        lambda f: change_meta(f, spacy_version=">=2.3.0,<2.4.0"),
        r"made with spaCy 2\.3, but models of 3\.2 to 3\.8 can be read; .*pip install --no-deps",
    ),
    "spaCy 3.9": (lambda f: change_meta(f, spacy_version=">=3.9.0,<3.10.0"), r"spaCy 3\.9, but"),
    "no spaCy version": (lambda f: change_meta(f, spacy_version=""), "names no spaCy version"),
    "no ner": (replace_in_config('factory = "ner"', 'factory = "tagger"'), "needs one entity rec"),
    "only ENTITY": (rename_labels("ENTITY"), r"none of its .* disease \(ENTITY\).*disease_labels="),
    "no labels": (rename_labels(), r"is a disease \(none\)"),
    "labels of meta.json alone": (rename_labels("CANCER"), r"no label CANCER; .* DISEASE"),
    "cut weights": (lambda f: (f / "ner/model").write_bytes(b"\x81"), "cannot be loaded"),
    "junk for weights": (lambda f: (f / "ner/model").write_bytes(b"\x80"), "cannot be loaded"),
    "empty vectors": (lambda f: (f / "vocab/vectors").write_bytes(b""), "cannot be loaded"),
    "no weights": (lambda f: (f / "tok2vec/model").unlink(), "cannot be loaded .FileNotFound"),
    "unknown function": (
        replace_in_config("spacy.HashEmbedCNN.v2", "other.Encoder.v1"),
        r"needs 'other\.Encoder\.v1', not installed here",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_with_its_reason(case, model):
    change, message = REFUSED[case]
    change(model)
    with pytest.raises(ModelError, match=message):
        load_released(find_released(model))


def test_a_recogniser_with_its_own_tok2vec_needs_no_other(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    nlp.add_pipe("ner").add_label("DISEASE")
    nlp.initialize()
    nlp.to_disk(tmp_path)
    found = find_released(tmp_path)
    assert found.exclude == ("tok2vec",)
    assert load_released(found).pipe_names == ["ner"]


def test_cancer_is_read_as_disease(model):
    change_meta(model, labels={"ner": ["CANCER", "CELL", "GENE_OR_GENE_PRODUCT"]})
    assert find_released(model).labels == ("CANCER",)


def test_a_label_that_the_model_lacks_is_refused(trained):
    with pytest.raises(ModelError, match="has no label ENTITY; its labels: CHEMICAL, DISEASE"):
        find_released(trained, labels=["DISEASE", "ENTITY"])


@pytest.mark.parametrize("name", ["en_ner_bc5cdr_md", "en-ner-bc5cdr-md"])
def test_a_missing_package_is_refused_with_the_command_that_installs_it(name):
    with pytest.raises(ModelError) as caught:
        find_released(name)
    url = "releases/v0.5.4/en_ner_bc5cdr_md-0.5.4.tar.gz"
    assert f"pip install --no-deps https://s3-us-west-2.amazonaws.com/ai2-s2-scispacy/{url}" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("en_ner_other_md", "NAME-0"),
        ("not/a/name", "neither a folder nor an installed package"),
        ("__main__", "a Python module, not"),
        ("", "neither a folder"),
        ("csv", "a Python module, not"),
        ("email", "holds no spaCy 3 model"),
    ],
)
def test_what_is_no_model_package_is_refused(name, message):
    with pytest.raises(ModelError, match=message):
        find_released(name)


def test_a_squatted_name_is_never_run(tmp_path, monkeypatch):
    squat = tmp_path / "en_core_sci_md"
    squat.mkdir()
    (squat / "__init__.py").write_text("raise SystemExit('was run')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="by somebody else"):
        load_released(find_released("en_core_sci_md"))


def test_several_models_in_a_folder_are_refused(trained, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(trained, tmp_path / "models" / name)
    with pytest.raises(ModelError, match="holds 2 models"):
        find_released(tmp_path / "models")


def test_labels_without_a_model_are_refused():
    with pytest.raises(ConfigError, match="no disease model"):
        cellstudy.load(disease_labels=["ENTITY"])


def test_code_of_the_package_is_run_where_its_config_needs_it(site, tmp_path, monkeypatch):
    name = "en_ner_coded_md"
    folder = shutil.copytree(site / NAME, tmp_path / name)
    replace_in_config("before_creation = null", "")(folder / f"{NAME}-{VERSION}")
    replace_in_config(
        "[nlp.tokenizer]", '[nlp.before_creation]\n@callbacks = "coded.v1"\n\n[nlp.tokenizer]'
    )(folder / f"{NAME}-{VERSION}")
    (folder / "__init__.py").write_text(
        "import spacy\nspacy.registry.callbacks('coded.v1')(lambda: lambda language: language)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert load_released(find_released(name)).pipe_names == ["tok2vec", "ner"]


@pytest.mark.parametrize("name", RELEASED)
def test_the_page_names_every_released_model(name, root):
    page = (root / "docs" / "plugins.md").read_text(encoding="utf-8")
    assert name in page or f"`_{name.rsplit('_', 1)[1]}`" in page
    assert how_to_install("en_ner_bc5cdr_md") in page


# ---------------------------------------------------------------- the command line


def test_extract_takes_a_disease_model(installed, tmp_path):
    (tmp_path / "one.txt").write_text(TEXT)
    command = ["extract", str(tmp_path / "one.txt"), "-o", str(tmp_path / "out"), "-q"]
    result = CliRunner().invoke(app, [*command, "--disease-model", installed])
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "out" / "records.jsonl").read_text())
    assert record["pipeline"]["disease_model"] == f"{NAME} {VERSION}"
    spans = json.loads((tmp_path / "out" / "spans.jsonl").read_text())["spans"]
    made_by = {TEXT[s["start"] : s["end"]]: s["made_by"] for s in spans}
    assert made_by["melasma"] == MADE_BY


def test_evaluate_takes_a_disease_model(trained, tmp_path):
    start = TEXT.index("vitiligo")
    spans = [{"start": start, "end": start + 8, "label": "DISEASE"}]
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    gold = {"id": "1", "text": TEXT, "sha256": digest, "spans": spans, "record": {}}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold))
    command = ["evaluate", str(tmp_path / "gold.jsonl"), "-o", str(tmp_path / "report")]
    options = ["--disease-model", str(trained), "--disease-label", "CHEMICAL", "--resamples", "2"]
    result = CliRunner().invoke(app, [*command, *options])
    assert result.exit_code == 0, result.output
    mistakes = (tmp_path / "report" / "errors.jsonl").read_text()
    assert "aspirin" in mistakes
    assert "vitiligo" in mistakes


def test_the_command_line_refuses_a_missing_model_in_one_line(tmp_path, monkeypatch, capsys):
    from cellstudy.cli import main

    (tmp_path / "one.txt").write_text(TEXT)
    command = ["cellstudy", "extract", str(tmp_path / "one.txt"), "--disease-model", "en_ner_x_md"]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("cellstudy: no model 'en_ner_x_md'")
    assert "pip install --no-deps" in error
