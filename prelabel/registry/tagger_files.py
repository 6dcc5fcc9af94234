"""A tagger's folder as files: config, tag names, vocabulary, digest. No torch here, so that light commands can ask.

Two kinds of folder share this module: LayoutLM v1 checkpoints (as transformers saves them) and the compact tagger's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from prelabel.errors import ModelUnavailable

#: Folder of everything that ships with the package.
MODELS = Path(__file__).parent.parent / "models"
SHIPPED_COMPACT = MODELS / "compact"
SHIPPED_VOCAB = MODELS / "bert-base-uncased-vocab.txt"

#: Hex digits of a digest where it only tells models apart, and the fewest of a pin.
DIGITS = 12

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
SHARDS = "model.safetensors.index.json"
LABELS = "labels.txt"
#: What a hub snapshot must bring; weights in pickle are never fetched.
_WANTED = [CONFIG, "*.safetensors", SHARDS, LABELS, "vocab.txt", "tokenizer.json", "tokenizer_config.json"]
_CONVERT = (
    "convert it once: LayoutLMForTokenClassification.from_pretrained(folder).save_pretrained(folder, "
    "safe_serialization=True)"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checked folder. `vocab` is vocab.txt or tokenizer.json; `sha256` is over all that counts."""

    name: str
    folder: Path
    tags: tuple[str, ...]
    sha256: str
    config: dict[str, Any]
    vocab: Path | None = None
    lowercase: bool = True

    @property
    def digest(self) -> str:
        """Enough of it to tell models apart."""
        return self.sha256[:DIGITS]


def read_layoutlm(model: str, vocab: str = "", *, pretrained: bool = False) -> Checkpoint:
    """Check a LayoutLM v1 checkpoint: a folder or a hub name. ModelUnavailable says in one line what is wrong.

    `pretrained`: one without a classification head will do; it has no tags.
    """
    folder = _folder(model)
    config = read_config(folder)
    if config.get("model_type") != "layoutlm":
        raise ModelUnavailable(
            f"{folder} holds a {config.get('model_type', 'nameless')!r} model, not LayoutLM v1; "
            "set LAYOUTLM_MODEL to a checkpoint of model_type 'layoutlm'"
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
    """Check a folder of the compact tagger, as `prelabel train ser` writes it."""
    if not folder.is_dir():
        raise ModelUnavailable(
            f"no model folder {folder}; set COMPACT_MODEL to one that `prelabel train ser --model compact` wrote"
        )
    config = read_config(folder)
    if config.get("model_type") != "prelabel-compact" or not config.get("tags"):
        raise ModelUnavailable(f"{folder / CONFIG} is no config of the compact tagger; train it again")
    weights = _weights(folder)
    tags = tuple(str(tag) for tag in config["tags"])
    return Checkpoint("compact", folder, tags, digest_of((folder / CONFIG, *weights), tags), config)


def is_compact(folder: Path) -> bool:
    """Does this folder say that it is a compact tagger's?"""
    return (folder / CONFIG).is_file() and read_config(folder).get("model_type") == "prelabel-compact"


def _folder(model: str) -> Path:
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise ModelUnavailable(f"no model folder {model}; set LAYOUTLM_MODEL to a checkpoint folder or a hub name")
    return _snapshot(model)


def _snapshot(name: str) -> Path:
    """Fetch a model of the hub, or take it from the local cache."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelUnavailable("a hub name needs huggingface_hub: pip install 'prelabel[kie]'") from error
    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED))
    except Exception as error:
        raise ModelUnavailable(
            f"LAYOUTLM_MODEL={name} is neither a folder nor a model that the hub gives us ({type(error).__name__}); "
            "name a local checkpoint folder"
        ) from error


def read_config(folder: Path) -> dict[str, Any]:
    """config.json of a model folder. ModelUnavailable says in one line what is wrong."""
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelUnavailable(f"{folder} has no {CONFIG}; name the folder that save_pretrained wrote") from None
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{path} cannot be read: {error}; copy it again") from None
    if not isinstance(config, dict):
        raise ModelUnavailable(f"{path} is no JSON object; copy it again")
    return config


def _weights(folder: Path) -> tuple[Path, ...]:
    """The safetensors files, one or sharded."""
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if (folder / SHARDS).is_file():
        return tuple(sorted(folder.glob("*.safetensors")))
    if (folder / "pytorch_model.bin").exists():
        raise ModelUnavailable(f"{folder} has only pytorch_model.bin, a pickle that is never loaded; {_CONVERT}")
    raise ModelUnavailable(f"{folder} has no {WEIGHTS}; name the folder that save_pretrained wrote")


def _vocabulary(folder: Path, vocab: str) -> Path:
    """The setting's file, else the folder's own, else the shipped one."""
    if vocab:
        path = Path(vocab).expanduser()
        if not path.is_file():
            raise ModelUnavailable(f"LAYOUTLM_VOCAB={vocab} is no file; name a vocab.txt or leave the setting empty")
        return path
    for path in (folder / "tokenizer.json", folder / "vocab.txt", SHIPPED_VOCAB):
        if path.is_file():
            return path
    raise ModelUnavailable(f"{folder} has no vocab.txt and none ships; set LAYOUTLM_VOCAB to the tokenizer's vocab.txt")


def _lowercase(folder: Path, vocab: Path) -> bool:
    """As the folder's tokenizer_config.json says; else a vocabulary without a capital wants none."""
    try:
        return bool(json.loads((folder / "tokenizer_config.json").read_text("utf-8"))["do_lower_case"])
    except (OSError, ValueError, TypeError, KeyError):
        tokens = vocab.read_text("utf-8", errors="replace").split()
        return not any(token != token.lower() for token in tokens if not token.startswith("["))


def _layoutlm_tags(folder: Path, config: dict[str, Any], count: int) -> tuple[str, ...]:
    """`id2label` of the config, one an output of the head; where it says LABEL_0 only, the lines of labels.txt."""
    named = config.get("id2label") or {}
    tags = tuple(str(named.get(str(i), f"LABEL_{i}")) for i in range(len(named) or count))
    if all(tag == f"LABEL_{i}" for i, tag in enumerate(tags)):
        tags = _labels_file(folder)
    if len(tags) != count:
        raise ModelUnavailable(
            f"{folder} names {len(tags)} labels, but its model tells {count} apart; correct id2label or {LABELS}"
        )
    if len(set(tags)) != len(tags):
        raise ModelUnavailable(f"{folder}: a label occurs twice in {', '.join(tags)}; correct id2label or {LABELS}")
    return tags


def _outputs(weights: tuple[Path, ...]) -> int:
    """The number of tags that the classification head gives; 0 where there is none."""
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


def check_pin(name: str, sha256: str, pins: Sequence[str]) -> None:
    """Raises ModelUnavailable for a model that `pins` do not name; none of them: any model will do."""
    if pins and not any(len(pin) >= DIGITS and sha256.startswith(pin.lower()) for pin in pins):
        raise ModelUnavailable(
            f"the model {name} has the digest {sha256}, and MODEL_DIGESTS does not name it: put the right files back, "
            "or add it"
        )


def digest_of(files: tuple[Path, ...], tags: tuple[str, ...]) -> str:
    """SHA-256 over file contents and tag names; file names and places do not enter."""
    total = hashlib.sha256(" ".join(tags).encode())
    for file in files:
        total.update(_file_digest(file, file.stat().st_mtime_ns, file.stat().st_size))
    return total.hexdigest()


@lru_cache(maxsize=32)
def _file_digest(file: Path, _modified_ns: int, _size: int) -> bytes:
    """Digest of one file, read once a process as long as it stays the same."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
