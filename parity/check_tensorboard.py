"""Reads with TensorBoard's own loader what @kindling/report writes, and compares the values.

    python3 -m venv .venv && .venv/bin/pip install tensorboard==2.21.0 pillow torch==2.13.0
    .venv/bin/python parity/check_tensorboard.py

Histograms are also compared with those that torch.utils.tensorboard makes.
"""

import io
import json
import math
import pathlib
import subprocess
import tempfile

import numpy
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.api_pb2 import Status
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.util import tensor_util
from torch.utils.tensorboard.summary import histogram as torch_histogram
from torch.utils.tensorboard import SummaryWriter

ROOT = pathlib.Path(__file__).parents[1]
PROGRAM = ROOT / "packages/report/src/node/write-events.program.ts"
NODE = ("node", "--conditions=@kindling/source", "--import", "tsx")


def torch_bins() -> list[float]:
    with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer:
        return writer.default_bins


def load(folder: pathlib.Path) -> EventAccumulator:
    everything = dict.fromkeys(("tensors", "scalars", "images", "histograms"), 0)
    return EventAccumulator(str(folder), size_guidance=everything).Reload()


def session(events: EventAccumulator, tag: str) -> HParamsPluginData:
    data = HParamsPluginData()
    data.ParseFromString(events.SummaryMetadata(f"_hparams_/{tag}").plugin_data.content)
    return data


def check_scalars(events: EventAccumulator, wanted: dict) -> None:
    points = events.Scalars("loss/train")
    values = numpy.array([float(value) for value in wanted["scalars"]], numpy.float32)
    numpy.testing.assert_array_equal(numpy.array([p.value for p in points], numpy.float32), values)
    assert [p.step for p in points] == list(range(len(values)))
    assert [p.wall_time for p in points] == [wanted["walltime"] + i for i in range(len(values))]
    assert [p.step for p in events.Scalars("late")] == [2**40]


def check_histograms(events: EventAccumulator, wanted: dict) -> None:
    bins = torch_bins()
    for tag, values in wanted["histograms"].items():
        (point,) = events.Histograms(tag)
        assert point.step == 7
        ours = point.histogram_value
        theirs = torch_histogram(tag, numpy.array(values, numpy.float64), bins).value[0].histo
        assert list(ours.bucket_limit) == list(theirs.bucket_limit), tag
        assert list(ours.bucket) == list(theirs.bucket), tag
        assert (ours.min, ours.max, ours.num) == (theirs.min, theirs.max, theirs.num), tag
        # numpy adds in pairs.
        numpy.testing.assert_allclose(ours.sum, theirs.sum, rtol=1e-12)
        numpy.testing.assert_allclose(ours.sum_squares, theirs.sum_squares, rtol=1e-12)
    (point,) = events.Histograms("tensor")
    assert (point.histogram_value.num, point.histogram_value.sum) == (3, 6), "NaN is not counted"


def check_images(events: EventAccumulator, wanted: dict) -> None:
    (grey,) = events.Images("grey")
    assert (grey.step, grey.width, grey.height) == (1, 3, 2)
    pixels = numpy.array(Image.open(io.BytesIO(grey.encoded_image_string)))
    expected = (numpy.array(wanted["grey"], numpy.float32) * 255).astype(numpy.uint8).reshape(2, 3)
    numpy.testing.assert_array_equal(pixels, expected)
    (rgb,) = events.Images("rgb")
    pixels = numpy.array(Image.open(io.BytesIO(rgb.encoded_image_string)))
    numpy.testing.assert_array_equal(pixels, [[[255, 10, 128], [0, 20, 64]]])


def check_text(events: EventAccumulator, wanted: dict) -> None:
    (point,) = events.Tensors("notes/text_summary")
    (text,) = tensor_util.make_ndarray(point.tensor_proto)
    assert text.decode() == wanted["text"] and point.step == 3
    assert events.SummaryMetadata("notes/text_summary").plugin_data.plugin_name == "text"


def check_hparams(
    events: EventAccumulator, wanted: dict, metrics: list[str], status: str = "STATUS_SUCCESS"
) -> None:
    start = session(events, "session_start_info").session_start_info.hparams
    kinds = {name: value.WhichOneof("kind") for name, value in start.items()}
    assert {name: getattr(start[name], kind) for name, kind in kinds.items()} == wanted["hparams"]
    experiment = session(events, "experiment").experiment
    types = {info.name: info.type for info in experiment.hparam_infos}
    assert types == {"lr": 3, "optimizer": 1, "nesterov": 2}
    assert [info.name.tag for info in experiment.metric_infos] == metrics
    assert session(events, "session_end_info").session_end_info.status == Status.Value(status)


def check_callback(events: EventAccumulator) -> None:
    def points(tag: str) -> list[tuple[int, float]]:
        return [(p.step, p.value) for p in events.Scalars(tag)]

    assert points("loss/train") == [(1, 1), (2, 0.5)]
    assert points("loss/val") == [(1, 2), (2, 1)]
    assert points("lr") == [(1, 0.5), (2, 0.5)]
    assert points("seconds") == [(1, 1.5), (2, 1.5)]
    assert [p.step for p in events.Histograms("weights/fc.weight")] == [1, 2]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = subprocess.check_output((*NODE, str(PROGRAM), folder), cwd=ROOT, text=True)
        wanted = json.loads(output.strip().splitlines()[-1])
        writer = load(pathlib.Path(folder, "writer"))
        check_scalars(writer, wanted)
        check_histograms(writer, wanted)
        check_images(writer, wanted)
        check_text(writer, wanted)
        hparams = load(pathlib.Path(folder, "writer/session"))
        check_hparams(hparams, wanted, ["hparam/accuracy"])
        assert math.isclose(hparams.Scalars("hparam/accuracy")[0].value, 0.75)
        resumed = load(pathlib.Path(folder, "resumed")).Scalars("loss")
        assert [(p.step, p.value) for p in resumed] == [(1, 1), (2, 2), (3, 30), (4, 40), (5, 50)]
        callback = load(pathlib.Path(folder, "callback"))
        check_callback(callback)
        steps = load(pathlib.Path(folder, "callback", "steps")).Scalars("loss/step")
        assert [(p.step, p.value) for p in steps] == [(2, 0.5), (4, 0.25)]
        check_hparams(callback, wanted, ["loss/train", "loss/val"])
        check_hparams(load(pathlib.Path(folder, "failed")), wanted, ["loss/train"], "STATUS_FAILURE")
    print("TensorBoard reads scalars, histograms, images, text, hyperparameters and a resumed run as written")


main()
