"""100 steps of each optimizer beyond SGD and Adam, with torch's state dicts after 50 and after 100.

`noise` is how far torch's own float32 is from the same steps in float64, relative to the larger of 1 and the
value, or to the largest value with `scale`: what a tolerance has to allow. `skip` takes the second parameter's
gradient away at every third step; `change` changes options of all groups after step 50; `scale` is as in optim.py.

torch has no Lion: it is written here from the paper. torch's Muon iterates in bfloat16 and Kindling's in float32,
so the cases have bfloat16 taken out of it, and `bfloat16` holds what torch gives with it.
"""

from contextlib import contextmanager

import torch
from generators.common import numbers, tensor
from generators.optim import skipped, state_dict

STEPS = 100
SAVED = (1, 2, 3, 7, 50, 100)
MIXED = ((2, 3, 1, 2), (3,))
MATRICES = ((3, 5), (5, 2))

CASES = [
    ("RMSprop", {}, {}),
    ("RMSprop", {"lr": 0.002, "momentum": 0.9}, {"skip": True}),
    ("RMSprop", {"lr": 0.005, "centered": True, "weight_decay": 0.1}, {"skip": True}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3, "momentum": 0.5, "centered": True, "maximize": True}, {}),
    ("RMSprop", {}, {"group": {"lr": 0.001, "momentum": 0.8}, "change": {"lr": 0.003}}),
    ("RMSprop", {}, {"scale": 1e-6}),
    ("Adagrad", {}, {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05}, {"skip": True}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-2, "weight_decay": 0.1, "maximize": True}, {}),
    ("Adagrad", {}, {"group": {"lr": 0.1, "lr_decay": 0.01}}),
    ("Adadelta", {}, {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.05}, {"skip": True}),
    ("Adadelta", {"maximize": True}, {"group": {"rho": 0.95, "lr": 2.0}}),
    ("Adamax", {}, {}),
    ("Adamax", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-2}, {"skip": True}),
    ("Adamax", {"lr": 0.01, "weight_decay": 0.1, "maximize": True}, {}),
    ("Adamax", {}, {"group": {"lr": 0.05, "betas": (0.5, 0.9)}}),
    ("NAdam", {}, {}),
    ("NAdam", {"lr": 0.01, "momentum_decay": 0.05, "weight_decay": 0.1}, {"skip": True}),
    ("NAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}, {}),
    ("NAdam", {}, {"group": {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-4}}),
    ("RAdam", {}, {}),
    ("RAdam", {"lr": 0.01, "weight_decay": 0.1}, {"skip": True}),
    ("RAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}, {}),
    ("RAdam", {"lr": 0.01, "betas": (0.9, 0.6)}, {}),
    ("RAdam", {}, {"group": {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-4}}),
    ("Rprop", {}, {}),
    ("Rprop", {"lr": 0.1, "etas": (0.4, 1.3), "step_sizes": (1e-3, 0.2)}, {"skip": True}),
    ("Rprop", {"maximize": True}, {"group": {"lr": 0.001}, "change": {"lr": 1.0}}),
    ("ASGD", {}, {}),
    ("ASGD", {"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "t0": 30}, {"skip": True}),
    ("ASGD", {"weight_decay": 0.1, "maximize": True, "t0": 0}, {"change": {"lr": 0.003}}),
    ("ASGD", {}, {"group": {"lr": 0.05, "t0": 10}}),
    ("Lion", {"lr": 0.001}, {}),
    ("Lion", {"lr": 0.005, "betas": (0.8, 0.95), "weight_decay": 0.3}, {"skip": True}),
    ("Lion", {"maximize": True}, {"group": {"lr": 0.01, "weight_decay": 0.1}}),
    ("Adafactor", {}, {}),
    ("Adafactor", {"lr": 0.1, "beta2_decay": -0.5, "weight_decay": 0.1}, {"skip": True}),
    ("Adafactor", {"lr": 1.0, "eps": (1e-2, 0.5), "d": 1.5, "maximize": True}, {}),
    ("Adafactor", {}, {"group": {"lr": 0.05}, "change": {"lr": 0.02}}),
    ("Adafactor", {"lr": 0.1}, {"scale": 1e-9}),
    ("Muon", {}, {}),
    ("Muon", {"lr": 0.02, "nesterov": False, "momentum": 0.8, "weight_decay": 0.0}, {"skip": True}),
    ("Muon", {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw"}, {}),
    ("Muon", {"ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5), "eps": 10.0}, {"group": {"lr": 0.01}}),
]


class Lion(torch.optim.Optimizer):
    """Program 1 of "Symbolic Discovery of Optimization Algorithms" (arXiv 2302.06675)."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0, maximize=False):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for param in group["params"]:
                if param.grad is None:
                    continue
                grad = -param.grad if group["maximize"] else param.grad
                momentum = self.state[param].setdefault("exp_avg", torch.zeros_like(param))
                update = torch.sign(beta1 * momentum + (1 - beta1) * grad)
                param.sub_(group["lr"] * (update + group["weight_decay"] * param))
                momentum.copy_(beta2 * momentum + (1 - beta2) * grad)


CLASSES = {"Lion": Lion}


def fixture() -> dict:
    torch.manual_seed(5)
    data = {name: make(shapes) for name, shapes in (("mixed", MIXED), ("matrices", MATRICES))}
    return {
        "data": {
            name: {
                "start": [tensor(value) for value in start],
                "gradients": [[numbers(value) for value in step] for step in gradients],
            }
            for name, (start, gradients) in data.items()
        },
        "cases": [case(data, *arguments) for arguments in CASES],
        "bfloat16": bfloat16(*data["matrices"]),
    }


def make(shapes: tuple) -> tuple:
    """A start and gradients of few digits, as in optim.py."""
    start = [torch.randn(shape) for shape in shapes]
    gradients = [
        [(torch.randn(shape) * (1 + step % 7) / 7).mul(256).round().div(256) for shape in shapes]
        for step in range(STEPS)
    ]
    return start, gradients


def case(data: dict, name: str, options: dict, extra: dict) -> dict:
    kind = "matrices" if name == "Muon" else "mixed"
    start, gradients = data[kind]
    start = [value * (0 if "scale" in extra else 1) for value in start]
    scale = torch.tensor(extra.get("scale", 1.0))
    gradients = [[value * scale for value in step] for step in gradients]
    with without_bfloat16():
        saved, states = run(name, options, extra, start, gradients)
        double = [[value.double() for value in step] for step in (start, *gradients)]
        # Adafactor's default follows the type.
        same = {"eps": (torch.finfo(torch.float32).eps, 1e-3), **options} if name == "Adafactor" else options
        exact, _ = run(name, same, extra, double[0], double[1:])
    return {
        "name": name,
        "data": kind,
        "options": options,
        **extra,
        "noise": noise(saved, exact, "scale" in extra),
        "saved": [{"step": step, "params": [numbers(p) for p in params]} for step, params in saved.items()],
        "state_dicts": states,
    }


def run(name: str, options: dict, extra: dict, start: list, gradients: list) -> tuple:
    params = [torch.nn.Parameter(value.clone()) for value in start]
    groups = params
    if "group" in extra:
        groups = [{"params": [params[0]]}, {"params": [params[1]], **extra["group"]}]
    optimizer = (CLASSES.get(name) or getattr(torch.optim, name))(groups, **options)
    saved, states = {}, {}
    for step, values in enumerate(gradients, 1):
        for index, (param, value) in enumerate(zip(params, values)):
            param.grad = None if skipped(extra, step, index) else value
        optimizer.step()
        if step in SAVED:
            saved[step] = [param.detach().clone() for param in params]
        if step == 50:
            for group in optimizer.param_groups:
                group.update(extra.get("change", {}))
        if step in (50, 100):
            states[step] = state_dict(optimizer)
    return saved, states


def noise(saved: dict, exact: dict, scaled: bool = False) -> float:
    pairs = [pair for step in saved for pair in zip(saved[step], exact[step])]
    sizes = [b.abs().max() if scaled else b.abs().clamp(min=1) for _, b in pairs]
    return max(((a.double() - b).abs() / size).max().item() for (a, b), size in zip(pairs, sizes))


def bfloat16(start: list, gradients: list) -> dict:
    """Muon as torch ships it, and how far that is from the same in float32."""
    options = {"lr": 0.02}
    saved, _ = run("Muon", options, {}, start, gradients)
    with without_bfloat16():
        exact, _ = run("Muon", options, {}, start, gradients)
    return {"options": options, "distance": noise(saved, exact), "params": [numbers(p) for p in saved[100]]}


@contextmanager
def without_bfloat16():
    original = torch.Tensor.bfloat16
    torch.Tensor.bfloat16 = lambda value: value.clone()
    try:
        yield
    finally:
        torch.Tensor.bfloat16 = original
