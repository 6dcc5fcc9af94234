"""State of a training between steps: weights, their average, optimizer, learning rate, random number generators.

A checkpoint stores all of it, as tensors and as numbers ready for JSON.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from prelabel.training.learners import Example, Learner
from prelabel.training.tagger_options import TaggerTraining
from prelabel.training.training_run import STATE_TENSORS

#: Epochs without a better score after which the plateau schedule halves the rate.
_PATIENCE = 2
#: Steps of fast averaging at the start: step n keeps at most n / (n + this number) of the average.
_EARLY = 10


class TrainingState:
    """State of one training. `training`: options in which all defaults are filled in."""

    def __init__(self, training: TaggerTraining, learner: Learner, device: torch.device) -> None:
        self._training, self._learner, self._device = training, learner, device
        self._network = learner.network
        self.average = copy.deepcopy(self._network).eval()
        parameters = self._network.parameters()
        self._optimizer = torch.optim.AdamW(parameters, training.rate, weight_decay=training.decay, fused=True)
        self._plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self._optimizer, "max", factor=0.5, patience=_PATIENCE
        )
        self._scaler = torch.amp.GradScaler(device.type, enabled=training.precision == "fp16")
        self._steps = 0

    @property
    def rate(self) -> float:
        """The current learning rate."""
        return float(self._optimizer.param_groups[0]["lr"])

    def step(self, batch: Sequence[Example], done: float) -> Tensor:
        """Make one optimizer step on a batch, and return the loss. `done`: finished part of the training, 0..1."""
        training = self._training
        if training.schedule == "warmup-cosine":
            self._set_rate(training.rate * warmup_cosine(done, training.warm_up))
        half = torch.float16 if training.precision == "fp16" else torch.bfloat16
        self._network.train()
        with torch.autocast(self._device.type, half, enabled=training.precision != "fp32"):
            loss = self._learner.loss(batch, training.smoothing)
        self._optimizer.zero_grad()
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.unscale_(self._optimizer)
        nn.utils.clip_grad_norm_(self._network.parameters(), training.clip)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._steps += 1
        self._follow(min(training.average, self._steps / (self._steps + _EARLY)) if training.average else 0.0)
        return loss.detach()

    def judged(self, score: float) -> None:
        """Pass the score of an epoch to the schedule."""
        if self._training.schedule == "plateau":
            self._plateau.step(score)

    def numbers(self) -> dict[str, Any]:
        """Return everything but tensors, ready for JSON."""
        return {
            "steps": self._steps,
            "rate": self.rate,
            "plateau": self._plateau.state_dict(),
            "scaler": self._scaler.state_dict(),
        }

    def save(self, folder: Path) -> None:
        """Write all tensors."""
        tensors = {f"network.{name}": value for name, value in self._network.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for number, values in self._optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": value for name, value in values.items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if self._device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self._device)
        save_file({name: value.clone().contiguous() for name, value in tensors.items()}, folder / STATE_TENSORS)

    def load(self, checkpoint: Path, numbers: dict[str, Any]) -> None:
        """Restore the state from the results of `save` and `numbers`."""
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "optimizer": {}, "random": {}}
        for name, value in load_file(checkpoint / STATE_TENSORS).items():
            kind, _, rest = name.partition(".")
            parts[kind][rest] = value
        self._network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in parts["optimizer"].items():
            number, _, rest = name.partition(".")
            state.setdefault(int(number), {})[rest] = value
        self._optimizer.load_state_dict({"state": state, "param_groups": self._optimizer.state_dict()["param_groups"]})
        self._set_rate(numbers["rate"])
        self._plateau.load_state_dict(numbers["plateau"])
        self._scaler.load_state_dict(numbers["scaler"])
        self._steps = numbers["steps"]
        torch.set_rng_state(parts["random"]["cpu"])
        if "cuda" in parts["random"]:
            torch.cuda.set_rng_state(parts["random"]["cuda"], self._device)

    def _set_rate(self, rate: float) -> None:
        for settings in self._optimizer.param_groups:
            settings["lr"] = rate

    def _follow(self, keep: float) -> None:
        """Move the average towards the weights."""
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self._network.parameters(), strict=True):
                slow.lerp_(fast, 1 - keep)


def warmup_cosine(done: float, warm_up: float) -> float:
    """Return the factor of the rate: linear over the first `warm_up` of the training, then half a cosine to 1 %."""
    if done < warm_up:
        return done / warm_up
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min((done - warm_up) / (1 - warm_up), 1.0)))
