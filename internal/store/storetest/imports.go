package storetest

import (
	"testing"

	"github.com/tillproof/tillproof"
)

func testImports(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	first := importing(1, "2026-03-02", "feb.csv", "mar.csv")
	feb := keptObject("masked feb.csv", tillproof.ObjectSource)
	ok(t, s.AddImport(ctx, first, []tillproof.KeptObject{feb}, acting(tillproof.ActImport)))
	got, err := s.Import(ctx, first.ID)
	ok(t, err)
	same(t, "the import", got, first)

	// A source that counts comes only once, whatever comes with it; nothing of such an import stays.
	conflict(t, s.AddImport(ctx, importing(2, "2026-03-03", "new.csv", "feb.csv"),
		[]tillproof.KeptObject{keptObject("masked new.csv", tillproof.ObjectSource)},
		acting(tillproof.ActImport)))
	_, err = s.Object(ctx, digestOf("masked new.csv"))
	notFound(t, err)

	// Clocks lie: the second import is older by its time, and still the newer one.
	second := importing(2, "2020-01-01", "apr.csv")
	ok(t, s.AddImport(ctx, second, nil, acting(tillproof.ActImport)))
	list, err := s.Imports(ctx, page{})
	ok(t, err)
	same(t, "the imports", list, []tillproof.Import{second, first})

	how := taken("2026-03-04", "另一家店")
	ok(t, s.UndoImport(ctx, first.ID, how, acting(tillproof.ActUndo)))
	sources, err := s.Sources(ctx)
	ok(t, err)
	same(t, "the sources that count", sources, second.Sources)
	first.Undone = &how
	got, err = s.Import(ctx, first.ID)
	ok(t, err)
	same(t, "the import that was taken back", got, first)

	// What was taken back may come again, under another import, and keeps its objects longer if that says so.
	third := importing(3, "2026-03-05", "feb.csv")
	later := feb
	later.Keep, later.Drop = date("2033-01-01"), date("2035-01-01")
	ok(t, s.AddImport(ctx, third, []tillproof.KeptObject{later}, acting(tillproof.ActImport)))
	sources, err = s.Sources(ctx)
	ok(t, err)
	same(t, "the sources that count", sources, append(second.Sources, third.Sources...))
	object, err := s.Object(ctx, feb.Digest)
	ok(t, err)
	same(t, "the object that came again", object, later)

	notFound(t, s.UndoImport(ctx, importID(9), how, acting(tillproof.ActUndo)))
	_, err = s.Import(ctx, importID(9))
	notFound(t, err)
}

func testDecisions(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	match, exclude := decision(1, tillproof.RuleMatch), decision(2, tillproof.RuleExclude)
	ok(t, s.AddDecision(ctx, match, acting(tillproof.ActDecide)))
	ok(t, s.AddDecision(ctx, exclude, acting(tillproof.ActDecide)))
	how := taken("2026-03-04", "看错了")
	ok(t, s.UndoDecision(ctx, match.ID, how, acting(tillproof.ActUndecide)))

	list, err := s.Decisions(ctx, false)
	ok(t, err)
	same(t, "the decisions that count", list, []tillproof.KeptDecision{exclude})
	match.Undone = &how
	list, err = s.Decisions(ctx, true)
	ok(t, err)
	same(t, "all decisions", list, []tillproof.KeptDecision{match, exclude})
	notFound(t, s.UndoDecision(ctx, rulingID(9), how, acting(tillproof.ActUndecide)))
}

func testObjects(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	o := keptObject("masked feb.csv", tillproof.ObjectSource) // kept until 2031-01-01
	ok(t, s.AddImport(ctx, importing(1, "2026-03-02", "feb.csv"), []tillproof.KeptObject{o},
		acting(tillproof.ActImport)))
	got, err := s.Object(ctx, o.Digest)
	ok(t, err)
	same(t, "the object", got, o)

	erase := func(name, day string) error {
		return s.MarkErased(ctx, digestOf(name), taken(day, "到期"), acting(tillproof.ActErase))
	}
	conflict(t, erase(o.Name, "2040-01-01")) // a source that counts is read with it
	ok(t, s.UndoImport(ctx, importID(1), taken("2026-03-03", "x"), acting(tillproof.ActUndo)))
	ok(t, s.Hold(ctx, o.Digest, "法院", acting(tillproof.ActHold)))
	conflict(t, erase(o.Name, "2040-01-01"))
	o.Held = "法院"
	got, err = s.Object(ctx, o.Digest)
	ok(t, err)
	same(t, "the object on hold", got, o)
	ok(t, s.Hold(ctx, o.Digest, "", acting(tillproof.ActRelease)))
	ok(t, erase(o.Name, "2026-03-04")) // a mistake is no evidence: it is not kept until 2031
	conflict(t, s.Hold(ctx, o.Digest, "too late", acting(tillproof.ActHold)))
	o.Held = ""
	how := taken("2026-03-04", "到期")
	o.Erased = &how
	got, err = s.Object(ctx, o.Digest)
	ok(t, err)
	same(t, "the object that was erased", got, o)

	// Its content comes again with the file.
	o.Erased = nil
	ok(t, s.AddImport(ctx, importing(2, "2031-01-03", "feb.csv"), []tillproof.KeptObject{o},
		acting(tillproof.ActImport)))
	got, err = s.Object(ctx, o.Digest)
	ok(t, err)
	same(t, "the object that came again", got, o)

	// A policy stays while it is today's, and then until its day.
	first := keptObject("policy 1", tillproof.ObjectPolicy)
	second := keptObject("policy 2", tillproof.ObjectPolicy)
	ok(t, s.SetPolicy(ctx, first.Digest, first, acting(tillproof.ActPolicy)))
	conflict(t, erase("policy 1", "2031-01-01"))
	ok(t, s.SetPolicy(ctx, second.Digest, second, acting(tillproof.ActPolicy)))
	conflict(t, erase("policy 1", "2030-12-31"))
	ok(t, erase("policy 1", "2031-01-01"))
	notFound(t, s.Hold(ctx, digestOf("nothing"), "x", acting(tillproof.ActHold)))
}
