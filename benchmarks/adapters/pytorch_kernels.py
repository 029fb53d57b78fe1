"""The kernels of kernel-cases.ts, by the ATen function that does the same; images are channels first, as torch has them."""

import torch
from torch.nn import functional as F

aten = torch.ops.aten
ALL = [True, True, True]


def image(n, h, w, c):
    return torch.randn(n, c, h, w)


def convolution(part, depthwise=False):
    def prepare(n, side, inputs, outputs=None):
        outputs = outputs or inputs
        groups = inputs if depthwise else 1
        x, dy = image(n, side, side, inputs), image(n, side, side, outputs)
        filters = torch.randn(outputs, inputs // groups, 3, 3)
        if part == "x":
            return lambda: F.conv2d(x, filters, padding=1, groups=groups)
        mask = [part == "dx", part == "dw", False]
        geometry = [1, 1], [1, 1], [1, 1], False, [0, 0], groups
        return lambda: aten.convolution_backward(dy, x, filters, None, *geometry, mask)

    return prepare


def mat_mul(m, n, k, transpose_a, transpose_b):
    a = torch.randn(k, m).t() if transpose_a else torch.randn(m, k)
    b = torch.randn(n, k).t() if transpose_b else torch.randn(k, n)
    return lambda: torch.mm(a, b)


def max_pool_grad(*sizes):
    x = image(*sizes)
    windows = [2, 2], [2, 2], [0, 0], [1, 1], False
    y, indices = aten.max_pool2d_with_indices(x, *windows)
    dy = torch.randn_like(y)
    return lambda: aten.max_pool2d_with_indices_backward(dy, x, *windows, indices)


def avg_pool_grad(*sizes):
    x = image(*sizes)
    dy = torch.randn_like(F.avg_pool2d(x, 2))
    return lambda: aten.avg_pool2d_backward(dy, x, [2, 2], [2, 2], [0, 0], False, True, None)


def unary(f):
    def prepare(*sizes):
        x = image(*sizes)
        return lambda: f(x)

    return prepare


def slope(f):
    def prepare(*sizes):
        dy, at = image(*sizes), image(*sizes)
        return lambda: f(dy, at)

    return prepare


def batch_norm(*sizes):
    x, dy = image(*sizes), image(*sizes)
    gamma, beta = torch.randn(sizes[-1]), torch.randn(sizes[-1])

    def once():
        _, mean, inverse = aten.native_batch_norm(x, gamma, beta, None, None, True, 0.1, 1e-5)
        aten.native_batch_norm_backward(dy, x, gamma, None, None, mean, inverse, True, 1e-5, ALL)

    return once


def layer_norm(rows, width):
    x, dy = torch.randn(rows, width), torch.randn(rows, width)
    gamma, beta = torch.randn(width), torch.randn(width)

    def once():
        _, mean, inverse = aten.native_layer_norm(x, [width], gamma, beta, 1e-5)
        aten.native_layer_norm_backward(dy, x, [width], mean, inverse, gamma, beta, ALL)

    return once


def cross_entropy(rows, classes):
    x, labels, dy = torch.randn(rows, classes), torch.randint(0, classes, (rows,)), torch.ones(())

    def once():
        scores = aten._log_softmax(x, 1, False)
        _, total = aten.nll_loss_forward(scores, labels, None, 1, -100)
        slopes = aten.nll_loss_backward(dy, scores, labels, None, 1, -100, total)
        aten._log_softmax_backward_data(slopes, scores, 1, torch.float32)

    return once


def embedding_grad(rows, width, segments):
    dy, ids = torch.randn(rows, width), torch.randint(0, segments, (rows,))
    return lambda: aten.embedding_dense_backward(dy, ids, segments, -1, False)


def to_channels_first(*sizes):
    x = torch.randn(*sizes)
    return lambda: x.permute(0, 3, 1, 2).contiguous()


def adam(size):
    parameter = torch.randn(size, requires_grad=True)
    parameter.grad = torch.randn(size)
    return torch.optim.Adam([parameter], lr=1e-3).step


def bytes_to_floats(rows, width):
    data = torch.randint(0, 256, (60_000, width), dtype=torch.uint8)
    indices = torch.randint(0, len(data), (rows,))
    return lambda: data[indices].float().div_(255)


def copy(*sizes):
    x = torch.randn(*sizes)
    to = torch.empty_like(x)
    return lambda: to.copy_(x)


KERNELS = {
    "conv2d": convolution("x"),
    "conv2dInputGrad": convolution("dx"),
    "conv2dFilterGrad": convolution("dw"),
    "depthwise": convolution("x", depthwise=True),
    "depthwiseInputGrad": convolution("dx", depthwise=True),
    "depthwiseFilterGrad": convolution("dw", depthwise=True),
    "matMul": mat_mul,
    "maxPool": unary(lambda x: F.max_pool2d(x, 2)),
    "maxPoolGrad": max_pool_grad,
    "avgPool": unary(lambda x: F.avg_pool2d(x, 2)),
    "avgPoolGrad": avg_pool_grad,
    "relu": unary(torch.relu),
    "reluGrad": slope(lambda dy, y: aten.threshold_backward(dy, y, 0)),
    "sigmoidGrad": slope(aten.sigmoid_backward),
    "gelu": unary(F.gelu),
    "geluGrad": slope(aten.gelu_backward),
    "biasGrad": unary(lambda dy: dy.sum((0, 2, 3))),
    "dropout": unary(lambda x: torch.native_dropout(x, 0.5, True)),
    "batchNorm and gradient": batch_norm,
    "layerNorm and gradient": layer_norm,
    "crossEntropy and gradient": cross_entropy,
    "embeddingGrad": embedding_grad,
    "to channels first": to_channels_first,
    "Adam step": adam,
    "bytes to floats": bytes_to_floats,
    "copy": copy,
}


def kernel(op, sizes):
    return KERNELS[op](*sizes)
