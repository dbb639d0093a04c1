"""Gold corpora: formats and the reader that training uses."""
