"""New versions of a data set: what has changed is read, all else stays, and nothing is lost when it ends halfway."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.corrections.labelled import how_labelled
from prelabel.corrections.manifest import Manifest
from prelabel.corrections.new_version import Exported, make_version
from prelabel.corrections.pictures import annotated_pages
from prelabel.corrections.splits import Evaluation
from prelabel.corrections.store import DataSet
from prelabel.errors import SettingError, StorageFull
from prelabel.workplace import Workplace
from tests.support.annotated_project import PROJECT, AnnotatedProject, annotated
from tests.support.invoices import invoice


class Team:
    """People who annotate the pages of a project; `read`: task ids whose bodies were asked for since the last look."""

    def __init__(self, folder: Path, count: int) -> None:
        self.project = AnnotatedProject(folder, count)
        for row in self.project.rows.values():
            row["updated_at"] = "2026-01-01T00:00:00Z"

    def export(self, evaluation: Evaluation | None = None, **more: Any) -> Exported:
        with self.project.workplace() as workplace:
            return make_version(PROJECT, workplace, evaluation, **more)

    def data_set(self) -> DataSet:
        return DataSet.of(self.project.workplace(), PROJECT)

    def texts(self, version: Manifest) -> dict[str, list[str]]:
        """Return the words of each page."""
        pages = annotated_pages(self.data_set(), version)
        return {each.name: sorted(word.text for word in each.page.words) for each in pages}

    def submit(self, task_id: int, at: str, drop: str = "") -> None:
        """Submit a page again, without the region of one label."""
        row = self.project.rows.setdefault(task_id, annotated(task_id))
        [annotation] = row["annotations"]
        gone = {item["id"] for item in annotation["result"] if item["value"].get("labels") == [drop]}
        annotation["result"] = [item for item in annotation["result"] if item["id"] not in gone]
        annotation["updated_at"] = row["updated_at"] = at


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path, 5)


def test_the_first_version_has_every_word_of_every_page(team: Team) -> None:
    made = team.export()

    assert (made.is_new, made.read, made.version.number, made.version.frozen) == (True, 5, 1, True)
    assert team.texts(made.version) == {f"page {n}": sorted(w.text for w in invoice(n).words) for n in range(1, 6)}
    assert sorted(page.split for page in made.version.pages).count("evaluation") == 1
    assert {page.labelled for page in made.version.pages} == {"from_prediction"}
    assert made.version.labels["TOTAL"] == 5
    assert team.data_set().version() == made.version


def test_without_a_change_there_is_no_new_version_and_nothing_is_read(team: Team) -> None:
    first = team.export().version
    again = team.export()
    assert (again.is_new, again.read, again.version) == (False, 0, first)
    assert team.data_set().numbers() == [1]


def test_only_what_has_changed_is_read(team: Team) -> None:
    first = team.export().version
    del team.project.rows[2]
    team.submit(3, "2025-01-01T00:00:00Z", drop="TOTAL")  # a clock that jumps back
    team.submit(6, "2026-02-01T00:00:00Z")

    made = team.export()

    assert (made.version.number, made.version.parent, made.read) == (2, 1, 2)
    what = made.difference.to_json()
    assert (what["added"], what["removed"]) == ([6], [2])
    assert what["changed"] == [{"task_id": 3, "what": ["content", "annotation"]}]
    assert what["labels"]["TOTAL"] == {"old": 5, "new": 4}
    splits = {page.task_id: page.split for page in first.pages}
    assert all(page.split == splits.get(page.task_id, page.split) for page in made.version.pages)
    # The page that is gone keeps its split, also when it comes back
    assert [(each.task_id, each.split) for each in made.version.gone] == [(2, splits[2])]
    team.submit(2, "2026-03-01T00:00:00Z")
    back = team.export().version
    assert {page.task_id: page.split for page in back.pages}[2] == splits[2]
    assert back.gone == ()


def test_a_touched_page_with_the_same_annotation_is_no_new_version(team: Team) -> None:
    team.export()
    team.project.rows[3]["updated_at"] = "2026-05-01T00:00:00Z"
    made = team.export()
    assert (made.is_new, made.read) == (False, 1)


def test_another_configuration_reads_all_pages(team: Team) -> None:
    first = team.export().version
    data_set = team.data_set()
    other = Manifest(**{n: getattr(first, n) for n in first.__dataclass_fields__} | {"number": 2, "labelling": "<a/>"})
    assert data_set.add(other)
    made = team.export()
    assert (made.read, made.difference.labelling, made.version.number) == (5, True, 3)


def test_a_missing_content_is_read_again(team: Team, tmp_path: Path) -> None:
    first = team.export().version
    file = next(tmp_path.glob(f"datasets/**/{first.pages[0].content}.json.gz"))
    file.unlink()
    with pytest.raises(SettingError, match="page 1 is missing: `prelabel export 6 --again`"):
        team.texts(first)
    assert (team.export().read, len(team.texts(first))) == (1, 5)
    file.write_bytes(b"damaged")
    assert team.export(again=True).read == 5
    assert len(team.texts(first)) == 5


def test_pages_that_cannot_be_used_are_named(team: Team) -> None:
    team.project.rows[1]["annotations"][0]["result"] = "text"
    team.project.rows[2]["annotations"][0]["result"] = []
    team.project.rows[3]["annotations"][0]["was_cancelled"] = True
    team.project.rows[4]["annotations"][0]["result"].append(
        {"type": "relation", "from_id": "removed", "to_id": "gone", "direction": "right"}
    )

    made = team.export().version

    assert [page.task_id for page in made.pages] == [4, 5]
    assert [each.task_id for each in made.left_out] == [1, 2]
    assert made.left_out[1].reason == "nothing is drawn on it"
    assert made.not_used == {"link": 1}
    assert not team.export().is_new


def test_a_page_whose_words_are_nowhere_is_read_again_next_time(team: Team, tmp_path: Path) -> None:
    kept = {file: file.read_bytes() for file in (tmp_path / "stored").rglob("*.gz")}
    [file] = [file for file in kept if file.parent.name == "2"]
    file.unlink()
    first = team.export().version
    assert len(team.texts(first)["page 2"]) < len(invoice(2).words)

    file.parent.mkdir(exist_ok=True)
    file.write_bytes(kept[file])
    made = team.export()

    assert made.read == 1
    assert team.texts(made.version)["page 2"] == sorted(word.text for word in invoice(2).words)


def test_a_project_without_annotations_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="project 6 has no annotated page"):
        Team(tmp_path, 0).export()


class _Full(FolderBucket):
    """A bucket that is full after some contents."""

    left = 3

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        self.left -= "datasets/" in key
        if self.left < 0:
            raise StorageFull("no space was left")
        super().put(key, data, content_type)


def test_a_full_disk_leaves_no_version(team: Team, tmp_path: Path) -> None:
    workplace = team.project.workplace()
    with (
        Workplace(workplace.settings, client=workplace.client, bucket=_Full(tmp_path, "")) as full,
        pytest.raises(StorageFull),
    ):
        make_version(PROJECT, full)
    assert team.data_set().numbers() == []
    assert len(team.texts(team.export().version)) == 5


class _Crowd(FolderBucket):
    """A bucket into which somebody else writes a version first, once."""

    team: Team | None = None

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        if self.team:
            team, self.team = self.team, None
            team.export(Evaluation(pages=frozenset({1})))
        return super().put_new(key, data, content_type)


def test_of_two_exports_at_once_the_second_goes_on_from_the_first(team: Team, tmp_path: Path) -> None:
    bucket = _Crowd(tmp_path, "")
    bucket.team = team
    workplace = team.project.workplace()
    with Workplace(workplace.settings, client=workplace.client, bucket=bucket) as mine:
        made = make_version(PROJECT, mine, Evaluation(pages=frozenset({1})))
    assert (made.is_new, made.version.number) == (False, 1)
    assert team.data_set().numbers() == [1]


def test_a_page_that_is_deleted_while_it_is_read_leaves_the_version(team: Team) -> None:
    class _Deleting(AnnotatedProject):
        def __call__(self, request: Any) -> Any:
            if "updated_at,parent_prediction" in str(request.url.params.get("include")):
                self.rows.pop(3, None)
                request.url = request.url.copy_set_param("query", request.url.params["query"].replace("3,", ""))
            return super().__call__(request)

    team.project.__class__ = _Deleting
    assert [page.task_id for page in team.export().version.pages] == [1, 2, 4, 5]


@pytest.mark.parametrize(
    ("annotation", "others", "wanted"),
    [
        ({"completed_by": 1}, [], "without_prediction"),
        ({"completed_by": 1, "parent_prediction": 9}, [], "from_prediction"),
        ({"completed_by": 1, "result": [{"origin": "prediction-changed"}]}, [], "from_prediction"),
        ({"completed_by": 1, "result": [{"meta": {"prelabel": "prelabel-x"}}]}, [], "from_prediction"),
        ({"completed_by": 1, "result": [{"origin": "manual"}]}, [], "without_prediction"),
        ({"completed_by": 1, "updated_by": 2, "parent_prediction": 9}, [], "checked_twice"),
        ({"completed_by": {"id": 1}}, [{"completed_by": {"id": 2}}], "checked_twice"),
        ({"completed_by": 1, "parent_prediction": 9}, [{"completed_by": 2, "was_cancelled": True}], "from_prediction"),
        ({"completed_by": 1, "updated_by": 1, "parent_prediction": 9}, [{"completed_by": 1}], "from_prediction"),
        ({}, [], "without_prediction"),
    ],
)
def test_how_a_page_was_labelled(annotation: dict[str, Any], others: list[dict[str, Any]], wanted: str) -> None:
    assert how_labelled(deepcopy(annotation), [annotation, *others]) == wanted
