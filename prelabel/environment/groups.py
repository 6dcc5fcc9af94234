"""Groups of settings by the purpose that people have; docs/reference/settings.md shows them in this order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Settings for one purpose. `about`: a sentence that the docs put before their table."""

    title: str
    about: str
    fields: tuple[str, ...]


def _group(title: str, about: str, fields: str) -> Group:
    return Group(title, about, tuple(fields.split()))


#: Every field of `Settings` stands in exactly one group.
GROUPS = (
    _group(
        "Connect Label Studio",
        "The address and the token are needed by all commands but `read`, `train`, `evaluate` and `models`.",
        "label_studio_url label_studio_api_key label_studio_public_url label_studio_aliases label_studio_ca "
        "http_timeout request_delay",
    ),
    _group(
        "Connect Redis",
        "[Connect Redis](../how-to/redis.md) lists the forms of the address, and a user's rights.",
        "redis_url redis_ca",
    ),
    _group(
        "Connect through a proxy",
        "Names that other programs read, too. [Deploy](../how-to/deploy.md) says what goes through it.",
        "https_proxy http_proxy all_proxy no_proxy ssl_cert_file ssl_cert_dir",
    ),
    _group(
        "Choose projects and pages",
        "Beat selects pages of these projects, and syncs their storages.",
        "projects projects_file storage_title select_interval sync_interval sync_stuck pages_in_flight "
        "max_tasks_per_run claim_wait",
    ),
    _group(
        "Receive documents",
        "The uploader and the bucket for PDF files and images.",
        "bucket s3_endpoint s3_region s3_access_key s3_secret_key raw_prefix page_prefix words_prefix stored_prefix "
        "models_prefix datasets_prefix "
        "uploader_url uploader_host uploader_port uploader_parallel spool disk_reserve_mb max_document_bytes "
        "max_document_pages document_ttl remove_raw pdf_dpi pdf_color import_chunk",
    ),
    _group(
        "Read words",
        "Languages, OCR engines and their files.",
        "languages ocr reader_model tessdata easyocr_models easyocr_network easyocr_worker rapidocr_recogniser "
        "reuse_predictions max_image_bytes max_image_pixels",
    ),
    _group(
        "Extract key-values",
        "Models that label words and link them.",
        "ser compact_model layoutlm_model layoutlm_vocab linker link_threshold models_cache device precision",
    ),
    _group(
        "Write predictions",
        "",
        "draw_other draw_table_links set_model_version verify_tries",
    ),
    _group(
        "Keep it safe",
        "[Set up security](../how-to/secure.md) explains when each is needed.",
        "uploader_api_key webhook_secret image_hosts image_networks image_proxy signing_key signing_certificate "
        "signing_trusted model_digests",
    ),
    _group(
        "Tune speed and memory",
        "The defaults suit one machine. [Performance](../explain/performance.md) has measured figures.",
        "cpu_processes cpu_process_mb gpu_threads io_threads torch_threads batch_tokens batch_pages batch_wait_ms "
        "upload_chunk upload_wait render_ahead render_mb page_ttl",
    ),
    _group(
        "Retry and give up",
        "Retries, time limits and heartbeats.",
        "ocr_retries extract_retries upload_retries render_retries retry_backoff probe_interval ocr_time_limit "
        "extract_time_limit render_time_limit heartbeat",
    ),
)
