"""How tensors are written: shape and flat values, as the shortest decimals that read back to the same float32."""

import numpy
import torch


def numbers(tensor: torch.Tensor) -> list:
    flat = tensor.detach().contiguous().flatten()
    if flat.dtype == torch.float32:
        return [float(numpy.format_float_positional(v, unique=True)) for v in flat.numpy()]
    return flat.tolist()


def tensor(value: torch.Tensor) -> dict:
    return {"shape": list(value.shape), "values": numbers(value)}
