"""Loading of an EasyOCR reader, with one clear line for each way in which it fails."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prelabel.environment.option_names import shown_name
from prelabel.errors import EngineUnavailable

#: Tesseract's language codes -> EasyOCR's.
LANGUAGES = {
    "eng": "en",
    "kor": "ko",
    "jpn": "ja",
    "chi_sim": "ch_sim",
    "chi_tra": "ch_tra",
    "deu": "de",
    "fra": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
    "pol": "pl",
    "vie": "vi",
    "tur": "tr",
    "rus": "ru",
    "ukr": "uk",
    "tha": "th",
    "ara": "ar",
    "hin": "hi",
}

#: EasyOCR's own folder of weights.
_OWN_FOLDER = "~/.EasyOCR/model"

_SAME_INDEX = "install both from the same index, in one command: pip install torch torchvision easyocr"

#: Seconds of silence after which a download is given up. EasyOCR itself would wait for ever.
_SILENT_S = 60.0

#: Custom networks whose modules EasyOCR has imported in this process.
_imported: set[str] = set()


@dataclass(frozen=True, slots=True)
class Loaded:
    """An EasyOCR reader that is ready. `detects`: it finds boxes itself; otherwise boxes must be given."""

    reader: Any
    detects: bool
    version: str
    restore_globals: Callable[[], None]


def weights_folder(models: str) -> Path:
    """Return the folder of the weights: `models`, or EasyOCR's own."""
    return Path(models or _OWN_FOLDER).expanduser()


def load_reader(languages: Sequence[str], *, models: str, network: str, device: str) -> Loaded:
    """Load a reader for Tesseract's language codes. Raises EngineUnavailable with one line that names the cure."""
    codes = [_code(language) for language in languages]
    easyocr = _import()
    folder = weights_folder(models or str(Path(easyocr.config.MODULE_PATH) / "model"))
    if network:
        _check_network(folder, network)
        _forget_module(network)
    detects = not network or (folder / easyocr.config.detection_models["craft"]["filename"]).is_file()
    own = {"user_network_directory": str(folder), "recog_network": network} if network else {}
    # A custom network changes this global of EasyOCR for all readers of the process.
    easyocr.easyocr.imgH = easyocr.config.imgH
    # EasyOCR lets torch unpickle any object of a .pth file: this switch of torch's restricts it to weights.
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    with _explained(folder, network), _own_import_path(), _limited_silence():
        reader = easyocr.Reader(
            codes,
            gpu=_gpu(device),
            model_storage_directory=str(folder),
            detector=detects,
            quantize=False,
            verbose=False,
            **own,
        )
    if reader.device == "cpu":
        # EasyOCR reads crops one by one on a device named "cpu"; in batches under another name of the same device.
        reader.device = "cpu:0"
    crop_height = easyocr.easyocr.imgH

    def restore_globals() -> None:
        easyocr.easyocr.imgH = crop_height

    return Loaded(reader, detects, easyocr.__version__, restore_globals)


def _code(language: str) -> str:
    try:
        return LANGUAGES[language]
    except KeyError:
        raise EngineUnavailable(
            f"EasyOCR has no language for {language}: it knows {', '.join(LANGUAGES)}; "
            f"correct {shown_name('languages')}"
        ) from None


def _import() -> Any:
    try:
        import easyocr
        import easyocr.config
        import easyocr.easyocr
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"EasyOCR cannot be loaded ({error}): pip install 'prelabel[easyocr]', or choose another engine in OCR"
        ) from None
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        # torchvision beside a foreign torch: "operator torchvision::nms does not exist", or missing CUDA libraries.
        raise EngineUnavailable(
            f"EasyOCR cannot be loaded, its torch and torchvision do not fit ({_first(error)}): {_SAME_INDEX}"
        ) from None
    return easyocr


def _gpu(device: str) -> bool | str:
    """Return the device in EasyOCR's form. Raises EngineUnavailable for a GPU that is set and not there."""
    import torch

    if device == "cpu" or (device == "auto" and not torch.cuda.is_available()):
        # There are as many processes as cores: torch's threads would only wait for each other.
        torch.set_num_threads(1)
        return False
    if device == "auto":
        return True
    if not torch.cuda.is_available():
        raise EngineUnavailable(
            f"PRELABEL_DEVICE={device}, but torch sees no GPU here: set PRELABEL_DEVICE=auto or cpu"
        )
    return device


def _check_network(folder: Path, network: str) -> None:
    """Check before EasyOCR opens the files that all are there, and that the weights hold nothing else."""
    missing = [f"{network}{end}" for end in (".py", ".yaml", ".pth") if not (folder / f"{network}{end}").is_file()]
    if missing:
        raise EngineUnavailable(
            f"EasyOCR's custom network {network} needs {', '.join(missing)} in {folder}: "
            "copy them there, or correct PRELABEL_EASYOCR_MODELS and PRELABEL_EASYOCR_NETWORK"
        )
    _check_weights(folder / f"{network}.pth")


def _forget_module(network: str) -> None:
    """Forget a network of the same name from another folder: EasyOCR imports networks by their bare names.

    Raises EngineUnavailable when the name belongs to another Python module.
    """
    if network not in _imported and (network in sys.modules or importlib.util.find_spec(network) is not None):
        raise EngineUnavailable(f"{network} is the name of an installed Python module: rename the EasyOCR network")
    sys.modules.pop(network, None)
    importlib.invalidate_caches()
    _imported.add(network)


def _check_weights(path: Path) -> None:
    """Read the weights with torch's safe reader first: EasyOCR would unpickle a malicious file and run its code."""
    import torch

    try:
        names = list(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # noqa: BLE001 - pickle, zip and torch errors of every kind
        raise EngineUnavailable(
            f"{path} is damaged, or holds more than weights ({_first(error)}): save it again with "
            "torch.save(network.state_dict(), ...)"
        ) from None
    if not all(name.startswith("module.") for name in names):
        raise EngineUnavailable(
            f'{path}: EasyOCR wants keys that begin with "module.": save torch.nn.DataParallel(network).state_dict()'
        )


@contextlib.contextmanager
def _explained(folder: Path, network: str) -> Iterator[None]:
    """Turn the errors that EasyOCR raises while loading into one line each."""
    what = f"network {network}" if network else "weights"
    again = f"delete the damaged files in {folder} and let it download them again, or copy good ones there"
    try:
        yield
    except EngineUnavailable:
        raise
    except FileNotFoundError as error:
        raise EngineUnavailable(f"EasyOCR's {what} in {folder} are incomplete ({_first(error)}): {again}") from None
    except OSError as error:  # urllib's URLError among them
        raise EngineUnavailable(
            f"EasyOCR's {what} are not in {folder} and could not be downloaded ({_first(error)}): copy them there "
            "by hand, or train a small network (python -m prelabel.training.recogniser) and name it in "
            "PRELABEL_EASYOCR_NETWORK"
        ) from None
    except (NameError, AssertionError):
        # EasyOCR's check for a damaged recogniser uses a variable that does not exist.
        raise EngineUnavailable(f"EasyOCR's {what} in {folder} are damaged: {again}") from None
    except Exception as error:  # noqa: BLE001 - a network's own code runs here
        raise EngineUnavailable(
            f"EasyOCR cannot load {what} from {folder} ({type(error).__name__}: {_first(error)}): "
            "its languages, characters or sizes do not fit; correct the files, PRELABEL_LANGUAGES or "
            "PRELABEL_EASYOCR_NETWORK"
        ) from None


@contextlib.contextmanager
def _limited_silence() -> Iterator[None]:
    """Limit the waits of sockets that name no limit of their own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SILENT_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextlib.contextmanager
def _own_import_path() -> Iterator[None]:
    """Restore sys.path afterwards: EasyOCR leaves its folders there, where a network could shadow other modules."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before


def _first(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
