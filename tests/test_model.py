"""Finding a model and refusing one that does not fit."""

import json
import shutil

import pytest
import spacy

from cellstudy.errors import ModelError
from cellstudy.model import (
    META_KEY,
    MODEL_FORMAT,
    check_model,
    find_model,
    hash_model,
    load_pipeline,
)


def write_meta(folder, content):
    (folder / "meta.json").write_text(content, encoding="utf-8")
    return folder


def test_the_bundled_model_fits_this_version():
    assert check_model(find_model())["name"] == "cellstudy_sm"


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({META_KEY: {"format": MODEL_FORMAT - 1}}, f"format {MODEL_FORMAT - 1}, .*; use the bund"),
        ({META_KEY: {"format": MODEL_FORMAT + 1}}, "install the cellstudy that made it, .*make tr"),
        ({"name": "other"}, "model format None, .*make train"),
        ({META_KEY: []}, "model format None"),
        ([], "not a model folder"),
    ],
)
def test_a_model_of_another_format_is_refused_with_advice(meta, message, tmp_path):
    with pytest.raises(ModelError, match=message):
        check_model(write_meta(tmp_path, json.dumps(meta)))


@pytest.mark.parametrize("made_with", [">=3.7.5,<3.8.0", ">=3.9.0,<3.10.0", ">=4.0.0,<4.1.0"])
def test_a_model_of_another_spacy_is_refused_with_advice(made_with, tmp_path):
    meta = {META_KEY: {"format": MODEL_FORMAT}, "spacy_version": made_with}
    version = made_with[2:5]
    with pytest.raises(ModelError, match=rf"with spaCy {version}, .*'spacy=={version}\.\*'"):
        check_model(write_meta(tmp_path, json.dumps(meta)))


def test_another_patch_release_of_spacy_will_do(tmp_path):
    meta = {META_KEY: {"format": MODEL_FORMAT}, "spacy_version": ">=3.8.99,<3.9.0"}
    assert check_model(write_meta(tmp_path, json.dumps(meta))) == meta


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="not a model folder"):
        check_model(write_meta(tmp_path, "no json"))


@pytest.fixture
def model(tmp_path):
    """A small model of this version, to spoil."""
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_number_typer", name="number_typer")
    nlp.meta |= {"name": "small", META_KEY: {"format": MODEL_FORMAT}}
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


def test_a_small_model_is_loaded(model):
    assert load_pipeline(model).pipe_names == ["number_typer"]


def replace_in_config(folder, old, new):
    path = folder / "config.cfg"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("cellstudy_number_typer", "cellstudy_unheard_of", "'cellstudy_unheard_of'"),
        ("spacy.Tokenizer.v1", "cellstudy.Unheard.v1", r"'cellstudy\.Unheard\.v1'"),
    ],
)
def test_what_is_not_installed_is_named_with_the_extra(old, new, missing, model):
    replace_in_config(model, old, new)
    with pytest.raises(ModelError, match=rf"needs {missing}, .*pip install 'cellstudy\[trf\]'"):
        load_pipeline(model)


def test_a_package_that_is_not_installed_is_named_with_the_extra(model):
    @spacy.registry.callbacks("cellstudy.needs_torch.v1")
    def build():
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    callback = '[nlp.before_creation]\n@callbacks = "cellstudy.needs_torch.v1"\n'
    replace_in_config(model, "before_creation = null\n", "")
    replace_in_config(model, "[nlp.tokenizer]", f"{callback}\n[nlp.tokenizer]")
    with pytest.raises(ModelError, match=r"needs the package 'torch', .*cellstudy\[trf\]"):
        load_pipeline(model)


@pytest.mark.parametrize("file", ["config.cfg", "tokenizer", "vocab/strings.json", "number_typer"])
def test_a_model_with_a_part_missing_is_refused(file, model):
    path = model / file
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ModelError, match=r"(can)?not be (loaded|read)"):
        load_pipeline(model)


def test_an_unknown_name_is_refused():
    with pytest.raises(ModelError, match="no model 'other'"):
        find_model("other")


def test_the_hash_covers_names_and_contents(tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for folder, name, content in ((first, "a", b"x"), (second, "b", b"x")):
        folder.mkdir()
        (folder / name).write_bytes(content)
    before = hash_model(first)
    assert before != hash_model(second)
    hash_model.cache_clear()
    (first / "a").write_bytes(b"y")
    assert hash_model(first) != before
