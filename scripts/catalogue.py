"""Catalogues of the command line's texts: `python -m scripts.catalogue` writes them; --check only compares.

`prelabel.po` of a language is written by people: the script adds new texts to it without a translation, and removes
those that the code no longer has. `prelabel.mo`, which the program reads, is made from it, and from the uploader's
texts of failures in `services/uploader/web/texts.js`, so that both say the same. The English catalogue repeats the
texts; with it LANGUAGE=en:ko gives English.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from prelabel.cli import cli
from prelabel.cli.documents import OUTCOMES
from prelabel.cli.groups import GROUPS, OTHERS
from prelabel.cli.language.texts import CURE, LOCALES, MEANING, one_line, paragraphs
from prelabel.cli.progress_bar import STATES
from prelabel.labelstudio.regions.told import TEXTS
from prelabel.ocr.remarks import REMARKS

ROOT = Path(__file__).parent.parent
TEXTS_JS = ROOT / "services" / "uploader" / "web" / "texts.js"
TRANSLATED = ("ko",)
#: click's own texts that people can meet here; click asks for them by gettext.
CLICK = (
    "Usage:",
    "Options",
    "Show this message and exit.",
    "Show the version and exit.",
    "default: {default}",
    "required",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing command.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "Aborted!",
)
#: click's texts that depend on a number.
CLICK_COUNTS = (
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
)
#: States of documents, pages and projects beside those of the progress.
OTHER_STATES = ("waiting", "opened", "rendered", "paused")
Message = str | tuple[str, str]


def messages() -> list[Message]:
    """Return all texts that are translated: those of the code, of the help, and click's own."""
    files = sorted((ROOT / "prelabel" / "cli").rglob("*.py"))
    code = [text for path in files for text in _in_code(ast.parse(path.read_text("utf-8")))]
    remarks = (text for each in REMARKS.values() for text in (each.meaning, each.cure))
    tables = (*OUTCOMES.values(), *TEXTS.values(), *STATES, *OTHER_STATES, *remarks)
    return list(dict.fromkeys((*help_texts(cli), *GROUPS, OTHERS, *code, *tables, *CLICK, *CLICK_COUNTS)))


def help_texts(command: click.Command) -> Iterator[str]:
    """Yield the help of a command, its options and its subcommands, paragraph by paragraph."""
    for prose in (command.short_help, command.help, command.epilog):
        yield from (one_line(part) for part in paragraphs(prose or "") if not part.startswith("\b"))
    for option in command.params:
        if isinstance(option, click.Option):
            yield from (text for text in (option.help, option.prompt) if isinstance(text, str) and text)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from help_texts(child)


def _in_code(tree: ast.Module) -> Iterator[Message]:
    """Yield the texts that code gives to `translate`, also through `map`, and to `translate_count`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "translate_count":
            one, many = (str(ast.literal_eval(argument)) for argument in node.args[:2])
            yield one, many
        elif node.func.id == "translate" or (node.func.id == "map" and ast.unparse(node.args[0]) == "translate"):
            yield from _strings(node.args[-1])


def _strings(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_strings(one), *_strings(other))
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _strings(part)


def uploader_failures(language: str) -> dict[str, tuple[str, str]]:
    """Return code -> (meaning, cure) of the uploader's texts in a language."""
    script = TEXTS_JS.read_text("utf-8")
    names = dict(re.findall(r'^const (\w+) = "(.*)";$', script, re.MULTILINE))
    part = script[script.index(f"  {language}: {{") :]
    start = part.index("problems: {")
    block = part[start : part.index("\n    },", start)]
    return {
        code: (meaning, _cure(cure, names))
        for code, meaning, cure in re.findall(r'^ +(\w+): \["(.*?)", (.*)\],$', block, re.MULTILINE)
    }


def _cure(source: str, names: dict[str, str]) -> str:
    """Return the text of a JavaScript string, a template with names of constants, or a constant."""
    if source in names:
        return names[source]
    return re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], source[1:-1])


def updated(language: str) -> Catalog:
    """Return a language's catalogue with the texts that the code has now."""
    path = _po(language)
    before = read_po(io.BytesIO(path.read_bytes())) if path.exists() else Catalog()
    made = _empty(language)
    for text in messages():
        known = before.get(text[0] if isinstance(text, tuple) else text)
        made.add(text, known.string if known else ("" if isinstance(text, str) else ("",) * made.num_plurals))
    return made


class _Timeless(Catalog):
    """A catalogue whose head holds no date, person or version, so that the same texts give the same file."""

    @property  # type: ignore[misc]
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Plural-Forms", self.plural_forms),
        ]


def _empty(language: str) -> Catalog:
    head = f"# Texts of the command line: {language}. `python -m scripts.catalogue` adds new ones."
    return _Timeless(locale=language, header_comment=head, fuzzy=False)


def po_bytes(catalog: Catalog) -> bytes:
    """Write a catalogue as people edit it: in the order of the texts, one line a text."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=False, include_previous=False)
    return out.getvalue()


def mo_bytes(catalog: Catalog, failures: Iterable[tuple[str, tuple[str, str]]] = ()) -> bytes:
    """Compile a catalogue, with meaning and cure of each failure."""
    for code, (meaning, cure) in failures:
        catalog.add(code, meaning, context=MEANING)
        catalog.add(code, cure, context=CURE)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _english() -> Catalog:
    made = _empty("en")
    for text in messages():
        made.add(text, text)
    return made


def _po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "prelabel.po"


def files() -> dict[Path, bytes]:
    """Return the content of each file of the catalogues."""
    made = {_po("en").with_suffix(".mo"): mo_bytes(_english())}
    for language in TRANSLATED:
        catalog = updated(language)
        made[_po(language)] = po_bytes(catalog)
        made[_po(language).with_suffix(".mo")] = mo_bytes(catalog, uploader_failures(language).items())
    return made


def main() -> int:
    """Write the files; with --check only report whether they are current."""
    old = [path for path, content in files().items() if not path.exists() or path.read_bytes() != content]
    if "--check" in sys.argv and old:
        print(f"{', '.join(path.name for path in old)}: run python -m scripts.catalogue", file=sys.stderr)
        return 1
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
