package accuracy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"culprit/correlate"
)

// Names of the two runs that are no metamorphic variants.
const (
	Recorded = "recorded" // the incidents as they are
	Abstain  = "abstain"  // without the files that tell the cause
)

// Suite says what to score, and how.
type Suite struct {
	// Analyze gives the report on the logs and timelines below a folder. It is called from several goroutines.
	Analyze func(ctx context.Context, dir string) (*correlate.Report, error)
	// Variants adds every variant, Abstain the runs without the telling files. Recordings as they are always run.
	Variants, Abstain bool
	// Only narrows the run to variants and incidents of these names; it is not narrowed where empty.
	Only []string
	// Keep is a folder to leave the variants in; they are removed when it is empty.
	Keep string
	// Seed makes other variants of the same kinds.
	Seed uint64
}

// job is one variant of one recording.
type job struct {
	variant *variant
	rec     *recording
}

// outcome is what came of a job; truths is empty where the variant does not apply.
type outcome struct {
	truths []Truth
	report *correlate.Report
	err    error
}

// Run analyses the incidents and all variants asked for, and scores the verdicts.
func (s *Suite) Run(ctx context.Context, truths []Truth) (*Board, error) {
	recordings, err := openAll(truths)
	if err != nil {
		return nil, err
	}
	jobs := s.jobs(recordings)
	outcomes := make([]outcome, len(jobs))
	todo := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			for i := range todo {
				outcomes[i] = s.run(ctx, jobs[i], recordings)
			}
		})
	}
	for i := range jobs {
		todo <- i
	}
	close(todo)
	workers.Wait()
	board := new(Board)
	for i, o := range outcomes {
		if o.err != nil {
			return nil, fmt.Errorf("%s of %s: %w", jobs[i].variant.name, jobs[i].rec.truth.ID, o.err)
		}
		for t := range o.truths {
			board.add(jobs[i].variant.name, &o.truths[t], o.report)
		}
		board.addStrays(jobs[i].variant.name, o.truths, o.report)
	}
	return board, nil
}

func openAll(truths []Truth) ([]*recording, error) {
	recordings := make([]*recording, len(truths))
	errs := make([]error, len(truths))
	var opening sync.WaitGroup
	for i := range truths {
		opening.Go(func() { recordings[i], errs[i] = open(truths[i]) })
	}
	opening.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return recordings, nil
}

// jobs lists what is to be run, variant by variant.
func (s *Suite) jobs(recordings []*recording) []job {
	all := []variant{{name: Recorded, apply: func(m *material) *variation { return m.as(m.files) }}}
	if s.Variants {
		all = append(all, variants...)
	}
	if s.Abstain {
		all = append(all, variant{name: Abstain, apply: mute})
	}
	chosen := s.chosen(len(all), func(i int) string { return all[i].name })
	wanted := s.chosen(len(recordings), func(i int) string { return recordings[i].truth.ID })
	var jobs []job
	for _, v := range chosen {
		for _, r := range wanted {
			jobs = append(jobs, job{&all[v], recordings[r]})
		}
	}
	return jobs
}

// chosen lists which of n names Only asks for: all of them where it asks for none.
func (s *Suite) chosen(n int, name func(i int) string) []int {
	var all, some []int
	for i := range n {
		all = append(all, i)
		if slices.Contains(s.Only, name(i)) {
			some = append(some, i)
		}
	}
	if len(some) > 0 {
		return some
	}
	return all
}

func (s *Suite) run(ctx context.Context, j job, recordings []*recording) outcome {
	v := j.variant.vary(j.rec, recordings, s.Seed)
	if v == nil {
		return outcome{}
	}
	dir := filepath.Join(s.Keep, j.variant.name, j.rec.truth.ID)
	if s.Keep == "" {
		temp, err := os.MkdirTemp("", "culprit-accuracy-")
		if err != nil {
			return outcome{err: fmt.Errorf("make room for a variant: %w", err)}
		}
		defer os.RemoveAll(temp)
		dir = temp
	}
	if err := write(dir, v.files); err != nil {
		return outcome{err: err}
	}
	report, err := s.Analyze(ctx, dir)
	return outcome{v.truths, report, err}
}
