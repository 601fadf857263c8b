"""Encrypted texts and the hashes they are found by."""

import hashlib
import hmac

import pytest

from common.crypto import DecryptionError, blind_index, decrypt, encrypt, encrypt_all
from common.keyring import derive_key

pytestmark = pytest.mark.django_db  # the keys are kept there


def nonce_of(token):
    return token.rpartition(":")[2][:16]  # twelve bytes in base64


def test_texts_encrypted_together_are_each_under_a_nonce_of_their_own():
    texts = ["33010620050315002X", "33010620050315002X", "", "丝绸之路"] * 500
    sealed = encrypt_all(texts)
    assert [decrypt(token) for token in sealed] == texts
    assert len({nonce_of(token) for token in sealed}) == len(texts)
    assert len(nonce_of(sealed[0])) == 16


def test_nothing_to_encrypt_is_nothing():
    assert encrypt_all([]) == []


def test_one_text_never_looks_the_same_twice_and_cannot_be_changed():
    token = encrypt("13800000000")
    assert token != encrypt("13800000000")
    changed = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
    with pytest.raises(DecryptionError):
        decrypt(changed)


def test_blind_index_is_the_keyed_hash_it_always_was():
    expected = hmac.new(derive_key("index:student.id_no"), b"33010620050315002X", hashlib.sha256)
    assert blind_index("33010620050315002X", "student.id_no") == expected.hexdigest()
    assert blind_index("33010620050315002X", "other") != expected.hexdigest()
