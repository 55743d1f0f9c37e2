"""The Merkle tree: published roots, and a second implementation made from the definitions of RFC 9162 alone."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tenfold.journal.tree import EMPTY, Tree, extends, includes

# The tree that Certificate Transparency's own implementations are tested with.
ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = 40


def mth(entries: list[bytes]) -> bytes:
    """MTH of §2.1.1, word by word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1, word by word."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of §2.1.4.1, word by word."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def test_published_roots() -> None:
    tree = Tree(ENTRIES)
    assert tuple(tree.root(size).hex() for size in range(1, 9)) == ROOTS
    assert tree.root(0) == EMPTY == mth([])


def test_two_implementations_agree_on_every_proof() -> None:
    entries = [bytes([number]) * 3 for number in range(SIZES)]
    tree = Tree(entries)
    roots = [mth(entries[:size]) for size in range(SIZES + 1)]
    for size in range(1, SIZES + 1):
        assert tree.root(size) == roots[size]
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert proof == path(index, entries[:size])
            assert includes(entries[index], index, size, proof, roots[size])
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert proof == subproof(old, entries[:size], True)
            assert extends(old, size, proof, roots[old], roots[size])


@given(st.data())
def test_no_forged_proof_is_believed(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, SIZES))
    index = data.draw(st.integers(0, size - 1))
    entries = [bytes([number]) * 3 for number in range(size)]
    tree, proof = Tree(entries), Tree(entries).inclusion(index, size)
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    forged = list(proof)
    forged[place] = (int.from_bytes(forged[place], "big") ^ 1 << bit).to_bytes(32, "big")
    assert not includes(entries[index], index, size, forged, tree.root())
    assert not includes(entries[index] + b"x", index, size, proof, tree.root())
    assert not includes(entries[index], index, size, proof[:-1], tree.root())
    old = data.draw(st.integers(1, size - 1))
    shown = tree.consistency(old, size)
    assert not extends(old, size, shown, mth([b"other", *entries[1:old]]), tree.root())
    assert not extends(old, size, shown[:-1], tree.root(old), tree.root())
