"""Checks that PyTorch loads the weights that Kindling writes, and computes the same with them.

Run from the repository's root: .venv/bin/python parity/check_safetensors.py
"""

import pathlib
import subprocess
import sys
import tempfile

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save

HERE = pathlib.Path(__file__).parent
# Sums of a few dozen float32 products near 1, in another order than Kindling's.
TOLERANCE = 1e-5


def main() -> None:
    sys.path.insert(0, str(HERE))
    from generators.safetensors import MODELS, run

    with tempfile.TemporaryDirectory() as folder:
        command = ["node", "--conditions=@kindling/source", "--import", "tsx", str(HERE / "write-safetensors.ts"), folder]
        subprocess.run(command, check=True)
        for name, (make, _) in MODELS.items():
            path = pathlib.Path(folder) / f"{name}.safetensors"
            with safe_open(path, framework="pt") as file:
                assert file.metadata() == {"format": "pt", "model": name}, file.metadata()
            state = load_file(path)
            assert save(state) == without_metadata(path), f"{name}: other bytes than the reference writes"
            model = make()
            model.load_state_dict(state, strict=True)
            model.eval()
            example = load_file(pathlib.Path(folder) / f"{name}.example.safetensors")
            with torch.no_grad():
                difference = (run(model, example["input"]) - example["logits"]).abs().max().item()
            if not difference <= TOLERANCE:
                raise SystemExit(f"{name}: expected logits within {TOLERANCE}, got {difference}")
            print(f"{name}: {len(state)} tensors, logits within {difference:.1e}")


def without_metadata(path: pathlib.Path) -> bytes:
    """The file as it were without metadata: the reference does not write that in a fixed order."""
    file = path.read_bytes()
    length = int.from_bytes(file[:8], "little")
    header = file[8 : 8 + length].decode().rstrip()
    start = header.index("},") + 2
    text = ("{" + header[start:]).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + file[8 + length :]


if __name__ == "__main__":
    main()
