"""Order numbers, in the shop's spelling and as people type them."""

import pytest

from contexts.ordering.domain.numbers import new_order_number, normalised_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("MH-4F7KQ-9XT2B", "MH-4F7KQ-9XT2B"),
        ("mh-4f7kq-9xt2b", "MH-4F7KQ-9XT2B"),
        ("mh4f7kq9xt2b", "MH-4F7KQ-9XT2B"),
        (" MH 4F7KQ 9XT2B ", "MH-4F7KQ-9XT2B"),
        ("mh-o1i7k-l9xt2", "MH-0117K-19XT2"),
        ("mh4f7", "MH-4F7"),
        ("mh4f7kq9", "MH-4F7KQ-9"),
        ("mh", "MH"),
        ("", ""),
    ],
)
def test_a_number_is_normalised_however_it_is_typed(typed: str, number: str) -> None:
    assert normalised_number(typed) == number


def test_a_new_number_is_normalised() -> None:
    numbers = [new_order_number() for _ in range(100)]

    assert [normalised_number(number.lower().replace("-", "")) for number in numbers] == numbers
