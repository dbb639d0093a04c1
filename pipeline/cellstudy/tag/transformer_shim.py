"""The transformer as thinc sees it. Imports torch: only `transformer.py` imports this module.

Unlike thinc's own shim for torch it stores weights as safetensors (no pickle is read from a model
folder), lets layers learn at rates of their own, and takes part in the averaging of weights.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import srsly
import torch
from numpy.typing import NDArray
from thinc.api import Optimizer
from thinc.shims import Shim
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from cellstudy.errors import ModelError
from cellstudy.tag.wordpieces import Pieces, split_words

Floats = NDArray[np.float32]

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")


def _make_encoder(config: BertConfig) -> Any:
    # Attention written out: on a CPU its way back takes half the time of torch's fused one.
    return BertModel._from_config(config, attn_implementation="eager", add_pooling_layer=False)


class TransformerShim(Shim):
    """A BERT encoder with its tokenizer; empty until weights are loaded."""

    def __init__(
        self,
        *,
        window: int,
        overlap: int,
        dropout: float,
        learn_rate_scale: float,
        layer_decay: float,
        bfloat16: bool,
    ) -> None:
        super().__init__(None)
        self.window = window
        self.overlap = overlap
        self.dropout = dropout
        self.learn_rate_scale = learn_rate_scale
        self.layer_decay = layer_decay
        self.bfloat16 = bfloat16
        self.tokenizer: Any = None

    @property
    def width(self) -> int:
        """Width of the vectors."""
        return int(self._model.config.hidden_size)

    def load(self, folder: Path) -> None:
        """Read config, tokenizer and weights of a pretrained model from a local folder."""
        config = BertConfig.from_pretrained(folder, local_files_only=True)
        config.hidden_dropout_prob = self.dropout
        config.attention_probs_dropout_prob = 0.0  # costs a quarter of the time of a step
        model = _make_encoder(config)
        # Not strictly: the weights may hold a pooler or a head, which are left out.
        missing, _ = model.load_state_dict(
            safetensors.torch.load_file(folder / "model.safetensors"), strict=False
        )
        if missing:
            raise ModelError(f"{folder}: the weights are not those of a BERT encoder: {missing[0]}")
        self._set_model(model, (folder / "tokenizer.json").read_text(encoding="utf-8"))

    def _set_model(self, model: Any, tokenizer: str) -> None:
        model.embeddings.requires_grad_(False)
        self._model = model
        self.tokenizer = Tokenizer.from_str(tokenizer)
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def __call__(
        self, inputs: Sequence[Sequence[str]], is_train: bool
    ) -> tuple[Floats, Callable[[Floats], None]]:
        """(n_tokens, width) vectors of the words of all texts, and the way back."""
        pieces = split_words(inputs, self.tokenizer, size=self.window, overlap=self.overlap)
        self._model.train(is_train)
        with torch.set_grad_enabled(is_train):
            vectors = self._embed(pieces)

        def backprop(d_vectors: Floats) -> None:
            vectors.backward(torch.from_numpy(np.ascontiguousarray(d_vectors)))

        return vectors.detach().numpy(), backprop

    def _embed(self, pieces: Pieces) -> Any:
        ids, mask, places, tokens = map(torch.from_numpy, pieces[:4])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bfloat16):
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        rows = hidden.float().flatten(0, 1)[places]
        sums = rows.new_zeros((pieces.n_tokens, self.width)).index_add(0, tokens, rows)
        counts = torch.bincount(tokens, minlength=pieces.n_tokens).clamp(min=1)
        return sums / counts[:, None]

    def finish_update(self, optimizer: Optimizer) -> None:
        """Let the optimizer change each parameter at the rate of its layer."""
        for name, parameter in self._model.named_parameters():
            if parameter.grad is None:
                continue
            key = (self.id, name)
            values, gradient = parameter.data.numpy(), parameter.grad.numpy()
            changed, _ = optimizer(key, values, gradient, lr_scale=self._scale(name))
            parameter.data.copy_(torch.from_numpy(changed))
            parameter.grad = None

    def _scale(self, name: str) -> float:
        layer = _LAYER.match(name)
        top = self._model.config.num_hidden_layers - 1
        depth = top - int(layer[1]) if layer else 0
        return float(self.learn_rate_scale * self.layer_decay**depth)

    @contextmanager
    def use_params(self, params: dict[Any, Any]) -> Iterator[None]:
        """Use other values of the parameters for a while: averages, by the optimizer's keys."""
        backup = {}
        for name, parameter in self._model.named_parameters() if self._model else ():
            if (self.id, name) in params:
                backup[name] = parameter.data
                parameter.data = torch.from_numpy(params[self.id, name])
        yield
        for name, parameter in self._model.named_parameters() if backup else ():
            parameter.data = backup.get(name, parameter.data)

    def to_bytes(self) -> bytes:
        """Config, tokenizer and weights; nothing else is needed to use the model."""
        if self._model is None:
            return b""
        parts = {
            "config": self._model.config.to_json_string(),
            "tokenizer": self.tokenizer.to_str(),
            "weights": safetensors.torch.save(self._model.state_dict()),
        }
        return bytes(srsly.msgpack_dumps(parts))

    def from_bytes(self, data: bytes) -> "TransformerShim":
        """Restore what `to_bytes` wrote."""
        if data:
            parts = srsly.msgpack_loads(data)
            model = _make_encoder(BertConfig.from_dict(json.loads(parts["config"])))
            model.load_state_dict(safetensors.torch.load(parts["weights"]))
            self._set_model(model, parts["tokenizer"])
        return self

    def to_device(self, device_type: str, device_id: int) -> None:
        """Stay on the CPU: the layers around the transformer are numpy's."""
