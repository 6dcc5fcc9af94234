"""Optimizer of the reader: Muon for matrices of weights, AdamW for all others, with a state that fits a checkpoint.

Muon (K. Jordan 2024) makes the momentum of a matrix orthogonal before each step; scaled to the size of AdamW's steps
(J. Liu et al., arXiv 2502.16982), both share one rate. The state is rounded to 8 bits at each checkpoint only.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

#: Muon's momentum; AdamW's averages of gradients and of their squares.
_MOMENTUM, _BETAS = 0.95, (0.9, 0.98)
_EPSILON = 1e-8
#: Coefficients of the iteration towards an orthogonal matrix, and its steps.
_ITERATION, _STEPS = (3.4445, -4.7750, 2.0315), 5
#: RMS of the changes of a matrix in one step, in rates; AdamW's usual one is half of it.
_SCALE = 0.4
#: Numbers that share one scale after rounding.
_BLOCK = 128
#: Octaves of squared gradients below the largest of a block; smaller ones are rounded up to it.
_OCTAVES = 40.0


class Optimizer:
    """Optimizer of a network's parameters. `decay`: weight decay of parameters with more than one dimension."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self._parameters: dict[str, Tensor] = {
            name: value for name, value in network.named_parameters() if value.requires_grad
        }
        self._matrices = [name for name, value in self._parameters.items() if _is_matrix(name, value)]
        self._mean = {name: torch.zeros_like(value) for name, value in self._parameters.items()}
        self._square = {
            name: torch.zeros_like(value) for name, value in self._parameters.items() if name not in self._matrices
        }
        self._steps = 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Change the parameters by their gradients, and forget the gradients."""
        self._steps += 1
        self._step_matrices(rate)
        for name, square in self._square.items():
            self._step_adam(name, square, rate)
        for value in self._parameters.values():
            value.grad = None

    def _step_adam(self, name: str, square: Tensor, rate: float) -> None:
        value, gradient, mean = self._parameters[name], self._gradient(name), self._mean[name]
        first, second = _BETAS
        mean.lerp_(gradient, 1 - first)
        square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        if value.ndim > 1:
            value.mul_(1 - rate * self._decay)
        root = (square / (1 - second**self._steps)).sqrt_().add_(_EPSILON)
        value.addcdiv_(mean, root, value=-rate / (1 - first**self._steps))

    def _step_matrices(self, rate: float) -> None:
        """Step all matrices of one size together."""
        sizes: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = {}
        for name in self._matrices:
            value, gradient, mean = self._parameters[name], self._gradient(name), self._mean[name]
            mean.lerp_(gradient, 1 - _MOMENTUM)
            ahead = gradient.lerp(mean, _MOMENTUM).flatten(1)
            ahead = ahead if ahead.shape[0] <= ahead.shape[1] else ahead.T
            sizes.setdefault((ahead.shape[0], ahead.shape[1]), []).append((value, ahead))
        for (_, longer), group in sizes.items():
            changes = orthogonal(torch.stack([ahead for _, ahead in group]))
            for (value, _), change in zip(group, changes, strict=True):
                turned = change if value.flatten(1).shape[0] <= value.flatten(1).shape[1] else change.T
                value.mul_(1 - rate * self._decay)
                value.add_(turned.reshape(value.shape), alpha=-rate * _SCALE * longer**0.5)

    def _gradient(self, name: str) -> Tensor:
        gradient = self._parameters[name].grad
        return torch.zeros_like(self._parameters[name]) if gradient is None else gradient

    def state(self) -> dict[str, Tensor]:
        """Round the state to 8 bits, keep it rounded, and return it."""
        found = {"steps": torch.tensor(self._steps)}
        for name, mean in self._mean.items():
            codes, scales = _rounded(mean)
            mean.copy_(_exact(codes, scales, mean))
            found |= {f"mean.{name}": codes, f"mean-scale.{name}": scales}
        for name, square in self._square.items():
            codes, scales = _rounded_squares(square)
            square.copy_(_exact_squares(codes, scales, square))
            found |= {f"square.{name}": codes, f"square-scale.{name}": scales}
        return found

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Restore a state."""
        self._steps = int(state["steps"])
        for name, mean in self._mean.items():
            mean.copy_(_exact(state[f"mean.{name}"], state[f"mean-scale.{name}"], mean))
        for name, square in self._square.items():
            square.copy_(_exact_squares(state[f"square.{name}"], state[f"square-scale.{name}"], square))


def orthogonal(matrices: Tensor) -> Tensor:
    """Return for each matrix, of at least as many columns as rows, nearly the orthogonal one that is nearest."""
    a, b, c = _ITERATION
    x: Tensor = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + _EPSILON)
    for _ in range(_STEPS):
        square = x @ x.transpose(1, 2)
        x = a * x + torch.baddbmm(square, square, square, beta=b, alpha=c) @ x
    return x


def _is_matrix(name: str, value: Tensor) -> bool:
    """Return whether Muon steps a parameter: not a kernel of single channels, the input's or the output's layer."""
    return value.ndim > 1 and value.shape[1] > 1 and not name.startswith("head.")


def _blocks(values: Tensor) -> Tensor:
    flat = values.flatten().float().cpu()
    return nn.functional.pad(flat, (0, -len(flat) % _BLOCK)).view(-1, _BLOCK)


def _rounded(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return the numbers as 8-bit codes, (blocks, _BLOCK), and the scales of the blocks."""
    blocks = _blocks(values)
    scales = blocks.abs().amax(1).clamp(min=1e-30) / 127
    return (blocks / scales[:, None]).round().to(torch.int8), scales


def _exact(codes: Tensor, scales: Tensor, like: Tensor) -> Tensor:
    return _shaped(codes.float() * scales[:, None], like)


def _rounded_squares(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logarithms of the numbers as 8-bit codes; small ones are rounded up, as they are divisors."""
    blocks = _blocks(values)
    scales = blocks.amax(1).clamp(min=1e-30)
    octaves = -(blocks / scales[:, None]).clamp(min=2.0**-_OCTAVES).log2()
    return (octaves * (255 / _OCTAVES)).floor().to(torch.uint8), scales


def _exact_squares(codes: Tensor, scales: Tensor, like: Tensor) -> Tensor:
    return _shaped(torch.exp2(codes.float() * (-_OCTAVES / 255)) * scales[:, None], like)


def _shaped(blocks: Tensor, like: Tensor) -> Tensor:
    shaped: Tensor = blocks.flatten()[: like.numel()].view(like.shape)
    return shaped
