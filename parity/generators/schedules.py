"""The rates (and momenta) of 120 steps of every schedule of torch.optim.lr_scheduler, for two parameter groups.

`rates[t]` is what the groups have after t steps. `momenta` is recorded where a schedule moves it. `outside` multiplies
the rates at one step, as a user may. `state_dict` is torch's after RESUMED steps, and `groups` the optimizer's then.
"""

import math

import torch
from torch.optim import lr_scheduler

STEPS = 120
RESUMED = 43
LRS = (0.1, 0.003)
LAMBDAS = {
    "inverse": lambda epoch: 1 / (1 + epoch),
    "wave": lambda epoch: 1 + 0.25 * math.cos(epoch / 7),
    "decay": lambda epoch: 0.97,
}
METRICS = [round(math.exp(-t / 15) + 0.05 * math.sin(t * t), 6) for t in range(STEPS)]

CASES = [
    ("StepLR", {"step_size": 10}, {}),
    ("StepLR", {"step_size": 1, "gamma": 0.93}, {"outside": 20}),
    ("MultiStepLR", {"milestones": [5, 30, 30, 77]}, {}),
    ("MultiStepLR", {"milestones": [80, 0, 20], "gamma": 0.3}, {"outside": 20}),
    ("ConstantLR", {}, {}),
    ("ConstantLR", {"factor": 0.7, "total_iters": 60}, {"outside": 20}),
    ("LinearLR", {}, {}),
    ("LinearLR", {"start_factor": 0.01, "total_iters": 100}, {}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 50}, {"outside": 20}),
    ("ExponentialLR", {"gamma": 0.95}, {"outside": 20}),
    ("PolynomialLR", {}, {}),
    ("PolynomialLR", {"total_iters": 100, "power": 0.9}, {}),
    ("PolynomialLR", {"total_iters": 60, "power": 2}, {"outside": 20}),
    ("CosineAnnealingLR", {"T_max": 110, "eta_min": 0.001}, {}),
    ("CosineAnnealingLR", {"T_max": 25}, {}),
    ("CosineAnnealingLR", {"T_max": 30, "eta_min": 1e-4}, {"outside": 20}),
    ("CosineAnnealingLR", {"T_max": 1}, {}),
    ("CosineAnnealingWarmRestarts", {"T_0": 17}, {}),
    ("CosineAnnealingWarmRestarts", {"T_0": 6, "T_mult": 3, "eta_min": 1e-3}, {"outside": 20}),
    ("CyclicLR", {"base_lr": 0.001, "max_lr": 0.1, "step_size_up": 10}, {}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": [0.1, 0.05], "step_size_up": 7, "step_size_down": 13, "mode": "triangular2"}, {}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": 0.5, "step_size_up": 12, "mode": "exp_range", "gamma": 0.98, "base_momentum": 0.7, "max_momentum": 0.99}, {"optimizer": "Adam"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "cycle_momentum": False, "scale_fn": "inverse", "scale_mode": "iterations"}, {}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "scale_fn": "inverse"}, {}),
    ("OneCycleLR", {"max_lr": 0.1, "total_steps": 120}, {}),
    ("OneCycleLR", {"max_lr": [0.1, 0.2], "epochs": 10, "steps_per_epoch": 12, "anneal_strategy": "linear", "base_momentum": 0.6, "max_momentum": [0.9, 0.98]}, {"optimizer": "Adam"}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 130, "three_phase": True, "pct_start": 0.4, "div_factor": 10.0, "final_div_factor": 100.0}, {"outside": 20}),
    ("OneCycleLR", {"max_lr": 0.1, "total_steps": 121, "pct_start": 0.0, "cycle_momentum": False}, {}),
    ("MultiplicativeLR", {"lr_lambda": "decay"}, {"outside": 20}),
    ("MultiplicativeLR", {"lr_lambda": ["wave", "decay"]}, {}),
    ("LambdaLR", {"lr_lambda": "inverse"}, {"outside": 20}),
    ("LambdaLR", {"lr_lambda": ["wave", "inverse"]}, {}),
    ("ReduceLROnPlateau", {}, {"metrics": METRICS}),
    ("ReduceLROnPlateau", {"factor": 0.5, "patience": 2, "cooldown": 3, "threshold": 0.01, "threshold_mode": "abs", "min_lr": [1e-3, 1e-5]}, {"metrics": METRICS}),
    ("ReduceLROnPlateau", {"mode": "max", "factor": 0.7, "patience": 0, "threshold": 0.05, "min_lr": 1e-4}, {"metrics": METRICS}),
    ("ReduceLROnPlateau", {"mode": "max", "factor": 0.7, "patience": 1, "threshold": 0.05, "threshold_mode": "abs", "eps": 1e-4}, {"metrics": METRICS}),
    ("SequentialLR", {"parts": [("LinearLR", {"start_factor": 0.1, "total_iters": 20}), ("CosineAnnealingLR", {"T_max": 100, "eta_min": 1e-3})], "milestones": [20]}, {}),
    ("SequentialLR", {"parts": [("ConstantLR", {"factor": 0.1, "total_iters": 20}), ("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 7}), ("PolynomialLR", {"total_iters": 30, "power": 2})], "milestones": [10, 30, 80]}, {"outside": 20}),
    ("SequentialLR", {"parts": [("MultiStepLR", {"milestones": [5, 9]}), ("LinearLR", {"total_iters": 30}), ("MultiStepLR", {"milestones": [0, 7]}), ("ConstantLR", {})], "milestones": [12, 50, 90]}, {}),
    ("SequentialLR", {"parts": [("LambdaLR", {"lr_lambda": "inverse"}), ("CosineAnnealingWarmRestarts", {"T_0": 11, "T_mult": 2}), ("MultiplicativeLR", {"lr_lambda": "decay"})], "milestones": [15, 70]}, {}),
    ("SequentialLR", {"parts": [("ConstantLR", {"total_iters": 20}), ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 8})], "milestones": [25]}, {}),
    ("SequentialLR", {"parts": [("ChainedScheduler", {"parts": [("ConstantLR", {"total_iters": 8}), ("ExponentialLR", {"gamma": 0.95})]}), ("CosineAnnealingLR", {"T_max": 60})], "milestones": [30]}, {}),
    ("SequentialLR", {"parts": [("SequentialLR", {"parts": [("LinearLR", {}), ("ExponentialLR", {"gamma": 0.97})], "milestones": [6]}), ("StepLR", {"step_size": 9, "gamma": 0.6})], "milestones": [40]}, {}),
    ("ChainedScheduler", {"parts": [("ConstantLR", {"factor": 0.1, "total_iters": 20}), ("ExponentialLR", {"gamma": 0.97})]}, {}),
    ("ChainedScheduler", {"parts": [("LinearLR", {"total_iters": 10}), ("CosineAnnealingLR", {"T_max": 90}), ("MultiStepLR", {"milestones": [60], "gamma": 0.5})]}, {"outside": 20}),
    ("ChainedScheduler", {"parts": [("SequentialLR", {"parts": [("LinearLR", {}), ("StepLR", {"step_size": 20})], "milestones": [10]}), ("MultiplicativeLR", {"lr_lambda": "decay"})]}, {}),
]


def fixture() -> dict:
    return {"lrs": LRS, "resumed": RESUMED, "cases": [case(*arguments) for arguments in CASES]}


def case(name: str, options: dict, extra: dict) -> dict:
    optimizer = make_optimizer(extra.get("optimizer", "SGD"))
    schedule = make(name, options, optimizer)
    result = {"name": name, "options": options, **extra, "rates": [rates(optimizer)], "momenta": [momenta(optimizer)]}
    for step in range(1, STEPS + 1):
        optimizer.step()
        if step == extra.get("outside"):
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        if "metrics" in extra:
            schedule.step(extra["metrics"][step - 1])
        else:
            schedule.step()
        result["rates"].append(rates(optimizer))
        result["momenta"].append(momenta(optimizer))
        if schedule.get_last_lr() != result["rates"][-1]:
            raise AssertionError(f"{name}: {schedule.get_last_lr()}, {result['rates'][-1]}")
        if step == RESUMED:
            result["state_dict"] = plain(schedule.state_dict())
            result["groups"] = plain([without_params(group) for group in optimizer.param_groups])
    if all(momentum == result["momenta"][0] for momentum in result["momenta"]):
        del result["momenta"]
    return result


def make_optimizer(name: str) -> torch.optim.Optimizer:
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in LRS]
    if name == "Adam":
        return torch.optim.Adam(groups, betas=(0.9, 0.99))
    return torch.optim.SGD(groups, momentum=0.9)


def make(name: str, options: dict, optimizer: torch.optim.Optimizer):
    options = dict(options)
    if "parts" in options:
        parts = [make(*part, optimizer) for part in options.pop("parts")]
        return lr_scheduler.ChainedScheduler(parts) if name == "ChainedScheduler" else lr_scheduler.SequentialLR(optimizer, parts, **options)
    for key in ("lr_lambda", "scale_fn"):
        if key in options:
            given = options[key]
            options[key] = [LAMBDAS[one] for one in given] if isinstance(given, list) else LAMBDAS[given]
    return getattr(lr_scheduler, name)(optimizer, **options)


def rates(optimizer: torch.optim.Optimizer) -> list:
    return [group["lr"] for group in optimizer.param_groups]


def momenta(optimizer: torch.optim.Optimizer) -> list:
    return [group["betas"][0] if "betas" in group else group["momentum"] for group in optimizer.param_groups]


def without_params(group: dict) -> dict:
    return {key: value for key, value in group.items() if key != "params"}


def plain(value):
    """JSON has no infinity, and keys are strings there."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isinf(value) else value
