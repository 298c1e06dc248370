"""Tiny Llama-type decoders with true byte-level BPE tokenizers, made on the spot."""

from pathlib import Path

import torch
from little_study import CLASSES, FILLER, FINDINGS
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
)

TEMPLATE = (
    "{% for message in messages %}<|turn|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}"
)


def tokenizer(chat: bool) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer trained on words of the little study; chat: with turns of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "</s>", "<|turn|>", "<|end|>"]
    text = [" ".join(FILLER), *CLASSES, *CLASSES.values(), *(" ".join(words) for words in FINDINGS.values())]
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(text * 5, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    end = "<|end|>" if chat else "</s>"
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token=end)
    fast.chat_template = TEMPLATE if chat else None
    return fast


def make(folder: Path, chat: bool = False, positions: int = 2048, sliding: int | None = None) -> Path:
    """Write a decoder with random weights; sliding: a Mistral with that attention window instead of a Llama."""
    made = tokenizer(chat)
    sizes = {
        "vocab_size": len(made),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": positions,
        "initializer_range": 0.3,
        "bos_token_id": made.bos_token_id,
        "eos_token_id": made.eos_token_id,
    }
    torch.manual_seed(0)
    if sliding:
        model = MistralForCausalLM(MistralConfig(**sizes, sliding_window=sliding))
    else:
        model = LlamaForCausalLM(LlamaConfig(**sizes))
    model.save_pretrained(folder)
    made.save_pretrained(folder)
    return folder
