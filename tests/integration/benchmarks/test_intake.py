"""The intake benchmark: every way puts the same pages into the bucket; the ratios follow from the costs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from benchmarks.intake.documents import BORN, SCAN, make_documents
from benchmarks.intake.report import Cost, report
from benchmarks.intake.ways import WAYS
from prelabel.bucket.folder import FolderBucket

PAGES = [f"document-0-{page}" for page in (1, 2, 3)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a born-digital document; scans cost some ways many seconds."""
    (made,) = make_documents(tmp_path_factory.mktemp("documents"), 1)
    assert made.kind == BORN
    return made.path


@pytest.mark.parametrize("way", WAYS)
def test_every_way_does_the_whole_work(way: str, file: Path, tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path, "")
    ours = WAYS["ours, colour"](bucket)
    ours.run([file])
    expected = Image.open(BytesIO(bucket.get("preprocessed/document-0-1.png"))).convert("L")

    working = WAYS[way](bucket)
    working.run([file])

    assert working.counts()["pages"] == len(PAGES)
    assert list(bucket.keys("preprocessed/")) == [f"preprocessed/{page}.png" for page in PAGES]
    with Image.open(BytesIO(bucket.get("preprocessed/document-0-1.png"))) as image:
        assert image.mode == ("L" if "gray" in way else "RGB")
        apart = ImageChops.difference(image.convert("L").resize((82, 116)), expected.resize((82, 116)))
        assert apart.point(lambda value: 255 * (value > 40)).getbbox() is None


def test_the_worse_ratio_counts() -> None:
    costs = {way: {kind: cost(10 if way.startswith("ours") else 80) for kind in (BORN, SCAN)} for way in WAYS}
    costs["ours, colour"][SCAN] = cost(30)
    costs["ours, auto"][BORN] = cost(10, peak_mb=150)

    found = report(costs)

    assert found["ratios"]["gray"] == {"all": 8.0, BORN: 8.0, SCAN: 8.0}
    assert found["cpu_ratio"] == found["ratios"]["colour"]["all"] == 4.0
    assert (found["peak_mb"], found["upload_overlap"]) == (150, 0.75)


def cost(cpu_ms: float, peak_mb: float = 100) -> Cost:
    return Cost(pages=3, cpu_s=0.003 * cpu_ms, bytes=3000, peak_mb=peak_mb, wall_s=1, upload_s=0.4, waited_s=0.1)
