"""TLS for cases: the client's side of a handshake, and certificates that ``openssl`` makes when a server is set up."""

from __future__ import annotations

import functools
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

Secure = Callable[[socket.socket], socket.socket]

_VERSIONS = {
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def client(words: str) -> Secure:
    """What makes a socket speak TLS: ``sni=NAME protocol=TLSv1.2 ciphers=… cert=FILE alpn=a,b``."""
    options = dict(word.split("=", 1) for word in words.split() if "=" in word)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if "protocol" in options:
        context.minimum_version = context.maximum_version = _VERSIONS[options["protocol"]]
    if "ciphers" in options:
        context.set_ciphers(options["ciphers"])
    if "cert" in options:
        context.load_cert_chain(options["cert"])
    if "alpn" in options:
        context.set_alpn_protocols(options["alpn"].split(","))

    def secure(sock: socket.socket) -> socket.socket:
        wrapped = context.wrap_socket(sock, server_hostname=options.get("sni"))
        wrapped.setblocking(False)
        return wrapped

    return secure


def _openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


def _make(directory: Path, line: str) -> None:
    name, *words = line.split()
    options = dict(word.partition("=")[::2] for word in words)
    key = ["-newkey", "rsa:2048"] if "rsa" in options else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    protect = ["-passout", f"pass:{options['password']}"] if "password" in options else ["-nodes"]
    subject = ["-subj", options.get("subject", f"/CN={options.get('cn', name)}")]
    extensions = [f"basicConstraints=critical,CA:{'TRUE' if 'ca' in options else 'FALSE'}"]
    if "names" in options:
        extensions.append("subjectAltName=" + ",".join(f"DNS:{alias}" for alias in options["names"].split(",")))
    if "ocsp" in options:
        extensions.append(f"authorityInfoAccess=OCSP;URI:{options['ocsp']}")
    files = ["-keyout", f"{name}.key"]
    if "by" not in options:
        added = [word for text in extensions for word in ("-addext", text)]
        made = ["-out", f"{name}.crt", "-days", "30", *added]
        _openssl(directory, "req", "-x509", *key, *protect, *subject, *files, *made)
    else:
        _openssl(directory, "req", *key, *protect, *subject, *files, "-out", f"{name}.csr")
        (directory / f"{name}.ext").write_text("\n".join(extensions))
        _openssl(
            directory, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{options['by']}.crt", "-CAkey",
            f"{options['by']}.key", "-CAcreateserial", "-days", "30", "-extfile", f"{name}.ext", "-out", f"{name}.crt",
        )  # fmt: skip
    pem = (directory / f"{name}.crt").read_bytes() + (directory / f"{name}.key").read_bytes()
    (directory / f"{name}.pem").write_bytes(pem)


@functools.cache
def _made(text: str) -> tempfile.TemporaryDirectory[str]:
    """The files for a section, made once a process."""
    directory = tempfile.TemporaryDirectory(prefix="pyresty-cert-")
    for line in text.splitlines():
        if line.strip():
            _make(Path(directory.name), line)
    return directory


def certificates(text: str, target: Path) -> None:
    """Fill a directory with NAME.crt, NAME.key and NAME.pem (both in one) for each line of a section.

    A line is ``NAME [ca] [rsa] [by=NAME] [cn=…] [subject=/CN=…] [names=a,b] [password=…] [ocsp=URL]``.
    """
    shutil.copytree(_made(text).name, target)
