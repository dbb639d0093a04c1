"""Finding a model and refusing one that does not fit."""

import json

import pytest

from cellstudy.errors import ModelError
from cellstudy.model import META_KEY, MODEL_FORMAT, check_model, find_model, hash_model


def write_meta(folder, content):
    (folder / "meta.json").write_text(content, encoding="utf-8")
    return folder


def test_the_bundled_model_fits_this_version():
    assert check_model(find_model())["name"] == "cellstudy_sm"


def test_a_model_of_another_format_is_refused_with_advice(tmp_path):
    folder = write_meta(tmp_path, json.dumps({META_KEY: {"format": MODEL_FORMAT + 1}}))
    with pytest.raises(ModelError, match="make train"):
        check_model(folder)


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="not a model folder"):
        check_model(write_meta(tmp_path, "no json"))


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
