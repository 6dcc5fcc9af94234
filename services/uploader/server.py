"""Web server: one uvicorn process, with the door's limits on connections and a limit on the time for shutting down."""

from __future__ import annotations

import resource
import socket

import uvicorn
from starlette.types import ASGIApp

from prelabel.errors import SettingError
from services.uploader.door.connections import DoorProtocol

#: Time for uploads in progress to finish when the process is asked to stop.
_END_S = 20


def check_address(host: str, port: int) -> None:
    """Check that this process can listen there. Raises SettingError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            probe.bind((host, port))
    except OSError as error:
        raise SettingError(
            f"the uploader cannot listen on {host}:{port} ({(error.strerror or 'unknown address').lower()}): end what "
            "listens there, or correct PRELABEL_UPLOADER_HOST and PRELABEL_UPLOADER_PORT"
        ) from None


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until the process is asked to stop."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=DoorProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_END_S,
    )
