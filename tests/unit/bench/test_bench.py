"""What scripts/bench makes of wrk's words, and the README's section."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import Figures, table
from bench.load import parse_h2load, parse_wrk
from bench.readme import put
from bench.servers import BenchError
from bench.workload import NAMES, Workload
from pyresty.testing.server import Binary

REPORT = """
  Latency Distribution
     50%  599.00us
     99%    1.25ms
  10 requests in 1.00s, 2.20KB read
Requests/sec:   49182.27
"""


def test_report_of_wrk() -> None:
    assert parse_wrk(REPORT) == (49182.27, 0.00125)
    with pytest.raises(BenchError, match="errors"):
        parse_wrk(REPORT + "  Non-2xx or 3xx responses: 3\n")
    with pytest.raises(BenchError, match="nothing"):
        parse_wrk("")


H2LOAD = """
finished in 4.00s, 5512.25 req/s, 215.32KB/s
requests: 22049 total, 22081 started, 22049 done, 22049 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 22049 2xx, 0 3xx, 0 4xx, 0 5xx
"""


def test_report_of_h2load() -> None:
    assert parse_h2load(H2LOAD) == (5512.25, 0.0)
    with pytest.raises(BenchError, match="errors"):
        parse_h2load(H2LOAD.replace("0 failed", "1 failed"))
    with pytest.raises(BenchError, match="errors"):
        parse_h2load(H2LOAD.replace("22049 2xx, 0", "0 2xx, 22049"))
    with pytest.raises(BenchError, match="nothing"):
        parse_h2load("")


def test_what_a_workload_listens_with(tmp_path: Path) -> None:
    text = Workload("http2").conf(Binary(("nginx",), is_nginx=True, modules=("x.so",)), 81, tmp_path, 0, 0)
    assert "listen 127.0.0.1:81 ssl http2; ssl_certificate" in text and Workload("http2").scheme == "https"
    assert Workload("workers4").workers == 4


def test_every_workload_says_what_it_does() -> None:
    for name in NAMES:
        workload = Workload(name)
        assert workload.path.startswith(f"/{name}")
        assert workload.about.endswith(".")


def test_table() -> None:
    ours = Figures([100.0, 300.0, 200.0], [1e-5] * 3, [0.002] * 3, [2.0**20] * 3, [0.1] * 3)
    theirs = Figures([200.0, 200.0, 100.0], [2e-5] * 3, [0.001] * 3, [2.0**21] * 3, [0.01] * 3)
    text = table([(Workload("hello"), ours, theirs)])
    assert "| `hello` | 200 | 200 | **1.50** | 10 µs | 20 µs | **2.00** | 2.0 ms | 1.0 ms | 1 MB | 2 MB |" in text
    assert "100 ms, nginx 10 ms" in text
    assert "differ by a factor of up to 3.0" in text
    ours.rates = theirs.rates = [100.0, 120.0, 110.0]
    assert "busy" not in table([(Workload("hello"), ours, theirs)])


def test_only_the_section_of_the_readme_is_replaced(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench: made by x -->\nold\n<!-- bench: end -->\nafter\n")
    put("bench", "new\n", readme)
    put("bench", "newer\n", readme)
    assert readme.read_text() == "before\n<!-- bench: made by x -->\n\nnewer\n\n<!-- bench: end -->\nafter\n"
    with pytest.raises(SystemExit):
        put("compat", "new\n", readme)
