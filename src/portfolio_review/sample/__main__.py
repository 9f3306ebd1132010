"""python -m portfolio_review.sample FOLDER: writes the sample company's tables into a folder."""

import sys
from pathlib import Path

from portfolio_review.errors import EXIT_DONE, EXIT_USAGE, PublishError
from portfolio_review.sample.files import write


def main(arguments: list[str]) -> int:
    """Exit code of the command."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m portfolio_review.sample FOLDER", file=sys.stderr)
        return EXIT_DONE if arguments in (["-h"], ["--help"]) else EXIT_USAGE
    try:
        for path in write(Path(arguments[0])):
            print(path)
    except PublishError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
