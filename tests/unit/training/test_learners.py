"""Learners: tags of any label set, targets of first tokens, new heads and vocabularies."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.kie.tag.loading import plain_labels
from prelabel.page import Box, Entity, Page, Word, WordLabel
from prelabel.training.layoutlm import LayoutLMLearner
from prelabel.training.learners import CompactLearner, Learner, bio, numbered, tags_for, targets_of
from tests.support.small_layoutlm import untrained

CPU = torch.device("cpu")
LABELS = ("HEADER", "QUESTION", "ANSWER")


def page(*labelled: tuple[str, str]) -> Page:
    words = tuple(Word(text, Box(50 * i, 0, 50 * i + 40, 10)) for i, (text, _) in enumerate(labelled))
    entities = tuple(Entity(label, (i,)) for i, (_, label) in enumerate(labelled) if label != "OTHER")
    labels = tuple(WordLabel(label, 1.0) for _, label in labelled)
    return Page(1000, 100, 1000, 100, words=words).with_labels(labels, entities)


def test_targets_are_bio_and_letter_case_does_not_count() -> None:
    made = page(("Total", "TOTAL"), ("12", "OTHER"))
    assert targets_of(made, numbered(("O", "B-Total", "I-Total"))) == [1, 0]
    assert targets_of(made, numbered(("TOTAL", "OTHER"))) == [0, 1]


@pytest.mark.parametrize(
    ("known", "labels", "expected"),
    [
        ((), (), bio(("A", "B"))),
        ((), ("B", "A", "C"), bio(("B", "A", "C"))),
        (("O", "B-b", "I-b", "B-a"), (), ("O", "B-b", "I-b", "B-a")),
        (("O", "B-A", "B-B"), ("A", "B"), ("O", "B-A", "B-B")),
        (("O", "B-QUESTION"), ("A", "B"), bio(("A", "B"))),
        (("O", "B-QUESTION"), (), bio(("A", "B"))),
        (("O", "B-A", "B-B", "B-C"), (), ("O", "B-A", "B-B", "B-C")),
    ],
)
def test_a_model_keeps_its_tags_unless_other_labels_are_named(
    known: tuple[str, ...], labels: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert tags_for(known, labels, ("A", "B")) == expected


def test_shipped_weights_with_labels_of_ones_own_get_a_new_head() -> None:
    learner = CompactLearner.load("shipped", ("TOTAL",), ("TOTAL",), CPU)
    assert learner.tags == ("O", "B-TOTAL", "I-TOTAL")
    shipped = CompactLearner.load("shipped", (), LABELS, CPU)
    assert torch.equal(learner.network.ngrams.weight, shipped.network.ngrams.weight)
    mixed = CompactLearner.load("shipped", (), (*LABELS, "TOTAL"), CPU)
    question = mixed.tags.index("B-QUESTION"), shipped.tags.index("B-QUESTION")
    assert torch.equal(mixed.network.tags.weight[question[0]], shipped.network.tags.weight[question[1]])
    assert learner.tagger(learner.network).tags == learner.tags


def test_a_layoutlm_judges_a_word_by_its_first_token(tmp_path: Path) -> None:
    learner = LayoutLMLearner.load(str(untrained(tmp_path)), "", (), LABELS, CPU)
    [example] = learner.examples(page(("internationalisation:", "QUESTION"), ("12", "ANSWER")))
    named = [learner.tags[i] for i in example.targets if i >= 0]
    assert named == ["B-QUESTION", "B-ANSWER"]
    assert example.cost == len(example.targets) > len(named) + 2


def test_a_pretrained_layoutlm_gets_a_head_for_the_data(tmp_path: Path) -> None:
    # Given a model as it is published, without a classification head
    folder = untrained(tmp_path / "base")
    weights = {
        name: value for name, value in load_file(folder / "model.safetensors").items() if "classifier" not in name
    }
    save_file(weights, folder / "model.safetensors")
    # When it is saved with other labels, Then the saved model has these labels
    learner = LayoutLMLearner.load(str(folder), "", (), ("TOTAL", "BUYER"), CPU)
    learner.save(learner.network, tmp_path / "made", {"seed": 0})
    assert plain_labels(LayoutLMTagger.load(str(tmp_path / "made"), "", "cpu").tags) == ("OTHER", "TOTAL", "BUYER")


def test_another_vocabulary_takes_over_what_the_old_one_knew(tmp_path: Path) -> None:
    # Given a vocabulary of whole Korean syllables beside a few English words
    vocab = tmp_path / "vocab.txt"
    vocab.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "이", "##름", "name", "names:", "total"]), "utf-8")
    base = untrained(tmp_path / "base")
    old = LayoutLMLearner.load(str(base), "", (), LABELS, CPU)
    # When training begins with it
    learner = LayoutLMLearner.load(str(base), str(vocab), (), LABELS, CPU)
    learner.save(learner.network, tmp_path / "made", {})
    # Then known words keep their embeddings, and the checkpoint reads Korean without any setting
    before, after = (each.network.get_input_embeddings().weight for each in (old, learner))  # type: ignore[operator]
    known = old.tagger(old.network)._pieces.vocabulary
    assert after.shape[0] == 9
    assert torch.equal(after[8], before[known["total"]])
    assert torch.allclose(after[7], before[[known["names"], known[":"]]].mean(0))
    tagger = LayoutLMTagger.load(str(tmp_path / "made"), "", "cpu")
    assert tagger._pieces.encode(["이름", "Name"]).ids == [4, 5, 6]


@pytest.mark.parametrize("kind", ["compact", "layoutlm"])
def test_a_pages_loss_falls_when_it_is_learned(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    learner: Learner = (
        CompactLearner.load("", (), LABELS, CPU)
        if kind == "compact"
        else LayoutLMLearner.load(str(untrained(tmp_path)), "", (), LABELS, CPU)
    )
    batch = learner.examples(page(("Name:", "QUESTION"), ("Ann", "ANSWER"), ("and", "OTHER")))
    optimizer = torch.optim.AdamW(learner.network.parameters(), 3e-3)
    losses = []
    for _ in range(20):
        loss = learner.loss(batch, 0.0)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
