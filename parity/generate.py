"""Writes parity/fixtures/NAME.json from each parity/generators/NAME.py (or those named)."""

import importlib
import json
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
MAX_BYTES = 1_000_000


def main(names: list[str]) -> None:
    sys.path.insert(0, str(HERE))
    torch.set_num_threads(1)
    names = names or sorted(p.stem for p in (HERE / "generators").glob("*.py") if p.stem != "common")
    for name in names:
        fixture = importlib.import_module(f"generators.{name}").fixture()
        text = json.dumps({"torch": torch.__version__, **fixture}, separators=(",", ":"))
        if len(text) > MAX_BYTES:
            raise SystemExit(f"{name}: {len(text)} bytes, more than {MAX_BYTES}")
        (HERE / "fixtures" / f"{name}.json").write_text(text + "\n")
        print(f"{name}: {len(text)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
