import base64

import pytest

from accounts.security import totp

#: The secret and the codes of RFC 6238, appendix B, cut to six digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
KNOWN = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


@pytest.mark.parametrize(("moment", "code"), KNOWN.items())
def test_codes_are_those_of_the_standard(moment, code):
    assert totp.code_at(SECRET, totp.step_of(moment)) == code


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_may_be_half_a_minute_off(off, fits):
    step = totp.step_of(1111111109)
    found = totp.matching_step(SECRET, totp.code_at(SECRET, step + off), 1111111109)
    assert found == (step + off if fits else None)


def test_code_of_a_used_step_does_not_fit_again():
    step = totp.step_of(59)
    assert totp.matching_step(SECRET, "287082", 59, after=step) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "２８７０８２", "abcdef"])
def test_anything_else_fits_nothing(code):
    assert totp.matching_step(SECRET, code, 59) is None


def test_secrets_have_160_bits_and_differ():
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_address_names_school_and_account():
    address = totp.address_of("ABC", "启程大学", "T001")
    assert address.startswith("otpauth://totp/%E5%90%AF%E7%A8%8B%E5%A4%A7%E5%AD%A6%3AT001?secret=ABC&issuer=")
    assert totp.picture_of(address).startswith("data:image/png;base64,")
