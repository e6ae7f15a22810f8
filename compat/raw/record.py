"""Writes nginx's verdicts into the corpus: ``python compat/raw/record.py [--binary /usr/sbin/nginx] [FILE…]``.

Look at the difference before it is committed: a verdict is right when it is what nginx does *and* makes sense.
"""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import raw_corpus as corpus  # noqa: E402

from pyresty.testing.server import Binary, Server  # noqa: E402

QUIET = 0.25  # nothing for so long: nothing more will come


def record(server: Server, case: corpus.RawCase) -> corpus.Verdict:
    """What the server does, found without expecting anything."""
    size = len(server.log())
    client = corpus.Client(server, case.server)
    client.sock.settimeout(QUIET)
    verdict = corpus.Verdict(after="closed")
    try:
        client.send(case.sent)
        collect(client, case, verdict)
    except TimeoutError:
        verdict.after = "open"
        client.end_input()
        client.sock.settimeout(corpus.TIMEOUT)
        collect(client, case, verdict)
    finally:
        client.close()
    server.sync()
    text = server.log()[size:]
    verdict.log = corpus.logged(text)
    if verdict.after == "open":
        answered = verdict.responses and verdict.responses[-1].connection == "close"
        idle = b"closed keepalive connection" in text
        verdict.after = "kept" if idle else "lingers" if answered else "waits"
    return verdict


def collect(client: corpus.Client, case: corpus.RawCase, verdict: corpus.Verdict) -> None:
    while response := client.response(case.head):
        verdict.responses.append(response)


def rewrite(path: Path, verdicts: dict[int, corpus.Verdict]) -> None:
    """Replace the expectations of each case by its verdict; comments and requests stay."""
    out: list[str] = []
    pending: list[str] = []
    for number, line in enumerate(path.read_text("ascii").split("\n"), 1):
        if line.startswith("=== "):
            out += [*pending, ""] if pending else []
            pending = verdicts[number].lines()
            out.append(line)
        elif line[:2] in ("< ", "= ", ". ", "! ") or line in ("=", ""):
            continue
        else:
            out.append(line)
    path.write_text("\n".join([*out, *pending]) + "\n", "ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default="/usr/sbin/nginx")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    server = Server(Binary.find(options.binary, "luajit21"), corpus.SETUP)
    try:
        server.start()
        for path in options.files or sorted(corpus.HERE.glob("*.raw")):
            verdicts = {case.line: record(server, case) for case in corpus.parse(path)}
            rewrite(path, verdicts)
            print(f"{path.name}: {len(verdicts)} cases")
        server.stop()
    finally:
        server.remove()


if __name__ == "__main__":
    socket.setdefaulttimeout(corpus.TIMEOUT)
    main()
