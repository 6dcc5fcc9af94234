"""Entry point of the uploader's process: logging, then the server."""

from __future__ import annotations

import logging
import sys

from prelabel.redaction import RedactingFormatter, secrets_of
from prelabel.settings import Settings, get_settings
from prelabel.startup.needs import UPLOADER, check_needs
from prelabel.startup.one_line import EXIT_WRONG, one_line_errors, say

try:
    from services.uploader.app import create_app
    from services.uploader.server import check_address, serve
except ModuleNotFoundError as missing:
    name = str(missing.name).partition(".")[0]
    say(f"the uploader needs {name}: pip install 'prelabel[services]'")
    sys.exit(EXIT_WRONG)

log = logging.getLogger(__name__)


def main() -> None:
    """Serve the uploader at the address that the settings name."""
    with one_line_errors():
        settings = get_settings()
        check_needs(settings, UPLOADER)
        check_address(settings.uploader_host, settings.uploader_port)
        app = create_app(settings)
    _set_up_logging(settings)
    if not settings.uploader_api_key.get_secret_value():
        log.warning(
            "PRELABEL_UPLOADER_API_KEY is not set: only this machine has access, at http://localhost:%s",
            settings.uploader_port,
        )
    serve(app, settings.uploader_host, settings.uploader_port)


def _set_up_logging(settings: Settings) -> None:
    handler = logging.StreamHandler()
    plain = logging.Formatter("[%(asctime)s: %(levelname)s] %(name)s: %(message)s")
    handler.setFormatter(RedactingFormatter(plain, secrets_of(settings)))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
