"""Uploader: a web page where people add documents, and an HTTP API for programs. `python -m services.uploader`.

One process. Blocking work (Redis, bucket, Label Studio, disk) runs in threads. The process never parses an uploaded
file; it decodes only images of pages, which a worker has decoded before.
"""
