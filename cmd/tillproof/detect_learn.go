package main

import (
	"runtime"

	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// possible is the chance from which on the learned score speaks where a budget ranks what it says; without
// one it must be more likely than not.
const possible = ppb / 50

// newTeacher is who learns during this call: from the model that the user names, else from nothing.
func (w *watch) newTeacher() (*teach.Teacher, error) {
	var model *learn.Model
	if w.flags.model != "" {
		kept, err := w.readModels(w.flags.model)
		if err != nil {
			return nil, err
		}
		model = kept.now()
	}
	t, err := teach.New(teach.Options{Delay: w.delay, Model: model, Workers: runtime.GOMAXPROCS(0)})
	return t, placedIn(err, w.flags.model)
}
