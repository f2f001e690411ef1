from demo_payments.cards import TEST_CARDS, is_card_number


class TestCardNumber:
    def test_every_test_card_is_one(self) -> None:
        assert all(is_card_number(number) for number in TEST_CARDS)

    def test_may_have_an_odd_number_of_digits(self) -> None:
        assert is_card_number("378282246310005")

    def test_ends_in_the_digit_that_checks_the_others(self) -> None:
        assert [digit for digit in range(10) if is_card_number(f"424242424242424{digit}")] == [2]

    def test_detects_two_swapped_digits(self) -> None:
        assert not is_card_number("2442424242424242")

    def test_has_12_to_19_digits_and_nothing_else(self) -> None:
        for text in (
            "",
            "0",
            "0" * 11,
            "0" * 20,
            "4242x42424242424",
            "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
            "4242424242424242\n",
        ):
            assert not is_card_number(text)
