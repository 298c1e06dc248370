"""Models made from nothing: the same text gives the same vocabulary in every process."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
MAKE = """
import hashlib, random, sys
sys.path.insert(0, sys.argv[1])
from small_or_large import creation
random.seed(1)
words = ["".join(random.choices("abcdefghijkl", k=6)) for _ in range(300)]
texts = [" ".join(random.choices(words, k=30)) for _ in range(200)]
tokenizer = creation._wordpiece(iter(texts), 400, 64)
print(hashlib.sha256(repr(sorted(tokenizer.get_vocab().items())).encode()).hexdigest())
"""


@pytest.mark.slow
def test_wordpiece_vocabularies_do_not_differ_from_process_to_process():
    made = {
        subprocess.run(
            [sys.executable, "-c", MAKE, str(SCRIPTS)], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(3)
    }
    assert len(made) == 1
