package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"culprit/rules"
)

// Options says what to read and how.
type Options struct {
	// Paths are files, directories, glob patterns, and "-" for Stdin.
	Paths   []string
	Stdin   io.Reader
	Matcher *rules.Matcher
	// Workers is how many sources are read at once; 0 means as many as there are processors to use.
	Workers int
	// PieceLines is by how much the lines of the pieces of a file are numbered apart, where the sink can tell them when all are read. 0: the
	// lines before a piece are counted, for which all of the file is read once more.
	PieceLines int64
	// Progress is counted up while reading, if set.
	Progress *Progress
	// Reference is the moment, in µs since the epoch, near which time stamps without a year are taken to lie where no file tells
	// when it was written: now, for a live pipe.
	Reference int64
}

// Progress is how much of the input has been read, in bytes as they lie on disk. It may be read at any time.
type Progress struct {
	Done atomic.Int64
	// Total is 0 until all files have been found.
	Total atomic.Int64
}

// Summary is what came of a Run.
type Summary struct {
	Sources  int // files and members handed to the sink, the unreadable ones included
	Problems int // of these, how many could not be read to their end
	Records  int64
	Lines    int64
	Bytes    int64 // of text, after decompression
	// Skipped counts what was left aside: no log, no regular file. Notes names it, up to a bound.
	Skipped int
	Notes   []Note
}

// Note says why something was not read.
type Note struct{ Path, Text string }

const maxNotes = 200

// ErrInput is wrapped by errors about inputs that were asked for by name and cannot be had.
var ErrInput = errors.New("cannot read the input")

// Run reads all that o.Paths name into sink. What goes wrong with a single source is told to its feed as its problem, and the rest
// is read; an error is returned only if a path names nothing (wrapping ErrInput), if the sink fails, or if ctx ends.
func Run(ctx context.Context, o Options, sink Sink) (Summary, error) {
	roots, err := expand(o.Paths)
	if err != nil {
		return Summary{}, err
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{ctx: ctx, cancel: cancel, opts: o, sink: sink, slots: make(chan struct{}, workers)}
	if o.Progress != nil {
		r.jobs.Go(func() { r.total(roots) })
	}
	r.walk(roots, r.dispatch)
	r.jobs.Wait()
	return r.summary, context.Cause(ctx)
}

// total adds up the sizes of all files, for the progress.
func (r *run) total(roots []root) {
	var total int64
	measure(roots, r.ended, func(_ string, size int64) { total += size })
	r.opts.Progress.Total.Store(total)
}

// run is the state of one Run.
type run struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	opts   Options
	sink   Sink

	slots chan struct{} // one taken by every job
	jobs  sync.WaitGroup

	mu      sync.Mutex
	summary Summary
}

// start runs job in its own goroutine as soon as there is a slot. It returns false if the run has ended instead.
func (r *run) start(job func()) bool {
	select {
	case r.slots <- struct{}{}:
		r.launch(job)
		return true
	case <-r.ctx.Done():
		return false
	}
}

// startOrDo is start for those who hold a slot themselves: without a free one they do the job.
func (r *run) startOrDo(job func()) {
	select {
	case r.slots <- struct{}{}:
		r.launch(job)
	default:
		job()
	}
}

// yield has a job give up its slot while it only hands out work to others. back takes one again.
func (r *run) yield() (back func()) {
	<-r.slots
	return func() { r.slots <- struct{}{} }
}

func (r *run) launch(job func()) {
	r.jobs.Go(func() {
		defer func() { <-r.slots }()
		job()
	})
}

// fail ends the run.
func (r *run) fail(err error) { r.cancel(err) }

func (r *run) ended() bool { return r.ctx.Err() != nil }

// note tells that a path was left aside.
func (r *run) note(path, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Skipped++
	if len(r.summary.Notes) < maxNotes {
		r.summary.Notes = append(r.summary.Notes, Note{path, text})
	}
}

// unreadable hands the sink a source of which nothing could be read.
func (r *run) unreadable(path string, problem error) {
	feed, err := r.sink.Open(Piece{Path: path})
	if err == nil {
		err = feed.Close(Position{}, problem)
	}
	if err != nil {
		r.fail(fmt.Errorf("store what was read of %s: %w", path, err))
		return
	}
	r.count(tally{sources: 1, problem: problem})
}

// tally is what one piece adds to the summary.
type tally struct {
	sources               int
	records, lines, bytes int64
	problem               error
}

func (r *run) count(t tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Sources += t.sources
	r.summary.Records += t.records
	r.summary.Lines += t.lines
	r.summary.Bytes += t.bytes
	if t.problem != nil {
		r.summary.Problems++
	}
}
