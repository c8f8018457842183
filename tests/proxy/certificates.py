"""Certificates for tests, made when they run by the openssl command."""

import os
import ssl
import subprocess


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _key_arguments(path):
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path]


class Authority:
    """Its certificate is FOLDER/NAME.crt."""

    def __init__(self, folder, name="ca"):
        self.certificate = f"{folder}/{name}.crt"
        self._key = f"{folder}/{name}.key"
        _openssl("req", "-x509", *_key_arguments(self._key), "-out", self.certificate,
                 "-subj", f"/CN={name}", "-days", "2",
                 "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, folder, subject, names="DNS:localhost,IP:127.0.0.1"):
        """FOLDER/tls.crt and FOLDER/tls.key."""
        os.makedirs(folder, exist_ok=True)
        request = f"{folder}/request"
        _openssl("req", "-new", *_key_arguments(f"{folder}/tls.key"), "-out", request,
                 "-subj", f"/CN={subject}", "-addext", f"subjectAltName={names}",
                 "-addext", "extendedKeyUsage=serverAuth,clientAuth")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
                 "-CAcreateserial", "-copy_extensions", "copy", "-days", "2",
                 "-out", f"{folder}/tls.crt")
        os.unlink(request)
        return folder


def server_context(folder, client_authority=None):
    """Of a server with FOLDER/tls.crt, which wants a certificate of that authority, if any."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/tls.crt", f"{folder}/tls.key")
    if client_authority is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_authority.certificate)
    return context


def point(link, target):
    """Moves a symbolic link at once, as Kubernetes moves ..data."""
    temporary = f"{link}.tmp"
    os.symlink(target, temporary)
    os.rename(temporary, link)
