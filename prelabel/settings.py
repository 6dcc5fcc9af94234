"""One Settings object, from the environment and `.env`, and per-project overrides from one TOML file.

Nothing else in the project reads the environment. Every field is a row of the table in `docs/reference/settings.md`; a
test compares the two. The variable's name is the field's name in capitals: `redis_url` <- REDIS_URL.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    PlainSerializer,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from prelabel.errors import SettingError
from prelabel.ocr_plan import OcrPlan

#: No limit of a task may be longer: Redis hands a message out again that is not acknowledged within twice that.
LONGEST_TASK_S = 6 * 3600.0
#: An import of predictions (wait for the lock, look, post, look) that takes so many HTTP_TIMEOUTs counts as hung.
UPLOAD_TIMEOUTS = 10
#: A key that is open to guessing from outside must be too long for it.
_SHORTEST_KEY = 16

Names = Annotated[tuple[str, ...], NoDecode]
Numbers = Annotated[tuple[int, ...], NoDecode]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode]
#: Written and hashed as the text of the setting.
Plan = Annotated[
    OcrPlan,
    NoDecode,
    BeforeValidator(lambda given: OcrPlan.parse(given) if isinstance(given, str) else given),
    PlainSerializer(str, return_type=str),
]


def _split(value: object) -> object:
    """Read "a, b c" and "eng+kor" as lists: people write both in .env files."""
    if isinstance(value, str):
        return tuple(part for part in value.replace(",", " ").replace("+", " ").split() if part)
    return value


class ProjectSettings(BaseModel):
    """What one project may set for itself; `Settings.for_project` fills what it leaves out.

    All of it enters the pipeline version: another value means another prediction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[str, ...]
    ocr: Plan
    ser: str
    link_threshold: float
    draw_other: bool
    reuse_predictions: tuple[str, ...]

    _split_lists = field_validator("languages", "reuse_predictions", mode="before")(_split)


class Settings(BaseSettings):
    """Every knob, with its default, unit and meaning."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    # Label Studio
    label_studio_url: str = Field("", description="Address of the Label Studio server, a sub-path included")
    label_studio_public_url: str = Field(
        "", description="Its address in people's browsers, where that is another one; image references may use it too"
    )
    label_studio_api_key: SecretStr = Field(
        SecretStr(""), description="A Personal Access Token (recommended) or a legacy token"
    )
    label_studio_aliases: Names = Field(
        (), description="Other origins of the same server, as they occur in image addresses; rewritten to the URL"
    )
    image_hosts: Names = Field(
        (), description="Hosts other than Label Studio that images may come from, with *; empty: any"
    )
    image_networks: Networks = Field(
        (), description="Networks beside the public ones that images may come from, e.g. 10.20.0.0/16; empty: none"
    )
    projects: Numbers = Field((), description="Project ids that beat selects from")
    storage_title: str = Field("", description="Title of the source storage that beat syncs; empty: none")
    http_timeout: float = Field(
        60.0,
        gt=0,
        le=LONGEST_TASK_S / UPLOAD_TIMEOUTS,
        description="Seconds before an HTTP call, or an image, counts as lost",
    )
    request_delay: float = Field(0.0, ge=0, description="Seconds to wait between calls to Label Studio")
    upload_chunk: int = Field(50, ge=1, le=1000, description="Predictions in one bulk import")
    upload_wait: float = Field(
        3.0, ge=0, description="Seconds that an unfilled chunk waits while more pages of its project are on their way"
    )
    verify_tries: int = Field(3, ge=1, description="Looks for an uploaded prediction before it counts as missing")
    set_model_version: bool = Field(
        True, description="Set the project's model_version to ours, so that the label stream shows the predictions"
    )

    # Queues
    redis_url: str = Field(
        "redis://localhost:6379/0",
        repr=False,  # it may hold a password
        description="Redis for the queues, the ledger and the pages: redis://:PASSWORD@HOST:PORT/0, rediss:// with TLS",
    )
    redis_ca: str = Field("", description="PEM file of the authority that rediss:// trusts; empty: the system's")
    signing_key: str = Field(
        "",
        description="PEM file of the RSA key that signs messages between processes; then unsigned ones are refused, "
        "so set it for all of them; empty: not signed",
    )
    signing_certificate: str = Field("", description="PEM file of that key's certificate")
    signing_trusted: str = Field(
        "", description="Folder of the certificates whose messages are taken; empty: the own one alone"
    )
    pages_in_flight: int = Field(200, ge=1, description="Pages of one project that are claimed at a time")
    max_tasks_per_run: int = Field(1000, ge=1, description="Pages that one selection may claim")
    sync_interval: float = Field(30.0, gt=0, description="Seconds between two storage syncs")
    sync_stuck: float = Field(
        300.0,
        ge=1,
        description="Seconds without a sign of life after which a storage's sync is dead; Label Studio may wait for S3 "
        "as long as that",
    )
    select_interval: float = Field(30.0, gt=0, description="Seconds between two selections of a project")
    ocr_retries: int = Field(2, ge=0, description="Retries of a page in stage ocr")
    extract_retries: int = Field(2, ge=0, description="Retries of a page in stage extract")
    upload_retries: int = Field(3, ge=0, description="Retries of a page in stage upload")
    retry_backoff: float = Field(
        2.0, gt=0, description="Seconds before the first retry; doubles each time, with jitter"
    )
    claim_wait: float = Field(600.0, gt=0, description="Seconds a claim may wait in a queue before its page is free")
    heartbeat: float = Field(5.0, gt=0, description="Seconds between two signs of life of a worker")
    page_ttl: float = Field(86400.0, gt=0, description="Seconds that a page's words stay in Redis")
    cpu_processes: int = Field(0, ge=0, description="OCR processes of one cpu worker; 0: one a core")
    cpu_process_mb: int = Field(
        1500,
        ge=0,
        description="An OCR process whose memory has ever passed so many MB is replaced after its page; 0: never",
    )
    easyocr_worker: bool = Field(
        False, description="Pages that EasyOCR reads go to the worker `ocr_gpu`; on cpu workers it never uses a GPU"
    )
    gpu_threads: int = Field(64, ge=1, description="Pages in hand of one gpu worker")
    io_threads: int = Field(64, ge=2, description="Pages in hand of one io worker; more than one upload chunk")
    ocr_time_limit: float = Field(
        180.0, gt=0, le=LONGEST_TASK_S, description="Seconds after which a page's OCR is killed"
    )
    extract_time_limit: float = Field(
        300.0,
        gt=0,
        le=LONGEST_TASK_S,
        description="Seconds after which a forward pass, or the grouping and linking of a page, counts as hung: its "
        "gpu worker ends and is started again",
    )
    batch_tokens: int = Field(16384, ge=512, description="Tokens (padding included) that close a batch")
    batch_pages: int = Field(32, ge=1, description="Pages that close a batch")
    batch_wait_ms: float = Field(20.0, ge=0, description="Milliseconds that an unfilled batch waits for more pages")

    # Intake
    bucket: str = Field(
        "data", description="Where documents are kept: a folder, or s3://NAME for a bucket of an S3 server"
    )
    s3_endpoint: str = Field("", description="Address of an S3 server other than AWS, e.g. http://s3:9000")
    s3_region: str = Field("", description="The bucket's region; empty: as boto3 finds it, else us-east-1")
    s3_access_key: SecretStr = Field(
        SecretStr(""), description="Id of the bucket's key; empty: as boto3 finds it (AWS_… variables, files, roles)"
    )
    s3_secret_key: SecretStr = Field(SecretStr(""), description="The secret that belongs to S3_ACCESS_KEY")
    raw_prefix: str = Field("raw", description="Where in the bucket files lie as they came")
    page_prefix: str = Field(
        "", description="Where in the bucket pages' images lie; empty: preprocessed in S3, processed in a folder"
    )
    words_prefix: str = Field(
        "words", description="Where in the bucket pages' own words lie, apart, so that no storage makes pages of them"
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="What Label Studio's webhooks say to be let in (X-Prelabel-Secret); empty: none are"
    )
    uploader_url: str = Field(
        "http://localhost:8000", description="Address of the uploader, as people's browsers and the workers reach it"
    )
    uploader_host: str = Field(
        "127.0.0.1", description="Address that the uploader listens on; 0.0.0.0: all of this machine's"
    )
    uploader_port: int = Field(8000, ge=1, le=65535, description="Port that the uploader listens on")
    uploader_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the uploader, 16 signs or more: programs send it (X-API-Key), people sign in with it; "
        "empty: only this machine is let in",
    )
    uploader_parallel: int = Field(16, ge=1, description="Files that the uploader takes in at a time; others wait")
    disk_reserve_mb: int = Field(
        1024, ge=0, description="MB that uploads leave free on the disks of SPOOL and of a folder as BUCKET"
    )
    spool: str = Field("", description="Folder for files on their way to and from the bucket; empty: the system's")
    max_document_bytes: int = Field(2**30, ge=1, description="Largest file that is taken in as a document")
    max_document_pages: int = Field(5000, ge=1, description="Most pages of a document")
    document_ttl: float = Field(
        30 * 86400.0, ge=60, description="Seconds that a document stays listed after it was done or failed"
    )
    remove_raw: bool = Field(
        False, description="Remove a file from the bucket once all of its pages are in Label Studio"
    )
    render_ahead: int = Field(64, ge=1, description="Pages of all documents whose rendering is queued at a time")
    render_retries: int = Field(3, ge=0, description="Retries of opening a document or rendering a page")
    render_time_limit: float = Field(
        60.0,
        gt=0,
        le=LONGEST_TASK_S,
        description="Seconds after which a document's opening or a page's rendering is killed",
    )
    render_mb: int = Field(1500, ge=100, description="MB that opening a document or rendering a page may take")
    import_chunk: int = Field(200, ge=1, le=1000, description="Pages in one import where no storage brings them")

    # Reading
    languages: Names = Field(("eng", "kor"), description="Tesseract's language codes, most frequent first")
    ocr: Plan = Field(
        OcrPlan.parse("tesseract"),
        description="Who reads: tesseract, pytesseract (always as a program), easyocr, rapidocr; or two: "
        "`tesseract then easyocr below 60` reads words under that confidence again",
    )
    tessdata: str = Field("", description="Folder of *.traineddata; empty: Tesseract's own")
    easyocr_models: str = Field("", description="Folder of EasyOCR's weights; empty: EasyOCR's own")
    easyocr_network: str = Field(
        "",
        description="A network in that folder (`python -m prelabel.training.recogniser` trains one); empty: its own",
    )
    rapidocr_recogniser: str = Field(
        "",
        description="Another recogniser for RapidOCR: an .onnx file that holds its characters; empty: its own, for "
        "Latin letters, Chinese and Japanese",
    )
    pdf_dpi: float = Field(200.0, ge=36, le=1200, description="Resolution in which PDF pages are rendered")
    pdf_color: Literal["auto", "gray", "color"] = Field(
        "auto", description="Pages of PDFs as Label Studio shows them; auto: gray where a page has no colour"
    )
    max_image_bytes: int = Field(64 * 2**20, ge=1, description="Largest image file that is fetched")
    max_image_pixels: int = Field(100_000_000, ge=1, description="Largest image that is decoded")

    # Extracting
    ser: Literal["auto", "layoutlm", "compact"] = Field(
        "auto", description="Word tagger; auto: layoutlm where LAYOUTLM_MODEL is set, else compact"
    )
    compact_model: str = Field(
        "", description="Folder of a compact tagger that `prelabel train ser` wrote; empty: the shipped one"
    )
    layoutlm_model: str = Field("", description="LayoutLM v1 checkpoint: a folder or a hub name")
    layoutlm_vocab: str = Field("", description="vocab.txt for a checkpoint without one; empty: the shipped one")
    model_digests: Names = Field(
        (),
        description="Digests of the taggers and linkers that may be loaded, as `prelabel models --json` shows them; "
        "empty: any",
    )
    device: str = Field("auto", description="auto, cpu, cuda or cuda:N")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="Numbers of LayoutLM's matrix products; auto: half precision where the device is faster so"
    )
    torch_threads: int = Field(1, ge=1, description="Threads of a forward pass on a CPU; OCR needs the other cores")
    linker: str = Field(
        "shipped",
        description="Who makes entities of words and links them: shipped, alignment (rules without a model), or the "
        "folder of a linker that `prelabel train relations` wrote",
    )
    link_threshold: float = Field(0.0, ge=0, le=1, description="Links less sure than this are dropped")

    # Predicting
    draw_other: bool = Field(False, description="Draw words labelled OTHER as regions, too")
    reuse_predictions: Names = Field(
        (), description="Versions (with * and ?) whose words and boxes are reused instead of OCR"
    )
    projects_file: str = Field("", description="TOML file with [project.ID] tables of per-project overrides")

    _split_lists = field_validator(
        *("label_studio_aliases", "image_hosts", "image_networks", "projects", "languages"),
        *("reuse_predictions", "model_digests"),
        mode="before",
    )(_split)

    @field_validator("label_studio_url", "label_studio_public_url", "s3_endpoint", "uploader_url")
    @classmethod
    def _bare_url(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("uploader_api_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and (len(key) < _SHORTEST_KEY or not key.isascii() or any(sign.isspace() for sign in key)):
            raise ValueError(f"must have {_SHORTEST_KEY} signs or more, ASCII and without spaces: openssl rand -hex 20")
        return value

    @field_validator("bucket")
    @classmethod
    def _folder_or_s3(cls, value: str) -> str:
        if "://" in value and not re.fullmatch(r"s3://[\w.-]{3,63}", value, re.ASCII):
            raise ValueError("must be a folder, or s3:// and the bucket's name alone (folders in it: ..._PREFIX)")
        return value

    @property
    def server_id(self) -> str:
        """What tells one Label Studio server from another in Redis: host and a digest of the whole address."""
        parts = urlsplit(self.label_studio_url)
        return f"{parts.hostname or 'none'}-{hashlib.sha256(self.label_studio_url.encode()).hexdigest()[:8]}"

    @property
    def bucket_name(self) -> str:
        """The S3 bucket of BUCKET; empty where it is a folder."""
        return self.bucket.removeprefix("s3://") if self.bucket.startswith("s3://") else ""

    def for_project(self, project_id: int) -> ProjectSettings:
        """The settings of one project: its table in `projects_file` over the general ones."""
        own = {name: getattr(self, name) for name in ProjectSettings.model_fields}
        try:
            return ProjectSettings(**own | self._overrides().get(str(project_id), {}))
        except ValidationError as error:
            raise SettingError(f"{self.projects_file} [project.{project_id}]: {_first(error)}") from None
        except SettingError as error:
            raise SettingError(f"{self.projects_file} [project.{project_id}]: {error}") from None

    def project_ids(self) -> tuple[int, ...]:
        """The projects that have a table of their own in `projects_file`."""
        return tuple(int(project_id) for project_id in self._overrides() if project_id.isdecimal())

    def _overrides(self) -> dict[str, Any]:
        if not self.projects_file:
            return {}
        try:
            return dict(tomllib.loads(Path(self.projects_file).read_text("utf-8")).get("project", {}))
        except (OSError, ValueError) as error:
            raise SettingError(f"PROJECTS_FILE={self.projects_file} cannot be read: {error}") from None


@lru_cache
def get_settings() -> Settings:
    """The process's settings, read once. Raises SettingError with the variable's name and what is wrong with it."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingError(_first(error)) from None


def _first(error: ValidationError) -> str:
    """One line for the first thing wrong; the value is left out, because it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(p) for p in first['loc']).upper()}: {first['msg']}; correct it in the environment or .env"
