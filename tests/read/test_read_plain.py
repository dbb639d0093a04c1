"""Plain text."""

import pytest

from cellstudy.read import read


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("A title\nAn abstract.\nMore.\n", "A title\nAn abstract.\nMore."),
        (
            "\ufeff\n A title \r\n\r\n An abstract.\r\n\r\nMore. \r\n",
            "A title\nAn abstract.\n\nMore.",
        ),
        ("Only a title", "Only a title"),
        ("<5% of cells: a title\nAn abstract.", "<5% of cells: a title\nAn abstract."),
    ],
)
def test_first_line_is_the_title(tmp_path, content, text):
    path = tmp_path / "note.v1.txt"
    path.write_bytes(content.encode())
    (article,) = read(path)
    assert (article.id, article.text, article.source) == ("note.v1", text, "note.v1.txt#1")
    assert article.title == text.split("\n")[0]
