"""STDWH-1: the published vector of the Standard Webhooks libraries."""

from channels.standard_webhooks import sign, verify

SECRET, ID, AT, BODY = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1614265330,
    b'{"test": 2432232314}',
)
VECTOR = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_published_vector() -> None:
    assert sign(SECRET, ID, AT, BODY) == VECTOR
    assert sign(SECRET.removeprefix("whsec_"), ID, AT, BODY) == VECTOR


def test_one_of_several_signatures_is_enough_and_each_part_counts() -> None:
    assert verify(SECRET, ID, AT, BODY, f"v1,AAAA {VECTOR}")
    assert not verify(SECRET, ID, AT + 1, BODY, VECTOR)
    assert not verify(SECRET, ID + "x", AT, BODY, VECTOR)
    assert not verify(SECRET, ID, AT, BODY + b" ", VECTOR)
    assert not verify(SECRET + "BBBB", ID, AT, BODY, VECTOR)
    assert not verify(SECRET, ID, AT, BODY, "")


def test_a_secret_that_is_no_base64_counts_as_written() -> None:
    assert sign("my secret!", ID, AT, BODY) != sign("my secret?", ID, AT, BODY)
