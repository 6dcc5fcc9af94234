"""Checks of the ways to other servers: the proxies and certificate authorities that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.network.reach import Reach
from prelabel.settings import Settings


def check_network(settings: Settings) -> Iterator[Check]:
    """Report proxies and authorities, where any are set; a fault of theirs is reported once, with Label Studio."""
    try:
        reach = Reach.from_settings(settings)
    except PrelabelError:
        return
    if reach.proxies.http or reach.proxies.https:
        yield Check("proxy", "ok", _ways(settings, reach))
    if named := _authorities(settings):
        yield Check("certificates", "ok", f"authorities are read from {named}")


def _ways(settings: Settings, reach: Reach) -> str:
    """Return how Label Studio and the hosts of images are reached."""
    studio = reach.proxies.for_url(settings.label_studio_url)
    images = f"images from other hosts {'too' if reach.image_proxy else 'are fetched directly (IMAGE_PROXY)'}"
    return f"Label Studio is reached {f'through {studio}' if studio else 'directly'}; {images}"


def _authorities(settings: Settings) -> str:
    names = ("label_studio_ca", "ssl_cert_file", "ssl_cert_dir")
    return ", ".join(f"{name.upper()}={getattr(settings, name)}" for name in names if getattr(settings, name))
