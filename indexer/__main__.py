"""`python -m indexer` is `yaodian index`."""

import sys

from bot.cli import main

if __name__ == "__main__":
    main(["index", *sys.argv[1:]])
