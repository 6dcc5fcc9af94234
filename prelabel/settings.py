"""The settings, from the environment and `.env`, and overrides of single projects from a TOML file.

No other module reads the environment. Every field is a row of the table in `docs/reference/settings.md`; a test
compares both. The variable of `http_timeout` is PRELABEL_HTTP_TIMEOUT; it is read without the prefix, too.
Another file than `.env` in the current folder: PRELABEL_ENV_FILE in the environment, or `use_env_file(path)` before the
first `get_settings()`, which also hands the file on to the processes that this one starts.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast
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
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from prelabel.environment.given import ENVIRONMENT, Given, Value, read_given
from prelabel.environment.names import variable
from prelabel.environment.redis_address import RedisAddress
from prelabel.environment.server_address import naming_address, server_id
from prelabel.environment.wording import fault
from prelabel.errors import SettingError
from prelabel.ocr_plan import OcrPlan

#: The longest time limit of a task. Redis delivers a message again that is not acknowledged within twice this time.
LONGEST_TASK_S = 6 * 3600.0
#: An import of predictions (wait for the lock, look, post, look) that takes this many HTTP_TIMEOUTs counts as hung.
UPLOAD_TIMEOUTS = 10
#: Shorter keys can be guessed from outside.
_SHORTEST_KEY = 16

Names = Annotated[tuple[str, ...], NoDecode]
Numbers = Annotated[tuple[int, ...], NoDecode]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode]
#: Kinds of taggers. Instead of a kind, a project may name its own tagger: a folder, or a name on the hub.
TAGGER_KINDS = ("auto", "layoutlm", "compact")
#: The tagger of a project whose pages are only read.
NO_TAGGER = "none"
#: The tagger, or the linker, of a project that takes that of its champion in the registry of models.
REGISTRY = "registry"
#: An OCR plan; it is written and hashed as the text of the setting.
Plan = Annotated[
    OcrPlan,
    NoDecode,
    BeforeValidator(lambda given: OcrPlan.parse(given) if isinstance(given, str) else given),
    PlainSerializer(str, return_type=str),
]


def _split(value: object) -> object:
    """Read "a, b c" and "eng+kor" as lists, because people write both in .env files."""
    if isinstance(value, str):
        return tuple(part for part in value.replace(",", " ").replace("+", " ").split() if part)
    return value


#: `_env_file` of Settings by default: pydantic reads no file, because we read it ourselves. None: nobody reads one.
_OUR_OWN: tuple[Path, ...] = ()


class _NamedSource(PydanticBaseSettingsSource):
    """The values of environment and `.env` by field, under all names that are accepted."""

    def __init__(self, settings_cls: type[BaseSettings], given: Given) -> None:
        super().__init__(settings_cls)
        self.given = given

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        value = self.given.values.get(field_name)
        return (value.text if value else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        return {field: value.text for field, value in self.given.values.items()}


class ProjectSettings(BaseModel):
    """The settings that a project may override; `Settings.for_project` fills in the others.

    All of them enter the pipeline version, because another value means another prediction. `ser` is one of
    TAGGER_KINDS, or a compact tagger's folder, or a LayoutLM v1's folder or hub name, NO_TAGGER, or
    REGISTRY; `linker` may be REGISTRY, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[str, ...]
    ocr: Plan
    ser: str = Field(min_length=1)
    linker: str = Field(min_length=1)
    link_threshold: float
    draw_other: bool
    draw_table_links: bool
    reuse_predictions: tuple[str, ...]

    _split_lists = field_validator("languages", "reuse_predictions", mode="before")(_split)


class Settings(BaseSettings):
    """All settings, with default, unit and meaning."""

    model_config = SettingsConfigDict(
        env_file=_OUR_OWN,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        allow_inf_nan=False,
    )

    # Label Studio
    label_studio_url: str = Field("", description="Address of the Label Studio server, including a sub-path")
    label_studio_public_url: str = Field(
        "",
        description="Address of Label Studio in people's browsers, if it differs; image references may use this "
        "address too",
    )
    label_studio_api_key: SecretStr = Field(
        SecretStr(""), description="A Personal Access Token (recommended) or a legacy token"
    )
    label_studio_aliases: Names = Field(
        (),
        description="Other addresses of the same Label Studio: in images they are replaced by LABEL_STUDIO_URL, and "
        "processes that use them share one ledger. Set it for all processes",
    )
    label_studio_ca: str = Field(
        "",
        description="PEM file, or folder of such files, with the authority of Label Studio's certificate; trusted for "
        "Label Studio only, besides the usual authorities",
    )
    image_hosts: Names = Field(
        (), description="Hosts besides Label Studio that images may come from; * is a wildcard; empty: any host"
    )
    image_networks: Networks = Field(
        (), description="Private networks that images may come from, e.g. 10.20.0.0/16; empty: none"
    )
    image_proxy: bool = Field(
        False,
        description="Fetch images from PRELABEL_IMAGE_HOSTS through the proxy, which then chooses the address; without "
        "this, images from other hosts than Label Studio never go through a proxy",
    )
    projects: Numbers = Field((), description="Ids of the projects from which beat selects pages")
    storage_title: str = Field("", description="Title of the source storage that beat syncs; empty: none")
    http_timeout: float = Field(
        60.0,
        gt=0,
        le=LONGEST_TASK_S / UPLOAD_TIMEOUTS,
        description="Seconds after which an HTTP call or the download of an image is given up",
    )
    request_delay: float = Field(0.0, ge=0, description="Seconds to wait between calls to Label Studio")
    upload_chunk: int = Field(50, ge=1, le=1000, description="Predictions in one bulk import")
    upload_wait: float = Field(
        3.0, ge=0, description="Longest wait in seconds of an incomplete chunk for more pages of its project"
    )
    verify_tries: int = Field(
        3, ge=1, description="Number of times to look for an uploaded prediction before it counts as missing"
    )
    set_model_version: bool = Field(
        True,
        description="Set the project's model_version to the name of the predictions: the label stream then shows them",
    )

    # Network: names that other programs read, too
    https_proxy: str = Field(
        "",
        repr=False,  # it may hold a password
        description="Proxy for https:// addresses of Label Studio and S3: http://USER:PASSWORD@HOST:PORT, or "
        "socks5h://HOST:PORT",
    )
    http_proxy: str = Field("", repr=False, description="The same for http:// addresses")
    all_proxy: str = Field("", repr=False, description="Proxy for both kinds of addresses, where no other is set")
    no_proxy: Names = Field(
        (),
        description="Hosts that are reached without a proxy: names (with all names below), host:port, addresses, "
        "networks, *; this machine never needs one",
    )
    ssl_cert_file: str = Field(
        "",
        description="PEM file of the authorities that are trusted instead of the system's; REQUESTS_CA_BUNDLE and "
        "CURL_CA_BUNDLE count where it is not set",
    )
    ssl_cert_dir: str = Field("", description="The same as a folder that `openssl rehash` has prepared")

    # Queues
    redis_url: str = Field(
        "redis://localhost:6379/0",
        repr=False,  # it may hold a password
        description="Redis for queues, ledger and pages: redis://:PASSWORD@HOST:PORT/0; rediss:// for TLS, unix:// for "
        "a socket, sentinel:// for Sentinel",
    )
    redis_ca: str = Field(
        "", description="PEM file of the certificate authority for rediss://; empty: the system's authorities"
    )
    signing_key: str = Field(
        "",
        description="PEM file of the RSA key that signs messages between processes; unsigned messages are then "
        "refused, so set it for all processes; empty: messages are not signed",
    )
    signing_certificate: str = Field("", description="PEM file of the certificate of PRELABEL_SIGNING_KEY")
    signing_trusted: str = Field(
        "",
        description="Folder of the certificates whose messages are accepted; empty: only PRELABEL_SIGNING_CERTIFICATE",
    )
    pages_in_flight: int = Field(200, ge=1, description="Most pages of one project that are claimed at a time")
    max_tasks_per_run: int = Field(1000, ge=1, description="Most pages that one selection claims")
    sync_interval: float = Field(30.0, gt=0, description="Seconds between two storage syncs")
    sync_stuck: float = Field(
        300.0,
        ge=1,
        description="Seconds without progress after which a storage's sync counts as stuck; Label Studio may wait for "
        "S3 for this long",
    )
    select_interval: float = Field(30.0, gt=0, description="Seconds between two selections of a project")
    probe_interval: float = Field(
        5.0,
        gt=0,
        description="Seconds between two probes of a server that is away (Label Studio, the bucket, a host of images)",
    )
    ocr_retries: int = Field(2, ge=0, description="Retries of a page in stage ocr")
    extract_retries: int = Field(2, ge=0, description="Retries of a page in stage extract")
    upload_retries: int = Field(3, ge=0, description="Retries of a page in stage upload")
    retry_backoff: float = Field(
        2.0, gt=0, description="Seconds before the first retry; the wait doubles with each retry, with jitter"
    )
    claim_wait: float = Field(
        600.0, gt=0, description="Seconds that a claimed page may wait in a queue before another selection claims it"
    )
    heartbeat: float = Field(5.0, gt=0, description="Seconds between two heartbeats of a worker")
    page_ttl: float = Field(86400.0, gt=0, description="Seconds that a page's words stay in Redis")
    cpu_processes: int = Field(0, ge=0, description="OCR processes of one cpu worker; 0: one for each core")
    cpu_process_mb: int = Field(
        1500,
        ge=0,
        description="An OCR process whose memory has once exceeded this many MB is replaced after its page; 0: never",
    )
    easyocr_worker: bool = Field(
        False,
        description="Send pages that EasyOCR reads to the worker `ocr_gpu`; on cpu workers EasyOCR never uses a GPU",
    )
    gpu_threads: int = Field(64, ge=1, description="Pages that one gpu worker has in hand")
    io_threads: int = Field(
        64, ge=2, description="Pages that one io worker has in hand; more than PRELABEL_UPLOAD_CHUNK"
    )
    ocr_time_limit: float = Field(
        180.0, gt=0, le=LONGEST_TASK_S, description="Seconds after which the OCR of a page is killed"
    )
    extract_time_limit: float = Field(
        300.0,
        gt=0,
        le=LONGEST_TASK_S,
        description="Seconds after which a forward pass, or the grouping and linking of a page, counts as hung: the "
        "gpu worker ends and is started again",
    )
    batch_tokens: int = Field(16384, ge=512, description="Tokens (including padding) that close a batch")
    batch_pages: int = Field(32, ge=1, description="Pages that close a batch")
    batch_wait_ms: float = Field(
        20.0, ge=0, description="Longest wait in milliseconds of an incomplete batch for more pages"
    )

    # Intake
    bucket: str = Field("data", description="Place for documents: a folder, or s3://NAME for a bucket of an S3 server")
    s3_endpoint: str = Field("", description="Address of an S3 server other than AWS, e.g. http://s3:9000")
    s3_region: str = Field("", description="Region of the bucket; empty: the one that boto3 finds, or us-east-1")
    s3_access_key: SecretStr = Field(
        SecretStr(""), description="Id of the bucket's key; empty: boto3 finds it (AWS_… variables, files, roles)"
    )
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret of PRELABEL_S3_ACCESS_KEY")
    raw_prefix: str = Field("raw", description="Folder in the bucket for the files of documents")
    page_prefix: str = Field(
        "", description="Folder in the bucket for pages' images; empty: preprocessed in S3, processed in a folder"
    )
    words_prefix: str = Field(
        "words",
        description="Folder in the bucket for pages' own words, apart from the images, so that no storage imports "
        "them as pages",
    )
    stored_prefix: str = Field(
        "stored",
        description="Folder in the bucket for all words of each predicted page, from which regions without text get "
        "theirs",
    )
    models_prefix: str = Field("models", description="Folder in the bucket for the versions of projects' models")
    datasets_prefix: str = Field("datasets", description="Folder in the bucket for the versions of projects' data sets")
    models_cache: str = Field(
        "~/.cache/prelabel/models",
        description="Folder of this machine for versions of models that were fetched from the bucket",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that Label Studio's webhooks must send (X-Prelabel-Secret); empty: webhooks are refused",
    )
    uploader_url: str = Field(
        "http://localhost:8000", description="Address of the uploader for people's browsers and the workers"
    )
    uploader_host: str = Field(
        "127.0.0.1", description="Address that the uploader listens on; 0.0.0.0: all addresses of this machine"
    )
    uploader_port: int = Field(8000, ge=1, le=65535, description="Port that the uploader listens on")
    uploader_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the uploader, 16 characters or more: programs send it (X-API-Key), people sign in with it; "
        "empty: only this machine has access",
    )
    uploader_parallel: int = Field(16, ge=1, description="Files that the uploader receives at a time; others wait")
    disk_reserve_mb: int = Field(
        1024,
        ge=0,
        description="MB that uploads leave free on the disks of PRELABEL_SPOOL and of a folder as PRELABEL_BUCKET",
    )
    spool: str = Field(
        "", description="Folder for files on their way to and from the bucket; empty: the system's temporary folder"
    )
    max_document_bytes: int = Field(2**30, ge=1, description="Largest accepted file of a document, in bytes")
    max_document_pages: int = Field(5000, ge=1, description="Most pages of a document")
    document_ttl: float = Field(
        30 * 86400.0, ge=60, description="Seconds that a document stays listed after it is done or failed"
    )
    remove_raw: bool = Field(
        False, description="Remove a document's file from the bucket once all of its pages are in Label Studio"
    )
    render_ahead: int = Field(64, ge=1, description="Most pages that are queued for rendering, over all documents")
    render_retries: int = Field(3, ge=0, description="Retries of opening a document or rendering a page")
    render_time_limit: float = Field(
        60.0,
        gt=0,
        le=LONGEST_TASK_S,
        description="Seconds after which opening a document or rendering a page is killed",
    )
    render_mb: int = Field(1500, ge=100, description="MB that opening a document or rendering a page may take")
    import_chunk: int = Field(200, ge=1, le=1000, description="Pages in one import, where no storage brings pages")

    # Reading
    languages: Names = Field(("eng", "kor"), description="Tesseract's language codes, most frequent first")
    ocr: Plan = Field(
        OcrPlan.parse("reader and tesseract"),
        description="OCR engine: tesseract, pytesseract (Tesseract as a program), reader (prelabel's own), easyocr or "
        "rapidocr; or two engines: `tesseract then reader below 60` reads words with a confidence under 60 again, "
        "with `reader and tesseract` each reads the pages and lines that it reads better: the reader Korean ones",
    )
    reader_model: str = Field(
        "", description="Folder of a reader from `prelabel train reader`; empty: the shipped reader"
    )
    tessdata: str = Field("", description="Folder of *.traineddata; empty: Tesseract's own folder")
    easyocr_models: str = Field("", description="Folder of EasyOCR's weights; empty: EasyOCR's own folder")
    easyocr_network: str = Field(
        "",
        description="A network in PRELABEL_EASYOCR_MODELS (`python -m prelabel.training.recogniser` trains one); "
        "empty: EasyOCR's own",
    )
    rapidocr_recogniser: str = Field(
        "",
        description="A recogniser for RapidOCR: an .onnx file that contains its characters; empty: RapidOCR's own, for "
        "Latin letters, Chinese and Japanese",
    )
    pdf_dpi: float = Field(200.0, ge=36, le=1200, description="Resolution of rendered PDF pages, in dpi")
    pdf_color: Literal["auto", "gray", "color"] = Field(
        "auto", description="Colours of rendered PDF pages; auto: gray for pages without colour"
    )
    max_image_bytes: int = Field(64 * 2**20, ge=1, description="Largest image file that is fetched, in bytes")
    max_image_pixels: int = Field(100_000_000, ge=1, description="Largest image that is decoded, in pixels")

    # Extracting
    ser: Literal["auto", "layoutlm", "compact"] = Field(
        "auto", description="Tagger of words; auto: layoutlm where PRELABEL_LAYOUTLM_MODEL is set, compact otherwise"
    )
    compact_model: str = Field(
        "", description="Folder of a compact tagger from `prelabel train ser`; empty: the shipped tagger"
    )
    layoutlm_model: str = Field("", description="LayoutLM v1 checkpoint: a folder or a name on the Hugging Face hub")
    layoutlm_vocab: str = Field("", description="vocab.txt for a checkpoint without one; empty: the shipped file")
    model_digests: Names = Field(
        (),
        description="Digests of the taggers and linkers that may be loaded (`prelabel models --json` shows them); "
        "empty: any",
    )
    device: str = Field("auto", description="Device of the models: auto, cpu, cuda or cuda:N")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="Number format of LayoutLM's matrix products; auto: half precision where it is faster"
    )
    torch_threads: int = Field(1, ge=1, description="Threads of a forward pass on a CPU; OCR needs the other cores")
    linker: str = Field(
        "shipped",
        description="Model that groups words into entities and links entities: shipped, alignment (rules without a "
        "model), or the folder of a linker from `prelabel train relations`",
    )
    link_threshold: float = Field(0.0, ge=0, le=1, description="Links with a lower confidence are dropped")

    # Predicting
    draw_other: bool = Field(False, description="Also draw words with the label OTHER as regions")
    draw_table_links: bool = Field(
        False, description="Draw the links of table cells as arrows; without it they are kept with the regions"
    )
    reuse_predictions: Names = Field(
        (),
        description="Versions (* and ? are wildcards) of predictions whose words and boxes are used instead of OCR",
    )
    projects_file: str = Field("", description="TOML file with a table [project.ID] for each project's own settings")

    _split_lists = field_validator(
        *("label_studio_aliases", "image_hosts", "image_networks", "projects", "languages"),
        *("reuse_predictions", "model_digests", "no_proxy"),
        mode="before",
    )(_split)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read values of the caller first, then those of environment and `.env`."""
        env, dotenv = cast("EnvSettingsSource", env_settings), cast("DotEnvSettingsSource", dotenv_settings)
        return init_settings, _NamedSource(settings_cls, _read(env, dotenv))

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
            raise ValueError(
                f"must have {_SHORTEST_KEY} characters or more, ASCII and without spaces: openssl rand -hex 20"
            )
        return value

    @field_validator("bucket")
    @classmethod
    def _folder_or_s3(cls, value: str) -> str:
        if "://" in value and not re.fullmatch(r"s3://[\w.-]{3,63}", value, re.ASCII):
            raise ValueError("must be a folder, or s3:// and only the bucket's name (for folders in it: ..._PREFIX)")
        return value

    @property
    def server_id(self) -> str:
        """The name of this Label Studio server in Redis, the same for all spellings that aliases unite."""
        return server_id(naming_address(self.label_studio_url, self.label_studio_aliases))

    @property
    def redis_address(self) -> RedisAddress:
        """The address of REDIS_URL, with the authority of REDIS_CA. Raises SettingError."""
        address = RedisAddress.parse(self.redis_url)
        return address.signed_by(self.redis_ca) if self.redis_ca else address

    @property
    def bucket_name(self) -> str:
        """The S3 bucket of PRELABEL_BUCKET; empty where it is a folder."""
        return self.bucket.removeprefix("s3://") if self.bucket.startswith("s3://") else ""

    def for_project(self, project_id: int) -> ProjectSettings:
        """Return the settings of a project: its table in `projects_file` overrides the general settings."""
        own = {name: getattr(self, name) for name in ProjectSettings.model_fields}
        try:
            return ProjectSettings(**own | self._overrides().get(str(project_id), {}))
        except ValidationError as error:
            raise SettingError(f"{self.projects_file} [project.{project_id}]: {_key(error)} {fault(error)}") from None
        except SettingError as error:
            raise SettingError(f"{self.projects_file} [project.{project_id}]: {error}") from None

    def models_name(self, project_id: int) -> str:
        """Return the name, among workers, of the tagger and the linker that a project chooses in its table.

        Empty for a project without a choice of its own: it has the models of every gpu worker.
        """
        own = self.for_project(project_id)
        if own.ser == NO_TAGGER or (own.ser, own.linker) == (self.ser, self.linker):
            return ""
        name = f"ser={own.ser} linker={own.linker}"
        return f"{name} project={project_id}" if REGISTRY in (own.ser, own.linker) else name

    def project_ids(self) -> tuple[int, ...]:
        """Return the projects that have a table in `projects_file`."""
        return tuple(int(project_id) for project_id in self._overrides() if project_id.isdecimal())

    def _overrides(self) -> dict[str, Any]:
        if not self.projects_file:
            return {}
        try:
            seen = Path(self.projects_file).stat()
            return _tables(self.projects_file, seen.st_mtime_ns, seen.st_size, seen.st_ino)
        except (OSError, ValueError) as error:
            raise SettingError(f"PRELABEL_PROJECTS_FILE={self.projects_file} cannot be read: {error}") from None


@lru_cache(maxsize=8)
def _tables(file: str, _modified_ns: int, _size: int, _inode: int) -> dict[str, Any]:
    """Return the table of each project; read again when the file has changed, because workers ask for every page."""
    found = tomllib.loads(Path(file).read_text("utf-8")).get("project", {})
    if not isinstance(found, dict) or not all(isinstance(table, dict) for table in found.values()):
        raise ValueError("each project needs a table of its own, such as [project.6]")
    return found


def _key(error: ValidationError) -> str:
    return str(error.errors(include_input=False, include_url=False)[0]["loc"][0])


def _read(env: EnvSettingsSource, dotenv: DotEnvSettingsSource) -> Given:
    """Read environment and `.env` for all fields; pydantic has read the environment without empty values."""
    environment = {name: value for name, value in env.env_vars.items() if value}
    return read_given(environment, Settings.model_fields, files=dotenv.env_file == _OUR_OWN)


@lru_cache
def get_settings() -> Settings:
    """Return the settings of the process, read once. Raises SettingError, which names the variable and the fault."""
    try:
        return Settings()
    except ValidationError as error:
        field = _key(error)
        value = given().values.get(field) or Value(variable(field), "", f"{ENVIRONMENT} or .env")
        raise SettingError(f"{value.name} {fault(error)}; correct it in {value.where}") from None


def use_env_file(path: Path) -> None:
    """Read this file instead of `.env` from now on, here and in the processes that this one starts."""
    os.environ["PRELABEL_ENV_FILE"] = str(path.absolute())
    get_settings.cache_clear()


def given() -> Given:
    """Read the values of environment and `.env` anew, with the name and the place of each. Raises SettingError."""
    return _read(EnvSettingsSource(Settings), DotEnvSettingsSource(Settings))


def celery_variables() -> dict[str, str]:
    """Return the variables of the environment that Celery itself reads as the broker's address."""
    names = ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL")
    env_vars = EnvSettingsSource(Settings).env_vars
    return {name: value for name in names if (value := env_vars.get(name.lower()))}


def given_name(field: str) -> str:
    """Return the name under which a setting was given, for messages; its variable if it was not given."""
    try:
        value = given().values.get(field)
    except SettingError:
        return variable(field)
    return value.name if value else variable(field)


def not_set(field: str) -> str:
    """Return the words "NAME is not set", with the place where `.env` has a name that may stand for it."""
    try:
        hint = given().hint(variable(field))
    except SettingError:
        hint = ""
    return f"{variable(field)} is not set" + (f" ({hint})" if hint else "")
