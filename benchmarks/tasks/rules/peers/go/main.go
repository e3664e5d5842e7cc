// The rule engines of Go in the task rules: cel-go and expr-lang. Speaks as peer.h says.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

type location struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	Country      string `json:"country"`
	HandlingDays int64  `json:"handling_days"`
}

type instance struct {
	Text  string `json:"text"`
	Order struct {
		Total float64  `json:"total"`
		Tags  []string `json:"tags"`
	} `json:"order"`
	Available     int64      `json:"available"`
	Locations     []location `json:"locations"`
	Expected      string     `json:"expected"`
	Rules         []string   `json:"rules"`
	ExpectedRules int        `json:"expected_rules"`
}

// What an engine does of each metric. holds answers E1 for a location; countRules says how many of
// the answers of all rules are true.
type engine struct {
	name       string
	holds      func(i int) (bool, error)
	compile    func() error
	countRules func() (int, error)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func answers(e engine, count int) (string, error) {
	var out strings.Builder
	for i := 0; i < count; i++ {
		holds, err := e.holds(i)
		if err != nil {
			return "", err
		}
		if holds {
			out.WriteByte('1')
		} else {
			out.WriteByte('0')
		}
	}
	return out.String(), nil
}

// Seconds of the processor that this process has used, collection of garbage included.
func processorSeconds() float64 {
	var use syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// Nanoseconds a call, over a batch of about so many seconds.
func measure(run func(), seconds float64) float64 {
	timed := func(calls int) float64 {
		start := processorSeconds()
		for i := 0; i < calls; i++ {
			run()
		}
		return max(processorSeconds()-start, 1e-6)
	}
	calls := 1
	took := timed(calls)
	for took < seconds/4 {
		calls *= 2
		took = timed(calls)
	}
	calls = max(1, int(float64(calls)*seconds/took))
	return timed(calls) / float64(calls) * 1e9
}

var sink bool

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var in instance
	must(json.Unmarshal(text, &in))
	work := map[string]func(){}
	for _, e := range []engine{celGo(in), exprLang(in)} {
		got, err := answers(e, len(in.Locations))
		if err != nil || got != in.Expected {
			fmt.Printf("wrong\t%s\tE1 is %s (%v), and not %s\n", e.name, got, err, in.Expected)
			continue
		}
		add := func(metric string, run func()) {
			work[e.name+"\t"+metric] = run
			fmt.Printf("can\t%s\t%s\n", e.name, metric)
		}
		add("one", func() { sink, _ = e.holds(0) })
		add("many", func() {
			for i := range in.Locations {
				sink, _ = e.holds(i)
			}
		})
		add("compile", func() { must(e.compile()) })
		if e.countRules == nil {
			continue
		}
		if count, err := e.countRules(); err != nil || count != in.ExpectedRules {
			fmt.Printf("wrong\t%s\tof the rules %d are true (%v), and not %d\n", e.name, count, err, in.ExpectedRules)
			continue
		}
		add("rules", func() { e.countRules() })
	}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		seconds, err := strconv.ParseFloat(fields[2], 64)
		must(err)
		fmt.Printf("%.3f\n", measure(work[fields[0]+"\t"+fields[1]], seconds))
	}
}
