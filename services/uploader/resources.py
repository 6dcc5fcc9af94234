"""Objects that the endpoints share, made once a process, and the dependency that passes them to an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import Depends, Request

from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from services.uploader.door.guesses import Guesses
from services.uploader.health import HealthCheck
from services.uploader.incoming_files import IncomingFiles
from services.uploader.page_images import PageImages
from services.uploader.projects import KnownProjects
from services.uploader.sessions import Sessions
from services.uploader.snapshots import DocumentSnapshots


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that endpoints share. `sessions`: None where PRELABEL_UPLOADER_API_KEY is not set."""

    settings: Settings
    sessions: Sessions | None
    key_guesses: Guesses
    webhook_guesses: Guesses
    ledger: Ledger
    health: HealthCheck
    projects: KnownProjects
    snapshots: DocumentSnapshots
    page_images: PageImages
    incoming_files: IncomingFiles

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Make all of them. Raises SettingError."""
        key = settings.uploader_api_key.get_secret_value()
        workplace = Workplace(settings)
        return cls(
            settings=settings,
            sessions=Sessions(key) if key else None,
            key_guesses=Guesses(),
            webhook_guesses=Guesses(),
            ledger=workplace.ledger,
            health=HealthCheck(workplace.ledger, workplace.bucket, workplace.keys),
            projects=KnownProjects(settings),
            snapshots=DocumentSnapshots(workplace.ledger),
            page_images=PageImages(workplace.bucket, workplace.keys),
            incoming_files=IncomingFiles(workplace),
        )

    async def close(self) -> None:
        """End uploads that are still in progress and close the connections to Label Studio."""
        await self.incoming_files.close()
        self.projects.close()


async def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


#: Type of an endpoint's parameter that receives the resources of its app.
SharedResources = Annotated[Resources, Depends(_resources)]
