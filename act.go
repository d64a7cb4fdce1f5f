package tillproof

import "time"

// Act is one entry of the log of a workspace: who did what, when, from where, to what, and whether it was
// done (the six facts of PCI DSS 4.0.1, 10.2.2). An act stands in the transaction of its effect: without its
// entry nothing is changed.
type Act struct {
	Seq    int64     // counts from 0 without a gap; the order of acts is this one, never the time
	Time   time.Time // UTC, whole microseconds
	By     string    // the user
	From   string    // where it came from: the command line of a host, an address
	Kind   ActKind
	Done   bool     // false: it was refused or failed
	On     []string // ids of what it touched, in ascending order
	Detail []byte   // one JSON object with what was done; empty where the kind and the ids say it all
}

// ActKind names what was done. The list is additive; texts stand in the catalogue under "act." + ActKind.
type ActKind string

// The kinds of acts.
const (
	ActInit       ActKind = "workspace.init"
	ActPolicy     ActKind = "policy.set"
	ActImport     ActKind = "import.add"
	ActUndo       ActKind = "import.undo"
	ActRun        ActKind = "recon.run"
	ActDecide     ActKind = "decision.make"
	ActUndecide   ActKind = "decision.undo"
	ActJudge      ActKind = "exception.judge"
	ActCheckpoint ActKind = "audit.checkpoint"
	ActBackup     ActKind = "backup.create"
	ActProve      ActKind = "backup.prove"
	ActRestore    ActKind = "backup.restore"
	ActRotate     ActKind = "key.rotate"
	ActProtect    ActKind = "key.protect"
	ActHold       ActKind = "object.hold"
	ActRelease    ActKind = "object.release"
	ActErase      ActKind = "object.erase"
	ActMigrate    ActKind = "workspace.migrate"
	ActExport     ActKind = "report.export"
	ActUnlock     ActKind = "key.unlock" // only what failed is written
	ActRecovery   ActKind = "key.recovery"
)

// ActKinds lists the kinds.
var ActKinds = [...]ActKind{
	ActInit, ActPolicy, ActImport, ActUndo, ActRun, ActDecide, ActUndecide, ActJudge,
	ActCheckpoint, ActBackup, ActProve, ActRestore, ActRotate, ActProtect, ActHold, ActRelease,
	ActErase, ActMigrate, ActExport, ActUnlock, ActRecovery,
}
