"""Ways from PDF files to pages in a bucket; each runs as a process of its own that measures itself.

`python -m benchmarks.intake.ways WAY FILE...`; the last line of its output is one JSON object. The start (imports, the
first connection) does not count in any way. The settings name the bucket.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.intake.documents import DPI, PAGES
from prelabel.bucket.interface import Bucket
from prelabel.bucket.opening import open_bucket
from prelabel.settings import Settings

#: Pages that may wait for their upload while the next one is rendered.
_WAITING = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    bucket = open_bucket(Settings())
    bucket.put("start/connection", b"", "text/plain")
    way = WAYS[options.way](bucket)
    way.run(options.files[:1])
    before, began = _cpu_s(), time.monotonic()
    way.run(options.files)
    costs = {"cpu_s": _cpu_s() - before, "wall_s": time.monotonic() - began, "peak_mb": _peak_mb()}
    print(json.dumps(costs | way.counts()))


def _cpu_s() -> float:
    """Return the CPU seconds of this process and of all children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mb() -> float:
    """Return this process's own peak since its program began; `getrusage` would begin with the parent's peak."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


class _Way:
    """Base of the ways: puts pages into the bucket and counts them. The counts are those of the last `run`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._pages = self._bytes = 0
        self._upload_s = self._waited_s = 0.0

    def run(self, files: Sequence[Path]) -> None:
        self._pages = self._bytes = 0
        self._upload_s = self._waited_s = 0.0
        for file in files:
            self.document(file)
        self.end()

    def document(self, file: Path) -> None:
        raise NotImplementedError

    def end(self) -> None:
        """Wait until everything is in the bucket."""

    def put(self, key: str, data: bytes, words: bytes | None = None) -> None:
        began = time.monotonic()
        if words is not None:
            self._bucket.put(f"words/{key}.json", words, "application/json")
        self._bucket.put(f"preprocessed/{key}.png", data, "image/png")
        self._upload_s += time.monotonic() - began
        self._pages += 1
        self._bytes += len(data)

    def counts(self) -> dict[str, Any]:
        return {"pages": self._pages, "bytes": self._bytes, "upload_s": self._upload_s, "waited_s": self._waited_s}


class _Ours(_Way):
    """Our way: one page after the other, words included, as in the task; uploaded while the next one is rendered."""

    def __init__(self, bucket: Bucket, color: str) -> None:
        super().__init__(bucket)
        self._settings = Settings().model_copy(update={"pdf_dpi": float(DPI), "pdf_color": color})
        self._uploads, self._waiting = ThreadPoolExecutor(1), deque[Future[None]]()

    def document(self, file: Path) -> None:
        from prelabel.intake.convert import convert

        for number in range(1, PAGES + 1):
            page = convert(file, "PDF", number, self._settings)
            assert isinstance(page.image, bytes)
            self._wait(_WAITING - 1)
            self._waiting.append(self._uploads.submit(self.put, f"{file.stem}-{number}", page.image, page.words))

    def end(self) -> None:
        self._wait(0)

    def _wait(self, left: int) -> None:
        began = time.monotonic()
        while len(self._waiting) > left:
            self._waiting.popleft().result()
        self._waited_s += time.monotonic() - began


class _Pdf2Image(_Way):
    """pdf2image: all pages of a file as pictures, then each saved as PNG and uploaded."""

    def __init__(self, bucket: Bucket, gray: bool) -> None:
        super().__init__(bucket)
        self._gray = gray

    def document(self, file: Path) -> None:
        from pdf2image import convert_from_path

        for number, image in enumerate(convert_from_path(file, dpi=DPI, grayscale=self._gray), 1):
            encoded = BytesIO()
            image.save(encoded, "PNG")
            self.put(f"{file.stem}-{number}", encoded.getvalue())


class _PopplersPng(_Way):
    """pdf2image with fmt="png": poppler writes the files, which are uploaded as they are."""

    def document(self, file: Path) -> None:
        from pdf2image import convert_from_path

        with tempfile.TemporaryDirectory() as folder:
            paths = convert_from_path(file, dpi=DPI, fmt="png", output_folder=folder, paths_only=True)
            for number, path in enumerate(paths, 1):
                self.put(f"{file.stem}-{number}", Path(path).read_bytes())


WAYS: dict[str, Callable[[Bucket], _Way]] = {
    "ours, auto": lambda bucket: _Ours(bucket, "auto"),
    "ours, gray": lambda bucket: _Ours(bucket, "gray"),
    "ours, colour": lambda bucket: _Ours(bucket, "color"),
    "pdf2image, gray": lambda bucket: _Pdf2Image(bucket, gray=True),
    "pdf2image, colour": lambda bucket: _Pdf2Image(bucket, gray=False),
    'pdf2image, fmt="png"': _PopplersPng,
}


if __name__ == "__main__":
    main()
