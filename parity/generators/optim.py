"""100 steps of each optimizer from the same start with the same gradients, and torch's own state dicts.

The first parameter is a convolution's weight in OIHW; the second a bias, which has no gradient at every
third step when `skip` is set. `scale` multiplies the gradients, in float32, and starts the parameters at
zero, so that they hold nothing but the updates.
"""

import torch
from generators.common import numbers, tensor

STEPS = 100
SAVED = (1, 2, 3, 10, 100)
SHAPES = ((2, 3, 1, 2), (3,))

CASES = [
    ("SGD", {"lr": 0.1}, {}),
    ("SGD", {}, {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}, {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}, {"skip": True}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.1}, {}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05, "maximize": True}, {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}, {"group": {"lr": 0.002, "momentum": 0.5}}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}, {"scale": 1e-6}),
    ("Adam", {}, {}),
    ("Adam", {"lr": 0.05}, {"skip": True}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3}, {}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1}, {}),
    ("Adam", {"lr": 0.01, "amsgrad": True}, {"skip": True}),
    ("Adam", {"lr": 0.01, "maximize": True, "amsgrad": True, "weight_decay": 0.05}, {}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}, {}),
    ("Adam", {"lr": 0.01}, {"group": {"lr": 0.1, "betas": (0.5, 0.9)}}),
    ("Adam", {}, {"scale": 1e-6}),
    ("Adam", {}, {"scale": 1e-9}),
    ("AdamW", {}, {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.5}, {"skip": True}),
    ("AdamW", {"lr": 0.01, "amsgrad": True, "maximize": True}, {}),
    ("AdamW", {"lr": 0.01}, {"group": {"weight_decay": 0.0}}),
    ("AdamW", {}, {"scale": 1e-6}),
]


def fixture() -> dict:
    torch.manual_seed(3)
    start = [torch.randn(shape) for shape in SHAPES]
    # Few digits, so that the file stays small; sizes differ from step to step, and stay so small that the
    # parameters do (a momentum of 0.9 adds up ten of them): where they pass 10, one rounding is 1e-6.
    gradients = [
        [(torch.randn(shape) * (1 + step % 7) / 7).mul(256).round().div(256) for shape in SHAPES]
        for step in range(STEPS)
    ]
    return {
        "start": [tensor(value) for value in start],
        "gradients": [[numbers(value) for value in step] for step in gradients],
        "cases": [case(name, options, extra, start, gradients) for name, options, extra in CASES],
        "clip": [clip(*arguments) for arguments in ((1.0, 2.0), (5.0, 1.0), (0.5, float("inf")), (1e3, 2.0), (2.0, 3.0))],
        "clip_value": clip_value(0.4),
    }


def case(name: str, options: dict, extra: dict, start: list, gradients: list) -> dict:
    params = [torch.nn.Parameter(value * (0 if "scale" in extra else 1)) for value in start]
    groups = params
    if "group" in extra:
        groups = [{"params": [params[0]]}, {"params": [params[1]], **extra["group"]}]
    optimizer = getattr(torch.optim, name)(groups, **options)
    scale = torch.tensor(extra.get("scale", 1.0))
    saved = []
    for step, values in enumerate(gradients, 1):
        for index, (param, value) in enumerate(zip(params, values)):
            param.grad = None if skipped(extra, step, index) else value * scale
        optimizer.step()
        if step in SAVED:
            saved.append({"step": step, "params": [numbers(param) for param in params]})
    return {"name": name, "options": options, **extra, "saved": saved, "state_dict": state_dict(optimizer)}


def skipped(extra: dict, step: int, index: int) -> bool:
    return extra.get("skip", False) and index == 1 and step % 3 == 1


def state_dict(optimizer: torch.optim.Optimizer) -> dict:
    saved = optimizer.state_dict()
    state = {
        index: {key: value.item() if value.dim() == 0 else tensor(value) for key, value in entry.items()}
        for index, entry in saved["state"].items()
    }
    return {"state": state, "param_groups": saved["param_groups"]}


def clip(max_norm: float, norm_type: float) -> dict:
    params = example()
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm, norm_type)
    return {
        "max_norm": max_norm,
        "norm_type": str(norm_type),
        "norm": norm.item(),
        "clipped": [numbers(param.grad) for param in params],
    }


def clip_value(limit: float) -> dict:
    params = example()
    torch.nn.utils.clip_grad_value_(params, limit)
    return {"limit": limit, "clipped": [numbers(param.grad) for param in params]}


def example() -> list:
    torch.manual_seed(9)
    params = [torch.nn.Parameter(torch.zeros(shape)) for shape in ((2, 3), (4,), ())]
    for param in params:
        param.grad = torch.randn(param.shape)
    return params
