"""Writes torch-names.json: the public names of torch that docs/parity.md is about.

Run from the repository's root: .venv/bin/python parity/torch_names.py
"""

import inspect
import json
import pathlib

import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler

HERE = pathlib.Path(__file__).parent
# Bases and containers of no numbers of their own, and what only PyTorch's own machinery needs.
PASSED_OVER = ("Lazy", "_")
# Functions that torch.nn.functional has from torch itself.
BUILT_IN = [
    *("conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d avg_pool1d adaptive_avg_pool1d".split()),
    *("prelu cosine_similarity pairwise_distance pixel_shuffle pixel_unshuffle".split()),
]


def classes(module, base) -> list[str]:
    return sorted(
        name
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, base) and not name.startswith(PASSED_OVER)
    )


def functions(module) -> list[str]:
    names = [name for name in dir(module) if not name.startswith("_") and not name.endswith("_with_indices")]
    return sorted(
        name
        for name in names
        if callable(getattr(module, name))
        and not inspect.isclass(getattr(module, name))
        and not name[0].isupper()
        and (getattr(getattr(module, name), "__module__", None) or "torch._C._nn").startswith(("torch.nn", "torch._C"))
    )


def main() -> None:
    functional = [
        name
        for name in functions(nn.functional)
        if name not in ("boolean_dispatch", "has_torch_function", "handle_torch_function", "has_torch_function_unary", "has_torch_function_variadic", "assert_int_or_pair", "grad")
        and not name.endswith("_")
    ] + BUILT_IN
    names = {
        "torch": torch.__version__,
        "torch.nn": [name for name in classes(nn, nn.Module) if name != "Container"],
        "torch.nn.functional": sorted(functional),
        "torch.nn.init": sorted(name for name in vars(nn.init) if name.endswith("_") and not name.startswith("_")) + ["calculate_gain"],
        "torch.optim": [name for name in classes(torch.optim, Optimizer) if name != "Optimizer"],
        "torch.optim.lr_scheduler": [name for name in classes(lr_scheduler, lr_scheduler.LRScheduler) if name not in ("LRScheduler",)],
        "torch.utils.data": [
            name
            for name in sorted(torch.utils.data.__all__)
            if (name[0].isupper() or name in ("random_split", "default_collate")) and "DataPipe" not in name and name != "DataChunk"
        ],
    }
    (HERE / "torch-names.json").write_text(json.dumps(names, indent=1) + "\n")
    print({key: len(value) for key, value in names.items()})


if __name__ == "__main__":
    main()
