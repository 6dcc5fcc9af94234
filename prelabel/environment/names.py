"""Names of settings: the variable of each field, the other names that are accepted, and the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

PREFIX = "PRELABEL_"
#: Names another file than `.env` in the current folder; not a setting.
ENV_FILE = f"{PREFIX}ENV_FILE"

#: Label Studio's and Redis's variables keep the names that people know; their fields begin with these words.
_AS_KNOWN = ("LABEL_STUDIO_", "REDIS_")
#: Fields whose variables many programs read, and further names of them.
_OF_MANY_PROGRAMS: dict[str, tuple[str, ...]] = {
    "http_proxy": (),
    "https_proxy": (),
    "all_proxy": (),
    "no_proxy": (),
    "ssl_cert_file": ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    "ssl_cert_dir": (),
}
#: Names of variables in other programs, which no comparison of letters finds.
_ELSEWHERE = {
    "BROKER_URL": "REDIS_URL",
    "CELERY_BROKER_URL": "REDIS_URL",
    "LABEL_STUDIO_ACCESS_TOKEN": "LABEL_STUDIO_API_KEY",
    "LABEL_STUDIO_API_TOKEN": "LABEL_STUDIO_API_KEY",
    "LABEL_STUDIO_TOKEN": "LABEL_STUDIO_API_KEY",
    "LABEL_STUDIO_HOST": "LABEL_STUDIO_URL",
    "LABEL_STUDIO_ADDRESS": "LABEL_STUDIO_URL",
    "REDIS_HOST": "REDIS_URL",
    "REDIS_ADDRESS": "REDIS_URL",
}
#: Likeness (0 to 1) of two names from which one counts as a typing error of the other. LABEL_STUDIO_PORT, a variable of
#: docker-compose.yml, has 0.83 to LABEL_STUDIO_URL.
_ALIKE, _ROUGHLY_ALIKE = 0.86, 0.6
#: Kubernetes sets such variables for a service of the name: prelabel-uploader becomes PRELABEL_UPLOADER_PORT=tcp://...
_OF_KUBERNETES = re.compile(r"\w+_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")
_PORT_OF_KUBERNETES = re.compile(r"(tcp|udp|sctp)://\S+")


def variable(field: str) -> str:
    """Return the variable of a field: `http_timeout` is PRELABEL_HTTP_TIMEOUT, `redis_url` is REDIS_URL."""
    name = field.upper()
    return name if name.startswith(_AS_KNOWN) or field in _OF_MANY_PROGRAMS else PREFIX + name


def accepted_names(field: str) -> tuple[str, ...]:
    """Return the names under which a field is read; of two that are given, the first wins."""
    return PREFIX + field.upper(), field.upper(), *_OF_MANY_PROGRAMS.get(field, ())


def all_names(fields: Iterable[str]) -> Iterator[str]:
    """Yield all names that a process of prelabel reads."""
    yield ENV_FILE
    for field in fields:
        yield from accepted_names(field)


def nearest(name: str, fields: Collection[str]) -> str:
    """Return the variable whose name is nearest to an unknown one with the prefix; empty if none is near."""
    bare = name.removeprefix(PREFIX)
    known = {field.upper(): variable(field) for field in fields} | {"ENV_FILE": ENV_FILE}
    return next((known[match] for match in get_close_matches(bare, known, 1, _ROUGHLY_ALIKE)), "")


def misspelt(name: str, fields: Collection[str]) -> str:
    """Return the variable of which an unknown name is most likely a typing error; empty if there is none."""
    known = {other: variable(field) for field in fields for other in accepted_names(field)}
    if name in known:
        return ""
    return next((known[match] for match in get_close_matches(name, known, 1, _ALIKE)), "")


def same_elsewhere(name: str) -> str:
    """Return the variable that is called `name` in other programs; empty if there is none."""
    return _ELSEWHERE.get(name, "")


def as_known(name: str) -> bool:
    """Return whether a variable is one of Label Studio or Redis, without the prefix."""
    return name.startswith(_AS_KNOWN)


def set_by_kubernetes(name: str, value: str) -> bool:
    """Return whether Kubernetes has set this variable for a service, so that it is no setting."""
    return bool(_OF_KUBERNETES.fullmatch(name) or (name.endswith("_PORT") and _PORT_OF_KUBERNETES.fullmatch(value)))
