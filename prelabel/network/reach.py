"""Ways to Label Studio and to the hosts of images: trusted authorities, and proxies."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Self

from prelabel.errors import SettingError
from prelabel.network.authorities import add_authorities, general_trust
from prelabel.network.proxies import Proxies, Proxy
from prelabel.settings import Settings


@dataclass(frozen=True, slots=True)
class Reach:
    """Ways to other servers. `trust`: of Label Studio's certificate; `image_trust`: of other hosts' certificates.

    `ca`: the value of LABEL_STUDIO_CA. `image_proxy`: other hosts of images are reached through the proxies, too.
    """

    trust: ssl.SSLContext
    image_trust: ssl.SSLContext
    proxies: Proxies = field(default_factory=Proxies)
    ca: str = ""
    image_proxy: bool = False

    @classmethod
    def usual(cls) -> Self:
        """Return direct ways, with the usual authorities."""
        trust = general_trust()
        return cls(trust, trust)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the files and addresses of the settings. Raises SettingError."""
        trust = image_trust = general_trust(settings.ssl_cert_file, settings.ssl_cert_dir)
        if settings.label_studio_ca:
            trust = general_trust(settings.ssl_cert_file, settings.ssl_cert_dir)
            add_authorities(trust, settings.label_studio_ca, "LABEL_STUDIO_CA")
        if settings.image_proxy and not settings.image_hosts:
            raise SettingError(
                "PRELABEL_IMAGE_PROXY needs PRELABEL_IMAGE_HOSTS: a proxy hides the address of a host, so name "
                "the hosts that are allowed"
            )
        return cls(trust, image_trust, Proxies.from_settings(settings), settings.label_studio_ca, settings.image_proxy)

    def image_proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy through which an image is fetched from another host than Label Studio; None: directly."""
        return self.proxies.for_url(url) if self.image_proxy else None
