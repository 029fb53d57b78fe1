"""Files by Python's safetensors: every dtype, and models with what they compute. The models are those of safetensors-models.ts."""

import base64

import numpy
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn

from .common import tensor


class Tied(nn.Module):
    """One layer under three names: in PyTorch's state dict each has its own entry."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 6)
        self.again = self.first
        self.rest = nn.ModuleList([self.first, nn.Linear(6, 3)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.rest[1](torch.tanh(self.rest[0](torch.tanh(self.again(torch.tanh(self.first(x)))))))


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 8, 3, groups=2, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32, 3),
    )


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(5, 16), nn.LayerNorm(16), nn.GELU(), nn.Linear(16, 3))


# With the shape of an input, channels last as Kindling takes it.
MODELS = {"cnn": (cnn, (2, 6, 6, 2)), "mlp": (mlp, (4, 5)), "tied": (Tied, (4, 6))}


def run(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Images come as `[n, h, w, c]`."""
    return model(x.permute(0, 3, 1, 2) if x.dim() == 4 else x)


def model_case(name: str) -> dict:
    make, shape = MODELS[name]
    torch.manual_seed(4)
    model = make()
    x = torch.randn(shape)
    run(model, x)  # in training mode: moves the running statistics
    model.eval()
    # `save` refuses tensors that share memory, as those of a tied layer do.
    state = {key: value.clone() for key, value in model.state_dict().items()}
    file = safetensors.torch.save(state, metadata={"format": "pt"})
    with torch.no_grad():
        return {"name": name, "file": encoded(file), "input": tensor(x), "logits": tensor(run(model, x))}


def encoded(file: bytes) -> str:
    return base64.b64encode(file).decode()


def fixture() -> dict:
    values = numpy.array([[0, 1, 2], [3, 100, 127]])
    dtypes = {
        f"{letter}/{name}": values.astype(name)
        for letter, name in zip(
            "bacdefghijk",
            ["float64", "float32", "float16", "int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"],
        )
    }
    # Names whose order by UTF-16 units is another than by bytes, and one that JSON escapes.
    names = {"\U0001f600": 1.0, "\uff5e": 2.0, '"quoted"\n\\': 3.0, "10": 4.0, "9": 5.0}
    numpy_file = safetensors.numpy.save(
        {**dtypes, **{name: numpy.array(value, numpy.float32) for name, value in names.items()}}
    )
    torch_file = safetensors.torch.save(
        {
            "bool": torch.tensor([True, False, True]),
            "bfloat16": torch.tensor([1.0, -2.5, 3.140625], dtype=torch.bfloat16),
            "empty": torch.zeros(0, 3),
            "scalar": torch.tensor(2.5),
        }
    )
    return {
        "dtypes": encoded(numpy_file),
        "torchDtypes": encoded(torch_file),
        "metadata": encoded(safetensors.numpy.save({}, metadata={"ключ": 'é "quoted" \u2028'})),
        "models": [model_case(name) for name in MODELS],
    }
