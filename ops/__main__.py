"""Entry of ./canvas; puts the checkout on the path in place of this folder, so that no module here can
shadow a library.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from ops.cli import main  # noqa: E402 -- the path has to be set first

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
