"""Packing: reports laid end to end in blocks of equal length, so that no padding is computed, and masked by chance.

Blocks cross report borders, as in RoBERTa's FULL-SENTENCES (Liu et al. 2019): the separator between two reports says
so. Order and masks follow from the seed and the position alone, not from a random state: a resumed run, or one on
another number of processes, reads exactly what an undisturbed one reads.
"""

from typing import Any

import numpy as np

IGNORED = -100  # label of a token that is not to be predicted


def pack(
    documents: list[np.ndarray], prefix: list[int], suffix: list[int], separator: list[int], block: int
) -> np.ndarray:
    """Blocks of tokens, n x block (int32): prefix, as much text as fits, suffix.

    documents: token ids without special tokens, in the order to read them; separator: tokens put after each. What
    does not fill the last block is left out, unless it is all there is: then it is repeated to fill one.
    """
    room = block - len(prefix) - len(suffix)
    after = np.asarray(separator, dtype=np.int32)
    stream = np.concatenate([part for ids in documents for part in (ids.astype(np.int32, copy=False), after)])
    if len(stream) < room:
        stream = np.resize(stream, room)
    text = stream[: len(stream) // room * room].reshape(-1, room)
    sides = [np.tile(np.asarray(side, dtype=np.int32), (len(text), 1)) for side in (prefix, suffix)]
    return np.concatenate([sides[0], text, sides[1]], axis=1)


class Masking:
    """Masked language modelling (Devlin et al. 2019): of the chosen tokens 80% become the mask, 10% a random token,
    10% stay. Special tokens are never chosen."""

    def __init__(self, tokenizer: Any, share: float, seed: int):
        self.share, self.seed = share, seed
        self.mask = tokenizer.mask_token_id
        self.special = np.asarray(sorted(set(tokenizer.all_special_ids)))
        self.ordinary = np.setdiff1d(np.arange(len(tokenizer)), self.special)

    def __call__(self, block: np.ndarray, position: int) -> tuple[np.ndarray, np.ndarray]:
        """(input_ids, labels) of a block; the same for the same seed and position. A share of its ordinary tokens,
        one at least, is chosen."""
        random = np.random.default_rng([self.seed, position])
        open_to_it = np.flatnonzero(~np.isin(block, self.special))
        count = min(len(open_to_it), max(1, round(self.share * len(open_to_it))))
        chosen = random.choice(open_to_it, size=count, replace=False)
        ids, labels = block.astype(np.int64), np.full(len(block), IGNORED, dtype=np.int64)
        labels[chosen] = block[chosen]
        fate = random.random(count)
        ids[chosen[fate < 0.8]] = self.mask
        swapped = chosen[(fate >= 0.8) & (fate < 0.9)]
        ids[swapped] = random.choice(self.ordinary, size=len(swapped))
        return ids, labels


class Blocks:
    """A dataset of packed blocks as a run reads them, one after another: `length` of them, pass after pass, each pass
    in an order of its own.

    masking: None for next-token prediction, where every token is a label.
    """

    def __init__(
        self, blocks: np.ndarray, length: int, masking: Masking | None, seed: int, shuffle: bool = True
    ):
        self.blocks, self.length, self.masking, self.seed, self.shuffle = (
            blocks,
            length,
            masking,
            seed,
            shuffle,
        )
        self._pass: tuple[int, np.ndarray] = (-1, np.arange(len(blocks)))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, position: int) -> dict[str, np.ndarray]:
        number, place = divmod(position, len(self.blocks))
        if self.shuffle and self._pass[0] != number:
            self._pass = (
                number,
                np.random.default_rng([self.seed, 0xB1, number]).permutation(len(self.blocks)),
            )
        block = self.blocks[self._pass[1][place]]
        if self.masking is None:
            ids = block.astype(np.int64)
            return {"input_ids": ids, "labels": ids}
        ids, labels = self.masking(block, position)
        return {"input_ids": ids, "labels": labels}


def stack(items: list[dict[str, np.ndarray]]) -> dict[str, Any]:
    """Blocks as one batch of tensors. There is no padding, so there is no attention mask."""
    import torch

    return {key: torch.from_numpy(np.stack([item[key] for item in items])) for key in items[0]}
