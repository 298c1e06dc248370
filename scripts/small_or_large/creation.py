"""Models made from nothing: a tokenizer trained on text and random weights, in one of the architectures known here.

Each architecture gets the type of tokenizer that its public checkpoints have: BERT and Megatron-BERT WordPiece,
RoBERTa, ModernBERT and Llama byte-level BPE, each with its own special tokens.
"""

from collections.abc import Iterable
from typing import Any

from small_or_large.errors import StudyError


def tokenizer(architecture: str, texts: Iterable[str], vocabulary: int, positions: int) -> Any:
    """A tokenizer of the architecture's type, trained on the texts.

    vocabulary: tokens at most, special ones included; positions: longest input in tokens. StudyError where the
    texts have too few different words to train one.
    """
    return _TOKENIZERS[architecture](texts, vocabulary, positions)


def model(architecture: str, tokens: Any, settings: dict[str, Any], seed: int) -> Any:
    """A model of the architecture with random weights that fits a tokenizer.

    settings: hidden, layers, heads, positions. Encoders get their masked-LM head, llama its language-model head.
    """
    import transformers

    if settings["hidden"] % settings["heads"]:
        raise StudyError(
            f"models.<model>.create: hidden ({settings['hidden']}) must be a multiple of heads ({settings['heads']})"
        )
    transformers.set_seed(seed)
    common = {
        "vocab_size": len(tokens),
        "hidden_size": settings["hidden"],
        "num_hidden_layers": settings["layers"],
        "num_attention_heads": settings["heads"],
        "intermediate_size": settings["hidden"] * 4,
        "pad_token_id": tokens.pad_token_id,
        "bos_token_id": tokens.bos_token_id,
        "eos_token_id": tokens.eos_token_id,
    }
    positions = settings["positions"]
    if architecture == "llama":
        config = transformers.LlamaConfig(
            **common | {"intermediate_size": settings["hidden"] * 8 // 3},
            max_position_embeddings=positions,
            tie_word_embeddings=True,
        )
        return transformers.LlamaForCausalLM(config)
    if architecture == "modernbert":
        config = transformers.ModernBertConfig(
            **common,
            max_position_embeddings=positions,
            cls_token_id=tokens.cls_token_id,
            sep_token_id=tokens.sep_token_id,
        )
        return transformers.ModernBertForMaskedLM(config)
    if architecture == "roberta":
        # RoBERTa counts positions from its padding id on.
        config = transformers.RobertaConfig(
            **common, max_position_embeddings=positions + tokens.pad_token_id + 1, type_vocab_size=1
        )
        return transformers.RobertaForMaskedLM(config)
    kind = {
        "bert": (transformers.BertConfig, transformers.BertForMaskedLM),
        "megatron-bert": (transformers.MegatronBertConfig, transformers.MegatronBertForMaskedLM),
    }[architecture]
    return kind[1](kind[0](**common, max_position_embeddings=positions))


def _wordpiece(texts: Iterable[str], vocabulary: int, positions: int) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import BertTokenizer

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    trained.normalizer = normalizers.BertNormalizer(lowercase=True)
    trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = list(texts)
    # The trainer numbers continued letters in the order of a hash map, which differs from process to process, and
    # breaks ties by number: named beforehand they have one order, and the same text gives the same vocabulary.
    letters = {letter for text in texts for letter in trained.normalizer.normalize_str(text)}
    continued = sorted(f"##{letter}" for letter in letters if not letter.isspace())
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=special + continued, show_progress=False
    )
    trained.train_from_iterator(texts, trainer)
    return BertTokenizer(vocab=trained.get_vocab(), do_lower_case=True, model_max_length=positions)


def _byte_level(texts: Iterable[str], vocabulary: int, special: list[str]) -> tuple[dict, list]:
    """Vocabulary and merges of a byte-level BPE."""
    import json

    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    inner = json.loads(trained.to_str())["model"]
    return inner["vocab"], [tuple(merge) for merge in inner["merges"]]


def _roberta(texts: Iterable[str], vocabulary: int, positions: int) -> Any:
    from transformers import RobertaTokenizer

    vocab, merges = _byte_level(texts, vocabulary, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return RobertaTokenizer(vocab=vocab, merges=merges, model_max_length=positions)


def _modernbert(texts: Iterable[str], vocabulary: int, positions: int) -> Any:
    special = {"unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "mask": "[MASK]"}
    return _fast_byte_level(texts, vocabulary, positions, special, before="cls", after="sep")


def _llama(texts: Iterable[str], vocabulary: int, positions: int) -> Any:
    special = {"unk": "<unk>", "bos": "<s>", "eos": "</s>", "pad": "<pad>"}
    return _fast_byte_level(texts, vocabulary, positions, special, before="bos", after=None)


def _fast_byte_level(
    texts: Iterable[str],
    vocabulary: int,
    positions: int,
    special: dict[str, str],
    before: str,
    after: str | None,
) -> Any:
    """A byte-level BPE as a tokenizer without a class of its own, as ModernBERT's and Llama 3's are."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocab, merges = _byte_level(texts, vocabulary, list(special.values()))
    inner = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    around = [special[before], "$A", *([special[after]] if after else [])]
    inner.post_processor = processors.TemplateProcessing(
        single=" ".join(around),
        special_tokens=[(token, vocab[token]) for token in around if token != "$A"],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        model_max_length=positions,
        **{f"{name}_token": token for name, token in special.items()},
    )


_TOKENIZERS = {
    "bert": _wordpiece,
    "megatron-bert": _wordpiece,
    "roberta": _roberta,
    "modernbert": _modernbert,
    "llama": _llama,
}
