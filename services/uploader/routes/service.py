"""Endpoints about the service: projects that accept documents, version, limits, health."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request

from services.uploader import schemas
from services.uploader.resources import SharedResources

router = APIRouter()


@router.get("/projects", tags=["projects"], summary="List projects that accept documents")
def projects(resources: SharedResources) -> schemas.Projects:
    """Return projects in the order of their ids."""
    return schemas.Projects(projects=resources.projects.all())


@router.get("/about", tags=["service"], summary="Show version and limits")
def about(resources: SharedResources, request: Request) -> schemas.About:
    """Return the version, and the limits on a file."""
    settings = resources.settings
    limits = schemas.Limits(max_bytes=settings.max_document_bytes, max_pages=settings.max_document_pages)
    return schemas.About(version=request.app.version, limits=limits)


#: The thread of checks: strangers who ask while Redis is away must not hold those of all other requests.
_ONE_AT_A_TIME = CapacityLimiter(1)


@router.get("/health", tags=["service"], summary="Check that the process, Redis and the bucket answer")
async def health(resources: SharedResources) -> schemas.Health:
    """Check without a key."""
    await to_thread.run_sync(resources.health.require, limiter=_ONE_AT_A_TIME)
    return schemas.Health(status="ok")
