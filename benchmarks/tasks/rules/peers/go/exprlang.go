package main

import (
	"runtime/debug"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

const exprText = `order.total > 250.0 && location.kind == 'store' && none(order.tags, # == 'vip') && location.country in ['US', 'CA']`

type exprOrder struct {
	Total float64  `expr:"total"`
	Tags  []string `expr:"tags"`
}
type exprLocation struct {
	Kind    string `expr:"kind"`
	Country string `expr:"country"`
}
type exprFacts struct {
	Order    exprOrder    `expr:"order"`
	Location exprLocation `expr:"location"`
}

// expr-lang over structs of Go, its fastest, with one machine that is used again.
func exprLang(in instance) engine {
	compile := func() (*vm.Program, error) {
		return expr.Compile(exprText, expr.Env(exprFacts{}), expr.AsBool())
	}
	program, err := compile()
	must(err)
	facts := make([]any, len(in.Locations))
	for i, at := range in.Locations {
		facts[i] = exprFacts{
			Order:    exprOrder{in.Order.Total, in.Order.Tags},
			Location: exprLocation{at.Kind, at.Country},
		}
	}
	var machine vm.VM
	return engine{
		name: "expr-lang " + version("github.com/expr-lang/expr"),
		holds: func(i int) (bool, error) {
			value, err := machine.Run(program, facts[i])
			if err != nil {
				return false, err
			}
			return value.(bool), nil
		},
		compile: func() error { _, err := compile(); return err },
	}
}

// The version of a module that this program is built with.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == module {
				return dep.Version[1:]
			}
		}
	}
	return ""
}
