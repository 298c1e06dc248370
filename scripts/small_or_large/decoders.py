"""Decoders in this process: prompts as tokens, likelihoods of the possible answers, and generated answers.

The part of a prompt that all reports share is read once and its key-value cache is used for every report; so is the
part that all answers share.
"""

import copy
import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from small_or_large import tokens
from small_or_large.errors import StudyError
from small_or_large.prompts import CONTENT_FREE, Prompt

log = logging.getLogger(__name__)


class Decoder:
    """A causal language model with its tokenizer, asked by a prompt for one of a task's classes."""

    def __init__(
        self, model: Any, tokenizer: Any, prompt: Prompt, classes: list[str], room: int, answer_room: int
    ):
        """room: most tokens of a report; answer_room: most tokens of an answer.

        Raises StudyError where the prompt without any report leaves no room in the model's context.
        """
        self.model, self.tokenizer, self.prompt = model, tokenizer, prompt
        self.answers = [
            tokenizer(prompt.answer(name), add_special_tokens=False)["input_ids"] for name in classes
        ]
        if len(set(map(tuple, self.answers))) < len(classes):
            raise StudyError("two classes are the same to this model's tokenizer; rename one of them")
        if not prompt.closed and tokenizer.eos_token_id is not None:
            self.answers = [[*answer, tokenizer.eos_token_id] for answer in self.answers]
        context = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 10**9
        answer_room = max(answer_room, *map(len, self.answers))
        left = context - answer_room - len(self._tokens(""))
        if left < 32:
            raise StudyError(
                f"the prompt takes {len(self._tokens(''))} of the model's {context} tokens and an answer up to "
                f"{answer_room}: too few are left for a report. Shorten the class descriptions or the prompt, lower "
                "llm.max_new_tokens, or take a model with a longer context"
            )
        # A report's tokens may join with the prompt's otherwise than alone: keep a little aside.
        self._room = min(room, left - 8)

    def read(self, report: str) -> tuple[list[int], bool]:
        """The prompt about a report as tokens, and whether the report had to be cut (its end is left out)."""
        encoded = self.tokenizer(
            report, add_special_tokens=False, return_offsets_mapping=self.tokenizer.is_fast, verbose=False
        )
        ids = encoded["input_ids"]
        if len(ids) <= self._room:
            return self._tokens(report), False
        if self.tokenizer.is_fast:
            report = report[: encoded["offset_mapping"][self._room - 1][1]]
        else:
            report = self.tokenizer.decode(ids[: self._room])
        return self._tokens(report), True

    def _tokens(self, report: str) -> list[int]:
        """The prompt about a report as token ids: one turn of the chat template where the tokenizer has one."""
        text = self.prompt.about(report)
        if getattr(self.tokenizer, "chat_template", None):
            turns = [{"role": "user", "content": text}]
            return list(
                self.tokenizer.apply_chat_template(
                    turns, add_generation_prompt=True, tokenize=True, return_dict=True
                )["input_ids"]
            )
        ids = list(self.tokenizer(text.strip() + "\n\n", verbose=False)["input_ids"])
        # Some tokenizers close a text by themselves; an answer is to follow here.
        while ids and ids[-1] == self.tokenizer.eos_token_id:
            ids.pop()
        return ids

    # -- label likelihood ----------------------------------------------------------------------------------

    def likelihoods(self, prompts: list[list[int]], batch_tokens: int) -> Iterator[np.ndarray]:
        """Log-likelihood of every class's answer after each prompt (one array of n classes a prompt), but for what
        the part that all answers begin with adds, which is the same for all.

        prompts: token ids; batch_tokens: most tokens in a batch of answers, with the prompt's cache counted.
        """
        shared = _shared_start(prompts) if len(prompts) > 1 else 0
        start = _shared_start(self.answers)
        cache = self._cache_of(prompts[0][:shared]) if shared else None
        for prompt in prompts:
            yield self._likelihood(prompt, shared, cache, start, batch_tokens)

    def _cache_of(self, ids: list[int]) -> Any:
        import torch
        from transformers import DynamicCache

        cache = DynamicCache(config=self.model.config)
        with torch.inference_mode():
            self.model(self._row(ids), past_key_values=cache, use_cache=True, logits_to_keep=1)
        return cache

    def _likelihood(
        self, prompt: list[int], shared: int, cache: Any, start: int, batch_tokens: int
    ) -> np.ndarray:
        import torch
        from transformers import DynamicCache

        # Copies instead of cutting back: a sliding-window cache cannot be cut back.
        cache = copy.deepcopy(cache) if cache is not None else DynamicCache(config=self.model.config)
        read = prompt[shared:] + self.answers[0][:start]
        rests = [answer[start:] for answer in self.answers]
        rows = max(1, batch_tokens // (len(prompt) + max(map(len, self.answers))))
        found = np.zeros(len(rests))
        with torch.inference_mode():
            out = self.model(self._row(read), past_key_values=cache, use_cache=True, logits_to_keep=1)
            first = out.logits[0, -1].float().log_softmax(-1)
            for begin in range(0, len(rests), rows):
                group = rests[begin : begin + rows]
                found[begin : begin + rows] = [float(first[rest[0]]) for rest in group]
                width = max(len(rest) for rest in group) - 1
                if not width:
                    continue
                branch = copy.deepcopy(cache)
                branch.batch_repeat_interleave(len(group))
                # Padding stands at the right, where no token of the answer looks at it.
                ids = torch.zeros(len(group), width, dtype=torch.long, device=self.model.device)
                for row, rest in enumerate(group):
                    ids[row, : len(rest) - 1] = torch.tensor(rest[:-1])
                logits = (
                    self.model(ids, past_key_values=branch, use_cache=True).logits.float().log_softmax(-1)
                )
                for row, rest in enumerate(group):
                    following = torch.tensor(rest[1:], device=logits.device)
                    steps = torch.arange(len(following), device=logits.device)
                    found[begin + row] += float(logits[row, steps, following].sum())
        return found

    def content_free(self, batch_tokens: int) -> np.ndarray:
        """Mean log-likelihood of every class's answer after prompts about reports without content (n classes)."""
        prompts = [self._tokens(text) for text in CONTENT_FREE]
        return np.mean(list(self.likelihoods(prompts, batch_tokens)), axis=0)

    # -- generation ----------------------------------------------------------------------------------------

    def generate(
        self,
        prompts: list[list[int]],
        batch_tokens: int,
        max_new_tokens: int,
        temperature: float = 0.0,
        constrained: bool = False,
    ) -> Iterator[tuple[list[int], list[str]]]:
        """Answers as text, batch by batch: positions of the prompts and what was generated after each.

        constrained: only answers that name a class can be generated. temperature 0 is greedy.
        """
        import torch
        from transformers import GenerationConfig

        end = self.tokenizer.eos_token_id
        if constrained and end is None:
            raise StudyError(
                "this model's tokenizer has no end-of-text token, so a choice cannot end; use free_text"
            )
        ends = self.model.generation_config.eos_token_id if self.model.generation_config else None
        ends = ends if ends is not None else end
        fill = self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else (end or 0)
        if constrained:
            max_new_tokens = max(map(len, self.answers)) + 1
        config = GenerationConfig(
            max_new_tokens=max_new_tokens,
            do_sample=temperature > 0 and not constrained,
            temperature=temperature if temperature > 0 and not constrained else None,
            eos_token_id=ends,
            pad_token_id=fill,
            use_cache=True,
        )
        lengths = [len(prompt) + max_new_tokens for prompt in prompts]
        for batch in tokens.batches(lengths, batch_tokens):
            width = max(len(prompts[k]) for k in batch)
            ids = torch.full((len(batch), width), fill, dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, k in enumerate(batch):
                ids[row, width - len(prompts[k]) :] = torch.tensor(prompts[k])
                mask[row, width - len(prompts[k]) :] = 1
            with torch.inference_mode():
                out = self.model.generate(
                    ids.to(self.model.device),
                    attention_mask=mask.to(self.model.device),
                    generation_config=config,
                    prefix_allowed_tokens_fn=self._only_answers(width, ends) if constrained else None,
                )
            yield batch, self.tokenizer.batch_decode(out[:, width:], skip_special_tokens=True)

    def _only_answers(self, width: int, ends: Any) -> Callable[[int, Any], list[int]]:
        """The tokens that may follow what was generated so far, so that one of the answers comes out."""
        end = ends[0] if isinstance(ends, list) else ends
        following: dict[tuple[int, ...], set[int]] = {}
        for answer in self.answers:
            for k, token in enumerate(answer):
                following.setdefault(tuple(answer[:k]), set()).add(token)
            following.setdefault(tuple(answer), set()).add(end)
        return lambda row, ids: sorted(following.get(tuple(ids[width:].tolist()), {end}))

    def _row(self, ids: list[int]) -> Any:
        import torch

        return torch.tensor([ids], dtype=torch.long, device=self.model.device)


def _shared_start(sequences: list[list[int]]) -> int:
    """How many tokens all sequences begin with alike; at least one of each sequence is left over."""
    least = min(map(len, sequences)) - 1
    first = sequences[0]
    for k in range(least):
        if any(sequence[k] != first[k] for sequence in sequences):
            return k
    return max(0, least)
