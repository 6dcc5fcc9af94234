"""Written annotations in a real Label Studio: imported, exported again, and the same pages with the same links."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from devstack.label_studio import LabelStudioServer
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.pictures import PictureOfPage
from prelabel.labelstudio.export import read_corrections
from prelabel.labelstudio.tasks_file import read_tasks, write_tasks
from prelabel.page import Page
from synthetic import generate


def _picture(page: Page) -> BytesIO:
    out = BytesIO()
    Image.new("L", (page.shown_width_px, page.shown_height_px), 255).save(out, "PNG")
    return BytesIO(out.getvalue())


def test_pages_come_back_from_a_real_label_studio(
    label_studio: LabelStudioServer, project: Callable[..., int], tmp_path: Path
) -> None:
    made = [generate(seed, language).page for seed in range(5) for language in ("en", "ko")]
    pages = [PictureOfPage(AnnotatedPage(f"{i}", page), "", partial(_picture, page)) for i, page in enumerate(made)]
    write_tasks(pages, tmp_path / "set")

    number = project((tmp_path / "set" / "labelling.xml").read_text("utf-8"))
    rows = json.loads((tmp_path / "set" / "tasks.json").read_text("utf-8"))
    label_studio.api.post(f"/api/projects/{number}/import", json=rows).raise_for_status()
    export = label_studio.api.get(f"/api/projects/{number}/export", params={"exportType": "JSON"})
    (tmp_path / "export.json").write_bytes(export.raise_for_status().content)

    read = read_corrections(tmp_path / "export.json")
    assert +read.told == {}
    assert [each.page for each in read.pages] == [each.annotated.page for each in read_tasks(tmp_path / "set")]
    for each, page in zip(read.pages, made, strict=True):
        assert sorted(word.text for word in each.page.words) == sorted(word.text for word in page.words)
        assert len(each.page.links or ()) == len({(x.source, x.target) for x in page.links or ()})
