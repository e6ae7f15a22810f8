"""The table of what is compatible."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from compat.table import RUNS, api, directives, read, table

REPORT = """<testsuites><testsuite>
<testcase classname="compat.sleep.sleep.t" name="a"/>
<testcase classname="compat.sleep.other.t" name="b"><failure message="x"/></testcase>
<testcase classname="compat.exit.exit.t" name="c"><skipped message="x"/></testcase>
</testsuite></testsuites>"""


def test_reports_are_counted_by_area(tmp_path: Path) -> None:
    path = tmp_path / "nginx.xml"
    path.write_text(REPORT)
    assert read(path) == {"sleep": Counter(passed=1, failed=1), "exit": Counter(skipped=1)}


def test_table() -> None:
    report = {"sleep": Counter(passed=3, failed=1), "exit": Counter(passed=2, skipped=1)}
    text = table(dict.fromkeys(RUNS, report))
    assert "| `ngx.sleep`, time | 4 | 3 (1 fail) |" in text
    assert "| `ngx.exit`, `exec`, `redirect` | 3 | 2 | 2 | 2 | 2 |" in text
    assert "| **all** | 7 | 5 (1 fail) |" in text


def test_names_come_from_the_registries() -> None:
    assert "- `ngx.thread.` `spawn`, `wait`, `kill`\n" in api()
    assert "- `ngx_http_index_module:` `index`\n" in directives()
