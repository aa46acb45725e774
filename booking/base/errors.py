"""What an operation raises when it says no."""


class Refused(Exception):
    """The rule says no, and nothing has changed. The text is one plain sentence for the person who asked."""

    def __init__(self, sentence: str, *, code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class NotFound(Exception):
    """There is no such thing, or it is not yours: the two look alike on purpose."""
