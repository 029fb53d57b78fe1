"""Initial parameters, by the SHA-256 of their float32 bytes and the first four values."""

import hashlib

import torch
from torch import nn

from .common import numbers

SEEDS = [0, 1, 42]


class Cnn(nn.Module):
    """The reference program's model."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)


MODULES = {
    "cnn": Cnn,
    "linear": lambda: nn.Linear(5, 3),
    "linearNoBias": lambda: nn.Linear(7, 2, bias=False),
    "convGrouped": lambda: nn.Conv2d(4, 6, (3, 2), groups=2),
    "convDepthwise": lambda: nn.Conv2d(3, 6, 3, groups=3, bias=False),
    "batchNorm": lambda: nn.BatchNorm2d(4),
    "layerNorm": lambda: nn.LayerNorm([2, 3]),
    "sequential": lambda: nn.Sequential(nn.Conv2d(2, 3, 5), nn.ReLU(), nn.Flatten(), nn.Linear(6, 4)),
}

EMBEDDING = (20, 3)


def conv(fill) -> torch.Tensor:
    """`fill` on an OIHW weight."""
    return fill(torch.empty(6, 4, 3, 2))


INITS = {
    "uniform": lambda w: nn.init.uniform_(w, -2.0, 3.0),
    "normal": lambda w: nn.init.normal_(w, 1.0, 0.5),
    "constant": lambda w: nn.init.constant_(w, 0.25),
    "xavierUniform": lambda w: nn.init.xavier_uniform_(w, gain=2.0),
    "xavierNormal": lambda w: nn.init.xavier_normal_(w),
    "kaimingUniform": lambda w: nn.init.kaiming_uniform_(w, a=0.3),
    "kaimingUniformFanOut": lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"),
    "kaimingNormal": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
}


def digest(value: torch.Tensor) -> dict:
    data = value.detach().contiguous()
    return {
        "shape": list(data.shape),
        "sha256": hashlib.sha256(data.numpy().tobytes()).hexdigest(),
        "first": numbers(data.flatten()[:4]),
    }


def fixture() -> dict:
    modules = []
    for name, make in MODULES.items():
        for seed in SEEDS:
            torch.manual_seed(seed)
            state = make().state_dict()
            floats = {key: digest(v) for key, v in state.items() if v.dtype == torch.float32}
            # What comes after: the generator is where torch's is.
            modules.append({"name": name, "seed": seed, "state": floats, "next": numbers(torch.rand(2))})
    torch.manual_seed(5)
    embedding = numbers(nn.Embedding(*EMBEDDING).weight)
    inits = []
    for name, fill in INITS.items():
        torch.manual_seed(11)
        inits.append({"name": name, **digest(conv(fill))})
    gains = {
        name: nn.init.calculate_gain(torch_name, *rest)
        for name, torch_name, *rest in [
            ("linear", "linear"),
            ("conv2d", "conv2d"),
            ("sigmoid", "sigmoid"),
            ("tanh", "tanh"),
            ("relu", "relu"),
            ("leakyRelu", "leaky_relu", 0.2),
            ("selu", "selu"),
        ]
    }
    return {"modules": modules, "embedding": embedding, "inits": inits, "gains": gains}
