#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each cause of a failed handshake brought about: cause, evidence, what mends it, and that it does."""
import os
import shutil
import socket
import subprocess
import threading
import time

from harness import (NEWEST_GO, SEAMARK, Facts, build, cases, check, equal, main, path, run, start,
                     test)

# Go looks where these say, and so may whoever starts the tests.
for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
    os.environ.pop(variable, None)

OLDEST_AND_NEWEST = ["1.19", NEWEST_GO]
AIA = "authorityInfoAccess=caIssuers;URI:http://ca.test/ca.der"
NAMES = "subjectAltName=DNS:localhost"
USES = "extendedKeyUsage=serverAuth,clientAuth"


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, cwd=path(""))


def key(name):
    if not os.path.exists(path(name + ".key")):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name + ".key")


def authority(name, subject=None, issuer=None):
    """NAME.pem and NAME.key: a root, or an intermediate."""
    if not os.path.exists(path(name + ".pem")):
        key(name)
        if not issuer:
            openssl("req", "-x509", "-new", "-key", name + ".key", "-days", "9", "-out",
                    name + ".pem", "-subj", f"/CN={subject or name}")
        else:
            certificate(name, issuer, "basicConstraints=critical,CA:TRUE")
    return path(name + ".pem")


def certificate(name, issuer, *extensions):
    """NAME.pem and NAME.key; issuer None: signed by itself. Returns the pair for -pair."""
    if not os.path.exists(path(name + ".pem")):
        key(name)
        with open(path(name + ".ext"), "w", encoding="utf-8") as file:
            file.write("\n".join(extensions) + "\n")
        openssl("req", "-new", "-key", name + ".key", "-subj", f"/CN={name}", "-out",
                name + ".csr")
        signer = ["-CA", issuer + ".pem", "-CAkey", issuer + ".key", "-CAcreateserial"] \
            if issuer else ["-signkey", name + ".key"]
        openssl("x509", "-req", "-in", name + ".csr", *signer, "-days", "9", "-extfile",
                name + ".ext", "-out", name + ".pem")
    return path(name + ".pem") + "," + path(name + ".key")


def dated(name, issuer, first, last):
    """A certificate from some days on, until some days from now."""
    certificate(name, issuer, NAMES, USES)
    with open(path("index"), "w", encoding="utf-8"):
        pass
    with open(path("serial"), "w", encoding="utf-8") as file:
        file.write("77\n")
    with open(path("ca.conf"), "w", encoding="utf-8") as file:
        file.write("[ca]\ndefault_ca=x\n[x]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
                   "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
    begin, end = (time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))
                  for days in (first, last))
    openssl("ca", "-batch", "-config", "ca.conf", "-cert", issuer + ".pem", "-keyfile",
            issuer + ".key", "-in", name + ".csr", "-startdate", begin, "-enddate", end,
            "-extfile", name + ".ext", "-out", name + ".pem", "-notext")
    return path(name + ".pem") + "," + path(name + ".key")


def chain(name, *others):
    with open(path(name + ".chain"), "wb") as out:
        for one in (name, *others):
            with open(path(one + ".pem"), "rb") as file:
                out.write(file.read())
    return path(name + ".chain") + "," + path(name + ".key")


def server(*flags, release=NEWEST_GO):
    """A server that nobody observes, for one handshake; its address."""
    child = start([build("shakes", release), "-server", *flags], stdout=subprocess.PIPE, text=True)
    return child.stdout.readline().strip()


def plain(answer, hold=False):
    """Takes one connection, answers with these bytes; hold: leaves it open and silent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def take():
        taken = listener.accept()[0]
        taken.recv(4096)
        if answer:
            taken.sendall(answer)
        if hold:
            time.sleep(3)
        taken.close()
        listener.close()
    threading.Thread(target=take, daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


def seamark(command, **options):
    """The verdicts on handshakes of one run, and the command's status."""
    done = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--", *command], **options)
    failed = [fact for fact in Facts(path("facts")).of("tls.handshake")
              if fact["outcome"] != "ok"]
    return failed, done.returncode


def client(address, *flags, release=NEWEST_GO, before=(), **options):
    binary = build("shakes", release) if not before else "/shakes"
    return seamark([*before, binary, "-address", address, *flags], **options)


def expect(failed, cause, evidence=(), fix="", words=""):
    equal(len(failed), 1, "failed handshakes")
    if not failed:
        return {}
    verdict = failed[0].get("verdict", {})
    equal(verdict.get("cause"), cause, f"cause ({failed[0]['error']})")
    if not verdict:
        return {}
    for name, value in dict(evidence).items():
        equal(verdict["evidence"].get(name), value, f"evidence {name}")
    if fix:
        check(verdict["fixes"] and fix in verdict["fixes"][0], f"first fix: {verdict['fixes']}")
    check(words in verdict["explanation"], f"explanation: {verdict['explanation']}")
    check("Insecure" not in str(verdict), "verification is not to be switched off")
    return verdict


def image(name, release, system="", files=()):
    """A root directory with the static program in it, and how to start something there."""
    root = path("root-" + name)
    shutil.rmtree(root, True)
    os.makedirs(root + "/etc/ssl/certs")
    os.makedirs(root + "/etc/pki/tls/certs")
    shutil.copy(build("shakes", release), root + "/shakes")
    if system:
        with open(root + "/etc/os-release", "w", encoding="utf-8") as file:
            file.write(f'NAME="Some {system}"\nID={system}\n')
    for where, source in files:
        shutil.copy(source, root + where)
    return root, ["chroot", root]


BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@cases([(system, fix, release) for system, fix in (("", "COPY --from"), ("alpine", "apk add"),
                                                   ("debian", "apt-get install"))
        for release in OLDEST_AND_NEWEST])
def an_image_without_bundle(system, fix, release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    root, enter = image("bare", release, system)
    failed, status = client(server("-pair", pair), release=release, before=enter)
    equal(status, 1, "status")
    expect(failed, "no_ca_bundle_in_image", {
        "trust.authorities": "0", "trust.bundle": BUNDLE, "certificate.issuer": "CN = ca",
        **({"image": system} if system else {})}, fix)
    shutil.copy(path("ca.pem"), root + BUNDLE)
    equal(client(server("-pair", pair), release=release, before=enter), ([], 0), "with a bundle")


@cases(OLDEST_AND_NEWEST)
def a_variable_that_names_nothing(release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    root, enter = image("variable", release, "debian")
    environment = dict(os.environ, SSL_CERT_FILE="/nowhere/ca.pem")
    failed, _ = client(server("-pair", pair), release=release, before=enter, env=environment)
    expect(failed, "no_ca_bundle_in_image", {"SSL_CERT_FILE": "/nowhere/ca.pem"},
           "SSL_CERT_FILE", "/nowhere/ca.pem")
    shutil.copy(path("ca.pem"), root + "/ca.pem")
    environment["SSL_CERT_FILE"] = "/ca.pem"
    equal(client(server("-pair", pair), release=release, before=enter, env=environment), ([], 0),
          "with the right file")


@cases(OLDEST_AND_NEWEST)
def a_private_authority_beside_the_bundle(release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    root, enter = image("bundle", release, "debian", [(BUNDLE, BUNDLE)])
    failed, _ = client(server("-pair", pair), release=release, before=enter)
    verdict = expect(failed, "private_ca_not_trusted", {
        "trust.bundle": BUNDLE, "certificate.issuer": "CN = ca", "image": "debian"},
        "AppendCertsFromPEM")
    check(int(verdict["evidence"]["trust.authorities"]) > 100, "authorities of Debian's bundle")
    shutil.copy(path("ca.pem"), root + "/ca.pem")
    equal(client(server("-pair", pair), "-pool", "/ca.pem", release=release, before=enter),
          ([], 0), "with a pool of its own")


@cases(OLDEST_AND_NEWEST)
def a_pool_of_its_own(release):
    authority("ca")
    authority("other")
    pair = certificate("leaf", "ca", NAMES, USES)
    failed, _ = client(server("-pair", pair), "-pool", path("other.pem"), release=release)
    expect(failed, "private_ca_not_trusted", {"trust.pool": "the program's own",
                                              "trust.authorities": "1"}, "RootCAs")
    failed, _ = client(server("-pair", pair), "-pool", "-", release=release)
    expect(failed, "private_ca_not_trusted", {"trust.authorities": "0"}, "RootCAs", "empty")
    equal(client(server("-pair", pair), "-pool", path("ca.pem"), release=release), ([], 0),
          "with the authority in the pool")


@cases(OLDEST_AND_NEWEST)
def the_same_name_with_another_key(release):
    authority("ca")
    twin = authority("twin", "ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    failed, _ = client(server("-pair", pair), "-pool", twin, release=release)
    expect(failed, "private_ca_not_trusted", {"trust.same_name": "true"}, "RootCAs",
           "another key")


@cases(OLDEST_AND_NEWEST)
def a_certificate_signed_by_itself(release):
    pair = certificate("self", None, NAMES, USES)
    _, enter = image("self", release, "debian", [(BUNDLE, BUNDLE), ("/self.pem", path("self.pem"))])
    failed, _ = client(server("-pair", pair), release=release, before=enter)
    expect(failed, "self_signed", {"certificate.subject": "CN = self",
                                   "certificate.issuer": "CN = self"}, "SSL_CERT_FILE")
    equal(client(server("-pair", pair), release=release, before=enter,
                 env=dict(os.environ, SSL_CERT_FILE="/self.pem")), ([], 0), "with that file")


@test
def a_root_that_was_sent_along_is_no_self_signed_leaf():
    authority("ca")
    certificate("leaf", "ca", NAMES, USES)
    failed, _ = client(server("-pair", chain("leaf", "ca")), "-pool", authority("other"))
    expect(failed, "private_ca_not_trusted", {"certificate.chain": "2"})


@test
def an_intermediate_that_was_not_sent():
    authority("ca")
    authority("middle", issuer="ca")
    pair = certificate("below", "middle", NAMES, USES, AIA)
    flags = ("-pool", path("ca.pem"))
    failed, _ = client(server("-pair", pair), *flags)
    expect(failed, "intermediate_not_sent", {"certificate.chain": "1",
                                             "certificate.issuer": "CN = middle"}, "whole chain")
    equal(client(server("-pair", chain("below", "middle")), *flags), ([], 0), "with the chain")
    # Without an address of the issuer it is not certain, and until 1.19 the chain is not known.
    failed, _ = client(server("-pair", certificate("silent", "middle", NAMES, USES)), *flags)
    verdict = expect(failed, "private_ca_not_trusted")
    check(any("CN = middle is itself signed" in fix for fix in verdict["fixes"]), verdict["fixes"])
    # Nor where it is published in a directory: that is a private authority's.
    directory = AIA.replace("http://", "ldap:///")
    failed, _ = client(server("-pair", certificate("listed", "middle", NAMES, USES, directory)),
                       *flags)
    expect(failed, "private_ca_not_trusted")
    failed, _ = client(server("-pair", pair), *flags, release="1.19")
    expect(failed, "private_ca_not_trusted")


@cases(OLDEST_AND_NEWEST)
def a_bundle_that_may_not_be_read(release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    root, enter = image("secret", release, "debian", [(BUNDLE, path("ca.pem"))])
    for folder in (path(""), root):
        os.chmod(folder, 0o755)
    os.chmod(root + BUNDLE, 0o600)
    enter = ["chroot", "--userspec=65534:65534", root]
    failed, _ = client(server("-pair", pair), release=release, before=enter)
    expect(failed, "ca_bundle_unreadable", {"trust.bundle": BUNDLE, "trust.bundle.mode": "0600",
                                            "trust.bundle.user": "0"}, "chmod 0644")
    os.chmod(root + BUNDLE, 0o644)
    equal(client(server("-pair", pair), release=release, before=enter), ([], 0), "readable")


@test
def what_is_no_file_is_not_read():
    authority("ca")
    root, enter = image("odd", NEWEST_GO, "alpine")
    os.mkfifo(root + "/etc/ssl/certs/fifo.pem")
    os.symlink("/../../../../../../" + BUNDLE, root + "/etc/ssl/certs/outside.pem")
    os.unlink(root + "/etc/os-release")
    os.mkfifo(root + "/etc/os-release")
    feeder = start(["sh", "-c", f"sleep 2; : >{root}/etc/ssl/certs/fifo.pem"])
    failed, _ = client(server("-pair", certificate("leaf", "ca", NAMES, USES)), "-timeout", "20s",
                       before=enter)
    feeder.wait()
    # The program itself hangs at the FIFO; Seamark finds nothing, least of all the host's bundle.
    for fact in failed:
        check(fact.get("verdict", {}).get("evidence", {}).get("trust.authorities", "0") == "0",
              f"something was read: {fact}")


@test
def a_process_that_ends_at_once():
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    _, enter = image("hasty", NEWEST_GO, "alpine")
    causes = set()
    for _ in range(5):
        failed, _ = client(server("-pair", pair), "-exit", before=enter)
        equal(len(failed), 1, "failed handshakes")
        causes |= {fact.get("verdict", {}).get("cause") for fact in failed}
    equal(causes, {"no_ca_bundle_in_image"}, "causes")
    # What needs no look at the image is known however soon it ends.
    failed, _ = client(server("-pair", pair), "-exit", "-pool", authority("other"))
    expect(failed, "private_ca_not_trusted", {"certificate.issuer": "CN = ca"})


@cases(OLDEST_AND_NEWEST)
def the_wrong_name(release):
    flags = ("-pool", authority("ca"), "-name", "api.example.test")
    two = certificate("two", "ca", "subjectAltName=DNS:one.test,DNS:two.test,IP:10.1.2.3")
    failed, _ = client(server("-pair", two), *flags, release=release)
    expect(failed, "hostname_mismatch", {
        "certificate.wanted": "api.example.test",
        "certificate.names": "one.test, two.test, 10.1.2.3"}, "Dial the name")
    equal(client(server("-pair", two), *flags[:2], "-name", "two.test", release=release), ([], 0),
          "with a name that it has")
    failed, _ = client(server("-pair", certificate("api.example.test", "ca")), *flags,
                       release=release)
    expect(failed, "hostname_mismatch", {"certificate.names": "none"}, words="common name")


@cases(OLDEST_AND_NEWEST)
def out_of_date(release):
    flags = ("-pool", authority("ca"))
    old = dated("old", "ca", -9, -3.1)
    failed, _ = client(server("-pair", old), *flags, release=release)
    verdict = expect(failed, "certificate_expired", {"certificate.subject": "CN = old"}, "Renew",
                     "3 days ago")
    check("clock.now" in verdict["evidence"], f"no clock: {verdict}")
    equal(client(server("-pair", certificate("leaf", "ca", NAMES, USES)), *flags,
                 release=release), ([], 0), "renewed")


@cases(OLDEST_AND_NEWEST)
def not_yet_valid(release):
    flags = ("-pool", authority("ca"))
    failed, _ = client(server("-pair", dated("early", "ca", 10, 20)), *flags, release=release)
    expect(failed, "certificate_not_yet_valid", fix="clock", words="begins only on")


def observed_server(flags, talk, release=NEWEST_GO):
    """A server under observation; talk(address) is what its client does."""
    child = start([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--",
                   build("shakes", release), "-server", *flags], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                  text=True)
    talk(child.stdout.readline().strip())
    child.wait(20)
    return [fact for fact in Facts(path("facts")).of("tls.handshake") if fact["outcome"] != "ok"]


def stranger(*flags, release=NEWEST_GO):
    return lambda address: run([build("shakes", release), "-address", address, *flags])


@cases(OLDEST_AND_NEWEST)
def no_common_version(release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    flags = ("-pool", path("ca.pem"))
    failed, _ = client(server("-pair", pair, "-min", "4"), *flags, "-max", "3", release=release)
    expect(failed, "protocol_version", {"config.max_version": "1.2", "tls.alert": "70"},
           "MinVersion")
    failed = observed_server(("-pair", pair, "-min", "4"), stranger(*flags, "-max", "3"), release)
    expect(failed, "protocol_version", {"config.min_version": "1.3", "offered": "1.2"},
           "MinVersion")
    equal(client(server("-pair", pair, "-min", "4"), *flags, release=release), ([], 0), "without")


@cases(OLDEST_AND_NEWEST)
def no_common_suite(release):
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    flags = ("-pool", path("ca.pem"), "-max", "3", "-suites", "0xc02b")
    failed = observed_server(("-pair", pair, "-max", "3", "-suites", "0xc02c"), stranger(*flags),
                             release)
    expect(failed, "no_common_cipher", {
        "config.cipher_suites": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}, "CipherSuites")
    if release == NEWEST_GO:
        check("AES_128" in failed[0]["verdict"]["evidence"].get("offered", ""), str(failed))
    # The client is told no more than handshake_failure: nothing is made up from that.
    failed, _ = client(server("-pair", pair, "-max", "3", "-suites", "0xc02c"), *flags,
                       release=release)
    expect(failed, "remote_alert", {"tls.alert": "40"})


@cases([(b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"), (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"220 mail.test ESMTP\r\n", "SMTP (or FTP)"), (b"\x00\x01\x02\x03\x04\x05", None)])
def not_tls(answer, speaks):
    for release in OLDEST_AND_NEWEST:
        failed, _ = client(plain(answer), release=release)
        expect(failed, "not_tls", {"speaks": speaks} if speaks else {},
               "http://" if speaks == "HTTP" else "speak", speaks or "TLS")


@test
def plain_http_to_a_tls_server():
    def talk(address):
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as conn:
            conn.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            conn.recv(100)
    authority("ca")
    failed = observed_server(("-pair", certificate("leaf", "ca", NAMES, USES)), talk)
    expect(failed, "not_tls", {"speaks": "HTTP"})


@cases([("1.19", "3"), ("1.19", "4"), (NEWEST_GO, "3"), (NEWEST_GO, "4")])
def client_certificates(release, version):
    authority("ca")
    authority("other")
    pair = certificate("leaf", "ca", NAMES, USES)
    alien = certificate("alien", "other", NAMES, USES)
    take = ("-pair", pair, "-auth", "4", "-max", version, "-pool", path("ca.pem"))
    flags = ("-pool", path("ca.pem"), "-max", version)
    failed = observed_server(take, stranger(*flags), release)
    expect(failed, "client_certificate_required", fix="certificate")
    failed = observed_server(take, stranger(*flags, "-pair", alien, "-insist"), release)
    evidence = {} if release == "1.19" else {"certificate.issuer": "CN = other"}
    expect(failed, "client_certificate_rejected",
           {**evidence, "trust.pool": "tls.Config.ClientCAs"}, "certificate")
    equal(observed_server(take, stranger(*flags, "-pair", pair), release), [], "with a right one")
    if version == "3":
        failed, _ = client(server(*take), *flags, "-pair", alien, "-insist", release=release)
        expect(failed, "client_certificate_rejected", {"tls.alert.name": "unknown_ca"}
               if release == "1.19" else {}, "signed by an authority")


@cases(OLDEST_AND_NEWEST)
def the_client_does_not_trust_us(release):
    authority("ca")
    failed = observed_server(("-pair", certificate("leaf", "ca", NAMES, USES)),
                             stranger("-pool", authority("other"), release=NEWEST_GO), release)
    expect(failed, "peer_rejected_our_certificate", {"tls.alert": "42"}, "authority")


@cases(OLDEST_AND_NEWEST)
def closed_by_the_other_end(release):
    failed, _ = client(plain(b""), release=release)
    expect(failed, "closed_by_peer")


@cases([(release, how) for release in OLDEST_AND_NEWEST for how in ("-timeout", "-deadline")])
def waiting_for_the_network(release, how):
    failed, _ = client(plain(b"", hold=True), how, "400ms", release=release)
    expect(failed, "timeout", {"received_bytes": "0"}, "slow or silent", "nothing at all")
    # The header of a record of 256 bytes, and no more than that.
    failed, _ = client(plain(b"\x16\x03\x03\x01\x00", hold=True), how, "400ms", release=release)
    verdict = expect(failed, "timeout", {"received_bytes": "5"}, words="then nothing for")
    check("silent" in verdict["evidence"], f"evidence: {verdict}")


@cases([(release, how) for release in OLDEST_AND_NEWEST for how in ("-timeout", "-deadline")])
def computing(release, how):
    authority("ca")
    take = ("-pair", certificate("leaf", "ca", NAMES, USES), "-max", "3")
    flags = ("-pool", path("ca.pem"))
    failed, _ = client(server(*take), *flags, how, "300ms", "-dawdle", "600ms", release=release)
    verdict = expect(failed, "timeout", words="not the network")
    check(verdict and verdict["evidence"].get("go.operation") in (None, "write", "read"), verdict)
    equal(client(server(*take), *flags, how, "9s", "-dawdle", "600ms", release=release), ([], 0),
          "with more time")


@cases(OLDEST_AND_NEWEST)
def cancelled(release):
    failed, _ = client(plain(b"", hold=True), "-cancel", "200ms", release=release)
    expect(failed, "cancelled")


@test
def a_handshake_that_is_made_has_no_verdict():
    authority("ca")
    pair = certificate("leaf", "ca", NAMES, USES)
    equal(client(server("-pair", pair), "-pool", path("ca.pem")), ([], 0), "a good handshake")


if __name__ == "__main__":
    main()
