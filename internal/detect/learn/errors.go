package learn

import "github.com/tillproof/tillproof"

// What can be wrong, each with its text in the catalogue.
const (
	codeRows     = "detect.learn.rows"
	codeShape    = "detect.learn.shape"
	codeOneSided = "detect.learn.one_sided"
	codeFile     = "detect.learn.file"
	codeVersion  = "detect.learn.version"
)

func refuse(code string, kind tillproof.ErrorKind, name, value string) error {
	return &tillproof.Error{
		Op: "learn", Kind: kind, Code: code, Params: tillproof.Params{name: value},
	}
}
