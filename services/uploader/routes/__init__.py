"""Endpoints of the uploader, one router a subject."""
