"""Ten programs for one task, from poor to good: a review's number must rise from each to the next."""

from __future__ import annotations

from functions.grading.checks import Test

TESTS = (
    Test(name="three prices", kind="call", source="total_price([2, 3, 5])", expected=10),
    Test(name="one price", kind="call", source="total_price([4])", expected=4),
    Test(name="with a return", kind="call", source="total_price([4, -1, 2])", expected=6),
    Test(name="no price", kind="call", source="total_price([])", expected=0, hint="The list may be empty."),
    Test(name="all returns", kind="call", source="total_price([-2])", expected=0, hint="Think of returns."),
)
LADDER = (
    # nothing is returned, names say nothing, everything is on one line
    "import os, sys\ndef total_price(list):\n    tmp=0;foo=1\n    for x in list: print(x)\n    eval('1')\n",
    # one value is right by chance
    "import os\ndef total_price(list):\n    tmp=0;foo=1\n    for x in list: tmp=x\n    return tmp\n",
    # adds everything, returns too
    "import os\ndef total_price(list):\n    tmp=0;foo=1\n    for x in list: tmp+=x\n    return tmp\n",
    # leaves returns out; a name is hidden, an import is not used
    "import os\ndef total_price(list):\n    tmp=0;foo=1\n    for x in list:\n        if x > 0: tmp+=x\n    return tmp\n",  # noqa: E501
    # the import is gone
    "def total_price(list):\n    tmp=0;foo=1\n    for x in list:\n        if x > 0: tmp+=x\n    return tmp\n",
    # no variable that nobody uses
    "def total_price(list):\n    tmp = 0\n    for x in list:\n        if x > 0: tmp += x\n    return tmp\n",
    # no hidden name
    "def total_price(data):\n    tmp = 0\n    for x in data:\n        if x > 0: tmp += x\n    return tmp\n",
    # names that say something
    "def total_price(prices):\n    result = 0\n    for price in prices:\n        if price > 0: result += price\n"  # noqa: E501
    "    return result\n",
    # tidy lines, one name that says little
    "def total_price(prices):\n    tmp = 0\n    for price in prices:\n        if price > 0:\n            tmp += price\n"  # noqa: E501
    "    return tmp\n",
    # short and clear
    "def total_price(prices):\n    return sum(price for price in prices if price > 0)\n",
)
