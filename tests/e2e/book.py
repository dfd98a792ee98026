# SPDX-License-Identifier: BSD-2-Clause
"""What the programs failures and contexts booked of their handshakes, and what Seamark told of them."""
import base64
import collections

from harness import check, equal

# As include/event.h and bpf/goerror.bpf.h have them.
TYPE_NAME_SIZE = 64
ERROR_TEXT_SIZE = 160
MESSAGE_SIZE = 256
TOLD_FIRST = 3
PASSED_OVER = 32

# Where Go's own words for an alert are not those of its name.
ALERT_WORDS = {48: "unknown certificate authority", 50: "error decoding", 51: "error decrypting",
               121: "hello required"}


def shown(name):
    """A type's name as it is told: one that is too long ends in dots."""
    return name if len(name.encode()) < TYPE_NAME_SIZE else name.encode()[:50].decode(errors="ignore")


def check_types(one, go_type, where):
    chain, _, context = go_type.partition(" (context: ")
    equal(context.rstrip(")"), one.get("context", ""), f"{where}: type of the context's error")
    wanted = one["types"]
    if len(wanted) > TOLD_FIRST + 1:
        last = min(len(wanted) - 1, TOLD_FIRST + PASSED_OVER)
        wanted = wanted[:TOLD_FIRST] + ["..."] + [wanted[last]]
    found = chain.split(" > ")
    equal(len(found), len(wanted), f"{where}: length of the chain {found}")
    for name, whole in zip(found, wanted):
        if shown(whole) == whole:
            equal(name, whole, f"{where}: type")
        else:
            check(name.startswith(shown(whole)) and name.endswith("..."),
                  f"{where}: {name} is not the beginning of {whole}")


def without_half(raw):
    """Without the half of a character that a cut left at the end."""
    for back in range(1, min(4, len(raw) + 1)):
        if raw[-back] >= 0xc0:
            try:
                raw[-back:].decode()
            except UnicodeDecodeError:
                return raw[:-back]
        if raw[-back] < 0x80 or raw[-back] >= 0xc0:
            break
    return raw


def printable(raw):
    """As it is told: up to a NUL, cut, control characters and stray bytes in hex."""
    if len(raw) >= ERROR_TEXT_SIZE:
        raw = without_half(raw[:ERROR_TEXT_SIZE])
    text = raw.split(b"\0")[0].decode("utf-8", "surrogateescape")
    return "".join(
        each if each.isprintable() or ord(each) > 0x9f and not "\udc80" <= each <= "\udcff" else
        "".join(f"\\x{byte:02x}" for byte in each.encode("utf-8", "surrogateescape"))
        for each in text)


def without_prefix(text):
    for prefix in ("x509: ", "tls: ", "remote error: tls: "):
        text = text[len(prefix):] if text.startswith(prefix) else text
    return text


def check_alert(one, attributes, where):
    equal(attributes.get("tls.alert", -1), one["alert"], f"{where}: alert")
    name = attributes.get("tls.alert.name")
    if not name or "alert(" in one["inner"]:  # Go has no name for it, perhaps we do
        check(one["alert"] < 0 or name or "alert(" in one["inner"], f"{where}: alert without name")
        return
    words = [ALERT_WORDS[one["alert"]]] if one["alert"] in ALERT_WORDS else name.split("_")
    check(all(word in one["inner"].lower() for word in words),
          f"{where}: Go says {one['inner']!r} of {name}")


def check_evidence(one, evidence, where):
    if one.get("header"):
        equal(evidence.get("first_bytes", "").split(' "')[0].replace(" ", ""), one["header"],
              f"{where}: first bytes")
    for ours, theirs in ("certificate.not_before", "not_before"), ("certificate.not_after",
                                                                  "not_after"):
        if ours in evidence and theirs in one:
            equal(evidence[ours], one[theirs][:10], f"{where}: {ours}")
    if "certificate.names" in evidence and one.get("names"):
        equal(evidence["certificate.names"], ", ".join(one["names"]), f"{where}: names")


def wanted_words(one):
    """The innermost error in Go's words, or in ours with Go's values; empty: there is nothing."""
    innermost = one["types"][-1]
    if "host" in one:
        return "certificate is not valid for " + one["host"]
    if one["alert"] >= 0:
        return f"tls alert {one['alert']} ("
    if one["reason"] >= 0:
        words = without_prefix(one["inner"]).rstrip(": ")
        return "" if words == "unknown error" else words
    if innermost == "*net.DNSError":
        return one["inner"].split(": ", 1)[-1]
    if innermost.endswith(("OpError", "SystemRootsError", "ECHRejectionError")):
        return ""
    words = printable(base64.b64decode(one.get("raw", "")))
    return words if innermost == "*errors.errorString" else without_prefix(words)


def check_message(one, message, where):
    if one["opaque"] or len(one["types"]) > TOLD_FIRST + PASSED_OVER + 1:
        check("EOF" not in message and "stranger" not in message and "behind" not in message,
              f"{where}: {message!r} comes out of an error of the program's own")
    elif one["types"][0].startswith("*fmt.wrapErr"):
        equal(message, printable(one["outermost"].encode()), f"{where}: message")
    else:
        words = wanted_words(one)[:MESSAGE_SIZE - 40]
        check(words.lower() in message.lower(), f"{where}: {message!r} without {words!r}")
    if "said" in one:
        check(one["said"] in message, f"{where}: {message!r} without {one['said']!r}")


def check_failure(one, fact, where):
    attributes, error = fact["attributes"], fact.get("error", {})
    equal(attributes.get("error.type"), one["wanted"], f"{where}: error.type")
    check_types(one, error.get("go_type", ""), where)
    check_alert(one, attributes, where)
    check_message(one, error.get("message", ""), where)
    check_evidence(one, fact.get("verdict", {}).get("evidence", {}), where)


def check_one(one, facts):
    where = f"{one['role']} of '{one['scenario']}'"
    found = [fact for fact in facts if fact["attributes"]["tls.role"] == one["role"] and
             fact["attributes"].get("network.local.port") == one["local_port"] and
             fact["attributes"].get("network.peer.port") == one["peer_port"]]
    if not check(found, f"{where}: no fact"):
        return
    # A port may come again, for a later handshake: each fact is for one.
    fact = found[0]
    facts.remove(fact)
    if one["types"]:
        check_failure(one, fact, where)
    else:
        equal((fact["outcome"], one["wanted"]), ("ok", ""), f"{where}: outcome")


def compare(booked, handshakes):
    """Both ends of every handshake, each with its fact."""
    check(len(booked) > 200, f"{len(booked)} ends were booked")
    equal(len(handshakes), len(booked), "handshakes")
    for one in booked:
        check_one(one, handshakes)


def check_way(one, told):
    """Behind a context of the program's own nobody can look: what it ended may be told as closed."""
    where = f"{one['role']} of '{one['way']}'"
    wanted = collections.Counter(one["wanted"])
    if one["own"]:
        equal(sum(told.values()), sum(wanted.values()), f"{where}: handshakes")
        equal(told - wanted - collections.Counter(closed=told["closed"]), {}, f"{where}: error.type")
    else:
        equal(dict(told), dict(wanted), f"{where}: error.type")


def compare_contexts(booked, handshakes):
    """How handshakes ended for each way to a context, which has a server of its own."""
    told = collections.defaultdict(collections.Counter)
    for fact in handshakes:
        attributes = fact["attributes"]
        side = "peer" if attributes["tls.role"] == "client" else "local"
        told[attributes["tls.role"], attributes[f"network.{side}.port"]][attributes["error.type"]] += 1
    check(len(booked) > 30, f"{len(booked)} ways were booked")
    for one in booked:
        check_way(one, told[one["role"], one["port"]])
    print(f"# {len(handshakes)} handshakes of {len(booked)} ways to a context")
