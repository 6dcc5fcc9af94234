"""What the API takes and gives, with examples: /docs shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_DOCUMENT = "3f9a1c0b7d5e2846"

ProjectId = Annotated[int, Field(ge=1, le=2**53, description="Label Studio's id of the project", examples=[6])]
PageState = Literal["waiting", "rendered", "queued", "ocr", "extract", "upload", "done", "skipped", "failed"]
DocumentState = Literal["waiting", "working", "done", "failed"]


class Problem(BaseModel):
    """Why something was refused or failed, and what to do about it. Every error of the API has this form."""

    code: str = Field(description="Stable and short: for programs", examples=["document_locked"])
    message: str = Field(description="What happened", examples=["the PDF asks for a password"])
    cure: str = Field(description="What to do", examples=["save the PDF without a password, then add it again"])


class DocumentPage(BaseModel):
    """One page of a document."""

    number: int = Field(description="From 1", examples=[1])
    state: PageState = Field(
        description="waiting and rendered: on its way to Label Studio; queued, ocr, extract, upload: on its way to a "
        "prediction; skipped: it needs none any more",
        examples=["done"],
    )
    task: int | None = Field(description="Its task in Label Studio, once there is one", examples=[812])
    link: str | None = Field(
        description="Where a person opens it", examples=["https://label-studio.example.org/projects/6/data?task=812"]
    )
    image: str | None = Field(
        description="Its image, once it is rendered; relative to the uploader", examples=[f"files/{_DOCUMENT}-1.png"]
    )
    thumbnail: str | None = Field(description="A small picture of it", examples=[f"thumbnails/{_DOCUMENT}-1.png"])
    problem: Problem | None = Field(description="Why it failed")


class Document(BaseModel):
    """One file that was given for a project. Its id is of its content: the same file twice is one document."""

    id: str = Field(examples=[_DOCUMENT])
    project: ProjectId
    name: str = Field(description="As its sender called it; only shown", examples=["견적서 2024-11.pdf"])
    kind: str = Field(description="PDF, PNG, JPEG, WEBP, TIFF, ...: by content", examples=["PDF"])
    bytes: int = Field(examples=[184213])
    at: datetime = Field(description="When it was given", examples=["2026-11-22T09:30:00.120000Z"])
    state: DocumentState = Field(
        description="working: it has pages on their way; failed: it could not be opened, or pages of it failed"
    )
    pages: int = Field(description="0 until it is opened", examples=[5])
    counts: dict[PageState, int] = Field(description="Its pages by state", examples=[{"done": 3, "ocr": 2}])
    problem: Problem | None = Field(description="Why it could not be opened")


class AddedDocument(Document):
    """A document that was just given."""

    added: Literal["new", "known", "again"] = Field(
        description="known: this file was here before, and nothing was done; again: what had failed is tried again"
    )


class DocumentDetails(Document):
    """A document and a portion of its pages."""

    page_list: list[DocumentPage] = Field(description="Pages from `first`, at most `limit`")
    failed: list[DocumentPage] = Field(description="Its failed pages, wherever they stand; at most 100")


class Documents(BaseModel):
    """Documents of a project, newest first; with `since`, those that have changed since then."""

    revision: str = Field(description="To be sent as `since` with the next question", examples=["c0ffee-17"])
    total: int = Field(description="How many the project has", examples=[312])
    documents: list[Document]


class FromBucket(BaseModel):
    """A file that lies in the bucket already."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"project": 6, "key": "incoming/견적서 2024-11.pdf", "name": "견적서 2024-11.pdf"}]
        }
    )

    project: ProjectId
    key: str = Field(min_length=1, max_length=1024, description="Its key in the bucket of BUCKET")
    name: str = Field("", max_length=1024, description="What people call it; empty: the key's last part")


class Retry(BaseModel):
    """What is tried again."""

    project: ProjectId
    page: int | None = Field(None, ge=1, le=10**6, description="One page; none: all that failed", examples=[3])


class RetryAll(BaseModel):
    """All that failed in a project's documents is tried again."""

    project: ProjectId


class Retried(BaseModel):
    """What came of it."""

    pages: int = Field(description="Pages, and documents that could not be opened, that are tried again", examples=[1])


class Project(BaseModel):
    """A project of Label Studio."""

    id: ProjectId
    title: str = Field(examples=["Invoices"])


class Projects(BaseModel):
    """The projects that the uploader's token may see."""

    projects: list[Project]


class Limits(BaseModel):
    """What a file may have."""

    max_bytes: int = Field(examples=[2**30])
    max_pages: int = Field(examples=[5000])


class About(BaseModel):
    """What the uploader is, and what it takes."""

    version: str = Field(examples=["0.1.0"])
    limits: Limits


class Health(BaseModel):
    """The process answers, and so do Redis and the bucket."""

    status: Literal["ok"]


class Session(BaseModel):
    """Is a key needed, and has this browser shown it?"""

    key_needed: bool
    signed_in: bool


class Key(BaseModel):
    """The key of UPLOADER_API_KEY."""

    key: str = Field(min_length=1, max_length=1024)
