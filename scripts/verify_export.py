#!/usr/bin/env python3
"""Verify an exported audit trail without the application: `verify_export.py FILE [--public-key KEY]`.

Needs Python 3.9 or newer and nothing else; with the `cryptography` package it also checks the signatures
of the seals. Compare the public key with one you were given by another way. Exit 0: intact. Exit 1: not.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections import defaultdict


def canonical(value):
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value):
    """SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def check_chain(case_id, events, head, fields):
    """What is wrong with one case's events, or None."""
    previous = ""
    for position, event in enumerate(events, start=1):
        if event["seq"] != position:
            return f"case {case_id}: line {position} is missing or out of order"
        if event["prev_hash"] != previous:
            return f"event {event['id']}: the link to the line before does not hold"
        if digest([event[name] for name in fields]) != event["hash"]:
            return f"event {event['id']}: this line was changed"
        previous = event["hash"]
    if head is None:
        return f"case {case_id}: its head is missing"
    if (head["event_count"], head["hash"]) != (len(events), previous):
        return f"case {head['number']}: the trail does not end where the case says"
    return None


def check_seals(seals, events, key):
    """What is wrong with the seals, or None."""
    lines = {(event["case_id"], event["seq"], event["hash"]) for chain in events.values() for event in chain}
    previous = ""
    for position, seal in enumerate(sorted(seals, key=lambda item: item["number"]), start=1):
        root = digest([previous, sorted(seal["heads"])])
        if seal["number"] != position or seal["prev_root"] != previous or seal["root"] != root:
            return f"seal {seal['number']}: does not match its heads or the seal before it"
        for head in seal["heads"]:
            if tuple(head) not in lines:
                return f"case {head[0]}: line {head[1]}, sealed in seal {seal['number']}, is gone or changed"
        if not signed(seal, key):
            return f"seal {seal['number']}: the signature does not belong to the public key"
        previous = root
    return None


def signed(seal, key):
    """Whether a seal's signature belongs to the public key."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        print("note: signatures not checked (the package `cryptography` is not installed)", file=sys.stderr)
        return True
    try:
        text = f"{seal['root']} {seal['at']}".encode()
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            base64.b64decode(seal["signature"]), text
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def verify(lines, public_key):
    """The first fault or None, and how many cases, events and seals were checked."""
    header = next(lines)
    if header.get("format") != "qicheng-audit-trail/1":
        return "this is not an exported audit trail", 0, 0, 0
    heads, events, seals = {}, defaultdict(list), []
    for line in lines:
        if line["type"] == "head":
            heads[line["case_id"]] = line
        elif line["type"] == "event":
            events[line["case_id"]].append(line)
        else:
            seals.append(line)
    fault = next(
        (
            wrong
            for case_id in sorted({*heads, *events})
            if (wrong := check_chain(case_id, events[case_id], heads.get(case_id), header["fields"]))
        ),
        None,
    ) or check_seals(seals, events, public_key or header["public_key"])
    return fault, len(heads), sum(map(len, events.values())), len(seals)


def main():
    """Read the file, print the result, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--public-key", help="the school's key (base64), if you have it from another source")
    options = parser.parse_args()
    try:
        with open(options.file, encoding="utf-8") as file:
            fault, cases, events, seals = verify((json.loads(line) for line in file), options.public_key)
    except (OSError, ValueError, KeyError, StopIteration) as error:
        print(f"{options.file} cannot be read as an exported trail: {error}", file=sys.stderr)
        return 1
    print(f"checked {cases} cases, {events} events, {seals} seals")
    print(f"NOT INTACT: {fault}" if fault else "intact", file=sys.stderr if fault else sys.stdout)
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
