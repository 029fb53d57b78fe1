"""What the trainer's callbacks have in common with torch: averaged weights, clipping, accumulated gradients.

One small network with batch normalization, ten batches of four, SGD with momentum. Each case trains it from
the same start and records what it ends with.
"""

import copy

import torch
from generators.common import tensor
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

BATCHES = 10
BATCH = 4
LR = 0.1


def fixture() -> dict:
    torch.manual_seed(4)
    # Tanh, which has no kinks that a rounding could fall to either side of.
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2))
    x = torch.randn(BATCHES * BATCH, 3)
    y = torch.randn(BATCHES * BATCH, 2)
    batches = list(zip(x.split(BATCH), y.split(BATCH)))
    return {
        "batch": BATCH,
        "lr": LR,
        "start": state(model),
        "x": tensor(x),
        "y": tensor(y),
        "ema": [ema(copy.deepcopy(model), batches, *case) for case in ((0.9, False), (0.9, True), (0.3, True))],
        "swa": [swa(copy.deepcopy(model), batches, use_buffers) for use_buffers in (False, True)],
        "clip": [clip(copy.deepcopy(model), batches, case) for case in CLIPS],
        "accumulate": [accumulate(copy.deepcopy(model), batches, steps) for steps in (2, 5)],
    }


def ema(model: nn.Module, batches: list, decay: float, use_buffers: bool) -> dict:
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=use_buffers)
    for _ in train(model, batches):
        average.update_parameters(model)
    return {"decay": decay, "use_buffers": use_buffers, "averaged": state(average.module)}


def swa(model: nn.Module, batches: list, use_buffers: bool) -> dict:
    """An epoch is two batches; epochs count from the second on."""
    average = AveragedModel(model, use_buffers=use_buffers)
    for step, _ in enumerate(train(model, batches), 1):
        if step % 2 == 0 and step > 2:
            average.update_parameters(model)
    averaged = state(average.module)
    update_bn(batches, average)
    return {"use_buffers": use_buffers, "averaged": averaged, "updated": state(average.module)}


CLIPS = [
    {"max_norm": 0.5, "norm_type": 2.0},
    {"max_norm": 1.0, "norm_type": 1.0},
    {"max_norm": 0.1, "norm_type": float("inf")},
    {"max_value": 0.1},
]


def clip(model: nn.Module, batches: list, case: dict) -> dict:
    def limit() -> None:
        if "max_value" in case:
            nn.utils.clip_grad_value_(model.parameters(), case["max_value"])
        else:
            nn.utils.clip_grad_norm_(model.parameters(), case["max_norm"], case["norm_type"])

    for _ in train(model, batches, limit):
        pass
    return {**{key: str(value) for key, value in case.items()}, "trained": state(model)}


def accumulate(model: nn.Module, batches: list, steps: int) -> dict:
    optimizer = sgd(model)
    for step, (x, y) in enumerate(batches, 1):
        (loss_of(model, x, y) / steps).backward()
        if step % steps == 0:
            optimizer.step()
            optimizer.zero_grad()
    return {"steps": steps, "trained": state(model)}


def train(model: nn.Module, batches: list, before_step=lambda: None):
    optimizer = sgd(model)
    for x, y in batches:
        optimizer.zero_grad()
        loss_of(model, x, y).backward()
        before_step()
        optimizer.step()
        yield


def sgd(model: nn.Module) -> torch.optim.SGD:
    return torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)


def loss_of(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.mse_loss(model(x), y)


def state(model: nn.Module) -> dict:
    return {name: tensor(value) for name, value in model.state_dict().items()}
