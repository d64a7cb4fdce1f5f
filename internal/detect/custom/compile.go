package custom

import (
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// The bounds of an expression. A rule that a person can read has twenty facts at most; CostLimit, in the
// steps that the language counts, is some ten times that.
const (
	maxExpression = 4 << 10 // bytes
	maxNodes      = 256
	maxDepth      = 32
	CostLimit     = 400
)

// nameFunction makes a fact of a card, terminal, merchant or category comparable with a word.
const nameFunction = "name"

// language is the facts and what may be done with them.
var language = sync.OnceValues(func() (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.ClearMacros(), cel.ParserRecursionLimit(maxDepth), cel.ParserExpressionSizeLimit(maxExpression),
		cel.Function(nameFunction, cel.Overload("name_string", []*cel.Type{cel.StringType}, cel.UintType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				return types.Uint(stream.KeyOf(string(v.(types.String))))
			}))),
	}
	for i := range facts {
		opts = append(opts, cel.Variable(facts[i].Name, facts[i].typeOf()))
	}
	return cel.NewEnv(opts...)
})

// compiled is a condition that can be asked.
type compiled struct {
	gate    []check     // compared without the language: all must hold
	program cel.Program // the whole condition; nil where the gate is all of it
	names   []named     // that it asks for
	cost    uint64      // at most, in steps of the language
}

// compiler checks one condition.
type compiler struct {
	params []Param
	names  []named
	nodes  int
}

// compile checks a condition: every name is known, every type fits, and it costs no more than CostLimit. What
// is wrong is an *Error of the room without its file.
func compile(when string, params []Param) (*compiled, *tillproof.Error) {
	env, err := language()
	if err == nil {
		env, err = env.Extend(constants(params)...)
	}
	if err != nil {
		panic("custom: the language of rules does not hold together: " + err.Error())
	}
	if len(when) > maxExpression {
		return nil, wrong("custom.too_many_bytes", "max", strconv.Itoa(maxExpression))
	}
	parsed, issues := env.Parse(when)
	if issues.Err() != nil {
		return nil, located("custom.expression", issues)
	}
	c := &compiler{params: params}
	if bad := c.look(parsed.NativeRep().Expr(), 0); bad != nil {
		return nil, bad
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, located("custom.expression", issues)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, wrong("custom.not_bool", "type", checked.OutputType().String())
	}
	if bad := onlyWhole(checked.NativeRep(), checked.NativeRep().Expr()); bad != nil {
		return nil, bad
	}
	estimate, err := env.EstimateCost(checked, sizes{})
	if err != nil || estimate.Max > CostLimit {
		return nil, wrong("custom.cost", "max", strconv.Itoa(CostLimit))
	}
	out := &compiled{cost: estimate.Max, names: c.names}
	rest := c.split(checked.NativeRep().Expr(), &out.gate)
	if rest == 0 {
		return out, nil
	}
	out.program, err = env.Program(checked, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, wrong("custom.expression", "cause", err.Error())
	}
	return out, nil
}

// arithmetic are the operators that whole numbers have; the language would also join words and lists by +.
var arithmetic = map[string]bool{"_+_": true, "_-_": true, "_*_": true, "_/_": true, "_%_": true, "-_": true}

// onlyWhole refuses arithmetic with anything but whole numbers.
func onlyWhole(checked *ast.AST, e ast.Expr) *tillproof.Error {
	var inner []ast.Expr
	switch e.Kind() {
	case ast.ListKind:
		inner = e.AsList().Elements()
	case ast.CallKind:
		inner = e.AsCall().Args()
		if arithmetic[e.AsCall().FunctionName()] && checked.GetType(e.ID()).Kind() != types.IntKind {
			return wrong("custom.arithmetic", "type", checked.GetType(e.ID()).String())
		}
	}
	for _, part := range inner {
		if bad := onlyWhole(checked, part); bad != nil {
			return bad
		}
	}
	return nil
}

func constants(params []Param) []cel.EnvOption {
	var opts []cel.EnvOption
	for _, p := range params {
		opts = append(opts, cel.Constant(p.Name, cel.IntType, types.Int(p.Value)))
	}
	return opts
}

// look walks the condition before its types are asked: it may be made of facts, parameters, numbers, words,
// lists and operators, and of nothing that runs in loops.
func (c *compiler) look(e ast.Expr, depth int) *tillproof.Error {
	if c.nodes++; c.nodes > maxNodes || depth > maxDepth { // the parser refuses what is deeper
		return wrong("custom.too_long", "max", strconv.Itoa(maxNodes))
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return nil
	case ast.IdentKind:
		return c.lookName(e.AsIdent())
	case ast.ListKind:
		return c.lookAll(e.AsList().Elements(), depth)
	case ast.CallKind:
		return c.lookCall(e.AsCall(), depth)
	case ast.SelectKind:
		return wrong("custom.field", "name", e.AsSelect().FieldName())
	}
	return wrong("custom.form")
}

func (c *compiler) lookAll(all []ast.Expr, depth int) *tillproof.Error {
	for _, e := range all {
		if bad := c.look(e, depth+1); bad != nil {
			return bad
		}
	}
	return nil
}

// operators are the calls that a condition may have.
var operators = map[string]bool{
	"_&&_": true, "_||_": true, "!_": true, "-_": true, "_?_:_": true, "@in": true,
	"_==_": true, "_!=_": true, "_<_": true, "_<=_": true, "_>_": true, "_>=_": true,
	"_+_": true, "_-_": true, "_*_": true, "_/_": true, "_%_": true, nameFunction: true,
}

func (c *compiler) lookCall(call ast.CallExpr, depth int) *tillproof.Error {
	if !operators[call.FunctionName()] || call.IsMemberFunction() {
		return wrong("custom.function", "name", call.FunctionName())
	}
	args := call.Args()
	if bad := c.lookAll(args, depth); bad != nil {
		return bad
	}
	if call.FunctionName() == nameFunction {
		return c.lookNamed(args)
	}
	if len(args) != 2 {
		return nil
	}
	if name := call.FunctionName(); (name == "_/_" || name == "_%_") && c.isNought(args[1]) {
		return wrong("custom.nought")
	}
	return cmpWords(args[0], args[1])
}

// isNought reports a divisor that is always nothing: the comparison would never have an answer.
func (c *compiler) isNought(e ast.Expr) bool {
	switch e.Kind() {
	case ast.LiteralKind:
		return e.AsLiteral().Equal(types.IntZero) == types.True
	case ast.IdentKind:
		p := c.param(e.AsIdent())
		return p != nil && p.Value == 0
	}
	return false
}

// lookNamed takes the name that a rule asks for.
func (c *compiler) lookNamed(args []ast.Expr) *tillproof.Error {
	if len(args) != 1 || args[0].Kind() != ast.LiteralKind {
		return wrong("custom.name_text")
	}
	if text, ok := args[0].AsLiteral().(types.String); ok && text != "" {
		c.names = append(c.names, namedOf(string(text)))
	}
	return nil
}

// cmpWords refuses a word that a fact can never be: it is a slip of the pen.
func cmpWords(a, b ast.Expr) *tillproof.Error {
	if a.Kind() != ast.IdentKind {
		a, b = b, a
	}
	if a.Kind() != ast.IdentKind {
		return nil
	}
	f := factOf(a.AsIdent())
	if f == nil || f.Kind != Word || f.Words == nil {
		return nil
	}
	all := []ast.Expr{b}
	if b.Kind() == ast.ListKind {
		all = b.AsList().Elements()
	}
	for _, e := range all {
		if e.Kind() != ast.LiteralKind {
			continue
		}
		w, isWord := e.AsLiteral().(types.String)
		if isWord && !contains(f.Words, string(w)) {
			return wrong("custom.word", "value", string(w), "name", f.Name,
				"near", nearest(string(w), f.Words),
				"known", strings.Join(quoted(f.Words), ", "))
		}
	}
	return nil
}

func (c *compiler) lookName(name string) *tillproof.Error {
	if factOf(name) != nil || c.param(name) != nil {
		return nil
	}
	var all []string
	for i := range facts {
		all = append(all, facts[i].Name)
	}
	for _, p := range c.params {
		all = append(all, p.Name)
	}
	if near := nearest(name, all); near != "" {
		return wrong("custom.unknown_near", "name", name, "near", near)
	}
	return wrong("custom.unknown", "name", name)
}

func (c *compiler) param(name string) *Param {
	for i := range c.params {
		if c.params[i].Name == name {
			return &c.params[i]
		}
	}
	return nil
}

// located is what the language says about a condition, with the place in it.
func located(code string, issues *cel.Issues) *tillproof.Error {
	first := issues.Errors()[0]
	e := wrong(code, "cause", first.Message)
	e.Place.Line, e.Place.Column = first.Location.Line(), first.Location.Column()+1
	return e
}

// sizes bounds the words of facts, for the estimate.
type sizes struct{}

// longestWord is more than any fact of words has.
const longestWord = 32

// EstimateSize is the length that a fact can have.
func (sizes) EstimateSize(cost.AstNode) *cost.SizeEstimate {
	return &cost.SizeEstimate{Min: 0, Max: longestWord}
}

// EstimateCallCost leaves the cost of calls to the language.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}
