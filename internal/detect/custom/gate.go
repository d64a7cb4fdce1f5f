package custom

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// check is a comparison of one fact with what does not change. It needs no language: nearly every transaction
// is turned away by one.
type check struct {
	fact  *Fact
	op    op
	value int64
	word  string
}

type op uint8

const (
	equal op = iota
	unequal
	less
	lessEqual
	more
	moreEqual
)

var opOf = map[string]op{
	"_==_": equal, "_!=_": unequal, "_<_": less, "_<=_": lessEqual, "_>_": more, "_>=_": moreEqual,
}

// turned is the operator with its sides exchanged.
var turned = [...]op{
	equal: equal, unequal: unequal, less: more, lessEqual: moreEqual, more: less, moreEqual: lessEqual,
}

// split takes the comparisons that the condition joins by && into the gate, and counts the parts that it has
// to leave to the language.
func (c *compiler) split(e ast.Expr, gate *[]check) (left int) {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == "_&&_" {
		for _, arg := range e.AsCall().Args() {
			left += c.split(arg, gate)
		}
		return left
	}
	if k, ok := c.checkOf(e); ok {
		*gate = append(*gate, k)
		return 0
	}
	return 1
}

func (c *compiler) checkOf(e ast.Expr) (check, bool) {
	if e.Kind() == ast.IdentKind {
		f := factOf(e.AsIdent())
		return check{fact: f, value: 1}, f != nil && f.Kind == Yes
	}
	if e.Kind() != ast.CallKind {
		return check{}, false
	}
	call := e.AsCall()
	how, known := opOf[call.FunctionName()]
	if !known || len(call.Args()) != 2 {
		return check{}, false
	}
	a, b := call.Args()[0], call.Args()[1]
	if a.Kind() != ast.IdentKind || factOf(a.AsIdent()) == nil {
		a, b, how = b, a, turned[how]
	}
	if a.Kind() != ast.IdentKind {
		return check{}, false
	}
	k := check{fact: factOf(a.AsIdent()), op: how}
	return k, k.fact != nil && c.fixed(b, &k)
}

// fixed takes what stands on the other side of a comparison where it never changes.
func (c *compiler) fixed(e ast.Expr, k *check) bool {
	switch e.Kind() {
	case ast.IdentKind:
		p := c.param(e.AsIdent())
		if p == nil || k.fact.Kind != Number {
			return false
		}
		k.value = p.Value
		return true
	case ast.LiteralKind:
		return k.takeLiteral(e.AsLiteral())
	case ast.CallKind:
		call := e.AsCall()
		if call.FunctionName() != nameFunction || k.fact.Kind != Name || k.op > unequal {
			return false // the order of names means nothing
		}
		text, ok := call.Args()[0].AsLiteral().(types.String)
		k.value = int64(stream.KeyOf(string(text)))
		return ok
	}
	return false
}

func (k *check) takeLiteral(v ref.Val) bool {
	switch v := v.(type) {
	case types.Int:
		k.value = int64(v)
		return k.fact.Kind == Number
	case types.String:
		k.word = string(v)
		return k.fact.Kind == Word && k.op <= unequal
	case types.Bool:
		k.value = truth(bool(v))
		return k.fact.Kind == Yes && k.op <= unequal
	}
	return false
}

// holds compares. What the data does not show never holds.
func (k *check) holds(s *scene) bool {
	if k.fact.Kind == Word {
		return (k.fact.word(s) == k.word) == (k.op == equal)
	}
	v, shown := k.fact.number(s)
	if !shown {
		return false
	}
	switch k.op {
	case equal:
		return v == k.value
	case unequal:
		return v != k.value
	case less:
		return v < k.value
	case lessEqual:
		return v <= k.value
	case more:
		return v > k.value
	}
	return v >= k.value
}

// holds asks the gate, then the language for the whole condition where something is left. A condition that
// comes to no answer, because a fact is not shown or a number leaves its range, does not hold.
func (c *compiled) holds(s *scene) bool {
	for i := range c.gate {
		if !c.gate[i].holds(s) {
			return false
		}
	}
	if c.program == nil {
		return true
	}
	kept := *s // the language keeps what it is given, so that only here a scene is made on the heap
	v, _, err := c.program.Eval(&kept)
	return err == nil && v == types.True
}

// ResolveName gives the language the value of a fact.
func (s *scene) ResolveName(name string) (any, bool) {
	f := factOf(name)
	if f == nil {
		return nil, false
	}
	if f.Kind == Word {
		return types.String(f.word(s)), true
	}
	v, shown := f.number(s)
	if !shown {
		return notShown, true
	}
	switch f.Kind {
	case Yes:
		return types.Bool(v != 0), true
	case Name:
		return types.Uint(v), true
	}
	return types.Int(v), true
}

var notShown = types.NewErr("the data does not show it")

// Parent says that all facts stand in one place.
func (s *scene) Parent() cel.Activation { return nil }
