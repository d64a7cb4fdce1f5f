package translog

import "github.com/tillproof/tillproof"

// badAct is an act that no entry can be made of: a mistake of whoever made the act.
func badAct(field string) error {
	return &tillproof.Error{
		Op: "write entry", Kind: tillproof.KindInvalid, Code: "translog.act",
		Params: tillproof.Params{"field": field},
	}
}

// badEntry is a text that is no entry.
func badEntry(why string) error {
	return &tillproof.Error{
		Op: "read entry: " + why, Kind: tillproof.KindInvalid, Code: "translog.entry",
	}
}

// badHash is a stored hash that an operation needs and cannot have.
func badHash(op string, cause error) error {
	return &tillproof.Error{Op: op, Kind: tillproof.KindInternal, Code: "translog.hash", Err: cause}
}

// badKey is a text that is no key.
func badKey(cause error) error {
	return &tillproof.Error{
		Op: "read log key", Kind: tillproof.KindInvalid, Code: "translog.key", Err: cause,
	}
}

// badCheckpoint is a text that is no checkpoint.
func badCheckpoint(why string) error {
	return &tillproof.Error{
		Op: "read checkpoint: " + why, Kind: tillproof.KindInvalid, Code: "translog.checkpoint.form",
	}
}

// foreignCheckpoint is a checkpoint of another workspace.
func foreignCheckpoint(found, want string) error {
	return &tillproof.Error{
		Op: "open checkpoint", Kind: tillproof.KindInvalid, Code: "translog.checkpoint.origin",
		Params: tillproof.Params{"found": found, "want": want},
	}
}

// unsignedCheckpoint is a checkpoint that the key did not sign.
func unsignedCheckpoint(cause error) error {
	return &tillproof.Error{
		Op: "open checkpoint", Kind: tillproof.KindInvalid, Code: "translog.checkpoint.signature", Err: cause,
	}
}

// badProof is a text that is no proof.
func badProof(why string) error {
	return &tillproof.Error{
		Op: "read proof: " + why, Kind: tillproof.KindInvalid, Code: "translog.proof.form",
	}
}

// falseProof is a proof that proves nothing.
func falseProof(cause error) error {
	return &tillproof.Error{
		Op: "check proof", Kind: tillproof.KindInvalid, Code: "translog.proof.false", Err: cause,
	}
}
