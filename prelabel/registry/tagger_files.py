"""Files of a tagger: config, tag names, vocabulary, digest; read without torch, so that light commands can use them.

Two kinds of folders: LayoutLM v1 checkpoints, as transformers saves them, and folders of the compact tagger.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from prelabel.errors import ModelUnavailable
from prelabel.registry.model_files import CONFIG, DIGITS, MODELS, digest_of, read_config

SHIPPED_COMPACT = MODELS / "compact"
SHIPPED_VOCAB = MODELS / "bert-base-uncased-vocab.txt"

WEIGHTS = "model.safetensors"
SHARDS = "model.safetensors.index.json"
LABELS = "labels.txt"
#: Files to fetch from the hub; pickled weights are never fetched.
_WANTED = [CONFIG, "*.safetensors", SHARDS, LABELS, "vocab.txt", "tokenizer.json", "tokenizer_config.json"]
_CONVERT = (
    "convert it once: LayoutLMForTokenClassification.from_pretrained(folder).save_pretrained(folder, "
    "safe_serialization=True)"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checked model folder. `vocab`: vocab.txt or tokenizer.json. `sha256`: over all files that matter."""

    name: str
    folder: Path
    tags: tuple[str, ...]
    sha256: str
    config: dict[str, Any]
    vocab: Path | None = None
    lowercase: bool = True

    @property
    def digest(self) -> str:
        """The first digits, enough to distinguish models."""
        return self.sha256[:DIGITS]


def read_layoutlm(model: str, vocab: str = "", *, pretrained: bool = False) -> Checkpoint:
    """Check a LayoutLM v1 checkpoint, a folder or a hub name. Raises ModelUnavailable with a message of one line.

    `pretrained`: also accept a checkpoint without a classification head; it has no tags.
    """
    folder = _folder(model)
    config = read_config(folder)
    if config.get("model_type") != "layoutlm":
        raise ModelUnavailable(
            f"{folder} holds a {config.get('model_type', 'nameless')!r} model, not LayoutLM v1; "
            "set PRELABEL_LAYOUTLM_MODEL to a checkpoint of model_type 'layoutlm'"
        )
    weights = _weights(folder)
    words = _vocabulary(folder, vocab)
    count = _outputs(weights)
    if not count and not pretrained:
        raise ModelUnavailable(
            f"{folder} has no classification head (classifier.bias): a pretrained model only; fine-tune it first: "
            f"`prelabel train ser --model {model}`"
        )
    tags = _layoutlm_tags(folder, config, count) if count else ()
    digest = digest_of((folder / CONFIG, *weights, words), tags)
    lowercase = _lowercase(words.parent if vocab else folder, words)
    return Checkpoint(f"layoutlm-{Path(model).name}", folder, tags, digest, config, words, lowercase)


def read_compact(folder: Path) -> Checkpoint:
    """Check a folder of the compact tagger, as `prelabel train ser` writes it. Raises ModelUnavailable."""
    if not folder.is_dir():
        raise ModelUnavailable(
            f"no model folder {folder}; set PRELABEL_COMPACT_MODEL to one that `prelabel train ser --model "
            "compact` wrote"
        )
    config = read_config(folder)
    if config.get("model_type") != "prelabel-compact" or not config.get("tags"):
        raise ModelUnavailable(f"{folder / CONFIG} is no config of the compact tagger; train it again")
    weights = _weights(folder)
    tags = tuple(str(tag) for tag in config["tags"])
    return Checkpoint("compact", folder, tags, digest_of((folder / CONFIG, *weights), tags), config)


def is_compact(folder: Path) -> bool:
    """Return whether the config.json of this folder is that of a compact tagger."""
    return (folder / CONFIG).is_file() and read_config(folder).get("model_type") == "prelabel-compact"


def _folder(model: str) -> Path:
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise ModelUnavailable(
            f"no model folder {model}; set PRELABEL_LAYOUTLM_MODEL to a checkpoint folder or a hub name"
        )
    return _snapshot(model)


def _snapshot(name: str) -> Path:
    """Fetch a model from the hub, or take it from the local cache."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelUnavailable("a hub name needs huggingface_hub: pip install 'prelabel[layoutlm]'") from error
    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED))
    except Exception as error:
        raise ModelUnavailable(
            f"PRELABEL_LAYOUTLM_MODEL={name} is neither a folder nor a model that the hub provides "
            f"({type(error).__name__}); "
            "name a local checkpoint folder"
        ) from error


def _weights(folder: Path) -> tuple[Path, ...]:
    """Return the safetensors files, one or several shards."""
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if (folder / SHARDS).is_file():
        return tuple(sorted(folder.glob("*.safetensors")))
    if (folder / "pytorch_model.bin").exists():
        raise ModelUnavailable(f"{folder} has only pytorch_model.bin, a pickle that is never loaded; {_CONVERT}")
    raise ModelUnavailable(f"{folder} has no {WEIGHTS}; name the folder that save_pretrained wrote")


def _vocabulary(folder: Path, vocab: str) -> Path:
    """Return the file of the setting, else the one in the folder, else the shipped one."""
    if vocab:
        path = Path(vocab).expanduser()
        if not path.is_file():
            raise ModelUnavailable(
                f"PRELABEL_LAYOUTLM_VOCAB={vocab} is no file; name a vocab.txt or leave the setting empty"
            )
        return path
    for path in (folder / "tokenizer.json", folder / "vocab.txt", SHIPPED_VOCAB):
        if path.is_file():
            return path
    raise ModelUnavailable(
        f"{folder} has no vocab.txt and none ships; set PRELABEL_LAYOUTLM_VOCAB to the tokenizer's vocab.txt"
    )


def _lowercase(folder: Path, vocab: Path) -> bool:
    """Return whether words are lowercased: by tokenizer_config.json, else if the vocabulary has no capital letter."""
    try:
        return bool(json.loads((folder / "tokenizer_config.json").read_text("utf-8"))["do_lower_case"])
    except (OSError, ValueError, TypeError, KeyError):
        tokens = vocab.read_text("utf-8", errors="replace").split()
        return not any(token != token.lower() for token in tokens if not token.startswith("["))


def _layoutlm_tags(folder: Path, config: dict[str, Any], count: int) -> tuple[str, ...]:
    """Return the tags by `id2label` of the config; if it has only names such as LABEL_0, the lines of labels.txt."""
    named = config.get("id2label") or {}
    tags = tuple(str(named.get(str(i), f"LABEL_{i}")) for i in range(len(named) or count))
    if all(tag == f"LABEL_{i}" for i, tag in enumerate(tags)):
        tags = _labels_file(folder)
    if len(tags) != count:
        raise ModelUnavailable(
            f"{folder} names {len(tags)} labels, but its model has {count} outputs; correct id2label or {LABELS}"
        )
    if len(set(tags)) != len(tags):
        raise ModelUnavailable(f"{folder}: a label occurs twice in {', '.join(tags)}; correct id2label or {LABELS}")
    return tags


def _outputs(weights: tuple[Path, ...]) -> int:
    """Return the number of tags of the classification head; 0 if there is no head."""
    for file in weights:
        try:
            with safe_open(file, framework="np") as tensors:
                if "classifier.bias" in tensors.keys():  # noqa: SIM118  (no mapping)
                    return int(tensors.get_slice("classifier.bias").get_shape()[0])
        except (OSError, SafetensorError) as error:
            raise ModelUnavailable(f"{file} is no readable safetensors file ({error}); copy it again") from None
    return 0


def _labels_file(folder: Path) -> tuple[str, ...]:
    path = folder / LABELS
    if not path.is_file():
        raise ModelUnavailable(
            f"{folder / CONFIG} names its labels LABEL_0 ... only; put {LABELS} beside it, one label a line in order"
        )
    return tuple(line.strip() for line in path.read_text("utf-8").splitlines() if line.strip())
