"""A Label Studio with one project of annotated invoices, in this process, and the bucket with their words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Page
from prelabel.project.stored_pages import StoredPages
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.invoices import FIELDS, invoice

PROJECT, VERSION = 6, "prelabel-compact-12345678-12345678"
XML = labelling_xml(FIELDS)

Row = dict[str, Any]


class AnnotatedProject:
    """A project whose pages 1 to `count` are the invoices of the seeds 1, 2, ...; `rows`: task id -> its row."""

    def __init__(self, folder: Path, count: int) -> None:
        self.settings = Settings(
            label_studio_url="http://ls.test", label_studio_api_key="token", bucket=str(folder), _env_file=None
        )
        self.rows = {number: annotated(number) for number in range(1, count + 1)}
        stored = StoredPages.of(Workplace(self.settings))
        for number in self.rows:
            stored.keep(PROJECT, number, VERSION, invoice(number), image(number))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == f"/api/projects/{PROJECT}/":
            about = {"id": PROJECT, "title": "invoices", "label_config": XML, "model_version": "prelabel"}
            return httpx.Response(200, json={**about, "task_number": len(self.rows)})
        if request.url.path != "/api/tasks/":
            return httpx.Response(404)
        items = json.loads(request.url.params["query"])["filters"]["items"]
        wanted = items[-1]["value"]
        ids = wanted if isinstance(wanted, list) else [number for number in self.rows if number > wanted]
        return httpx.Response(200, json={"tasks": [self.rows[number] for number in ids]})

    def workplace(self) -> Workplace:
        """Return a workplace of this server."""
        client = LabelStudio("http://ls.test", "token", transport=httpx.MockTransport(self))
        return Workplace(self.settings, client=client)


def image(number: int) -> str:
    """Return the reference of a page's image."""
    return f"/data/upload/6/0a1b2c3d-invoice-{number}.png"


def annotated(number: int) -> Row:
    """Return the row of an annotated invoice: regions with labels, texts and words, no words besides."""
    config = LabellingConfig.parse(XML, FIELDS)
    page: Page = replace(invoice(number), links=())
    made = build_prediction(page, config, version=VERSION, name="prelabel", draw_other=False)
    annotation = {"id": number, "result": made["result"], "updated_at": "2026-01-01T00:00:00Z"}
    return {"id": number, "data": {"image": image(number)}, "annotations": [annotation], "predictions": []}
