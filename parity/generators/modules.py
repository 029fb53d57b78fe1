"""What PyTorch prints for modules, and the names in their state dicts. Class names are those of modules.test.ts."""

import torch
from torch import nn


class cnn(nn.Module):
    """The course notebook's model."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, kernel_size=(3, 3), padding=(1, 1))
        self.conv2 = nn.Conv2d(8, 16, kernel_size=(3, 3), padding=(1, 1))
        self.conv3 = nn.Conv2d(16, 32, kernel_size=(3, 3), padding=(1, 1))
        self.pool1 = nn.MaxPool2d(kernel_size=(2, 2), stride=(2, 2))
        self.pool2 = nn.MaxPool2d(kernel_size=(2, 2), stride=(2, 2))
        self.fc = nn.Linear(1568, 10)


class Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.act = nn.ReLU()


class Lists(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.same = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
        self.mixed = nn.ModuleList([nn.ReLU(), nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3)])
        self.blocks = nn.ModuleList([Block(4) for _ in range(2)])
        self.nested = nn.ModuleList([nn.ModuleList([nn.ReLU()])])


class Dicts(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({"a": nn.Linear(2, 1), "b": nn.Sequential(nn.ReLU(), nn.Tanh())})
        self.scales = nn.ParameterList([nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(4))])
        self.offsets = nn.ParameterDict({"x": nn.Parameter(torch.zeros(2)), "y": nn.Parameter(torch.zeros(2, 1))})


class Custom(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.weight = nn.Parameter(torch.zeros(3))
        self.register_buffer("steps", torch.zeros(1))
        self.register_buffer("scratch", torch.zeros(1), persistent=False)
        self.shared = self.first


class Extra(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Identity()

    def extra_repr(self) -> str:
        return "alpha=1\nbeta=2"


MODULES = {
    "linear": nn.Linear(20, 30),
    "linearNoBias": nn.Linear(1, 1, bias=False),
    "conv": nn.Conv2d(1, 8, 3),
    "convPadded": nn.Conv2d(1, 8, 3, padding=1),
    "convFull": nn.Conv2d(
        4, 8, (3, 5), stride=(2, 1), padding=(1, 2), dilation=2, groups=2, bias=False, padding_mode="reflect"
    ),
    "convSame": nn.Conv2d(1, 2, 3, padding="same"),
    "convValid": nn.Conv2d(1, 2, 3, padding="valid"),
    "maxPool": nn.MaxPool2d(2),
    "maxPoolFull": nn.MaxPool2d((3, 2), stride=2, padding=(1, 0), dilation=(1, 2), ceil_mode=True),
    "avgPool": nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
    "flatten": nn.Flatten(),
    "flattenOther": nn.Flatten(0, 2),
    "relu": nn.ReLU(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "gelu": nn.GELU(),
    "geluTanh": nn.GELU(approximate="tanh"),
    "silu": nn.SiLU(),
    "leakyRelu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "softmax": nn.Softmax(dim=1),
    "logSoftmax": nn.LogSoftmax(dim=-1),
    "identity": nn.Identity(),
    "dropout": nn.Dropout(),
    "dropoutOther": nn.Dropout(0.25),
    "batchNorm": nn.BatchNorm2d(8),
    "batchNormFull": nn.BatchNorm2d(8, eps=1e-3, momentum=None, affine=False, track_running_stats=False),
    "batchNorm1d": nn.BatchNorm1d(3, eps=1e-12, momentum=0.01),
    "layerNorm": nn.LayerNorm(10),
    "layerNormFull": nn.LayerNorm([2, 3], eps=1e-6, bias=False),
    "embedding": nn.Embedding(10, 3),
    "crossEntropy": nn.CrossEntropyLoss(weight=torch.ones(3), label_smoothing=0.1),
    "nll": nn.NLLLoss(),
    "mse": nn.MSELoss(reduction="sum"),
    "l1": nn.L1Loss(),
    "bce": nn.BCEWithLogitsLoss(pos_weight=torch.ones(2)),
    "sequential": nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Sequential(nn.Linear(8, 3), nn.Softmax(dim=-1))),
    "sequentialEmpty": nn.Sequential(),
    "cnn": cnn(),
    "block": Block(4),
    "lists": Lists(),
    "dicts": Dicts(),
    "custom": Custom(),
    "extra": Extra(),
}


def fixture() -> dict:
    return {
        "modules": [
            {
                "name": name,
                "text": repr(module),
                "state": {key: list(value.shape) for key, value in module.state_dict().items()},
                "parameters": [key for key, _ in module.named_parameters()],
                "buffers": [key for key, _ in module.named_buffers()],
            }
            for name, module in MODULES.items()
        ]
    }
