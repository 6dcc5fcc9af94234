"""Boosted trees over named columns, which the grouper and the linker share: LightGBM's library, called directly.

LightGBM's Python package imports scipy.sparse, and pandas where it is installed: 0.6 s of CPU and 90 MB, for two calls
of its C interface (https://lightgbm.readthedocs.io/en/stable/C-API.html). Training uses the package.
"""

from __future__ import annotations

import ctypes
import sys
import weakref
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: Constants of the C interface: a matrix of float32, row by row; probabilities as results; all trees.
_FLOAT32, _ROWS, _NORMAL, _ALL = 0, 1, 0, -1
#: One thread, because a page is small and many pages are processed at once.
_OPTIONS = b"num_threads=1"
#: The library's name by system, and its folders in the package.
_NAMES = {"win32": "lib_lightgbm.dll", "darwin": "lib_lightgbm.dylib"}
_FOLDERS = ("lib", "bin", ".")


class Trees:
    """Trained trees. `text`: LightGBM's model as text; `features`: the number of columns. Safe for many threads."""

    def __init__(self, text: str) -> None:
        """Load a model. Raises ValueError for a text that is none, OSError if the library cannot be loaded."""
        self.text = text
        self._handle = ctypes.c_void_p()
        rounds, features = ctypes.c_int(), ctypes.c_int()
        _call("LGBM_BoosterLoadModelFromString", text.encode(), ctypes.byref(rounds), ctypes.byref(self._handle))
        weakref.finalize(self, _call, "LGBM_BoosterFree", self._handle).atexit = False
        _call("LGBM_BoosterGetNumFeature", self._handle, ctypes.byref(features))
        self.features = features.value

    def predict(self, columns: Floats) -> Floats:
        """Return one probability a row of (rows, features)."""
        rows = np.ascontiguousarray(columns, np.float32)
        if not len(rows):
            return np.zeros(0, np.float32)
        if rows.shape[1] != self.features:
            raise ValueError(f"{rows.shape[1]} columns, but the trees were trained on {self.features}")
        found, count = np.empty(len(rows), np.float64), ctypes.c_int64(len(rows))
        matrix = rows.ctypes.data_as(ctypes.c_void_p), _FLOAT32, len(rows), self.features, _ROWS
        result = ctypes.byref(count), found.ctypes.data_as(ctypes.c_void_p)
        _call("LGBM_BoosterPredictForMat", self._handle, *matrix, _NORMAL, 0, _ALL, _OPTIONS, *result)
        return found.astype(np.float32)


def stack_columns(columns: Mapping[str, Floats]) -> Floats:
    """Join the columns: (rows, features), float32."""
    return np.stack(list(columns.values()), axis=1).astype(np.float32)


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """Load LightGBM's library. Raises OSError if it cannot be loaded (mostly a missing OpenMP), ImportError without it.

    Where a build of the package has it elsewhere, the package itself finds it.
    """
    spec = find_spec("lightgbm")
    name = _NAMES.get(sys.platform, "lib_lightgbm.so")
    for package in (spec and spec.submodule_search_locations) or ():
        for folder in _FOLDERS:
            if (path := Path(package, folder, name)).is_file():
                return _typed(ctypes.CDLL(str(path)))
    from lightgbm import basic

    return _typed(basic._LIB)


def _typed(found: ctypes.CDLL) -> ctypes.CDLL:
    found.LGBM_GetLastError.restype = ctypes.c_char_p
    return found


def _call(name: str, *arguments: object) -> None:
    """Call a function of the library. Raises ValueError with its message if it fails."""
    if library()[name](*arguments):
        raise ValueError((library().LGBM_GetLastError() or b"LightGBM failed").decode("utf-8", "replace"))
