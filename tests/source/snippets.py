"""Python texts that between them hold every construct the tree knows, in the ways that are hard to place: name -> text.

Those with blanks or line ends that an editor would touch are here, the others in `snippets.txt`, each below a line `=== name`.
"""

from __future__ import annotations

import re
from pathlib import Path

_PARTS = re.split(r"^=== (.*)\n", Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
_PLAIN = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))

SNIPPETS = {
    **_PLAIN,
    "empty": "",
    "no line end at the end": "x = 1",
    "comments": (
        "# first\nx = 1  # second\n    # third\nif a:  # fourth\n    # fifth\n    b  # sixth\n    # seventh\n# eighth\n"
        "y = '# none'\nf'#{x}#'\nz  # last"
    ),
    "tabs": "if a:\n\tb\n\tif c:\n\t\td\n\te\nif a:\n        b\n",
    "CRLF": "if a:\r\n    b\r\n    # c\r\nx = '''d\r\ne'''\r\nf = 'g\\\r\nh'\r\ni = 1 + \\\r\n  2\r\nf'''{\r\na}'''\r\n",
    "CR": "if a:\r    b\r    # c\rx = '''d\re'''\ri = 1\r",
    "mixed line ends": "a\nb\r\nc\rd\n",
    "characters that end no line": "x = '\u2028\u2029\x85\x0b\x1c'; y\nz\n",
    "blank lines": "\n\n\nx\n\n   \n\t\ny\n\n",
    "blanks at line ends": "x = 1 \nif a: \n    b  \t\n    \nc\n",
}
