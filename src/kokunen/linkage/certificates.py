"""The city's own small certificate authority, for the systems of the city alone.

Keys are files that only their owner reads, in the secrets of the home; a certificate stands beside
its key. An existing file is never written over: a renewed one has a new name.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

AUTHORITY: Final = "authority"
SERVER: Final = "server"
AUTHORITY_DAYS: Final = 3650
DAYS: Final = 397
_EARLIER: Final = timedelta(minutes=5)
"""Clocks of two machines differ; a certificate made now must hold at once."""


class UnableToCertify(Refusal):
    """The certificate's file exists, or the authority is missing or cannot be read."""

    code = "linkage_certificate"


def make_authority(folder: Path, *, at: datetime, days: int = AUTHORITY_DAYS) -> x509.Certificate:
    """Make the authority: ``authority.crt`` and ``authority.key``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Kokunen linkage authority")
    made = (
        _begun(name, name, key.public_key(), key.public_key(), at=at, days=days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    _write(folder, AUTHORITY, made, key)
    return made


def make_server(
    folder: Path, *, names: Sequence[str], at: datetime, days: int = DAYS
) -> x509.Certificate:
    """Make the platform's certificate, for the names and addresses by which it is reached."""
    return _issue(folder, SERVER, at=at, days=days, names=names)


def make_system(
    folder: Path, *, system: str, at: datetime, days: int = DAYS, file: str = ""
) -> x509.Certificate:
    """Make a system's certificate; ``file`` names its files when a renewed one needs another."""
    return _issue(folder, system, at=at, days=days, file=file or system)


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate in DER form, in hexadecimal."""
    return x509.load_der_x509_certificate(der).fingerprint(SHA256()).hex()


def _issue(
    folder: Path,
    name: str,
    *,
    at: datetime,
    days: int,
    names: Sequence[str] = (),
    file: str = "",
) -> x509.Certificate:
    try:
        authority = x509.load_pem_x509_certificate((folder / f"{AUTHORITY}.crt").read_bytes())
        signer = load_pem_private_key((folder / f"{AUTHORITY}.key").read_bytes(), None)
    except (OSError, ValueError):
        raise UnableToCertify(
            "連携基盤の認証局がないか、読めません。",
            fix="kokunen linkage certificate authority を先に実行してください。",
        ) from None
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise UnableToCertify(
            "認証局の鍵が楕円曲線の鍵ではありません。",
            fix="kokunen linkage certificate authority で作った鍵を置いてください。",
        )
    if not 0 < days <= (authority.not_valid_after_utc - at).days:
        raise UnableToCertify(
            "証明書の日数が1に満たないか、認証局の期限を超えます。",
            fix=f"1から{(authority.not_valid_after_utc - at).days}までの日数を指定してください。",
            field="days",
        )
    key = ec.generate_private_key(ec.SECP256R1())
    use = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
    begun = _begun(
        _name(name), authority.subject, key.public_key(), signer.public_key(), at=at, days=days
    )
    begun = (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    )
    if names:
        begun = begun.add_extension(
            x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False
        )
    made = begun.sign(signer, SHA256())
    _write(folder, file or name, made, key)
    return made


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    folder: Path, name: str, made: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    held = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for suffix, content in ((".key", held), (".crt", made.public_bytes(Encoding.PEM))):
        try:
            number = os.open(
                folder / f"{name}{suffix}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
            )
        except FileExistsError:
            raise UnableToCertify(
                f"{name}{suffix} はすでにあります。",
                fix="更新のときは --file で名前を付けるか、古いものを移してください。",
                field="file",
            ) from None
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
