"""Requests and answers of the API, with the descriptions and examples that /docs shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_DOCUMENT = "3f9a1c0b7d5e284691cc02a7e4d5f860"

ProjectId = Annotated[int, Field(ge=1, le=2**53, description="Label Studio's id of the project", examples=[6])]
PageState = Literal["waiting", "rendered", "queued", "ocr", "extract", "upload", "done", "skipped", "failed"]
DocumentState = Literal["waiting", "working", "done", "failed"]


class Problem(BaseModel):
    """Reason of a refusal or failure, and its cure. Every error of the API has this form."""

    code: str = Field(description="A short, stable name, for programs", examples=["document_locked"])
    message: str = Field(description="What happened", examples=["the PDF asks for a password"])
    cure: str = Field(description="What to do", examples=["save the PDF without a password, then add it again"])


class DocumentPage(BaseModel):
    """One page of a document."""

    number: int = Field(description="From 1", examples=[1])
    state: PageState = Field(
        description="waiting, rendered: not yet in Label Studio; queued, ocr, extract, upload: in Label Studio, but "
        "without a prediction; skipped: needs no prediction",
        examples=["done"],
    )
    task: int | None = Field(description="Id of its task in Label Studio; null until it exists", examples=[812])
    link: str | None = Field(
        description="Address of the task for people",
        examples=["https://label-studio.example.org/projects/6/data?task=812"],
    )
    image: str | None = Field(
        description="Address of its image, relative to the uploader's; null until it is rendered",
        examples=[f"files/{_DOCUMENT}-1.png"],
    )
    thumbnail: str | None = Field(description="Address of its thumbnail", examples=[f"thumbnails/{_DOCUMENT}-1.png"])
    problem: Problem | None = Field(description="Why it failed")


class Document(BaseModel):
    """One file that was added to a project. Its id is a hash of its content: the same file twice is one document."""

    id: str = Field(examples=[_DOCUMENT])
    project: ProjectId
    name: str = Field(description="The sender's name of the file, for display only", examples=["견적서 2024-11.pdf"])
    kind: str = Field(description="PDF, PNG, JPEG, WEBP, TIFF, ...: detected from the content", examples=["PDF"])
    bytes: int = Field(examples=[184213])
    at: datetime = Field(description="When it was added", examples=["2026-11-22T09:30:00.120000Z"])
    state: DocumentState = Field(
        description="working: some pages are not done; failed: it could not be opened, or some of its pages failed"
    )
    pages: int = Field(description="Number of its pages; 0 until it is opened", examples=[5])
    counts: dict[PageState, int] = Field(description="Number of its pages by state", examples=[{"done": 3, "ocr": 2}])
    problem: Problem | None = Field(description="Why it could not be opened")


class AddedDocument(Document):
    """A document that was just added."""

    added: Literal["new", "known", "again"] = Field(
        description="new: the file was unknown; known: nothing had to be done; again: what had failed is retried"
    )


class DocumentDetails(Document):
    """A document and some of its pages."""

    page_list: list[DocumentPage] = Field(description="Pages from `first`, at most `limit`")
    failed: list[DocumentPage] = Field(description="Failed pages of the whole document, at most 100")


class Wait(BaseModel):
    """A server that is away. Work that needs it goes on by itself when it is back."""

    server: str = Field(
        description="label-studio, bucket, spool (the disk on which files arrive), or the address of a host of images",
        examples=["label-studio"],
    )
    code: str = Field(description="Code of the error of its last caller", examples=["service_unavailable"])
    since: datetime | None = Field(description="null where that is not known", examples=["2026-11-22T09:30:00Z"])


class Documents(BaseModel):
    """Documents of a project, newest first; with `since`, those that changed after that revision."""

    revision: str = Field(description="To be sent as `since` in the next request", examples=["c0ffee-17"])
    total: int = Field(description="Number of documents of the project", examples=[312])
    documents: list[Document]
    waits: list[Wait] = Field(description="Servers that are away, for which documents of the project wait, or uploads")


class FromBucket(BaseModel):
    """A file that is already in the bucket."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"project": 6, "key": "incoming/견적서 2024-11.pdf", "name": "견적서 2024-11.pdf"}]
        }
    )

    project: ProjectId
    key: str = Field(
        min_length=1, max_length=1024, description="Its key in the bucket that the setting PRELABEL_BUCKET names"
    )
    name: str = Field("", max_length=1024, description="Its name for display; empty: the last part of the key")


class Retry(BaseModel):
    """A request to retry one document."""

    project: ProjectId
    page: int | None = Field(
        None, ge=1, le=10**6, description="Number of one page; null: everything that failed", examples=[3]
    )


class RetryAll(BaseModel):
    """A request to retry everything that failed in a project's documents."""

    project: ProjectId


class Retried(BaseModel):
    """Result of a retry."""

    pages: int = Field(
        description="Number of pages that are retried; a document that could not be opened counts as one", examples=[1]
    )


class Project(BaseModel):
    """A project of Label Studio."""

    id: ProjectId
    title: str = Field(examples=["Invoices"])


class Projects(BaseModel):
    """Projects that the uploader's token of Label Studio has access to."""

    projects: list[Project]


class Limits(BaseModel):
    """Limits on a file."""

    max_bytes: int = Field(examples=[2**30])
    max_pages: int = Field(examples=[5000])


class About(BaseModel):
    """Version of the uploader, and its limits."""

    version: str = Field(examples=["0.1.0"])
    limits: Limits


class Health(BaseModel):
    """Confirmation that the process, Redis and the bucket answer."""

    status: Literal["ok"]


class Session(BaseModel):
    """Sign-in state of a browser."""

    key_needed: bool
    signed_in: bool


class Key(BaseModel):
    """The key that a person enters to sign in: the value of PRELABEL_UPLOADER_API_KEY."""

    key: str = Field(min_length=1, max_length=1024)
