"""The registry of a project: versions, their files and the history of aliases, in a bucket.

    models/SERVER/PROJECT/files/SHA256         content of files, each once
    models/SERVER/PROJECT/versions/00000001.json   a record, written after all of its files
    models/SERVER/PROJECT/history/00000001.json    a change of aliases
    models/SERVER/PROJECT/gate/NAME.json, .txt  comparisons of two versions

Records and changes are numbered, and no file is ever replaced. So each is written whole or not at all, and of two
people who promote at once, one is told that the other came first.
"""

from __future__ import annotations

import getpass
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from prelabel.bucket.interface import Bucket
from prelabel.errors import ConfigurationError, FileGone, ModelUnavailable
from prelabel.registry.versions.aliases import Aliases, Change, What
from prelabel.registry.versions.record import Origin, Version, VersionFile, broken, check_paths, sealed, unsealed

_JSON, _TEXT, _BYTES = "application/json", "text/plain; charset=utf-8", "application/octet-stream"
#: Tries for a number that others take at the same time.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Registry:
    """Versions of the models of one project. `prefix`: of all keys, with a slash at its end.

    All methods raise KeyRefused, BucketRefused and ServiceUnavailable, as buckets do.
    """

    bucket: Bucket
    prefix: str

    def push(self, files: Mapping[str, Path], origin: Origin) -> Version:
        """Store a version with these files ("tagger/NAME": its file) and make it the challenger.

        Raises ValueError for files that no version may have, StorageFull.
        """
        check_paths(files)
        entries = tuple(self._stored(path, files[path]) for path in sorted(files))
        for _ in range(_TRIES):
            number = max(self.numbers(), default=0) + 1
            version = Version(number, entries, origin)
            if self.bucket.put_new(self._record_key(number), sealed(version.to_json()), _JSON):
                self.change("push", number, partial(Aliases.pushed, number=number), who=origin.who, why=origin.why)
                return version
        raise _busy()

    def numbers(self) -> list[int]:
        """Return the numbers of all versions, oldest first."""
        return [int(key[-13:-5]) for key in self.bucket.keys(f"{self.prefix}versions/")]

    def version(self, number: int) -> Version:
        """Return the record of a version. Raises ModelUnavailable where there is none, or it is damaged."""
        key = self._record_key(number)
        try:
            made = unsealed(self.bucket.get(key), key)
        except FileGone:
            raise ModelUnavailable(
                f"there is no version {number}; `prelabel models list PROJECT` shows all of them"
            ) from None
        try:
            version = Version.from_json(made)
        except ValueError as error:
            raise broken(key, error) from None
        if version.number != number:
            raise broken(key, f"it is the record of version {version.number}")
        return version

    def fetch(self, file: VersionFile, path: Path) -> None:
        """Write a file of a version to `path`. Raises ModelUnavailable where its content is not that of the record."""
        key = f"{self.prefix}files/{file.sha256}"
        try:
            self.bucket.download(key, path)
        except FileGone:
            raise broken(f"{key} ({file.path})", "it is missing") from None
        if sha256_of(path) != file.sha256:
            path.unlink()
            raise broken(f"{key} ({file.path})", "its digest is another one")

    def history(self) -> Iterator[Change]:
        """Yield all changes of aliases, oldest first. Raises ModelUnavailable where one is damaged."""
        return map(self._change, self._history_keys())

    def last_change(self) -> Change | None:
        """Return the change that holds; None before the first one. Raises ModelUnavailable where it is damaged."""
        keys = self._history_keys()
        return self._change(keys[-1]) if keys else None

    def aliases(self) -> Aliases:
        """Return the aliases as they are now. Raises ModelUnavailable where the last change is damaged."""
        last = self.last_change()
        return last.aliases if last else Aliases()

    def change(
        self,
        what: What,
        number: int | None,
        step: Callable[[Aliases], Aliases],
        *,
        who: str,
        why: str,
        gate: str = "",
        seen: Aliases | None = None,
    ) -> Change:
        """Change the aliases by one atomic write, and return the new entry of the history.

        `seen`: the aliases for which the caller decided. Raises ConfigurationError where the champion or the pin have
        changed since then, or where `step` does.
        """
        for _ in range(_TRIES):
            last = self.last_change()
            now = last.aliases if last else Aliases()
            if seen and last and (now.champion, now.pinned) != (seen.champion, seen.pinned):
                raise ConfigurationError(
                    f"{last.who} has changed the champion in the meantime ({last.what}, now version {now.champion}): "
                    "look at `prelabel models list PROJECT`, then decide again"
                )
            made = Change(last.number + 1 if last else 1, what, number, step(now), who, why, time.time(), gate)
            if self.bucket.put_new(self._history_key(made.number), sealed(made.to_json()), _JSON):
                return made
            if what != "push":
                seen = seen or now  # from now on, a champion that others have changed is theirs
        raise _busy()

    def keep_gate(self, name: str, made: Mapping[str, Any], text: str) -> None:
        """Keep a comparison, as JSON and as text. `name`: one part of a key."""
        self.bucket.put(f"{self.prefix}gate/{name}.txt", text.encode(), _TEXT)
        self.bucket.put(f"{self.prefix}gate/{name}.json", sealed(made), _JSON)

    def gates(self, number: int) -> list[dict[str, Any]]:
        """Return the comparisons in which a version was the challenger, oldest first."""
        keys = self.bucket.keys(f"{self.prefix}gate/{number:08}-")
        return [unsealed(self.bucket.get(key), key) for key in keys if key.endswith(".json")]

    def _stored(self, path: str, file: Path) -> VersionFile:
        """Store the content of a file, unless it is there; return its entry."""
        sha256, size = sha256_of(file), file.stat().st_size
        key = f"{self.prefix}files/{sha256}"
        if self.bucket.size(key) != size or hashlib.sha256(self.bucket.get(key)).hexdigest() != sha256:
            self.bucket.put(key, file, _BYTES)
        return VersionFile(path, sha256, size)

    def _change(self, key: str) -> Change:
        made = unsealed(self.bucket.get(key), key)
        try:
            return Change.from_json(made)
        except ValueError as error:
            raise broken(key, error) from None

    def _history_keys(self) -> list[str]:
        return list(self.bucket.keys(f"{self.prefix}history/"))

    def _record_key(self, number: int) -> str:
        return f"{self.prefix}versions/{number:08}.json"

    def _history_key(self, number: int) -> str:
        return f"{self.prefix}history/{number:08}.json"


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def user_name() -> str:
    """Return the name of the person at this machine, for the history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _busy() -> ConfigurationError:
    return ConfigurationError("others write to the registry of models without a pause: try again")
