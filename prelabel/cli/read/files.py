"""Files that `prelabel read` names: all are opened first; engines are loaded if a file needs them, with its options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prelabel.ocr_plan import OcrPlan
from prelabel.settings import Settings

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.api.reading import PageResult, PageSource, Reader


def with_options(settings: Settings, languages: Sequence[str], ocr: str | None) -> Settings:
    """Return the settings with the languages and the engine of the command, where given. Raises SettingError.

    `languages`: codes as the setting takes them, "eng+kor" or "eng,kor", each time that the option was given.
    """
    changes: dict[str, object] = {}
    if languages:
        joined = "+".join(languages).replace(",", "+").replace(" ", "+")
        changes["languages"] = tuple(dict.fromkeys(code for code in joined.split("+") if code))
    if ocr is not None:
        changes["ocr"] = OcrPlan.parse(ocr)
    return settings.model_copy(update=changes)


def given(languages: Sequence[str], ocr: str | None) -> dict[str, str]:
    """Return the options that were given, by the settings that they replace."""
    return ({"languages": "--language"} if languages else {}) | ({"ocr": "--ocr"} if ocr is not None else {})


class ReadFiles:
    """Pages of files, of which those that cannot be opened are known before an engine is loaded.

    Raises EngineUnavailable, ModelUnavailable and SettingError if a page can be read and something for it is missing.
    """

    def __init__(self, settings: Settings, password: str | None, sources: Sequence[PageSource]) -> None:
        from prelabel.api.reading import Reader, unreadable

        opened = ((source, unreadable(source, settings, password)) for source in sources)
        #: Pages whose files cannot be opened.
        self.unread: dict[PageSource, PageResult] = {source: result for source, result in opened if result}
        self._reader: Reader | None = None
        if any(source not in self.unread for source in sources):
            self._reader = Reader(settings, password)

    def read(self, source: PageSource) -> PageResult:
        """Return a page with its key-values or its error."""
        if self._reader is None or source in self.unread:
            return self.unread[source]
        return self._reader.read(source)

    def image(self, source: PageSource) -> Image.Image:
        """Return the image of a page that was read, for drawing on it."""
        assert self._reader is not None  # noqa: S101  (it has read the page)
        return self._reader.image(source)
