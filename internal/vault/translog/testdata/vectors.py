#!/usr/bin/env python3
"""Writes the test vectors of docs/log-format.md: python3 vectors.py, in this folder.

It follows the page and the RFCs it names, with the standard library alone, and shares nothing with the Go
code: the tree is the recursive definition of RFC 6962, the signature that of RFC 8032.
"""
import base64
import hashlib
import json
import re

# --- Ed25519, RFC 8032 section 5.1 ---------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Y0 = 4 * pow(5, P - 2, P) % P


def x_of(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - xx) % P == 0
    return P - x if x & 1 != sign else x


def plus(a, b):
    x1, y1 = a
    x2, y2 = b
    d = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + d, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - d, P - 2, P) % P
    return x, y


def times(k, point):
    total = (0, 1)
    while k:
        if k & 1:
            total = plus(total, point)
        point, k = plus(point, point), k >> 1
    return total


BASE = (x_of(Y0, 0), Y0)


def packed(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def wide(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def secret_of(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little")
    return a & (1 << 254) - 8 | 1 << 254, h[32:]


def public_of(seed):
    return packed(times(secret_of(seed)[0], BASE))


def sign(seed, msg):
    a, prefix = secret_of(seed)
    public = packed(times(a, BASE))
    r = wide(prefix, msg) % L
    point = packed(times(r, BASE))
    return point + ((r + wide(point, public, msg) % L * a) % L).to_bytes(32, "little")


# RFC 8032 section 7.1, TEST 2
SEED2 = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
assert sign(SEED2, b"\x72").hex() == (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

# --- the tree, RFC 6962 section 2.1 ----------------------------------------------------------------------


def sha(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha(b"\x00" + entry)


def half(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(entries):
    n = len(entries)
    if n == 0:
        return sha(b"")
    if n == 1:
        return leaf_hash(entries[0])
    k = half(n)
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m, entries):
    n = len(entries)
    if n == 1:
        return []
    k = half(n)
    if m < k:
        return path(m, entries[:k]) + [mth(entries[k:])]
    return path(m - k, entries[k:]) + [mth(entries[:k])]


def growth(m, entries):
    return subproof(m, entries, True)


def subproof(m, entries, whole):
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = half(n)
    if m <= k:
        return subproof(m, entries[:k], whole) + [mth(entries[k:])]
    return subproof(m - k, entries[k:], False) + [mth(entries[:k])]


def stored(entries):
    """The hash of every complete subtree, in the order in which they become complete."""
    hashes = []
    for i in range(len(entries)):
        size = 1
        while (i + 1) % size == 0:
            hashes.append(mth(entries[i + 1 - size : i + 1]))
            size *= 2
    return hashes


# The vectors of certificate-transparency's merkle tree tests, as they stand in its repository.
CT = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
assert mth(CT).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
assert [h.hex() for h in growth(6, CT)] == [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]

# --- entries -----------------------------------------------------------------------------------------------

HIDDEN = [(0x00, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029), (0x202A, 0x202E), (0x2066, 0x2069)]


def hidden(c):
    return any(lo <= ord(c) <= hi for lo, hi in HIDDEN)


def escaped(raw):
    """raw is bytes; surrogateescape carries what is no UTF-8 through the text."""
    out = ""
    for c in raw.decode("utf-8", "surrogateescape"):
        stray = 0xDC80 <= ord(c) <= 0xDCFF
        if c == "\\" or stray or hidden(c):
            out += "".join("\\x%02x" % b for b in c.encode("utf-8", "surrogateescape"))
        else:
            out += c
    return out


def canonical(v):
    if isinstance(v, dict):
        keys = sorted(v, key=lambda k: k.encode())
        return "{" + ",".join(text(k) + ":" + canonical(v[k]) for k in keys) + "}"
    if isinstance(v, list):
        return "[" + ",".join(canonical(e) for e in v) + "]"
    if isinstance(v, str):
        return text(v)
    return {True: "true", False: "false", None: "null"}[v] if v is None or isinstance(v, bool) else "%d" % v


def text(s):
    out = '"'
    for c in s:
        if c in '"\\':
            out += "\\" + c
        elif hidden(c):
            out += "\\u%04x" % ord(c)
        else:
            out += c
    return out + '"'


def as_bytes(s):
    return s if isinstance(s, bytes) else s.encode()


def entry(act):
    on = sorted({as_bytes(i) for i in act["on"]})
    if len(on) > 256:
        digest = hashlib.sha256(b"".join(i + b"\n" for i in on)).hexdigest()
        on = [b"list:%d:%s" % (len(on), digest.encode())]
    lines = [
        "tillproof.act/1",
        "seq %d" % act["seq"],
        "time " + act["time"],
        "by " + escaped(as_bytes(act["by"])),
        "from " + escaped(as_bytes(act["from"])),
        "kind " + act["kind"],
        "outcome " + ("success" if act["ok"] else "failure"),
    ]
    lines += ["on " + escaped(i) for i in on]
    if act["detail"]:
        detail = canonical(act["detail"])
        if len(detail.encode()) > 24576:
            digest = hashlib.sha256(detail.encode()).hexdigest()
            detail = canonical({"sha256": digest, "size": len(detail.encode())})
        lines.append("detail " + detail)
    return "".join(line + "\n" for line in lines).encode()


def act(seq, **more):
    a = {"seq": seq, "time": "2026-03-02T08:15:04.120000Z", "by": "王芳", "from": "cli@till-1",
         "kind": "decision.make", "ok": True, "on": [], "detail": {}}
    a.update(more)
    return a


ACTS = {
    "as on the page": act(7, on=["rec_3v8k0m1c9q2w4e6r8t0yabcdef", "brk_3v8k0m1c9q2w4e6r8t0yabcdef"],
                          detail={"ruling": "match", "reason": "same sale"}),
    "nothing touched, nothing to add": act(0),
    "a failed attempt": act(12, ok=False, kind="vault.unlock", detail={"why": "wrong passphrase"}),
    "the largest number": act(2**63 - 1),
    "the first instant": act(1, time="0001-01-01T00:00:00.000000Z"),
    "the last instant": act(1, time="9999-12-31T23:59:59.999999Z"),
    "a name with a line break": act(1, by="a\nseq 9"),
    "a name that turns the text": act(1, by="abc\u202edef\u2066"),
    "a name with a backslash": act(1, by="SHOP\\wang", **{"from": "\\x41"}),
    "a name that is no text": act(1, by=b"caf\xe9", **{"from": b"\xff\xc3"}),
    "controls beyond ASCII": act(1, by="a\u0085b\u2028c\u007fd"),
    "the ends of what is escaped": act(1, by="\x00\x1f\x7f\x9f\u2028\u202e\u2066\u2069",
                                      detail={"a": "\x00\x1f\x7f\x9f\u2028\u202e\u2066\u2069"}),
    "what stands beside them": act(1, by=" ~\xa0\u2027\u202f\u2065\u206a",
                                   detail={"a": " ~\xa0\u2027\u202f\u2065\u206a"}),
    "spaces at the ends": act(1, by=" w ", **{"from": " "}),
    "blanks that are no controls": act(1, by="李\u3000明\u00a0x\ufeff"),
    "ids come sorted, each once": act(3, on=["b", "a", "b", "A", "é", "z"]),
    "256 ids": act(3, on=["rec_%03d" % i for i in range(256)]),
    "257 ids": act(3, on=["rec_%03d" % i for i in range(257)]),
    "257 ids, of which 256 differ": act(3, on=["rec_%03d" % i for i in range(256)] + ["rec_000"]),
    "detail of every kind": act(4, detail={
        "n": 0, "max": 2**63 - 1, "min": -(2**63), "t": True, "f": False, "z": None, "list": [1, [], {}, "x"],
        "é": "一", "e": 'quote " slash / back \\ tab \t end \u2028 del \u007f turn \u202e <&>', "": {"b": 1, "a": 2},
    }),
    "a detail of 24,576 bytes": act(4, detail={"a": "x" * (24576 - 8)}),
    "a detail of 24,577 bytes": act(4, detail={"a": "x" * (24577 - 8)}),
    "sixteen levels": act(4, detail=json.loads('{"a":' * 16 + "1" + "}" * 16)),
    "keys by their bytes": act(4, detail={"\uffff": 1, "\U00010000": 2, "a\"": 3, "a": 4, "a#": 5}),
}

GOOD = entry(ACTS["as on the page"]).decode()


def changed(old, new):
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def detail(raw):
    return re.sub("detail .*\n", lambda m: "detail " + raw + "\n", GOOD)



def nested(n):
    return '{"a":' * n + "1" + "}" * n


REFUSED_ENTRIES = {
    "nothing": "",
    "another version": changed("act/1", "act/2"),
    "no last line feed": GOOD[:-1],
    "one line feed more": GOOD + "\n",
    "carriage returns": GOOD.replace("\n", "\r\n"),
    "a line more": GOOD + "note x\n",
    "a line less": changed("kind decision.make\n", ""),
    "lines in another order": changed("seq 7\ntime 2026-03-02T08:15:04.120000Z\n", "time 2026-03-02T08:15:04.120000Z\nseq 7\n"),
    "a line twice": changed("seq 7\n", "seq 7\nseq 7\n"),
    "a number with a zero before it": changed("seq 7", "seq 07"),
    "a number with a plus": changed("seq 7", "seq +7"),
    "a number below zero": changed("seq 7", "seq -7"),
    "a number too large": changed("seq 7", "seq 9223372036854775808"),
    "two spaces": changed("seq 7", "seq  7"),
    "milliseconds": changed(".120000Z", ".120Z"),
    "nanoseconds": changed(".120000Z", ".120000000Z"),
    "another zone": changed(".120000Z", ".120000+00:00"),
    "a day that is none": changed("2026-03-02", "2026-02-30"),
    "a second that is none": changed("08:15:04", "08:15:60"),
    "the year nought": changed("2026-03-02", "0000-03-02"),
    "nobody": changed("by 王芳", "by "),
    "from nowhere": changed("from cli@till-1", "from "),
    "a kind of one word": changed("decision.make", "decision"),
    "a kind in capitals": changed("decision.make", "Decision.make"),
    "a kind that ends in a point": changed("decision.make", "decision.make."),
    "a word that begins with a digit": changed("decision.make", "decision.2make"),
    "a third outcome": changed("success", "maybe"),
    "an empty id": changed("on brk_3v8k0m1c9q2w4e6r8t0yabcdef", "on "),
    "ids out of order": changed("on brk_", "on zzz_"),
    "an id twice": changed("on brk_3v8k0m1c9q2w4e6r8t0yabcdef", "on rec_3v8k0m1c9q2w4e6r8t0yabcdef"),
    "an escape that is not needed": changed("cli@", "\\x63li@"),
    "an escape in capitals": changed("cli@", "\\x0A@"),
    "an escape cut short": changed("cli@till-1", "cli\\x0"),
    "another escape": changed("cli@", "\\n"),
    "a control that is not escaped": changed("cli@", "cli\u0085"),
    "a mark that is not escaped": changed("cli@", "cli\u202e"),
    "a name of 257 bytes": changed("王芳", "x" * 257),
    "an id of 129 bytes": changed("brk_3v8k0m1c9q2w4e6r8t0yabcdef", "a" * 129),
    "257 ids": entry(act(3, on=["r%03d" % i for i in range(256)])).decode() + "on r256\n",
    "an empty detail": detail("{}"),
    "a detail without a value": detail(""),
    "a detail that is a list": detail("[1]"),
    "a detail that is cut": detail('{"a":1'),
    "a blank in the detail": detail('{"a": 1}'),
    "keys out of order": detail('{"b":1,"a":2}'),
    "a key twice": detail('{"a":1,"a":2}'),
    "a fraction": detail('{"a":1.5}'),
    "an exponent": detail('{"a":1e3}'),
    "nought below zero": detail('{"a":-0}'),
    "a zero before a number": detail('{"a":01}'),
    "an integer too large": detail('{"a":9223372036854775808}'),
    "an escaped slash": detail('{"a":"\\/"}'),
    "a short escape": detail('{"a":"\\n"}'),
    "an escaped letter": detail('{"a":"\\u0041"}'),
    "an escape in capitals, in JSON": detail('{"a":"\\u007F"}'),
    "a delete that is not escaped": detail('{"a":"\u007f"}'),
    "seventeen levels": detail(nested(17)),
    "something after the object": detail('{"a":1}{}'),
    "a detail that should be its digest": detail(canonical({"a": "x" * (24577 - 8)})),
    "too large": changed('"same sale"', '"' + "x" * 65536 + '"'),
}

# --- checkpoints and proofs -----------------------------------------------------------------------------


def b64(raw):
    return base64.b64encode(raw).decode()


class Key:
    def __init__(self, seed, name):
        self.seed, self.name = seed, name
        self.public_bytes = b"\x01" + public_of(seed)
        self.id = sha(name.encode() + b"\n" + self.public_bytes)[:4]
        self.public = "%s+%s+%s" % (name, self.id.hex(), b64(self.public_bytes))
        self.secret = "PRIVATE+KEY+%s+%s+%s" % (name, self.id.hex(), b64(b"\x01" + seed))

    def line(self, body):
        return "\u2014 %s %s\n" % (self.name, b64(self.id + sign(self.seed, body.encode())))

    def note(self, body):
        return body + "\n" + self.line(body)


WORKSPACE = "ws_1v8k0m1c9q2w4e6r8t0yabcdef"
KEY = Key(bytes(range(32)), "tillproof/" + WORKSPACE)
OTHER_KEY = Key(bytes(range(1, 33)), "tillproof/" + WORKSPACE)
WITNESS = Key(bytes(range(2, 34)), "witness.example/w1")
CLOSE = "2026-03-02T18:00:00.000000Z"


def body(size, root, origin=KEY.name, time=CLOSE):
    return "%s\n%d\n%s\ntime %s\n" % (origin, size, b64(root), time)


LOG = [entry(act(i, on=["rec_%d" % i], detail={"row": i})) for i in range(7)] + [entry(ACTS["as on the page"])]
LOG += [entry(act(i, ok=i % 3 > 0, kind="import.add", detail={"row": i})) for i in range(8, 20)]


def checkpoint(n):
    return KEY.note(body(n, mth(LOG[:n])))


BODY8 = body(8, mth(LOG[:8]))
SIG8 = KEY.line(BODY8)
ROOT8 = b64(mth(LOG[:8]))


def loose(b):
    """Base64 whose spare bits are not zero: the same bytes to most decoders."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    i = len(b.rstrip("=")) - 1
    out = b[:i] + alphabet[alphabet.index(b[i]) + 1] + b[i + 1 :]
    assert base64.b64decode(out) == base64.b64decode(b)
    return out


def signed(b):
    return KEY.note(b)


SIG_VALUE = SIG8.split(" ")[2].strip()
OTHER_NAME = Key(KEY.seed, "tillproof/ws_other")

CHECKPOINTS = {
    "of 8 entries": checkpoint(8),
    "of the empty log": checkpoint(0),
    "of one entry": checkpoint(1),
    "with a witness": BODY8 + "\n" + SIG8 + WITNESS.line(BODY8),
    "with a witness first": BODY8 + "\n" + WITNESS.line(BODY8) + SIG8,
}

REFUSED_CHECKPOINTS = {
    "nothing": ("form", ""),
    "not signed": ("form", BODY8),
    "a word changed": ("signature", (BODY8 + "\n" + SIG8).replace("\n8\n", "\n9\n")),
    "a signature changed": ("signature", BODY8 + "\n" + SIG8.replace(SIG_VALUE[20], "A" if SIG_VALUE[20] != "A" else "B", 1)),
    "signed by another key of that name": ("signature", OTHER_KEY.note(BODY8)),
    "signed by a witness alone": ("signature", WITNESS.note(BODY8)),
    "of another workspace": ("origin", OTHER_NAME.note(body(8, mth(LOG[:8]), origin=OTHER_NAME.name))),
    "another origin under our key": ("origin", signed(body(8, mth(LOG[:8]), origin=OTHER_NAME.name))),
    "loose base64 of the signature": ("form", BODY8 + "\n" + SIG8.replace(SIG_VALUE, loose(SIG_VALUE))),
    "loose base64 of the root": ("form", signed(BODY8.replace(ROOT8, loose(ROOT8)))),
    "a root of 31 bytes": ("form", signed(BODY8.replace(ROOT8, b64(mth(LOG[:8])[:31])))),
    "a size with a zero before it": ("form", signed(BODY8.replace("\n8\n", "\n08\n"))),
    "a size below zero": ("form", signed(BODY8.replace("\n8\n", "\n-8\n"))),
    "no time": ("form", signed(BODY8.replace("time " + CLOSE + "\n", ""))),
    "a time in another form": ("form", signed(BODY8.replace(CLOSE, "2026-03-02T18:00:00Z"))),
    "a line more": ("form", signed(BODY8 + "more\n")),
    "carriage returns": ("form", (BODY8 + "\n" + SIG8).replace("\n", "\r\n")),
    "no last line feed": ("form", (BODY8 + "\n" + SIG8)[:-1]),
    "something after the signature": ("form", BODY8 + "\n" + SIG8 + "x\n"),
    "our signature twice": ("form", BODY8 + "\n" + SIG8 + SIG8),
    "too many signatures": ("form", BODY8 + "\n" + SIG8 + "".join(
        Key(bytes([i] * 32), "w%d" % i).line(BODY8) for i in range(32))),
}


def proof(n, i, hashes=None, index=None, leaf=None, note=None):
    hashes = path(i, LOG[:n]) if hashes is None else hashes
    return "%s\nc2sp.org/tlog-proof@v1\nindex %d\n%s\n%s" % (
        (LOG[i] if leaf is None else leaf).decode(), i if index is None else index,
        "".join(b64(h) + "\n" for h in hashes), note or checkpoint(n))


PATH7 = path(7, LOG[:8])
ZERO = bytes(32)
FORGED = entry(act(7, by="Mallory"))
NODE = path(6, LOG[:8])

PROOFS = {"%d of %d" % (i, n): (n, i, proof(n, i)) for n, i in
          [(1, 0), (2, 1), (8, 7), (8, 0), (7, 6), (20, 0), (20, 7), (20, 15), (20, 16), (20, 19), (13, 12)]}

REFUSED_PROOFS = {
    "nothing": ("form", ""),
    "another entry": ("false", proof(8, 7, leaf=FORGED)),
    "the entry of another number": ("false", proof(8, 7, leaf=LOG[6])),
    "another number": ("false", proof(8, 7, index=6)),
    "a number beyond the log": ("false", proof(7, 7, hashes=PATH7, note=checkpoint(7))),
    "a hash too few": ("false", proof(8, 7, hashes=PATH7[:-1])),
    "a hash too many": ("false", proof(8, 7, hashes=PATH7 + [ZERO])),
    "no hashes": ("false", proof(8, 7, hashes=[])),
    "hashes in another order": ("false", proof(8, 7, hashes=PATH7[::-1])),
    "the first hash wrong": ("false", proof(8, 7, hashes=[ZERO] + PATH7[1:])),
    "the middle hash wrong": ("false", proof(8, 7, hashes=[PATH7[0], ZERO, PATH7[2]])),
    "the last hash wrong": ("false", proof(8, 7, hashes=PATH7[:-1] + [ZERO])),
    "the hashes of the neighbour": ("false", proof(8, 7, hashes=NODE)),
    "a checkpoint of another size": ("false", proof(8, 7, note=checkpoint(9))),
    "a checkpoint that is not signed by the key": ("signature", proof(8, 7, note=OTHER_KEY.note(BODY8))),
    "a root that fits, without its signature": ("signature", proof(
        8, 7, leaf=FORGED, note=body(8, mth(LOG[:7] + [FORGED])) + "\n" + SIG8)),
    "an extra line": ("form", proof(8, 7).replace("index 7\n", "extra AAAA\nindex 7\n")),
    "another version": ("form", proof(8, 7).replace("proof@v1", "proof@v2")),
    "an index with a zero before it": ("form", proof(8, 7).replace("index 7\n", "index 07\n")),
    "loose base64": ("form", proof(8, 7).replace(b64(PATH7[1]), loose(b64(PATH7[1])))),
    "a hash of 31 bytes": ("form", proof(8, 7).replace(b64(PATH7[1]), b64(PATH7[1][:31]))),
    "an empty line more": ("form", proof(8, 7).replace("index 7\n", "index 7\n\n")),
    "an entry in another form": ("form", proof(8, 7).replace("seq 7\n", "seq 07\n")),
}

# --- writing ----------------------------------------------------------------------------------------------


def plain(a):
    out = dict(a)
    for k in ("by", "from"):
        out[k] = as_bytes(a[k]).hex()
    out["detail"] = json.dumps(a["detail"]) if a["detail"] else ""
    return out


def write(name, v):
    with open(name, "w", encoding="utf-8", newline="\n") as f:
        json.dump(v, f, ensure_ascii=False, indent=1)
        f.write("\n")


def hexes(hashes):
    return [h.hex() for h in hashes]


write("entries.json", {
    "note": "by and from are hexadecimal, because a name may be no text; detail is JSON in any form",
    "good": [{"name": n, "act": plain(a), "entry": entry(a).decode(), "hash": leaf_hash(entry(a)).hex()}
             for n, a in ACTS.items()],
    "refused": [{"name": n, "entry": e} for n, e in REFUSED_ENTRIES.items()],
})
write("tree.json", {
    "entries": [e.decode() for e in LOG],
    "roots": [mth(LOG[:n]).hex() for n in range(len(LOG) + 1)],
    "stored": hexes(stored(LOG)),
    "paths": [{"size": n, "index": i, "hashes": hexes(path(i, LOG[:n]))}
              for n in range(1, len(LOG) + 1) for i in range(n)],
    "growth": [{"size": n, "old": m, "hashes": hexes(growth(m, LOG[:n]))}
               for n in range(1, len(LOG) + 1) for m in range(1, n + 1)],
})
write("checkpoints.json", {
    "seed": KEY.seed.hex(), "workspace": WORKSPACE, "public": KEY.public, "secret": KEY.secret, "time": CLOSE,
    "good": [{"name": n, "text": t, "size": int(t.split("\n")[1]),
              "root": base64.b64decode(t.split("\n")[2]).hex(),
              "short": t.split("\n")[1] + "-" + base64.b64decode(t.split("\n")[2]).hex()[:16]}
             for n, t in CHECKPOINTS.items()],
    "refused": [{"name": n, "why": w, "text": t} for n, (w, t) in REFUSED_CHECKPOINTS.items()],
})
write("proofs.json", {
    "public": KEY.public,
    "good": [{"name": k, "size": n, "index": i, "text": t} for k, (n, i, t) in PROOFS.items()],
    "refused": [{"name": n, "why": w, "text": t} for n, (w, t) in REFUSED_PROOFS.items()],
})
