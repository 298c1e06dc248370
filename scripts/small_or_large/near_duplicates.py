"""Near-duplicate reports: the same report sent twice, corrected, or copied with small changes.

Reports are compared by the Jaccard similarity of their word shingles, estimated from MinHash signatures (Broder
1997) that are made shard by shard. Locality-sensitive hashing proposes pairs, the whole signatures confirm them,
and what hangs together is a group. The signatures come from datasketch; its LSH index keeps a dictionary entry a
report and band, which for a million reports is more memory than a registry's workstation has, so that the banding
is done here on sorted arrays.
"""

import re
import zlib

import numpy as np
from datasketch import MinHash
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

WORD = re.compile(r"[^\W_]+")
# The band width is the widest that still proposes a pair at the threshold with this probability.
RECALL = 0.9
# Below this similarity of all shingles two reports are never the same one.
FLOOR = 0.5
# Similarity from which two reports are the same once shingles are weighted by their rarity (see `_same`).
CONTENT = 0.4
# In a bucket of up to this many different signatures all pairs are compared; in a larger one (a template's boiler
# plate) this many leaders are compared with all the others, which keeps the work linear in the bucket's size.
LEADERS = 48
CHUNK = 1 << 16


def shingles(text: str, words: int) -> set[int]:
    """Hashes (32 bits) of the runs of `words` words in a text, without case, punctuation and line breaks.

    Digits are words: they are what tells two reports of one template apart. A text shorter than one shingle is one
    shingle; a text without any word gives none.
    """
    found = WORD.findall(text.lower())
    if not found:
        return set()
    if len(found) <= words:
        return {zlib.crc32(" ".join(found).encode())}
    return {zlib.crc32(" ".join(found[i : i + words]).encode()) for i in range(len(found) - words + 1)}


def signatures(texts: list[str], permutations: int, words: int) -> np.ndarray:
    """MinHash signatures of n texts: n x permutations, uint32. Two texts agree in a share of the columns that
    estimates the Jaccard similarity of their shingles. Texts without words get the all-ones signature."""
    empty = MinHash(num_perm=permutations, hashfunc=int)
    rows = np.empty((len(texts), permutations), dtype=np.uint32)
    for position, text in enumerate(texts):
        sketch = empty.copy()
        sketch.update_batch(shingles(text, words))
        rows[position] = sketch.hashvalues
    return rows


def bands(permutations: int, similarity: float) -> tuple[int, int]:
    """Number of bands and their width (columns) for which LSH proposes a pair of just this similarity with
    probability RECALL or more: 1 - (1 - similarity^width)^bands, as selective as that allows."""
    for width in range(permutations, 0, -1):
        number = permutations // width
        if 1 - (1 - similarity**width) ** number >= RECALL:
            return number, width
    return permutations, 1


def groups(signed: np.ndarray, similarity: float) -> np.ndarray:
    """Group numbers of n reports from their signatures (n x permutations, uint32): n integers, 0, 1, ... in order
    of first appearance. A chain of pairs that are the same report (`_same`) joins a group.

    Memory: twice the signatures and about 100 bytes a report.
    """
    n, permutations = signed.shape
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    # Equal signatures are one node: a text that was sent a thousand times costs one comparison.
    _, first, node = np.unique(_hash_columns(signed), return_index=True, return_inverse=True)
    nodes = signed[first]
    commonness = _commonness(nodes)
    label = np.arange(len(nodes))
    number, width = bands(permutations, min(similarity, FLOOR))
    for band in range(number):
        key = _hash_columns(nodes[:, band * width : (band + 1) * width])
        left, right = _same_pairs(nodes, commonness, key, label, similarity)
        if len(left):
            joined = coo_array(
                (np.ones(len(left), bool), (label[left], label[right])), shape=(len(nodes),) * 2
            )
            label = connected_components(joined, directed=False)[1][label]
    label = label[node]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return order[inverse]


def _commonness(nodes: np.ndarray) -> np.ndarray:
    """For each value of each signature, in how many signatures its column holds it: n x permutations, log2, uint8.

    A column's value stands for one shingle, so this is the shingle's document frequency, had without the texts.
    """
    common = np.empty(nodes.shape, dtype=np.uint8)
    for position in range(nodes.shape[1]):
        _, value, count = np.unique(nodes[:, position], return_inverse=True, return_counts=True)
        common[:, position] = np.log2(count).astype(np.uint8)[value]
    return common


def _same(
    nodes: np.ndarray, commonness: np.ndarray, left: np.ndarray, right: np.ndarray, similarity: float
) -> np.ndarray:
    """Which pairs of nodes are the same report: by all shingles, or by those that are not a template's.

    Either the estimated Jaccard similarity is above `similarity` for sure (one-sided 95%: else the estimate's noise
    chains the reports of a template); or it reaches FLOOR, and CONTENT once every shingle is weighted by one over
    the number of reports that have it. Two reports filled into one form agree in what thousands have and differ in
    what only they have; a report sent again, with another header or misread by another scanner, agrees in what only
    it has.
    """
    equal = nodes[left] == nodes[right]
    plain = equal.mean(axis=1)
    same = plain >= min(similarity + 1.645 * np.sqrt(similarity * (1 - similarity) / equal.shape[1]), 1)
    unsure = np.flatnonzero(~same & (plain >= FLOOR))
    if len(unsure):
        # A pair's own shingles are in two reports: rarer than that no common shingle can be.
        weight = np.minimum(0.5 ** np.arange(64), 0.5).astype(np.float32)
        equal, left, right = equal[unsure], left[unsure], right[unsure]
        of_left, of_right = weight[commonness[left]], weight[commonness[right]]
        common = np.where(equal, of_left, 0).sum(axis=1)
        apart = np.where(equal, 0, of_left + of_right).sum(axis=1) / 2
        same[unsure] = common >= CONTENT * (common + apart)
    return same


def _hash_columns(columns: np.ndarray) -> np.ndarray:
    """One 64-bit hash a row, by multiply-and-mix over the columns."""
    mixed = np.full(len(columns), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in columns.T:
        mixed = (mixed ^ column) * np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(32)
    return mixed


def _same_pairs(
    nodes: np.ndarray, commonness: np.ndarray, key: np.ndarray, label: np.ndarray, similarity: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of nodes that share a key, are not in one group yet, and are the same report."""
    members = np.argsort(key, kind="stable")
    bucket = np.cumsum(np.r_[True, key[members][1:] != key[members][:-1]]) - 1
    size = np.bincount(bucket)[bucket]
    members, bucket, large = members[size > 1], bucket[size > 1], size[size > 1] > LEADERS
    found_left, found_right = [], []
    for _ in range(LEADERS):
        if not len(members):
            break
        start = np.flatnonzero(np.r_[True, bucket[1:] != bucket[:-1]])
        length = np.diff(np.r_[start, len(members)])
        leader = np.repeat(members[start], length)
        other = np.ones(len(members), bool)
        other[start] = False
        alike = label[leader] == label[members]
        compare = np.flatnonzero(other & ~alike)
        for at in np.array_split(compare, len(compare) // CHUNK + 1):
            same = _same(nodes, commonness, leader[at], members[at], similarity)
            found_left.append(leader[at[same]])
            found_right.append(members[at[same]])
            alike[at[same]] = True
        # The leader is done with. In large buckets so is what it took along; in small ones all pairs are wanted.
        stay = other & ~(large & alike)
        members, bucket, large = members[stay], bucket[stay], large[stay]
        alone = np.bincount(bucket, minlength=1)[bucket] == 1 if len(bucket) else np.zeros(0, bool)
        members, bucket, large = members[~alone], bucket[~alone], large[~alone]
    if not found_left:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(found_left), np.concatenate(found_right)
