"""Cloze: a masked language model fills a slot in a sentence behind the report, and words stand for the classes
(Schick and Schütze, Exploiting Cloze Questions, 2021).

A word of several tokens gets as many mask tokens, and its score is the mean log-probability of its tokens. From
each word's score goes what the same sentence says of it after no report at all (contextual calibration: Zhao et al.,
Calibrate Before Use, 2021), since common words are probable everywhere. A class scores the mean of its words. No
label is used.
"""

from typing import Any

import numpy as np

from small_or_large import tokens
from small_or_large.errors import StudyError

MASK = "[MASK]"
# A longer word is known by its first tokens; each further length costs another pass over every report.
MOST_MASKS = 3
CONTENT_FREE = ("", "N/A", "no text")


class Cloze:
    """A masked language model with a template and the words of each class."""

    def __init__(
        self, model: Any, tokenizer: Any, reading: dict[str, Any], template: str, words: dict[str, list[str]]
    ):
        """reading: `study.reading_settings(model)`; template: a sentence with [MASK]; words: those of each class.

        Raises StudyError where the tokenizer has no mask, a word is unknown to it, or the template leaves no room.
        """
        if tokenizer.mask_token_id is None:
            raise StudyError("this checkpoint's tokenizer has no mask token, so it cannot be used by cloze")
        self.model, self.tokenizer, self._reading = model, tokenizer, reading
        before, _, after = template.partition(MASK)
        before = before.strip()
        # With the space before a word, byte-level BPE gives the tokens that words have inside a sentence.
        self._before = self._ids(f" {before}") if before else []
        self._after = self._ids(after.rstrip()) if after.strip() else []
        self.classes = list(words)
        self.words = [(k, self._word(word)) for k, own in enumerate(words.values()) for word in own]

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _word(self, word: str) -> list[int]:
        ids = self._ids(f" {word.strip()}")[:MOST_MASKS]
        if not ids or self.tokenizer.unk_token_id in ids:
            raise StudyError(
                f"the tokenizer does not know the word {word!r}; give others under tasks.<task>.classes.<class>.words"
            )
        return ids

    @property
    def lengths(self) -> list[int]:
        """How many masks there are in each pass over the reports."""
        return sorted({len(ids) for _, ids in self.words})

    def reader(self, masks: int) -> tokens.Reading:
        """Reading that ends every row with the template, its slot so many masks long."""
        base = tokens.Reading.of(self.tokenizer, self._reading, tokens.positions(self.model.config))
        slot = [*self._before, *[self.tokenizer.mask_token_id] * masks, *self._after]
        made = tokens.Reading(base.max_tokens, base.strategy, base.prefix, [*slot, *base.suffix], base.pad)
        if made.room < 8:
            raise StudyError(
                f"the template takes {len(slot)} of the {base.max_tokens} tokens that the model reads; shorten "
                "tasks.<task>.template or raise models.<model>.max_tokens"
            )
        return made

    def score(
        self, ids: list[np.ndarray], batch_tokens: int, precision: str, step=None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Calibrated log-scores of the classes (n x classes) and the seconds spent on each report.

        ids: the reports' tokens without special ones; step: called with the number of reports done.
        """
        free = [np.array(self._ids(text), dtype=np.int64) for text in CONTENT_FREE]
        prior = self._word_scores(free, batch_tokens, precision)[0].mean(axis=0)
        scores, seconds = self._word_scores(ids, batch_tokens, precision, step)
        owner = np.array([k for k, _ in self.words])
        by_class = [(scores - prior)[:, owner == k].mean(axis=1) for k in range(len(self.classes))]
        return np.stack(by_class, axis=1), seconds

    def truncated(self, ids: list[np.ndarray]) -> np.ndarray:
        """Whether the model sees less than the report, for each."""
        reader = self.reader(self.lengths[-1])
        return np.array([reader.rows(report)[1] for report in ids])

    def _word_scores(
        self, ids, batch_tokens: int, precision: str, step=None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mean log-probability of every word's tokens in the slot (n x words), and seconds a report."""
        import time

        import torch

        from small_or_large import devices

        found, seconds = np.zeros((len(ids), len(self.words))), np.zeros(len(ids))
        device = self.model.device
        for masks in self.lengths:
            places = [k for k, (_, word) in enumerate(self.words) if len(word) == masks]
            wanted = torch.tensor([self.words[k][1] for k in places], device=device)
            reader = self.reader(masks)
            rows = [reader.rows(report)[0] for report in ids]
            longest = [max(map(len, report)) for report in rows]
            with torch.inference_mode(), devices.autocast(precision, device):
                for batch in tokens.batches(longest, batch_tokens, [len(report) for report in rows]):
                    started = time.perf_counter()
                    flat = [row for k in batch for row in rows[k]]
                    inputs, attention = tokens.pad(flat, reader.pad)
                    # The slot is found from the end: a report may hold the mask token's text.
                    last = torch.tensor([len(row) for row in flat]) - len(reader.suffix) + len(self._before)
                    slot = last[:, None] + torch.arange(masks)
                    logits = slot_logits(self.model, inputs.to(device), attention.to(device), slot.to(device))
                    scores = logits.float().log_softmax(-1)
                    # rows x words x masks: each word's own token at each mask.
                    steps = torch.arange(masks, device=device)
                    scores = scores[:, steps, wanted].mean(-1).cpu().numpy()
                    owner = np.repeat(np.arange(len(batch)), [len(rows[k]) for k in batch])
                    for row, k in enumerate(batch):
                        found[k, places] = scores[owner == row].mean(axis=0)
                    seconds[batch] += (time.perf_counter() - started) / len(batch)
                    if step:
                        step(len(batch))
        return found, seconds


def slot_logits(model: Any, inputs: Any, attention: Any, slot: Any) -> Any:
    """Logits over the vocabulary at some positions (rows x positions x vocabulary).

    Where the architecture's head is known it is applied to those positions only: over whole rows it costs as much as
    a small encoder, and gigabytes.
    """
    import torch

    rows = torch.arange(len(inputs), device=inputs.device)[:, None]
    head = _head(model)
    if head is None:
        return model(input_ids=inputs, attention_mask=attention).logits[rows, slot]
    states = model.base_model(input_ids=inputs, attention_mask=attention).last_hidden_state
    return head(states[rows, slot])


def _head(model: Any) -> Any:
    """The masked-LM head of BERT-like, RoBERTa-like and ModernBERT models; None where it is not known."""
    if hasattr(model, "cls"):
        return model.cls
    if hasattr(model, "lm_head"):
        return model.lm_head
    if hasattr(model, "head") and hasattr(model, "decoder"):
        return lambda states: model.decoder(model.head(states))
    return None
