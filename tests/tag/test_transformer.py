"""The transformer under the recogniser: a tiny random one, and what happens without torch."""

import json
import sys

import pytest
import spacy
from spacy.training import Example
from thinc.api import Config

from cellstudy.errors import ModelError
from cellstudy.labels import MENTIONS, RECOGNISED
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.transformer import find_weights

TEXTS = [
    ("Psoriasis improved after some salve.", "Psoriasis"),
    ("They had chronic urticaria and hope.", "chronic urticaria"),
    ("Melasma was seen by nobody at all.", "Melasma"),
]

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "psoriasis",
    "chronic",
    "ur",
    "##tic",
    "##aria",
    "mel",
    "##asma",
    "they",
    "had",
    "was",
    "improved",
    "after",
    "some",
    ".",
]

RECIPE = """
[model]
@architectures = "cellstudy.ChainScorer.v1"

[model.tok2vec]
@architectures = "cellstudy.TransformerTok2Vec.v1"
width = 16

[model.tok2vec.transformer]
@architectures = "cellstudy.Transformer.v1"
weights = ""
window = 12
overlap = 4
dropout = 0.0
learn_rate_scale = 0.5
layer_decay = 0.5
bfloat16 = false

[model.tok2vec.features]
@architectures = "cellstudy.FeatureHashEmbed.v1"
width = 8
attrs = ["NORM"]
rows = [50]
groups = []
group_rows = 10
group_width = 4
include_static_vectors = false
word_dropout = 0.0

[model.tok2vec.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 16
depth = 1
window_size = 1
maxout_pieces = 2
"""


def make_pipeline(weights):
    nlp = spacy.blank("en")
    recipe = Config().from_str(RECIPE)
    recipe["model"]["tok2vec"]["transformer"]["weights"] = str(weights)
    nlp.add_pipe("cellstudy_recogniser", name="recogniser", config=recipe)
    return nlp


def make_example(nlp, text, disease):
    reference = nlp.make_doc(text)
    start = text.index(disease)
    spans = [ScoredSpan(start, start + len(disease), "DISEASE", 1.0, "gold")]
    set_spans(reference, MENTIONS, spans)
    return Example(nlp.make_doc(text), reference)


def found(doc):
    return [doc.text[span.start : span.end] for span in get_spans(doc, RECOGNISED)]


@pytest.fixture(scope="module")
def torch():
    pytest.importorskip("transformers", reason="needs the extra [trf]")
    return pytest.importorskip("torch", reason="needs the extra [trf]")


@pytest.fixture(scope="module")
def weights(torch, tmp_path_factory):
    """A folder with a random BERT of two layers."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
    )
    BertModel(config).save_pretrained(folder)
    numbered = {word: i for i, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordPiece(numbered, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def trained(weights):
    register_extensions()
    nlp = make_pipeline(weights)
    examples = [make_example(nlp, *case) for case in TEXTS]
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate, optimizer.averages = 0.01, {}
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    return nlp, optimizer


@pytest.fixture(scope="module")
def encoder(trained):
    """The shim of the trained pipeline, with its parameters by name."""
    model = trained[0].get_pipe("recogniser").model
    return next(shim for node in model.walk() for shim in node.shims)


@pytest.mark.parametrize(("text", "disease"), TEXTS, ids=[text for text, _ in TEXTS])
def test_it_learns_what_it_was_shown(trained, text, disease):
    assert found(trained[0](text)) == [disease]


def test_texts_longer_than_a_window_and_empty_ones(trained):
    nlp, _ = trained
    long = " ".join(text for text, _ in TEXTS * 5)
    docs = list(nlp.pipe(["", long, "\n"]))
    assert [found(docs[0]), found(docs[2])] == [[], []]
    assert found(docs[1]) == found(nlp(long)) != []


def test_layers_learn_at_their_own_rates_and_embeddings_not(encoder, weights):
    from safetensors.torch import load_file

    start = load_file(weights / "model.safetensors")
    moved = {
        name: float((value.detach() - start[name]).abs().mean())
        for name, value in encoder._model.named_parameters()
    }
    assert moved["embeddings.word_embeddings.weight"] == 0
    name = "encoder.layer.{}.output.dense.weight"
    assert 0 < moved[name.format(0)] < moved[name.format(1)]


def test_averages_are_used_and_put_back(trained, encoder):
    nlp, optimizer = trained
    name, parameter = next(
        item for item in encoder._model.named_parameters() if "output.dense.weight" in item[0]
    )
    before = parameter.data.clone()
    with nlp.use_params(optimizer.averages):
        average = optimizer.averages[encoder.id, name]
        assert (parameter.data.numpy() == average).all()
        assert not (parameter.data == before).all()
    assert (parameter.data == before).all()


def test_a_model_on_disk_needs_no_weights_beside_it(trained, tmp_path):
    nlp, _ = trained
    nlp.config["components"]["recogniser"]["model"]["tok2vec"]["transformer"]["weights"] = "gone"
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    for text, _ in TEXTS:
        spans = get_spans(nlp(text), RECOGNISED)
        assert get_spans(loaded(text), RECOGNISED) == spans


@pytest.mark.usefixtures("torch")
def test_a_new_pipeline_goes_to_disk_too(tmp_path):
    make_pipeline("gone").to_disk(tmp_path)
    assert spacy.load(tmp_path).pipe_names == ["recogniser"]


def test_weights_of_another_network_are_refused(weights, torch, tmp_path):
    from safetensors.torch import save_file

    for file in ("config.json", "tokenizer.json"):
        (tmp_path / file).write_bytes((weights / file).read_bytes())
    save_file({"other": torch.zeros(1)}, tmp_path / "model.safetensors")
    nlp = make_pipeline(tmp_path)
    with pytest.raises(ModelError, match="not those of a BERT encoder"):
        nlp.initialize(lambda: [make_example(nlp, *case) for case in TEXTS])


@pytest.mark.parametrize("name", ["bert-base-uncased", "owner/model", "json", "spacy", "missing"])
def test_names_of_a_hub_are_refused(name: str) -> None:
    with pytest.raises(ModelError, match="nothing is downloaded"):
        find_weights(name)


def test_an_installed_package_is_found(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "invented_weights" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / file).write_text(json.dumps({}), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_weights("invented_weights") == folder
    assert find_weights(str(folder)) == folder


def test_without_the_extra_the_error_says_what_to_install(monkeypatch) -> None:
    for name in ("cellstudy.tag.transformer_shim", "safetensors.torch", "safetensors"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ModelError, match=r"safetensors.*pip install 'cellstudy\[trf\]'"):
        make_pipeline("gone")
