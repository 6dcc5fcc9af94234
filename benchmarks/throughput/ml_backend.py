"""Plain ML backend for Label Studio: /health, /setup, and a /predict that loops over pytesseract.

`python -m benchmarks.throughput.ml_backend --port 9090`. "Retrieve Predictions" is measured with it.
"""

from __future__ import annotations

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.throughput import plain
from devstack.ports import LOOPBACK

_http = plain.client()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({"status": "UP", "model_class": "Plain"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/predict"):
            results = [_prediction(page) for page in body["tasks"]]
            self._answer({"results": results, "model_version": plain.MODEL_VERSION})
        else:
            self._answer({"model_version": plain.MODEL_VERSION})

    def _answer(self, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _prediction(page: dict[str, Any]) -> dict[str, Any]:
    result = plain.predict(_http, page["data"]["image"])
    return {"result": result, "score": 1.0, "model_version": plain.MODEL_VERSION}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    ThreadingHTTPServer((LOOPBACK, parser.parse_args().port), _Handler).serve_forever()


if __name__ == "__main__":
    main()
