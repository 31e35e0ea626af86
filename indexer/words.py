"""Words by jieba's dictionary, at index time: those of everyday Chinese, and those that a document is cut into."""

from collections.abc import Callable, Iterable, Iterator


def everyday_words() -> Iterator[tuple[str, int]]:
    """The words of everyday Chinese with their frequency: those of jieba's dictionary that are not rare."""
    import jieba

    with jieba.get_dict_file() as lines:
        for line in lines:
            word, frequency, *_ = line.decode("utf8").split(" ")
            if len(word) <= 4 and int(frequency) >= 5:
                yield word, int(frequency)


def default_cutter() -> Callable[[str], Iterable[str]]:
    """A function that cuts with all of jieba's dictionary and guesses new words: for documents, at index time."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with jieba.get_dict_file() as lines:  # its cache is a marshal file in /tmp, which anyone may have written
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(lines)
    tokenizer.initialized = True
    return lambda text: tokenizer.cut(text, HMM=True)
