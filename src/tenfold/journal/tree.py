"""The Merkle tree over a journal (RFC 9162): one root for all entries, and short proofs about it.

An inclusion proof shows one entry to somebody who sees no other; a consistency proof shows that a later journal only
added to an earlier one. A leaf is made of an entry's hash; hashes are SHA-256, a first byte tells leaves from nodes.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf (§2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others (§2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by leaves; complete nodes of every level are kept, so that a proof reads few of them."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for entry in entries:
            self.append(entry)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def append(self, entry: bytes) -> None:
        """Add an entry, and every node that it completes."""
        self._levels[0].append(leaf_hash(entry))
        level = 0
        while len(self._levels[level]) % 2 == 0:
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(node_hash(*self._levels[level][-2:]))
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """Return the tree head over the first so many leaves; over all where none is named."""
        leaves = self.size if size is None else size
        return self._over(0, leaves) if leaves else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that a leaf is in the tree of so many leaves (§2.1.3.1), nearest node first.

        Raises
        ------
        ValueError   there is no such leaf
        """
        if not 0 <= index < size <= self.size:
            raise ValueError((index, size))
        path: list[bytes] = []
        first, last = 0, size
        while last - first > 1:
            middle = first + _half(last - first)
            if index < middle:
                path.append(self._over(middle, last))
                last = middle
            else:
                path.append(self._over(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `new` leaves begins with that of `old` (§2.1.4.1).

        Raises
        ------
        ValueError   one of the trees is not there
        """
        if not 0 < old <= new <= self.size:
            raise ValueError((old, new))
        path: list[bytes] = []
        first, last = 0, new
        while old < last:
            middle = first + _half(last - first)
            if old <= middle:
                path.append(self._over(middle, last))
                last = middle
            else:
                path.append(self._over(first, middle))
                first = middle
        if first:
            path.append(self._over(first, last))
        return path[::-1]

    def _over(self, first: int, last: int) -> bytes:
        """Return the hash over leaves from a multiple of the greatest complete node below it."""
        peaks: list[bytes] = []
        while first < last:
            level = (last - first).bit_length() - 1
            peaks.append(self._levels[level][first >> level])
            first += 1 << level
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found


def _half(size: int) -> int:
    """Return the greatest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def includes(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that an entry is the leaf `index` of the tree with this root (§2.1.3.2)."""
    if index >= size:
        return False
    here, last, found = index, size - 1, leaf_hash(entry)
    for other in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(other, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, other)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def extends(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether a proof shows that the tree with the new root begins with that of the old one (§2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    whole = old & (old - 1) == 0  # the old tree is a complete node of the new one
    proof = [old_root, *path] if whole else list(path)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = proof[0]
    for other in proof[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, other)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
