"""What is kept encrypted in the database: its key is made of the installation's secret, and never lies there."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
FACTORS = b"tenfold second factors"  # what the key is for: no other use of the secret comes to the same key


def encrypted(text: str) -> str:
    """Return a text encrypted and authenticated (Fernet: AES-128-CBC with HMAC-SHA256), as ASCII."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypted(token: str) -> str | None:
    """Return what was encrypted; None where that was under another secret, or somebody changed it."""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> MultiFernet:
    return _ciphers((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=2)
def _ciphers(secrets: tuple[str, ...]) -> MultiFernet:
    """Return a cipher that writes with the first secret's key and reads with each."""
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    made = HKDF(SHA256(), KEY_BYTES, salt=None, info=FACTORS).derive(secret.encode())
    return urlsafe_b64encode(made)
