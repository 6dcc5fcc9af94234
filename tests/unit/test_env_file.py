"""`.env` as people save it: encodings, line ends, forms of lines; each is read, or is an error of one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prelabel.environment.env_file import read_env_file
from prelabel.errors import SettingError

TEXT = "# 설정\nREDIS_URL=redis://h/0\n\nTITLE=송장\n"


def values(data: bytes | str, folder: Path) -> dict[str, str]:
    path = folder / ".env"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    file = read_env_file(path, named=False)
    assert file is not None
    return {name: line.value for name, line in file.values().items()}


def error(path: Path, *, named: bool = False) -> str:
    with pytest.raises(SettingError) as said:
        read_env_file(path, named=named)
    assert "\n" not in str(said.value)
    assert "5ecret" not in str(said.value)
    return str(said.value).removeprefix(str(path)).strip()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marked_encodings_and_all_line_ends_are_read(encoding: str, end: str, tmp_path: Path) -> None:
    assert values(TEXT.replace("\n", end).encode(encoding), tmp_path) == {"REDIS_URL": "redis://h/0", "TITLE": "송장"}


def test_utf_16_of_the_other_byte_order_is_read(tmp_path: Path) -> None:
    assert values(b"\xfe\xff" + TEXT.encode("utf-16-be"), tmp_path)["TITLE"] == "송장"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("A=1\n# 설정\n".encode("cp949"), "line 2 is not UTF-8: save the file as UTF-8"),
        ("A=1\r\n\r\nNAME=5ecret설정\r\n".encode("euc-kr"), "line 3 is not UTF-8: save the file as UTF-8"),
        ("A=1\rNAME=é\r".encode("latin-1"), "line 2 is not UTF-8: save the file as UTF-8"),
        ("A=1\n".encode("utf-16-le"), "is UTF-16 without a byte order mark: save the file as UTF-8"),
        ("A=1\n".encode("utf-16-be"), "is UTF-16 without a byte order mark: save the file as UTF-8"),
        ("A=1\n".encode("utf-16")[:-1], "is not UTF-16: save the file as UTF-8"),
        (b"A=1\nB=5ecret\0x\n", "line 2 holds a NUL character: remove it"),
        (b"A=1\n\n5ecret\n", "line 3 is not NAME=value: correct it, or begin it with # to make it a comment"),
        (b"A=1\nexport B\n", "line 2 is not NAME=value: correct it, or begin it with # to make it a comment"),
        (b"set A=5ecret\n", "line 1 is not NAME=value: correct it, or begin it with # to make it a comment"),
        (b"A: 5ecret\n", "line 1 is not NAME=value: correct it, or begin it with # to make it a comment"),
        (b"=5ecret\n", "line 1 is not NAME=value: correct it, or begin it with # to make it a comment"),
        (b"A=1\nB='5ecret\nC=2\n", "line 2 has a ' that is not closed, or text after the closing one"),
        (b'A="5ecret" x\n', 'line 1 has a " that is not closed, or text after the closing one'),
        ("\u00a0A=1\n\u201cB\u201d=2\n".encode(), "line 2: the name before = must be of letters, digits and _"),
        (b"A=" + b"x" * 2**20, "is larger than 1 MB: it is no file of settings"),
    ],
)
def test_other_files_are_an_error_with_the_line(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(data)
    assert error(path).startswith(says)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=x", "x"),
        ("  A = x  ", "x"),
        ("export A=x", "x"),
        ("export\tA='x'", "x"),
        ('A="x y"', "x y"),
        ("A='x # y'  # comment", "x # y"),
        ("A=x # comment", "x"),
        ("A=x#y", "x#y"),
        ("A=p=q", "p=q"),
        ("A=$HOME", "$HOME"),
        ("B=1\nA=${B}2", "12"),
        ("B=1\nA=${C:-3}", "3"),
        ("A=1\nA=2", "2"),
        ("a=low", "low"),
        ('A="two\nlines"', "two\nlines"),
    ],
)
def test_forms_of_lines(line: str, value: str, tmp_path: Path) -> None:
    assert values(line, tmp_path)["A"] == value


@pytest.mark.parametrize("line", ["A=", "A= # comment", "A=''", 'A="  "', "#A=1", "", "\n\n", "   "])
def test_lines_without_a_value(line: str, tmp_path: Path) -> None:
    assert values(line, tmp_path) == {}


def test_a_missing_file_is_fine_unless_it_was_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert read_env_file(path, named=False) is None
    assert error(path, named=True) == "does not exist: correct the name"
    path.symlink_to(tmp_path / "nowhere")
    assert "link to a missing file" in error(path)


def test_a_folder_is_refused_but_not_a_virtual_environment(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.mkdir()
    assert error(path).startswith("is a folder")
    (path / "pyvenv.cfg").touch()
    assert read_env_file(path, named=False) is None


def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=5ecret", "utf-8")
    path.chmod(0)
    if os.geteuid():
        assert error(path) == "cannot be read (Permission denied): let the user of this process read it"
        return
    # Given a test as root, when another user reads the file, then the message is the same
    code = (
        "import os, sys; from pathlib import Path; from prelabel.environment.env_file import read_env_file\n"
        "os.setuid(65534)\n"
        "try: read_env_file(Path(sys.argv[1]), named=False)\n"
        "except Exception as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert "cannot be read (Permission denied)" in run.stdout
