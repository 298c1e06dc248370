"""Convert a checkpoint with pickled weights (pytorch_model.bin) to safetensors, which this project insists on.

The pickle is read by torch's restricted unpickler, which loads tensors and runs no code. Configuration and tokenizer
files are copied; code that comes with the checkpoint is not.
"""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("convert")

COPIED = ("*.json", "*.txt", "*.model")
INDEX = "pytorch_model.bin.index.json"


def arguments() -> Any:
    parser = command.parser(__doc__)
    parser.add_argument("folder", help="folder with config.json, tokenizer files and pytorch_model.bin")
    parser.add_argument("output", help="folder to write the converted checkpoint to")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    import pickle

    import torch
    from safetensors.torch import save_file

    from small_or_large import checkpoints

    folder = Path(args.folder)
    index = folder / INDEX
    names = (
        sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        if index.is_file()
        else ["pytorch_model.bin"]
    )
    weights: dict[str, Any] = {}
    for name in names:
        if not (folder / name).is_file():
            raise StudyError(f"{folder}: no {name} in it; name a folder with pickled weights")
        try:
            found = torch.load(folder / name, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise StudyError(
                f"{folder / name}: holds more than tensors and is not loaded; do not trust it"
            ) from error
        weights |= {key: value.detach().clone().contiguous() for key, value in found.items()}
    with checkpoints.folder_written_whole(args.output) as draft:
        for pattern in COPIED:
            for file in folder.glob(pattern):
                if file.name != INDEX:
                    shutil.copy(file, draft)
        save_file(weights, str(draft / checkpoints.WEIGHTS[0]), metadata={"format": "pt"})
    log.info("%d weights written to %s", len(weights), args.output)


if __name__ == "__main__":
    command.run(main)
