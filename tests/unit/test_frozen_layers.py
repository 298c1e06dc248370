"""Frozen layers: they stay as they are, and what they make of a report serves as well as the report."""

import numpy as np
import pytest
import tiny_checkpoints
import torch

from small_or_large import checkpoints, classification, frozen
from small_or_large.errors import StudyError

HOW = classification.Inference(0, 64, torch.device("cpu"), "float32")
# Two reports of one row and one of two.
REPORTS = [[np.arange(5, 25)], [np.arange(30, 40)], [np.arange(7, 60), np.arange(60, 80)]]


def classifier(architecture: str, folder) -> classification.ReportClassifier:
    torch.manual_seed(0)
    encoder = checkpoints.load_encoder(tiny_checkpoints.make(architecture, folder / architecture))
    model = classification.ReportClassifier(encoder, 3, "mean")
    model.freeze(1)
    return model


@pytest.mark.parametrize("architecture", tiny_checkpoints.ENCODERS)
def test_frozen_layers_stay_and_the_others_move(architecture, tmp_path):
    encoder = checkpoints.load_encoder(tiny_checkpoints.make(architecture, tmp_path / architecture))
    model = classification.ReportClassifier(encoder, 3, "mean")
    model.freeze(1)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
    batch = classification.collate([([np.arange(5, 25)], 0), ([np.arange(30, 40)], 2)], pad_id=0)
    model(**batch)["loss"].backward()
    optimizer.step()
    moved = {name for name, value in model.state_dict().items() if not torch.equal(before[name], value)}
    assert any("layer.1." in name or "layers.1." in name for name in moved)
    assert not [name for name in moved if "embeddings" in name or "layer.0." in name or "layers.0." in name]
    with pytest.raises(StudyError, match="frozen_layers is 3, but the model has 2"):
        model.freeze(3)


@pytest.mark.parametrize("architecture", tiny_checkpoints.ENCODERS)
def test_kept_states_give_the_same_logits_vectors_and_gradients(architecture, tmp_path):
    model = classifier(architecture, tmp_path)
    model.drop(0.0)
    assert model.frozen.can_hand_on
    states = classification.states_of(model, REPORTS, HOW)
    assert [[len(row) for row in report] for report in states] == [[20], [10], [53, 20]]
    logits, _ = classification.logits_of(model, REPORTS, HOW)
    from_states, _ = classification.logits_of(model, states, HOW)
    np.testing.assert_allclose(from_states, logits, atol=1e-5)
    vectors = classification.vectors_of(model, REPORTS, HOW)
    np.testing.assert_allclose(classification.vectors_of(model, states, HOW), vectors, atol=1e-5)

    gradients = []
    for reports in (REPORTS, states):
        model.zero_grad()
        model.train()
        batch = classification.collate([(report, 1) for report in reports], pad_id=0)
        model(**batch)["loss"].backward()
        gradients.append({n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, atol=1e-5, rtol=1e-3)


def test_layers_above_do_not_run_while_the_frozen_ones_read_nor_those_after_that(tmp_path):
    model = classifier("bert", tmp_path)
    ran = []
    for name, layer in enumerate(model.encoder.encoder.layer):
        layer.attention.register_forward_hook(lambda *_, name=name: ran.append(name))
    states = classification.states_of(model, REPORTS[:1], HOW)
    assert ran == [0]
    classification.logits_of(model, states, HOW)
    assert ran == [0, 1]
    classification.logits_of(model, REPORTS[:1], HOW)
    assert ran == [0, 1, 0, 1]


def test_states_of_all_layers_need_no_layer_above(tmp_path):
    model = classifier("roberta", tmp_path)
    model.freeze(2)
    states = classification.states_of(model, REPORTS, HOW)
    vectors = classification.vectors_of(model, REPORTS, HOW)
    np.testing.assert_allclose(classification.vectors_of(model, states, HOW), vectors, atol=1e-5)


def test_memory_of_states_is_that_of_float32(tmp_path):
    model = classifier("bert", tmp_path)
    states = classification.states_of(model, REPORTS, HOW)
    taken = sum(row.nbytes for report in states for row in report) / 2**20
    assert frozen.mebibytes(REPORTS, model.head.in_features) == pytest.approx(taken)
